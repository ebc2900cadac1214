"""Laws of billing by difference over contracts that change: whatever happens when, what stands is what was agreed."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import billcore as bc
from billcore.core.errors import BillcoreError
from support.laws import law
from support.lives import Kinds, Life, life
from support.living import REFUSED, Living, demand, live, net_by_line

chances = st.randoms(use_true_random=False)


@law(110, shrinks=False)
@given(chances)
def test_what_stands_is_what_was_agreed_day_by_day(chance: random.Random) -> None:
    """Amendments, corrections and runs in any order: each due day is billed once, and sums are the oracle's.

    After each run: a preview is the issue, a second run issues nothing, the order of lines does not matter, no credit
    is above its line; at the end a contract that was never billed before comes to the same cent.
    """
    kinds = Kinds()
    live(life(chance, kinds), kinds)


@law(60, shrinks=False)
@given(chances)
def test_under_policies_nothing_is_given_back_above_what_was_billed(chance: random.Random) -> None:
    """Changes at the period's end, settled later, credited as far as paid or not at all: runs come to rest."""
    kinds = Kinds(policies=True)
    live(life(chance, kinds), kinds, paid=chance)


@law(60, shrinks=False)
@given(chances)
def test_under_other_conventions_runs_come_to_rest_and_a_full_withdrawal_leaves_nothing(chance: random.Random) -> None:
    """Rounded alone, by 30ths or 365ths, capped by what was paid: never above the rest, zero when all is withdrawn."""
    kinds = Kinds(conventions=True)
    live(life(chance, kinds), kinds, paid=chance)


@law(40, shrinks=False)
@given(chances)
def test_what_became_known_in_another_order_comes_to_the_same(chance: random.Random) -> None:
    """Changes of different days, told in any order and at any time, with runs between or without."""
    kinds = Kinds(metered=False, renewals=False)
    drawn = life(chance, kinds)
    first = _agreed(drawn)
    if first is None:
        return
    changes = _apart(chance, drawn)
    told = list(changes)
    chance.shuffle(told)
    ends = []
    for order in (changes, told):
        living = Living(kinds=kinds, contract=first)
        today = first.term.start
        try:
            for number, (effective, change) in enumerate(order):
                today += timedelta(days=chance.choice([0, 3, 40]))
                living.amend(_amendment(f"A-{number}", effective, today, change))
                if chance.random() < 0.6:
                    living.run(today)
            living.run(drawn.end + timedelta(days=400))
        except BillcoreError as error:
            demand(error.code in REFUSED, "only errors that are known", error)
            return
        if living.told["amendments"] < len(order):
            return
        ends.append(net_by_line(living.billed))
    demand(ends[0] == ends[1], "every route to the same terms comes to the same", *ends)


@law(60, shrinks=False)
@given(chances)
def test_no_document_is_dated_before_what_made_it_was_known(chance: random.Random) -> None:
    """What a run issues because of an amendment, and would not issue without it, is not dated before it was known."""
    kinds = Kinds(metered=False)
    drawn = life(chance, kinds)
    first = _agreed(drawn)
    if first is None:
        return
    living = Living(kinds=kinds, contract=first)
    today = first.term.start + timedelta(days=chance.choice([0, 40, 100]))
    living.run(today)
    before = living.contract
    known = today + timedelta(days=chance.choice([1, 20, 50]))
    amendments = [about[0] for what, *about in drawn.steps if what == "amend"]
    for number, one in enumerate(amendments):
        zone = f"{known.isoformat()}T12:00:00+00:00"
        living.amend(one | {"id": f"K-{number}", "known_at": zone})
    on = known - timedelta(days=1)  # no zone of the tests lies a whole day behind
    try:
        later = drawn.end + timedelta(days=chance.choice([0, 200]))
        without = {one.id for one in bc.bill(before, through=later, billed=living.billed).documents}
        lines = {
            line.id for one in bc.bill(before, through=later, billed=living.billed).documents for line in one.lines
        }
        for one in living.run(later).documents:
            is_new = one.id not in without and any(line.id not in lines for line in one.lines)
            demand(not is_new or one.invoice_date >= on, "no document is dated before its amendment", one)
    except BillcoreError as error:
        demand(error.code in REFUSED, "only errors that are known", error)


@law(40, shrinks=False)
@given(chances)
def test_amendments_that_change_nothing_change_no_document(chance: random.Random) -> None:
    """The same quantity, price or end said again, at any time and for any day, leaves every document as it is."""
    kinds = Kinds()
    drawn = life(chance, kinds)
    first = _agreed(drawn)
    if first is None:
        return
    living, plain = Living(kinds=kinds, contract=first), Living(kinds=kinds, contract=first)
    for number, line in enumerate(first.lines):
        change: dict[str, Any] = {"kind": "price", "line": line.id, "price": line.price.model_dump(mode="json")}
        if line.quantity is not None:
            change["quantity"] = format(line.quantity, "f")
        day = first.term.start + timedelta(days=chance.choice([0, 1, 17]))
        living.amend(_amendment(f"N-{number}", day, day + timedelta(days=chance.choice([0, 90])), change))
    for through in (first.term.start, drawn.end):
        try:
            expected = plain.run(through).documents
        except BillcoreError as error:
            demand(error.code in REFUSED, "only errors that are known", error)
            return
        demand(living.run(through).documents == expected, "no document changes", through)


def _agreed(drawn: Life) -> bc.Contract | None:
    """The contract as first agreed, where it is one that can be billed."""
    try:
        contract = bc.Contract.read(drawn.contract)
        bc.bill(contract, through=drawn.end)
    except BillcoreError as error:
        demand(error.code in REFUSED, "only errors that are known", error)
        return None
    return contract


def _apart(chance: random.Random, drawn: Life) -> list[tuple[date, dict[str, Any]]]:
    """Changes of quantity, price and discounts, each from a day of its own: their order of telling says nothing."""
    found: dict[date, dict[str, Any]] = {}
    for what, *about in drawn.steps:
        if what == "amend":
            day = date.fromisoformat(about[0]["effective"])
            change = about[0]["changes"][0]
            if change["kind"] in ("quantity", "price", "discounts") and "n" not in change["line"]:
                found.setdefault(day, change)
    return list(found.items())


def _amendment(name: str, effective: date, known: date, change: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": name,
        "effective": effective.isoformat(),
        "known_at": f"{known.isoformat()}T12:00:00+00:00",
        "actor": "sales",
        "reason": "agreed",
        "changes": [change],
    }
