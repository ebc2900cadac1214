"""Unit tests of what is no obligation: a term that can be left early, lines earned in several ways, a sum that is off."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import billcore as bc
from billcore.core.errors import InvariantBroken
from billcore.money.amount import Amount
from billcore.revrec.obligations import obligations
from billcore.revrec.position import Position

TERM = {"start": "2026-01-01", "end": "2027-01-01"}


def contract(*measures: dict[str, Any], enforceable: dict[str, str]) -> bc.Contract:
    """One obligation of as many lines as measures."""
    return bc.Contract.read(
        {"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD", "billed_every": "month", "term": TERM}
        | {"enforceable": {"period": enforceable, "reason": "as agreed in section 9"}}
        | {
            "lines": [
                {"id": f"line-{n}", "sku": "A", "billed": "in_advance", "price": {"kind": "flat", "amount": "10.00"}}
                | {"revenue": measure, "obligation": "service"}
                for n, measure in enumerate(measures)
            ]
        }
    )


@pytest.mark.parametrize("end", ["2026-02-01", "2026-12-31"])
def test_a_term_that_can_be_left_early_is_not_recognized(end: str) -> None:
    """A month, or the whole term but a day: the error names both periods and the contract."""
    early = {"start": "2026-01-01", "end": end}
    with pytest.raises(bc.NotApplicable) as caught:
        obligations(contract({"kind": "ratable", "by": "day"}, enforceable=early), ())
    error = caught.value
    assert ("enforceable-term-shorter", "contract C-1") == (error.code, error.path)
    assert end in error.found
    assert TERM["end"] in error.expected


@pytest.mark.parametrize(
    "other", [{"kind": "point_in_time"}, {"kind": "ratable", "by": "service_month_even"}], ids=lambda one: one["kind"]
)
def test_an_obligation_is_earned_in_one_way(other: dict[str, Any]) -> None:
    """Lines of one obligation with another measure, or another grain of the same, are refused with its id."""
    day = {"kind": "ratable", "by": "day"}
    assert 1 == len(obligations(contract(day, day, enforceable=TERM), ()))
    with pytest.raises(bc.NotApplicable) as caught:
        obligations(contract(day, other, enforceable=TERM), ())
    error = caught.value
    assert ("obligation-measures-differ", "contract C-1, obligation service") == (error.code, error.path)


@pytest.mark.parametrize("off", ["billed", "recognized", "unbilled_receivable", "contract_liability", "contract_asset"])
def test_a_position_that_is_a_cent_off_is_none(off: str) -> None:
    """Billed + unbilled receivable + asset = recognized + liability: each of the five counts."""
    minor = {"billed": 1_000, "recognized": 400, "unbilled_receivable": 0, "contract_liability": 600}
    minor |= {"contract_asset": 0}

    def made(**numbers: int) -> Position:
        amounts = {name: Amount(minor=number, currency="USD") for name, number in numbers.items()}
        return Position(contract="C-1", as_of=date(2026, 1, 31), **amounts)

    assert 600 == made(**minor).contract_liability.minor
    with pytest.raises(InvariantBroken) as caught:
        made(**minor | {off: minor[off] + 1})
    assert "position-does-not-tie" == caught.value.code
    assert "C-1" in caught.value.found
