"""What reaches the ledger: each business event as a balanced entry, and the message that carries it."""
