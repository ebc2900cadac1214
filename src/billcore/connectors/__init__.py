"""The files and payloads of named systems, read by pure functions: bytes in, values and findings out."""
