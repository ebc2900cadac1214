"""What `import billcore` costs beside importing its dependencies alone, in fresh processes, in turn."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from benchmarks.timing import Goal, table

SOURCES = Path(__file__).parents[1] / "src"
ROUNDS = 15
FLOOR = "from pydantic import BaseModel\nimport dateutil.relativedelta, babel, moneyed, msgspec"
STATEMENTS = {
    "floor: its dependencies": FLOOR,
    "floor + one document": FLOOR + "\nfrom pydantic import Field, StringConstraints, TypeAdapter\n"
    "class One(BaseModel, frozen=True, defer_build=True):\n  name: str = Field(pattern='^[A-Z]$')",
    "import billcore": "import billcore",
    "import billcore.money": "import billcore.money.amount",
    "import billcore.pricing": "import billcore.pricing",
}
FIRST = """
from datetime import date
import billcore as bc
started = process_time()
line = bc.ContractLine(id="a", sku="A", price=bc.Flat(amount="10"), billed="in_advance")
contract = bc.Contract(id="C", customer="c", entity="E", currency="USD", billed_every="month", lines=[line],
    term=bc.Period(start=date(2025, 1, 1), end=date(2026, 1, 1)))
bc.bill(contract, through=date(2025, 1, 1))
"""
SHOWN = 18


def measure() -> tuple[list[str], list[Goal]]:
    """Time each import in fresh processes, in turn; then name the modules that cost most."""
    times: dict[str, list[float]] = {name: [] for name in [*STATEMENTS, "first bill after import"]}
    for name, statement in STATEMENTS.items():
        _child(statement)  # writes the compiled files
        times[name].clear()
    for _ in range(ROUNDS):
        for name, statement in STATEMENTS.items():
            times[name].append(_child(statement))
        times["first bill after import"].append(_child(FIRST))
    medians = {name: median(taken) for name, taken in times.items()}
    floor = times["floor: its dependencies"]

    def over(name: str) -> float:
        return median(mine / theirs for mine, theirs in zip(times[name], floor, strict=True))

    above = median(mine - theirs for mine, theirs in zip(times["import billcore"], floor, strict=True))
    rows = [
        (name, f"{one:.0f}", f"{min(times[name]):.0f} - {max(times[name]):.0f}", f"{over(name):.2f}")
        for name, one in medians.items()
    ]
    goals = [
        Goal("import billcore, times its dependencies", over("import billcore"), 1.35),
        Goal("import billcore, ms above its dependencies", above, 30),
        Goal("import billcore.money alone, ms", medians["import billcore.money"], 100),
        Goal("import billcore.pricing alone, ms", medians["import billcore.pricing"], 100),
        Goal("first bill of a small contract after import, ms", medians["first bill after import"], 20),
    ]
    lines = ["Import: processor time above a bare interpreter, fresh processes, compiled files warm", ""]
    lines += table(("statement", "ms", "least - most", "x floor"), rows)
    return [*lines, "", *map(str, goals), "", *_modules()], goals


def _environment() -> dict[str, str]:
    """Compiled files must be written, or every import would compile the sources anew."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(SOURCES)}


def _child(statement: str) -> float:
    """Processor time of a statement in a fresh interpreter, in milliseconds."""
    code = (
        f"from time import process_time\nstarted = process_time()\n{statement}\nprint((process_time() - started) * 1e3)"
    )
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=True)
    return float(done.stdout)


def _modules() -> list[str]:
    """The modules that `import billcore` loads and its dependencies do not, by their own time; least of five runs."""
    floor, best = set(_own_times(FLOOR)), _own_times("import billcore")
    for _ in range(4):
        for name, own in _own_times("import billcore").items():
            best[name] = min(own, best.get(name, own))
    mine = {name: own for name, own in best.items() if name not in floor}
    ours = sum(own for name, own in mine.items() if name.startswith("billcore"))
    others = {name: own for name, own in mine.items() if not name.startswith("billcore")}
    groups: dict[str, int] = {}
    for name, own in others.items():
        groups[name.partition(".")[0]] = groups.get(name.partition(".")[0], 0) + own
    count = sum(name.startswith("billcore") for name in mine)
    rows = [(f"{count} modules of billcore, together", f"{ours / 1e3:.1f}")]
    rows += [(f"  {name}", f"{own / 1e3:.1f}") for name, own in _largest(mine, "billcore")]
    rows += [(f"{len(others)} other modules, together", f"{sum(others.values()) / 1e3:.1f}")]
    rows += [(f"  {name}", f"{own / 1e3:.1f}") for name, own in sorted(groups.items(), key=lambda one: -one[1])[:SHOWN]]
    return table(("loaded beyond the dependencies (own time, -X importtime)", "ms"), rows)


def _largest(times: dict[str, int], prefix: str) -> list[tuple[str, int]]:
    return sorted(((n, t) for n, t in times.items() if n.startswith(prefix)), key=lambda one: -one[1])[:SHOWN]


def _own_times(statement: str) -> dict[str, int]:
    command = [sys.executable, "-P", "-X", "importtime", "-c", statement]
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=True)
    rows = [line.removeprefix("import time:").split("|") for line in done.stderr.splitlines() if "|" in line]
    return {name.strip(): int(own) for own, _, name in rows if own.strip().isdigit()}
