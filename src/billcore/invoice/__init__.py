"""What we ask for: documents and their lines, taxes, due dates, numbers, open items."""
