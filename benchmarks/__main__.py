"""Run the benchmarks: `python -m benchmarks [invoice] [route] [change] [rating] [formula] [import]`.

All of them together fill results.txt.
"""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks import change, formula, import_time, object_invoice, rating, route
from benchmarks.timing import Goal

RESULTS = Path(__file__).with_name("results.txt")
PACKAGES = ("billcore", "msgspec", "pydantic", "py-moneyed", "babel", "python-dateutil")
NOTES = """\
Ratios are medians of ratios taken side by side in one run; they hold where absolute figures do not. Times are processor
time. A MISSED goal is a goal that this version does not meet."""


def main(asked: list[str]) -> int:
    """Measure what is asked for, print it, and keep the whole where all was measured."""
    known = {
        "invoice": object_invoice.measure,
        "route": lambda: (route.measure(), []),
        "change": change.measure,
        "rating": rating.measure,
        "formula": formula.measure,
        "import": import_time.measure,
    }
    unknown = [name for name in asked if name not in known]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}", file=sys.stderr)
        return 2
    parts, goals = [_head()], list[Goal]()
    print(parts[0], flush=True)
    for name in asked or known:
        lines, held = known[name]()
        goals += held
        parts.append("\n".join(lines) + "\n")
        print("\n" + parts[-1], flush=True)
    missed = [goal for goal in goals if not goal.is_met]
    parts.append(f"{len(goals) - len(missed)} of {len(goals)} goals met.\n")
    print(parts[-1])
    if not asked:
        RESULTS.write_text("\n".join(parts), encoding="utf-8")
    return 0


def _head() -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"Python {platform.python_version()}; {versions}\n\n{NOTES}\n"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
