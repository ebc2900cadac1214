"""Properties of the mapping, of its proof, and of balances, over random small worlds."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billcore.core.errors import MissingInput, NotApplicable
from billcore.gl import Account, Cell, Chart, GLMapping, MappingRow, coverage, diff, find_row, trial_balance
from billcore.gl.rows import row_digest
from support.laws import law
from support.ledger import YEAR_START, entry, line, mapping, row, sequence

ENTITIES = ("DE01", "US01")
CLASSES = ("services", "subscription", "usage")
TREATMENTS = ("as_used", "ratable")
STEPS = ("entity+product_class+revenue_treatment", "entity+revenue_treatment", "entity+product_class", "entity")
VALUES = {"entity": ENTITIES, "product_class": CLASSES, "revenue_treatment": TREATMENTS}
SEQUENCE = sequence("revenue_recognized", "revenue", *STEPS)
CELLS = [
    Cell(event="revenue_recognized", role="revenue", entity=entity, product_class=cls, revenue_treatment=treatment)
    for entity, cls, treatment in product(ENTITIES, CLASSES, TREATMENTS)
]
CHANGE = date(2026, 7, 1)
DAYS = (YEAR_START, CHANGE - timedelta(days=1), CHANGE, date(2027, 3, 1))
CHART = Chart(
    accounts=[
        Account(entity=entity, number=str(number), name="Revenue", type="income")
        for entity in ENTITIES
        for number in range(4000, 4400)
    ]
)


@st.composite
def mappings(draw: st.DrawFn, *, whole: bool = False) -> GLMapping:
    """Rows for some of the keys of each table; a key's row may change account on 1 July; the last table may be whole."""
    rows: list[MappingRow] = []
    for step in STEPS:
        dimensions = step.split("+")
        keys = list(product(*(VALUES[name] for name in dimensions)))
        chosen = keys if whole and step == "entity" else draw(st.lists(st.sampled_from(keys), unique=True))
        for key in chosen:
            values: dict[str, Any] = dict(zip(dimensions, key, strict=True))
            kind = draw(st.sampled_from(["open", "changed"] if whole else ["open", "changed", "ended", "forbidden"]))
            rows.extend(_rows_of_key(len(rows), values, kind))
    return mapping(draw(st.permutations(rows)), [SEQUENCE])


def _rows_of_key(number: int, values: dict[str, Any], kind: str) -> list[MappingRow]:
    def one(offset: int, **fields: Any) -> MappingRow:
        account = None if fields.get("forbidden") else str(4000 + number + offset)
        return row(f"r{number + offset}", "revenue_recognized", "revenue", account, **values, **fields)

    return {
        "open": [one(0)],
        "changed": [one(0, effective_to=CHANGE), one(1, effective_from=CHANGE)],
        "ended": [one(0, effective_to=CHANGE)],
        "forbidden": [one(0, forbidden=True)],
    }[kind]


def by_hand(rows: tuple[MappingRow, ...], cell: Cell, on: date) -> list[list[MappingRow]]:
    """For each step, the rows that match: value by value and day by day, without any index."""
    return [
        [
            each
            for each in rows
            if all(
                (getattr(cell, name) in getattr(each, name)) if name in step.split("+") else not getattr(each, name)
                for name in VALUES
            )
            and each.effective_from <= on
            and not (each.effective_to and each.effective_to <= on)
        ]
        for step in STEPS
    ]


@law(100)
@given(mappings(), st.sampled_from(CELLS), st.sampled_from(DAYS))
def test_first_table_with_a_row_wins(version: GLMapping, cell: Cell, on: date) -> None:
    """No table has two rows for a cell on a day, and the first that has one decides; no row at all is unmapped."""
    tables = by_hand(version.rows, cell, on)
    assert all(len(table) <= 1 for table in tables)
    expected = next((table[0] for table in tables if table), None)
    if expected is None:
        with pytest.raises(MissingInput, match="account-unmapped"):
            find_row(version, cell, on)
    elif expected.forbidden:
        with pytest.raises(NotApplicable, match="posting-forbidden"):
            find_row(version, cell, on)
    else:
        assert expected == find_row(version, cell, on)


@law(100)
@given(mappings(whole=True), st.sampled_from(DAYS))
def test_every_cell_of_a_certificate_resolves(version: GLMapping, on: date) -> None:
    """Where there is a certificate, each cell has an account; with the last table whole there always is one."""
    assert coverage(version, CHART, CELLS, on).is_complete
    assert all(find_row(version, cell, on).account for cell in CELLS)


@law(100)
@given(mappings(), st.sampled_from(DAYS))
def test_witnesses_are_the_unmapped_cells(version: GLMapping, on: date) -> None:
    """The witnesses are the cells for which no table has a row, each once."""
    expected = [str(cell) for cell in CELLS if not any(by_hand(version.rows, cell, on))]
    witnesses = coverage(version, CHART, CELLS, on).witnesses
    assert sorted(expected) == sorted(witness.subject for witness in witnesses)


@law(100)
@given(mappings(), st.randoms(use_true_random=False), st.sampled_from(DAYS))
def test_row_order_is_none_of_it(version: GLMapping, chance: Any, on: date) -> None:
    """Rows in another order are the same version with the same answers."""
    rows = list(version.rows)
    chance.shuffle(rows)
    other = mapping(rows, [SEQUENCE])
    assert version.version == other.version
    assert coverage(version, CHART, CELLS, on) == coverage(other, CHART, CELLS, on)
    assert diff(version, other, CELLS, on).is_empty


@law(100)
@given(mappings(whole=True), st.sampled_from(DAYS), st.data())
def test_removing_a_row_that_nothing_backs(version: GLMapping, on: date, data: st.DataObject) -> None:
    """Without a row that is some cell's only one, the proof fails with a witness inside that row; without a row that
    other tables stand in for everywhere, it holds."""
    removed = data.draw(st.sampled_from([each for each in version.rows if each.is_effective(on)]))
    rest = tuple(each for each in version.rows if each != removed)
    inside = [cell for cell in CELLS if any(removed in table for table in by_hand(version.rows, cell, on))]
    alone = [cell for cell in inside if not any(by_hand(rest, cell, on))]
    witnesses = coverage(mapping(rest, [SEQUENCE]), CHART, CELLS, on).witnesses
    assert sorted(str(cell) for cell in alone) == sorted(witness.subject for witness in witnesses)


@law(100)
@given(mappings(), mappings(), st.sampled_from(DAYS))
def test_diff_applied_gives_the_other(before: GLMapping, after: GLMapping, on: date) -> None:
    """The rows kept and the rows that the difference names make the new version; moved cells are those that differ."""
    changes = diff(before, after, CELLS, on)
    gone = {*changes.removed, *changes.changed}
    new = {*changes.added, *changes.changed}
    rebuilt = {row_digest(each) for each in before.rows if each.id not in gone}
    rebuilt |= {row_digest(each) for each in after.rows if each.id in new}
    assert {row_digest(each) for each in after.rows} == rebuilt
    expected = {str(cell) for cell in CELLS if _decides(before, cell, on) != _decides(after, cell, on)}
    assert expected == {str(move.cell) for move in changes.moved}


def _decides(version: GLMapping, cell: Cell, on: date) -> tuple[str | None, bool] | None:
    first = next((table[0] for table in by_hand(version.rows, cell, on) if table), None)
    return first and (first.account, first.forbidden)


@law(100)
@given(mappings(), st.sampled_from(DAYS))
def test_diff_with_itself_is_empty(version: GLMapping, on: date) -> None:
    """A version does not differ from itself."""
    assert diff(version, version, CELLS, on).is_empty


ACCOUNTS = ("1000", "1200", "2400", "4000")
entries = st.lists(
    st.tuples(
        st.sampled_from(ENTITIES),
        st.integers(0, 60),
        st.lists(st.tuples(st.sampled_from(ACCOUNTS), st.integers(1, 10**12)), min_size=1, max_size=5),
        st.sampled_from(["debit", "credit"]),
    ),
    max_size=12,
)


@law(100)
@given(entries, st.integers(0, 60))
def test_trial_balance_sums(drawn: list[Any], last: int) -> None:
    """Random balanced entries sum to a trial balance that agrees with plain addition and is zero in each entity."""
    through = YEAR_START + timedelta(days=last)
    journal, sums = [], {}
    for number, (entity, day, parts, side) in enumerate(drawn):
        other = "credit" if side == "debit" else "debit"
        lines = [("1300", sum(minor for _, minor in parts), other), *((name, minor, side) for name, minor in parts)]
        texts = [(name, f"USD {minor // 100}.{minor % 100:02}", which) for name, minor, which in lines]
        posted = [line(name, "cash", which, text) for name, text, which in texts]
        journal.append(entry(str(number), YEAR_START + timedelta(days=day), *posted, entity=entity))
        for name, minor, which in lines if day <= last else []:
            sides = sums.setdefault((entity, name), {"debit": 0, "credit": 0})
            sides[which] += minor
    rows = trial_balance(journal, through=through).rows
    assert {key: (each["debit"], each["credit"]) for key, each in sums.items()} == {
        (each.entity, each.account): (each.debit.minor, each.credit.minor) for each in rows
    }
    for entity in ENTITIES:
        assert sum(each.balance.minor for each in rows if each.entity == entity) == 0
