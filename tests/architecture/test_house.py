"""The rules of the house that no linter knows, read from the syntax trees of the sources."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

import billcore
from support.sources import SOURCES, called, files, shown, tree

FILE_LINES, FUNCTION_LINES = 400, 70
QUESTIONS = (
    *("How", "What", "Which", "When", "Where", "Why", "Whether", "Who", "By which", "In which"),
    "From one contract",  # the root
)
PURE_ROOMS = (
    *("core", "money", "periods", "proration", "gl", "usage", "pricing", "contract", "billing", "invoice", "revrec"),
    *("cash", "posting", "engine", "ports"),
)
# What may not be called by its bare name, and why.
BANNED_CALLS = {
    "float": "no float touches money or quantities",
    "round": "the one rounding function is money.rounding.round_ratio",
    "eval": "nothing is evaluated",
    "exec": "nothing is executed",
    "compile": "no code is generated",
}
BANNED_ATTRIBUTES = {
    ("date", "today"): "dates are arguments",
    ("datetime", "now"): "instants are arguments",
    ("datetime", "utcnow"): "instants are arguments",
    ("decimal", "getcontext"): "no ambient decimal context",
    ("decimal", "setcontext"): "no ambient decimal context",
    ("decimal", "localcontext"): "no ambient decimal context",
}
# Babel computes in the ambient context: display sets it for Babel, to one that traps a lost digit.
ALLOWED = {"src/billcore/money/display.py": "decimal.localcontext"}
BANNED_IMPORTS = {"pickle", "marshal", "shelve", "getcontext", "setcontext", "localcontext"}
FILES = [pytest.param(file, id=shown(file)) for file in files()]


def places(file: Path, nodes: list[tuple[int, str]]) -> str:
    return "\n".join(f"{shown(file)}:{line}: {what}" for line, what in nodes)


def first_line(file: Path) -> str:
    return (ast.get_docstring(tree(file)) or "").partition("\n")[0]


@pytest.mark.parametrize("file", FILES)
def test_a_file_says_which_question_it_answers(file: Path) -> None:
    """The first docstring line is a whole sentence; in the pure rooms it starts with the question's word."""
    line = first_line(file)
    assert line, f"{shown(file)}: no docstring"
    assert re.fullmatch(r".{20,}\.", line), f"{shown(file)}: {line!r} is no whole sentence"
    room = file.relative_to(SOURCES).parts[0]
    if room in PURE_ROOMS and file.name != "__init__.py":
        assert line.startswith(QUESTIONS), f"{shown(file)}: {line!r} answers no question"


def test_no_two_files_answer_the_same_question() -> None:
    """Each first docstring line stands once."""
    lines = [first_line(file) for file in files() if not is_unfurnished(file)]
    assert sorted(set(lines)) == sorted(lines)


def is_unfurnished(file: Path) -> bool:
    return first_line(file) == "Room not furnished yet."


def test_a_room_that_is_built_says_what_it_is_for() -> None:
    """No package that holds modules calls itself unfurnished."""
    furnished = {file.parent for file in files() if file.name != "__init__.py"}
    assert [] == [shown(file) for file in files() if is_unfurnished(file) and file.parent in furnished]


@pytest.mark.parametrize("file", FILES)
def test_a_file_is_short_enough_to_hold_in_mind(file: Path) -> None:
    """No file is over 400 lines, no function over 70."""
    assert FILE_LINES >= len(file.read_text("utf-8").splitlines())
    functions = (node for node in ast.walk(tree(file)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    long = [
        (node.lineno, f"{node.name} has {lines} lines")
        for node in functions
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert not long, places(file, long)


@pytest.mark.parametrize("file", FILES)
def test_a_file_calls_nothing_that_is_banned(file: Path) -> None:
    """No float, no builtin round, no evaluated code, no clock, no ambient decimal context, no pickle."""
    allowed = ALLOWED.get(shown(file), "nothing")
    faults = [(line, what) for line, what in faults_of(tree(file)) if not what.startswith(f"{allowed}:")]
    assert not faults, places(file, faults)


def faults_of(module: ast.Module) -> list[tuple[int, str]]:
    faults: list[tuple[int, str]] = []
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            faults.extend((node.lineno, what) for what in _call_faults(node))
        elif isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if (owner, node.attr) in BANNED_ATTRIBUTES:
                faults.append((node.lineno, f"{owner}.{node.attr}: {BANNED_ATTRIBUTES[owner, node.attr]}"))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name.partition(".")[0] for alias in node.names}
            names.add((getattr(node, "module", None) or "").partition(".")[0])
            faults.extend((node.lineno, f"import of {name}") for name in sorted(names & BANNED_IMPORTS))
    return faults


def _call_faults(node: ast.Call) -> list[str]:
    if not isinstance(node.func, ast.Name):
        return []
    name = called(node)
    if name in BANNED_CALLS:
        return [f"{name}(): {BANNED_CALLS[name]}"]
    # sum() of Decimals rounds to the ambient context; the builtin itself cannot be told another one.
    if name == "sum" and node.args and re.search("decimal", ast.unparse(node.args[0]), re.IGNORECASE):
        return ["sum() of Decimals: add integers, or use core.exact.CONTEXT"]
    return []


@pytest.mark.parametrize(
    "source",
    [
        "float(x)",
        "round(x, 2)",
        "eval(x)",
        "exec(x)",
        "compile(x, '', 'eval')",
        "sum(a.decimal for a in amounts)",
        "sum((Decimal(x) for x in y), start)",
        "date.today()",
        "datetime.now()",
        "datetime.datetime.now(tz)",
        "import pickle",
        "from pickle import loads",
        "from decimal import getcontext",
        "decimal.getcontext()",
    ],
)
def test_the_reader_sees_what_is_banned(source: str) -> None:
    """The check itself finds each thing that it is there to find."""
    assert faults_of(ast.parse(source))


@pytest.mark.parametrize("source", ["re.compile(x)", "isinstance(x, float)", "sum(a.minor for a in b)", "today(x)"])
def test_the_reader_lets_the_rest_pass(source: str) -> None:
    """What only looks like a banned call is none."""
    assert [] == faults_of(ast.parse(source))


# A suite that a host inherits says so by raising: its maker must be overridden.
ABSTRACT = SOURCES / "testing" / "conformance"


@pytest.mark.parametrize("file", FILES)
def test_nothing_is_left_for_later(file: Path) -> None:
    """No function is a stub and no comment a reminder."""
    text = file.read_text("utf-8")
    unfinished = re.findall(r"\b(?:TODO|FIXME|XXX|HACK)\b", text)
    assert [] == unfinished
    if not file.is_relative_to(ABSTRACT):
        assert "NotImplementedError" not in text


@pytest.mark.parametrize("name", billcore.__all__)
def test_every_name_of_the_root_is_documented(name: str) -> None:
    """A function or class that a newcomer types has a docstring of its own, and so have its public parts."""
    thing = getattr(billcore, name)
    if not callable(thing):
        return
    own = thing.__doc__ if inspect.isfunction(thing) else vars(thing).get("__doc__")
    assert (own or "").strip(), f"{name} has no docstring"
    if inspect.isclass(thing):
        bare = [
            part
            for part, value in vars(thing).items()
            if not part.startswith("_") and is_ours(value) and not (inspect.getdoc(value) or "").strip()
        ]
        assert [] == bare, f"{name}: {bare} without docstring"


def is_ours(value: object) -> bool:
    function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
    return inspect.isfunction(function) and function.__module__.startswith("billcore.")


def test_the_names_of_the_root_are_sorted_and_whole() -> None:
    """`__all__` holds every public name of the root once, in order."""
    names = list(billcore.__all__)
    assert sorted(set(names)) == names
    rooms = {room.name for room in SOURCES.iterdir() if room.is_dir()}
    public = {name for name in dir(billcore) if not name.startswith("_")} - rooms
    assert sorted(public) == names
