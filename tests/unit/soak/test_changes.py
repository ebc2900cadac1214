"""Whether the lives of contracts that change see a mistake: each is made on purpose, and a law must break."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from billcore.billing import charge_rounding, coverage, scheduling
from billcore.engine import invoicing
from soak.changes import live_contract
from soak.histories import lives
from support.living import Violation

SEED = 7


def test_lives_of_contracts_are_counted_and_can_be_lived_again() -> None:
    """The same seed and number is the same life."""
    told = live_contract(SEED, 3)
    assert told == live_contract(SEED, 3)
    assert told["runs"] > 0
    assert 2 == lives(SEED, count=2, live_one=live_contract).seen["histories"]


def broken(count: int = 60) -> str:
    """What the first of some lives that breaks a law says."""
    for number in range(count):
        if number % 5 in (0, 1, 2):
            try:
                live_contract(SEED, number)
            except Violation as violation:
                return str(violation)
    return ""


def test_nothing_is_broken_without_a_mistake() -> None:
    """What the other tests find is the mistake's."""
    assert "" == broken(12)


def test_a_withdrawal_that_is_forgotten_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Days that should not stand any more are not given back."""
    monkeypatch.setattr(coverage, "_withdraw", lambda *_: None)
    assert "" != broken()


def test_a_cent_too_much_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rounding is up instead of half up."""
    rounded = charge_rounding.round_ratio
    monkeypatch.setattr(charge_rounding, "round_ratio", lambda n, d, _: rounded(n, d, "up"))
    assert "what stands is what the oracle counts" in broken()


def test_an_amendment_that_is_not_seen_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run believes what was known a month before."""
    known: Any = invoicing._known_by
    monkeypatch.setattr(
        invoicing, "_known_by", lambda through, standing: date(2000, 1, 1) if standing else known(through, ())
    )
    assert "" != broken()


def test_a_boundary_that_is_dated_wrong_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are due when their service starts, also those in arrears."""
    monkeypatch.setattr(scheduling, "_invoice_date", lambda line, row, service, extended: service.start)
    assert "" != broken()


def test_what_is_counted_is_counted() -> None:
    """Lives hold amendments, runs, documents and comparisons with the oracle, not one of them alone."""
    told = sum((live_contract(SEED, number) for number in range(20)), Counter[str]())
    assert min(told[name] for name in ("amendments", "runs", "documents", "compared")) >= 20
