"""Unit tests of what is withdrawn: pieces that stand billed and that the contract does not plan any more."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

import billcore as bc

TERM = {"start": "2026-01-01", "end": "2026-04-01"}
MARCH = date(2026, 3, 15)
USAGE = {"b": {date(2026, 1, 1): "7", date(2026, 2, 1): "3"}}


def contract(*names: str, **changes: Any) -> bc.Contract:
    """A flat line, a metered one and a second flat one, those that are named."""
    lines = [
        {"id": "a", "sku": "A", "billed": "in_advance", "price": {"kind": "flat", "amount": "100"}},
        {"id": "b", "sku": "B", "billed": "in_arrears", "price": {"kind": "per_unit", "unit_price": "2"}},
        {"id": "c", "sku": "C", "billed": "in_advance", "price": {"kind": "flat", "amount": "10"}},
    ]
    return bc.Contract.read(
        {"id": "C-1", "customer": "acme", "entity": "DE01", "currency": "EUR", "term": TERM, "billed_every": "month"}
        | {"lines": [line for line in lines if line["id"] in names]}
        | changes
    )


def stands(billed: bc.Billed) -> dict[str, int]:
    """Line -> billed less credited."""
    sums: Counter[str] = Counter()
    for line in billed.lines:
        sums[line.line] += line.signed
    return dict(sums)


def test_a_line_that_is_not_in_the_contract_any_more_is_given_back_whole() -> None:
    """Each of its pieces is credited against the line that billed it, and running again adds nothing."""
    first = bc.bill(contract("a", "b", "c"), usage=USAGE, through=MARCH)
    assert {"a": 30_000, "b": 2_000, "c": 3_000} == stands(first.next_billed)
    second = bc.bill(contract("a"), through=MARCH, billed=first.next_billed)
    assert {"a": 30_000, "b": 0, "c": 0} == stands(second.next_billed)
    credits = [line for document in second.documents for line in document.lines]
    assert {"credit_memo"} == {document.kind for document in second.documents}
    charged = {line.id: line for line in first.next_billed.lines}
    assert sorted(
        (line.line, line.service.start, line.net_minor) for line in charged.values() if line.line != "a"
    ) == sorted((line.line, line.service.start, line.net_minor) for line in credits)
    assert all(charged[line.corrects].service == line.service for line in credits)
    assert () == bc.bill(contract("a"), through=MARCH, billed=second.next_billed).documents


def test_only_what_a_piece_still_holds_is_given_back() -> None:
    """A piece that was raised and credited before is withdrawn by its rest, from its newest line first."""
    whole, known = contract("a", "b"), bc.Billed()
    for quantity in ("7", "10", "8"):
        run = bc.bill(whole, usage={"b": {**USAGE["b"], date(2026, 1, 1): quantity}}, through=MARCH, billed=known)
        known = run.next_billed
    assert {"a": 30_000, "b": 2_200} == stands(known)
    january = [line for line in known.lines if line.line == "b" and line.service.start == date(2026, 1, 1)]
    base, raised = (line.id for line in january if line.kind == "invoice")
    last = bc.bill(contract("a"), through=MARCH, billed=known)
    credits = {line.corrects: line.net_minor for document in last.documents for line in document.lines}
    assert (1_400, 200) == (credits[base], credits[raised])
    assert {"a": 30_000, "b": 0} == stands(last.next_billed)


def test_a_run_that_looks_at_an_earlier_day_withdraws_nothing() -> None:
    """What is planned and not due yet on that day stays billed."""
    run = bc.bill(contract("a", "b"), usage=USAGE, through=MARCH)
    assert () == bc.bill(contract("a", "b"), usage=USAGE, through=date(2026, 1, 1), billed=run.next_billed).documents


@pytest.mark.parametrize(
    ("every", "term", "expected"),
    [
        # 100.00 a quarter where 100.00 a month stood: three months are given back, one quarter is billed.
        ("quarter", TERM, 10_000),
        # Days that stay: 15 February to 31 March, 14/28 of February and all of March; 1 to 14 April are 14/31 of the
        # period from 15 March, which stood to its 17th day: 100.00 - 54.84 = 45.16. 50.00 + 100.00 + 45.16.
        ("month", {"start": "2026-02-15", "end": "2026-05-15"}, 19_516),
        ("month", {"start": "2026-04-01", "end": "2026-07-01"}, 0),
        ("month", {"start": "2025-10-01", "end": "2026-01-01"}, 30_000),
    ],
    ids=["longer periods", "shifted periods", "right after", "right before"],
)
def test_standing_periods_that_differ_from_planned_ones_are_settled_day_by_day(
    every: str, term: Any, expected: int
) -> None:
    """Days that stay by the same terms stay as billed; what is not planned is given back, what lacks is charged."""
    billed = bc.bill(contract("a"), through=MARCH).next_billed
    changed = contract("a", billed_every=every, term=term)
    run = bc.bill(changed, through=MARCH, billed=billed)
    assert {"a": expected} == stands(run.next_billed)
    assert () == bc.bill(changed, through=MARCH, billed=run.next_billed).documents


def test_a_line_that_is_held_keeps_what_stands_of_it() -> None:
    """While its usage is missing nothing of a line is given back, not even periods that are not planned any more."""
    billed = bc.bill(contract("a", "b"), usage=USAGE, through=MARCH).next_billed
    changed = contract("b", billed_every="quarter")
    kept = bc.bill(
        changed, through=date(2026, 4, 1), billed=bc.Billed().plus(one for one in billed.lines if one.line == "b")
    )
    assert ((), ["usage-missing"]) == (kept.documents, [finding.code for finding in kept.findings])
