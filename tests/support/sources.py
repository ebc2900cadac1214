"""What the sources say, read from their syntax trees: files, error codes, classes that raise them."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "billcore"
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
CODES_FILE = SOURCES / "core" / "codes.py"
# What a run keeps beside a book: `make demo` leaves it in the examples, and a copy of a book begins without it.
KEPT_BESIDE = shutil.ignore_patterns("*.sqlite*", "*.seal")

ERRORS = {
    "DocumentError",
    "MissingInput",
    "NotApplicable",
    "LimitExceeded",
    "InvariantBroken",
    "PortError",
    "MissingExtra",
}
# `problem` is what validators of documents raise; it reaches the caller as a DocumentError.
RAISERS = {name: name for name in (*ERRORS, "Finding")} | {"problem": "DocumentError"}

# Texts that look like codes and are none.
NOT_CODES = {
    "equal-candidates": "a flag on a cash application",
    "names-closed-item": "a flag on a cash application",
    "names-credit-memo": "a flag on a cash application",
    "salesforce-default": "the name of a mapping of fields",
    "short-payment": "a flag on a cash application",
    "utf-8": "the name of an encoding",
    "third-party-payer": "a flag on a cash application",
    "utf-8-sig": "an encoding",
}
# Arguments and calls whose texts are names of other things.
NOT_CODE_KEYWORDS = {"rule", "encoding", "media_type"}
NOT_CODE_CALLS = {"_at", "identify", "content_id"}  # `_at` names a point at which tests inject a fault
# Rooms whose texts are samples of a user's data, not what billcore raises.
NOT_CODE_FILES = {SOURCES / "testing" / "samples.py"}


@cache
def files() -> tuple[Path, ...]:
    return tuple(sorted(SOURCES.rglob("*.py")))


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def shown(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def called(node: ast.Call) -> str:
    """The bare name of what is called: ``f`` for ``f()`` and for ``a.f()``."""
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def code_literals() -> dict[str, list[str]]:
    """Every text of the sources that reads like a code, with its places: tables and helper calls included."""
    found: dict[str, list[str]] = {}
    for file in files():
        if file == CODES_FILE or file in NOT_CODE_FILES:
            continue
        skipped = set(_not_codes(tree(file)))
        for node in ast.walk(tree(file)):
            text = node.value if isinstance(node, ast.Constant) and id(node) not in skipped else None
            if isinstance(text, str) and SLUG.fullmatch(text) and text not in NOT_CODES:
                found.setdefault(text, []).append(f"{shown(file)}:{node.lineno}")
    return found


def _not_codes(module: ast.Module) -> Iterator[int]:
    for node in ast.walk(module):
        if isinstance(node, ast.keyword) and node.arg in NOT_CODE_KEYWORDS:
            yield from (id(inner) for inner in ast.walk(node.value))
        elif isinstance(node, ast.Call) and called(node) in NOT_CODE_CALLS:
            yield from (id(inner) for argument in node.args for inner in ast.walk(argument))
        elif isinstance(node, ast.Expr):  # docstrings
            yield id(node.value)


def raised_classes() -> dict[str, set[str]]:
    """Which classes raise or report each code, where the code is written in the call itself."""
    # What validation of a document finds is raised as a DocumentError where the document is built.
    document = SOURCES / "core" / "document.py"
    texts = (node.value for node in ast.walk(tree(document)) if isinstance(node, ast.Constant))
    classes = {text: {"DocumentError"} for text in texts if isinstance(text, str) and SLUG.fullmatch(text)}
    for file in files():
        for node in ast.walk(tree(file)):
            if not isinstance(node, ast.Call) or called(node) not in RAISERS:
                continue
            given = [*node.args[:1], *(one.value for one in node.keywords if one.arg == "code")]
            for inner in (inner for argument in given for inner in ast.walk(argument)):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and SLUG.fullmatch(inner.value):
                    classes.setdefault(inner.value, set()).add(RAISERS[called(node)])
    return classes
