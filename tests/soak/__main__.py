"""The door of the long tests: `python -m soak`, with src and tests on the path."""

from __future__ import annotations

from soak.run import main

if __name__ == "__main__":
    raise SystemExit(main())
