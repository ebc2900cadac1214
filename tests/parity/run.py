"""Which published numbers come out, and which differ: ``python tests/parity/run.py FILE... [--preset NAME] [--json OUT]``.

Prints each case that differs and the totals by kind; exits 0 where nothing differs, 1 where a case fails, 2 where a file
or an argument is wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from parity.cases import BrokenFile, Outcome, judged, preset_of, read_cases
from parity.presets import PRESETS

RESULTS = ("passed", "failed", "not_applicable")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the files that are named, and give the exit code."""
    options = _parser().parse_args(arguments)
    try:
        files = [(file, outcomes_of(file, options.preset)) for file in options.files]
        for file, outcomes in files:
            print(f"{file}: {len(outcomes)} cases")
            print("\n".join(report(outcomes, options.verbose)))
        every = [outcome for _, outcomes in files for outcome in outcomes]
        if len(files) > 1:
            print(f"all files: {len(every)} cases")
            print("\n".join(totals(every)))
        if options.json is not None:
            _write(options.json, every)
    except BrokenFile as error:
        print(f"parity: {error}", file=sys.stderr)
        return 2
    return 1 if any(outcome.outcome == "failed" for outcome in every) else 0


def outcomes_of(file: Path, preset: str | None = None) -> list[Outcome]:
    """Judge every case of a file."""
    return [judged(case, preset_of(file, case, preset)) for case in read_cases(file)]


def report(outcomes: Iterable[Outcome], verbose: bool = False) -> list[str]:
    """Tell each case that differs, then the totals; with ``verbose`` also each that is not applicable."""
    held = list(outcomes)
    told = ("failed", "not_applicable") if verbose else ("failed",)
    lines = [
        f"  {one.outcome.replace('_', ' ')}: {one.id} [{one.kind}] {one.why} [{one.convention}]"
        for one in held
        if one.outcome in told
    ]
    return [*lines, *totals(held)]


def totals(outcomes: Iterable[Outcome]) -> list[str]:
    """Count by kind: passed / failed / not applicable."""
    counts = Counter((one.kind, one.outcome) for one in outcomes)
    kinds = sorted({kind for kind, _ in counts})
    rows = [(kind, [counts[kind, result] for result in RESULTS]) for kind in kinds]
    rows.append(("total", [sum(row[place] for _, row in rows) for place in range(3)]))
    return [f"  {kind}: {' / '.join(str(count) for count in row)}" for kind, row in rows]


def _write(file: Path, outcomes: Iterable[Outcome]) -> None:
    text = json.dumps([one._asdict() for one in outcomes], indent=1, ensure_ascii=False)
    try:
        file.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise BrokenFile(f"{file}: {error.strerror or 'cannot be written'}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="parity", description="Compare published numbers with billcore's.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a JSON file of cases")
    parser.add_argument(
        "--preset", choices=sorted(PRESETS), help="in place of the one that the file's name begins with"
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="write one record a case")
    parser.add_argument("--verbose", action="store_true", help="also list what is not applicable, with its reason")
    return parser


if __name__ == "__main__":
    sys.exit(main())
