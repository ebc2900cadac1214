"""Mistakes made on purpose, one at a time, in copies of our own sources: a test of the room must see each of them.

A small mutator of our own: it needs the sources as text and the tests as a process, nothing else. What is changed:
an operator for its opposite, a comparison at its edge, a number by one, a truth, a branch for the other; a statement
that only acts or raises is left out, and what is returned is forgotten.
"""

from __future__ import annotations

import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from support.sources import ROOT

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
# Texts of an error say what a person should do; which words they are is no arithmetic.
WORDS = {"found", "expected", "hint", "path"}
# What the tests of a floor may take: several times what they take without a mistake.
FLOOR_SECONDS = 900.0
# What each file is judged by: the quickest first, and no more than the tests of its room, for each mistake runs them anew.
VALUES = "architecture/test_values.py"
ROUTE = "properties/test_route.py"
MONEY = (VALUES, "rules/test_money_rules.py", "unit/money", "properties/test_money.py")
PRICES = (VALUES, "rules/test_pricing_rules.py", "unit/pricing/test_bad_prices.py", "unit/pricing/test_members.py")
TABLES = (
    *(*PRICES, "unit/pricing/test_rate_table.py", "unit/pricing/test_lowering.py", "unit/pricing/test_kernel.py"),
    *("unit/pricing/test_rating.py", "properties/test_pricing.py"),
)
STAGE = (
    *(
        VALUES,
        "unit/pricing/test_line_stage.py",
        "rules/test_pricing_rules.py",
        "unit/billing/test_line_stage_in_bill.py",
    ),
    *("unit/pricing/test_progressive.py", "rules/test_parity_rules.py", "properties/test_pricing.py"),
)
BOOKS = (VALUES, "unit/pricing/test_price_book.py", "rules/price_book", "properties/test_price_book.py")
READINGS = (
    *(VALUES, "rules/test_reading_rules.py", "unit/pricing/test_conventions.py", "unit/pricing/test_monotony.py"),
    *("unit/pricing/test_presets.py", "properties/test_readings.py"),
)
FORMULA = (VALUES, "rules/test_formula_rules.py", "unit/pricing/formula", "properties/test_formula.py")


def _each(folder: str, names: str, tests: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {f"{folder}/{name}.py": tests for name in names.split()}


ROOMS: dict[str, tuple[str, ...]] = {
    **_each("money", "allocation amount currency display rounding schema size taxed unit_price units", MONEY),
    **_each("pricing", "capacity composed composition cumulative event_members formula_price lowering", TABLES),
    **_each("pricing", "member_sums members part_differences rate_table rating simple tables", TABLES),
    **_each("pricing", "methods rated tier_steps tiered tiers totals weighted", TABLES),
    "pricing/needs.py": ("unit/pricing/test_price_needs.py", *STAGE, "properties/test_price_models.py"),
    **_each("pricing", "details discounts line_stage modifiers net_amounts priced progressive", STAGE),
    **_each("pricing", "quantities reductions resolved_modifiers segments signed_units", STAGE),
    **_each("pricing", "listed price_book price_comparison price_entries price_overlaps price_questions", BOOKS),
    "pricing/price_stretches.py": BOOKS,
    **_each("pricing/readings", "bounds comparison detection joints listing monotony", READINGS),
    **_each("pricing/readings", "normalizer presets regions rows", READINGS),
    **_each("pricing/formula", "bounds closures constants cursor document evaluation explanation", FORMULA),
    **_each("pricing/formula", "nodes operations reading spelling tokens walk words", FORMULA),
    "periods/grid.py": (VALUES, "rules/test_period_rules.py", "properties/test_periods.py", "unit/periods"),
    "pricing/kernel.py": (VALUES, "rules/test_pricing_rules.py", "unit/pricing", "properties/test_pricing.py"),
    "billing/differences.py": (
        VALUES,
        "unit/billing",
        "rules/test_route_rules.py",
        f"{ROUTE}::test_running_again_adds_nothing",
        f"{ROUTE}::test_running_in_steps_is_running_once",
        f"{ROUTE}::test_corrected_usage_nets_to_what_was_said_last",
    ),
}
# What a mistake meets that its room lets pass: the tests of the whole floor.
_FLOOR = (
    *("unit/money", "unit/pricing", "unit/usage", "unit/contract", "unit/billing", "rules"),
    *("properties/test_price_lines.py", "properties/test_price_models.py", "properties/test_pricing.py"),
    *("properties/test_progressive.py", "properties/test_readings.py", "properties/test_formula.py"),
    "properties/test_discounted_months.py",
)
FLOORS = {"money": _FLOOR, "pricing": _FLOOR}
EQUIVALENT = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True)
class Mutant:
    """One mistake: a stretch of a file and what stands there instead; `within` is the line that it stands on."""

    file: str
    line: int
    column: int
    within: str
    before: str
    after: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {' '.join(self.before.split())} -> {self.after}"

    @property
    def key(self) -> str:
        """The same mistake wherever its line moves: the line, the place in it, and the change."""
        inside = f"{self.within} @{self.column}"
        return f"{self.file}: {inside}: {' '.join(self.before.split())} -> {self.after}"

    def applied(self, source: str) -> str:
        """The file with the mistake in it."""
        return source[: self.start] + self.after + source[self.end :]


def mutants(file: str) -> list[Mutant]:
    """Every mistake that can be made in a file, in the order of its text."""
    source = (ROOT / "src" / "billcore" / file).read_text("utf-8")
    starts = [0]
    for text in source.split("\n"):
        starts.append(starts[-1] + len(text) + 1)
    if not source.isascii():
        raise ValueError(f"{file}: places in the tree are counted in bytes, so the text must be ASCII")
    found = []
    for node, after in _changes(ast.parse(source)):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        within = source.split("\n")[node.lineno - 1].strip()
        place = {"line": node.lineno, "column": node.col_offset + 1, "within": within, "start": start, "end": end}
        made = Mutant(file=file, before=source[start:end], after=after, **place)
        ast.parse(made.applied(source))  # a mistake that does not parse would be seen by anybody
        found.append(made)
    return sorted(set(found), key=lambda one: (one.start, one.end, one.after))


def _changes(node: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Each node that can be wrong, with its text then."""
    if isinstance(node, ast.JoinedStr):
        return  # before Python 3.12 the tree does not know where the parts of such a text stand
    if isinstance(node, ast.expr):
        for other in _expressions(node):
            yield node, f"({ast.unparse(other)})"
    if isinstance(node, ast.stmt):
        for text in _statements(node):
            yield node, text
    for name, child in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for one in child if isinstance(child, list) else [child]:
            if isinstance(one, ast.AST) and not _is_words(one):
                yield from _changes(one)


def _is_words(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg in WORDS


def _expressions(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and type(node.op) in SWAPS:
        yield ast.BinOp(left=node.left, op=_swapped(node.op), right=node.right)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(op=_swapped(node.op), values=node.values)
        for index in range(len(node.values)):
            rest = [value for place, value in enumerate(node.values) if place != index]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(op=node.op, values=rest)
    elif isinstance(node, ast.Compare):
        for index, op in enumerate(node.ops):
            ops = [*node.ops[:index], _swapped(op), *node.ops[index + 1 :]]
            yield ast.Compare(left=node.left, ops=ops, comparators=node.comparators)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(test=node.test, body=node.orelse, orelse=node.body)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(value=not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield ast.Constant(value=node.value + 1)
        yield ast.Constant(value=node.value - 1)
    elif isinstance(node, ast.Name) and node.id in NAMES:
        yield ast.Name(id=NAMES[node.id])


def _statements(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Return) and node.value is not None and ast.unparse(node.value) != "None":
        yield "return None"
    elif isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        yield "pass"
    elif isinstance(node, ast.AugAssign):
        yield "pass"
        if type(node.op) in SWAPS:
            yield ast.unparse(ast.AugAssign(target=node.target, op=_swapped(node.op), value=node.value))
    elif isinstance(node, ast.Continue):
        yield "break"


def _swapped(op: ast.AST) -> ast.AST:
    return SWAPS[type(op)]()


@dataclass(frozen=True)
class Verdict:
    """What became of the mistakes that were tried."""

    total: int
    killed: int
    slow: int
    equivalent: int
    survivors: tuple[Mutant, ...]

    @property
    def tried(self) -> int:
        """How many were tried."""
        return self.killed + self.slow + self.equivalent + len(self.survivors)


def equivalents() -> dict[str, str]:
    """Mistakes that change nothing that anybody could see, with the reason; each judged by a person."""
    with EQUIVALENT.open("rb") as file:
        return {one["change"]: one["reason"] for one in tomllib.load(file).get("equivalent", [])}


class Copy:
    """A copy of the project in which one mistake after the other is made."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._clock = folder, 1_000_000_000
        for name in ("src", "tests", "examples", "requirements"):
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.sqlite*", "*.seal")
            )
        shutil.copy(ROOT / "pyproject.toml", folder)

    def passes(self, names: Iterable[str], seconds: float) -> bool | None:
        """Whether some tests pass; None where they did not end in time."""
        tests = [str(Path("tests") / name) for name in names]
        clean = {name: value for name, value in os.environ.items() if name not in ("SOAK", "SOAK_SEED")}
        environment = clean | {"PYTHONPATH": f"{self.folder / 'src'}{os.pathsep}{self.folder / 'tests'}"}
        command = [sys.executable, "-m", "pytest", "-x", "-m", "not wide", "--no-header", "--tb=no", *tests]
        process = subprocess.Popen(
            command, cwd=self.folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            return process.wait(timeout=seconds) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return None

    def judge(self, mutant: Mutant, seconds: float) -> bool | None:
        """As `passes` of the file's room, then of its floor, with the mistake made; the file is whole again afterwards."""
        path = self.folder / "src" / "billcore" / mutant.file
        source = path.read_text("utf-8")
        try:
            self._write(path, mutant.applied(source))
            passed = self.passes(ROOMS[mutant.file], seconds)
            floor = FLOORS.get(mutant.file.partition("/")[0], ())
            return self.passes(floor, FLOOR_SECONDS) if passed and floor else passed
        finally:
            self._write(path, source)

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8", newline="\n")
        # Compiled files are told apart by the second and the size: every writing gets a second of its own.
        self._clock += 1
        os.utime(path, (self._clock, self._clock))


def mutate(files: tuple[str, ...], seed: int, *, seconds: float = 1e9, workers: int = 1) -> dict[str, Verdict]:
    """Make the mistakes of some files in a random order, until all are made or the time is over.

    Raises: RuntimeError where the tests of a room fail without any mistake.
    """
    ends = time.monotonic() + seconds
    made = {file: mutants(file) for file in files}
    order = [one for file in files for one in made[file]]
    random.Random(seed).shuffle(order)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(workers) as pool:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for number in range(workers):
            copies.put(Copy(Path(folder) / str(number)))
        patience = _patience(copies, files)

        def judged(mutant: Mutant) -> tuple[Mutant, str]:
            if time.monotonic() > ends:
                return mutant, "not tried"
            copy = copies.get()
            try:
                passed = copy.judge(mutant, patience[mutant.file])
            finally:
                copies.put(copy)
            said = "slow" if passed is None else "survived" if passed else "killed"
            if said == "survived":
                print(f"  survived: {mutant}", flush=True)
            return mutant, said

        results = list(pool.map(judged, order))
    known = equivalents()
    return {file: _verdict(made[file], [one for one in results if one[0].file == file], known) for file in files}


def _patience(copies: SimpleQueue[Copy], files: tuple[str, ...]) -> dict[str, float]:
    """How long the tests of each file may take: five times what they take without a mistake, on a machine in use."""
    copy, by_tests = copies.get(), dict[tuple[str, ...], float]()
    for file in files:
        if ROOMS[file] in by_tests:
            continue
        started = time.monotonic()
        if copy.passes(ROOMS[file], 600) is not True:
            raise RuntimeError(f"the tests of {file} fail without any mistake")
        by_tests[ROOMS[file]] = 10 + 5 * (time.monotonic() - started)
    copies.put(copy)
    return {file: by_tests[ROOMS[file]] for file in files}


def _verdict(made: list[Mutant], results: list[tuple[Mutant, str]], known: dict[str, str]) -> Verdict:
    survived = sorted((one for one, said in results if said == "survived"), key=lambda one: (one.start, one.after))
    return Verdict(
        total=len(made),
        killed=sum(said == "killed" for _, said in results),
        slow=sum(said == "slow" for _, said in results),
        equivalent=sum(one.key in known for one in survived),
        survivors=tuple(one for one in survived if one.key not in known),
    )
