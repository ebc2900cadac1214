"""Controls: ledger and subledgers agree, and every kind of break is found with both numbers."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from billcore.core.errors import InvariantBroken
from billcore.core.value import replaced
from billcore.engine.book import Standing
from billcore.engine.closing import BookRun
from billcore.engine.controls import controls
from billcore.money.amount import Amount
from support import founding


@cache
def run() -> BookRun:
    """The founding book through a day on which every kind of balance is open."""
    return founding.founding_run(date(2026, 12, 31))


def broken(standing: Standing) -> BookRun:
    """The run with something else standing."""
    return replaced(run(), standing=standing)


def test_the_founding_book_ties() -> None:
    """Every control holds, and says its number."""
    held = {(one.name, one.subject): str(one.ledger) for one in controls(founding.book(), run())}
    assert 20 == len(held)
    assert "EUR 13360.74" == held["receivable", "DE01"]
    assert "USD 72031.18" == held["receivable", "US01"]
    assert "EUR 2844.32" == held["tax", "DE01"]
    assert "USD 97777.77" == held["cash", "US01"]
    assert "USD 777.77" == held["cash_not_applied", "US01"]
    assert "USD 112000.00" == held["revenue", "C-1001"]
    assert "USD -16000.00" == held["position", "C-1001"]
    assert "USD -72.33" == held["position", "C-1003"]


@pytest.mark.parametrize("month", range(1, 13))
def test_it_ties_at_every_month_end_and_day_after(month: int) -> None:
    """Through the month's end, where contracts are netted, and through the next day, where that is taken back."""
    for day in (date(2026 + month // 12, month % 12 + 1, 1), date(2026, month, 28)):
        assert controls(founding.book(), founding.founding_run(day))


def without_entry(kind: str) -> Standing:
    """What stands, with one entry of a kind missing."""
    entries = list(run().standing.entries)
    entries.remove(next(entry for entry in entries if entry.kind == kind))
    return replaced(run().standing, entries=tuple(entries))


@pytest.mark.parametrize(
    ("kind", "control", "ledger", "subledger"),
    [
        ("invoice_issued", "receivable of US01", "USD -23968.82 in the ledger", "USD 72031.18, as the subledger says"),
        ("cash_received", "receivable of US01", "USD 168031.18 in the ledger", "USD 72031.18, as the subledger says"),
        (
            "revenue_recognized",
            "revenue of C-1001",
            "USD 102666.67 in the ledger",
            "USD 112000.00, as the subledger says",
        ),
    ],
)
def test_a_missing_entry_is_found(kind: str, control: str, ledger: str, subledger: str) -> None:
    """An entry that never reached the ledger breaks a control, which names both numbers."""
    with pytest.raises(InvariantBroken) as caught:
        controls(founding.book(), broken(without_entry(kind)))
    error = caught.value
    assert ("control-broken", control, ledger, subledger) == (error.code, error.path, error.found, error.expected)


def test_an_entry_on_another_role_is_found() -> None:
    """Unidentified cash that posted as revenue balances, and is still found."""
    standing = run().standing
    entry = next(one for one in standing.entries if any(line.role == "unidentified_cash" for line in one.lines))
    lines = tuple(replaced(line, role="revenue") if line.role == "unidentified_cash" else line for line in entry.lines)
    entries = tuple(replaced(one, lines=lines) if one == entry else one for one in standing.entries)
    with pytest.raises(InvariantBroken) as caught:
        controls(founding.book(), broken(replaced(standing, entries=entries)))
    assert "cash_not_applied of US01" == caught.value.path
    assert "USD 0.00 in the ledger" == caught.value.found


def test_revenue_on_another_contract_is_found() -> None:
    """An entry on the wrong contract leaves the entity's sums whole, and is still found."""
    standing = run().standing
    entry = next(one for one in standing.entries if one.kind == "revenue_recognized" and one.contract == "C-1001")
    entries = tuple(replaced(one, contract="C-1003") if one == entry else one for one in standing.entries)
    with pytest.raises(InvariantBroken) as caught:
        controls(founding.book(), broken(replaced(standing, entries=entries)))
    assert "revenue of C-1001" == caught.value.path


def test_an_open_item_off_by_one_cent_is_found() -> None:
    """There is no tolerance."""
    items = list(run().open_items)
    place = next(place for place, item in enumerate(items) if item.entity == "DE01" and item.balance.minor)
    less = Amount(minor=items[place].balance.minor - 1, currency="EUR")
    items[place] = replaced(items[place], balance=less)
    with pytest.raises(InvariantBroken) as caught:
        controls(founding.book(), replaced(run(), open_items=tuple(items)))
    assert ("EUR 13360.74 in the ledger", "EUR 13360.73, as the subledger says") == (
        caught.value.found,
        caught.value.expected,
    )


def test_nothing_standing_ties() -> None:
    """Before anything is issued there is nothing to compare."""
    assert () == controls(founding.book(), founding.founding_run(date(2025, 1, 1)))
