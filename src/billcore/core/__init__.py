"""What every floor stands on: errors, findings, exact numbers, values, documents, bytes, ids, steps."""
