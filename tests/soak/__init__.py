"""The long tests: random lives of whole books, hostile bytes, and mistakes made on purpose in our own sources."""
