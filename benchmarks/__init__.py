"""What billcore costs, each figure beside its floor and a reference, measured in one run: `python -m benchmarks`."""
