"""The long tests in small: each would see what it is there to see, and what it saw can be seen again."""

from __future__ import annotations

import ast
import os
import random
import subprocess
import sys
from collections import Counter
from datetime import date
from types import SimpleNamespace as Plain
from typing import Any

import pytest

from billcore.core.errors import DocumentError, InvariantBroken
from soak import laws_of_books as books
from soak.chance import contracts
from soak.fuzz import Reader, fuzz, input_of, readers, try_one
from soak.histories import _stops, live, lives
from soak.mutate import ROOMS, _changes, equivalents, mutants
from support.laws import multiplier
from support.sources import ROOT

READERS = [pytest.param(reader, id=reader.name) for reader in readers()]


@pytest.mark.parametrize("number", range(6))
def test_a_life_is_lived_and_can_be_lived_again(number: int) -> None:
    """Some lives break no law, and the same seed and number give the same life."""
    assert live(20, number) == live(20, number)


def test_lives_are_counted_over_processes_and_batches() -> None:
    """So many are lived as were asked for."""
    assert 5 == lives(3, count=5, workers=2).seen["histories"]


def test_a_broken_life_is_told_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first violation ends the run and names what is needed to replay it."""

    def broken(*_: object, **__: object) -> None:
        raise books.Violation("made on purpose")

    monkeypatch.setattr("soak.histories.judge", broken)
    told = lives(3, count=4, first=7)
    assert (7, "made on purpose") == (told.broken, told.said)


def test_lives_hold_late_facts_corrections_and_steps_back() -> None:
    """The drawing reaches what the laws are about."""
    seen = sum((live(8, number) for number in range(8)), start=Counter[str]())
    assert min(seen["credit memos"], seen["payments"], seen["runs"] - 2 * 8) > 0
    days = [list(_stops(random.Random(n), date(2026, 1, 1))) for n in range(50)]
    assert any(stops != sorted(stops) for stops in days)
    kinds = {line["billed"] for n in range(50) for one in contracts(random.Random(n)) for line in one["lines"]}
    assert {"in_advance", "in_arrears", "once", "on_milestone"} == kinds


def entry(*lines: tuple[str, str, int], source: str = "s") -> Any:
    made = [Plain(role=role, side=side, amount_minor=minor, obligation="a", document="") for role, side, minor in lines]
    return Plain(id=source, source_event=source, contract="C", entity="E", lines=made)


def document(kind: str, number: str, net: int, tax: int, corrects: str = "", id: str = "l1") -> Any:
    line = {"contract": "C", "line": "a", "component": "recurring", "service": Plain(start=date(2026, 1, 1))}
    made = Plain(**line, id=id, net_minor=net, taxes=[Plain(tax_minor=tax)], corrects=corrects)
    return Plain(kind=kind, number=number, id=number, entity="E", lines=[made])


def sound() -> Any:
    """An invoice of 1.00 and 0.19 of tax, posted, half of it earned, and nothing paid."""
    invoiced = entry(("receivable", "debit", 119), ("contract_liability", "credit", 100), ("tax_payable", "credit", 19))
    earned = entry(("contract_liability", "debit", 50), ("revenue", "credit", 50), source="r")
    return Plain(
        standing=Plain(
            entries=[invoiced, earned],
            documents=[document("invoice", "I-1", 100, 19)],
            revenue=[Plain(contract="C", amount_minor=50)],
            applications=[],
        ),
        open_items=[Plain(document="I-1", balance=Plain(minor=119))],
    )


def test_a_sound_book_breaks_no_law() -> None:
    """The example that is broken below is whole."""
    books.judge(sound(), whole_cells=True)


def _line(run: Any, entry: int, line: int) -> Any:
    return run.standing.entries[entry].lines[line]


BREAKS = {
    "debits are credits": lambda run: setattr(_line(run, 0, 0), "amount_minor", 120),
    "an entry stands once": lambda run: run.standing.entries.append(run.standing.entries[0]),
    "no amount below zero": lambda run: setattr(_line(run, 0, 0), "amount_minor", -1),
    "numbers have no gap": lambda run: setattr(run.standing.documents[0], "number", "I-2"),
    "a credit names an invoice line": lambda run: run.standing.documents.append(
        document("credit_memo", "M-1", 1, 0, "x")
    ),
    "no credit above its line": lambda run: run.standing.documents.append(
        document("credit_memo", "M-1", 101, 19, "l1")
    ),
    "the whole tax with the whole line": lambda run: run.standing.documents.append(
        document("credit_memo", "M-1", 100, 18, "l1")
    ),
    "the position is the ledger's": lambda run: setattr(run.standing.revenue[0], "amount_minor", 51),
    "no cell below zero": lambda run: run.standing.entries.append(
        entry(("contract_liability", "debit", 60), ("contract_asset", "credit", 60), source="p")
    ),
    "no cell both asset and liability": lambda run: run.standing.entries.append(
        entry(("contract_asset", "debit", 60), ("contract_liability", "credit", 60), source="p")
    ),
    "the ledger holds what documents and payments say": lambda run: setattr(
        run.standing.documents[0].lines[0].taxes[0], "tax_minor", 20
    ),
    "open items are what is not paid": lambda run: setattr(run.open_items[0].balance, "minor", 118),
    "no cent is lost": lambda run: run.standing.applications.append(
        Plain(
            key="p", entity="E", gross=Plain(minor=2), items=[], unapplied=Plain(minor=1), unidentified=Plain(minor=0)
        )
    ),
}


@pytest.mark.parametrize("law", BREAKS)
def test_each_law_of_books_can_be_broken(law: str) -> None:
    """A book with that one fault is refused by that law."""
    run = sound()
    BREAKS[law](run)
    with pytest.raises(books.Violation, match=law):
        books.judge(run, whole_cells=True)


@pytest.mark.parametrize("reader", READERS)
def test_hostile_bytes_are_read_or_refused(reader: Reader) -> None:
    """A few inputs of each reader, good ones first, give a value, findings or an error of ours."""
    for good in reader.good:
        reader.read(good) if reader.name not in ("exact", "Frequency.of", "Formula") else try_one(reader, good)
    for number in range(25):
        try_one(reader, input_of(reader, 1, number))


def _raise(error: Exception) -> Any:
    def read(data: bytes) -> None:
        raise error

    return Reader("broken", read, (b"x",))


@pytest.mark.parametrize("error", [KeyError("x"), InvariantBroken("x", found="", expected=""), RecursionError()])
def test_an_error_that_is_not_ours_is_a_violation(error: Exception) -> None:
    """The fuzzing stops at it and names the input."""
    count, _, violation = fuzz(_raise(error), 1, 5)
    assert 1 == count
    assert "input 0 of seed 1" in violation
    assert "" == fuzz(_raise(DocumentError("x", found="", expected="")), 1, 0.05)[2]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a + b", {"(a - b)"}),
        ("a <= b < c", {"(a < b < c)", "(a <= b <= c)"}),
        ("a and b", {"(a or b)", "(a)", "(b)"}),
        ("7", {"(8)", "(6)"}),
        ("not a", {"(a)"}),
        ("a if b else c", {"(c if b else a)"}),
        ("min(a)", {"(max)", "pass"}),
        ("x -= y", {"x += y", "pass"}),
        ("raise error(found='a' + b, x=c is d)", {"pass", "(c is not d)"}),
    ],
)
def test_the_mutator_makes_these_mistakes(source: str, expected: set[str]) -> None:
    """Every mistake of a line, and none in the words of an error."""
    assert expected == {after for _, after in _changes(ast.parse(source))}


@pytest.mark.parametrize("file", ROOMS)
def test_every_mistake_is_another_program(file: str) -> None:
    """Each can be parsed and differs from the source, and the tests that judge it are there."""
    source = (ROOT / "src" / "billcore" / file).read_text("utf-8")
    made, whole = mutants(file), ast.dump(ast.parse(source))
    assert len(made) > 30
    assert all(ast.dump(ast.parse(one.applied(source))) != whole for one in made)
    assert all((ROOT / "tests" / name.partition("::")[0]).exists() for name in ROOMS[file])


def test_what_is_called_equivalent_is_still_in_the_sources() -> None:
    """A judgement about a line that has changed is made anew."""
    known = {one.key for file in ROOMS for one in mutants(file)}
    assert set() == set(equivalents()) - known


@pytest.mark.parametrize(("text", "expected"), [("", 0), ("1", 1), ("50", 50)])
def test_soak_is_a_number_of_times(text: str, expected: int) -> None:
    """Nothing is `make test` itself."""
    assert expected == multiplier(text)


@pytest.mark.parametrize("text", ["0", "-1", "yes", "1.5", " 5", "٣"])
def test_a_soak_that_is_none_is_refused(text: str) -> None:
    """A typing mistake must not pass for a soak."""
    with pytest.raises(ValueError, match="SOAK"):
        multiplier(text)


def test_a_soak_multiplies_the_laws_and_shows_its_seed() -> None:
    """SOAK=3 tries three times the examples, by chance, and tells how to try them again."""
    code = (
        "from support.laws import *; s = settings_of(7); print(s.max_examples, s.derandomize); print(said());"
        "print(law(7)(lambda: 0)._hypothesis_internal_use_seed)"
    )
    path = os.pathsep.join(str(ROOT / name) for name in ("src", "tests"))
    environment = os.environ | {"SOAK": "3", "SOAK_SEED": "99", "PYTHONPATH": path}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert ["21 False", "laws: 3 times the examples, drawn from SOAK_SEED=99", "99"] == told.stdout.splitlines()
