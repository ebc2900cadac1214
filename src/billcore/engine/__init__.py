"""The whole route, pure: bill, recognize, run a book, report, explain, compare."""
