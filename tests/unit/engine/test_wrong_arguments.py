"""What the public functions say of arguments of the wrong kind: our own error, at once, with the likely slip."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

import billcore as bc
from billcore.core.value import replaced
from billcore.posting.revenue import post_revenue
from support import books

TERM = bc.Period(start=date(2026, 1, 1), end=date(2027, 1, 1))
DAY = date(2026, 3, 31)


def contract(**changes: Any) -> bc.Contract:
    lines = [
        bc.ContractLine(id="p", sku="P", price=bc.Flat(amount="10"), billed="in_advance", revenue=bc.Ratable(by="day")),
        bc.ContractLine(id="u", sku="U", price=bc.PerUnit(unit_price="1"), billed="in_arrears", revenue=bc.AsUsed()),
    ]
    fields = {
        "id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD", "billed_every": "month", "term": TERM,
        "lines": lines, "enforceable": bc.EnforceableTerm(period=TERM, reason="non-cancellable"),
    }  # fmt: skip
    return bc.Contract(**{**fields, **changes})


USAGE = {"u": {"2026-01": 5, "2026-02": 5, "2026-03": 5}}
RUN = bc.bill(contract(), usage=USAGE, through=DAY)
EARNED = bc.recognize(contract(), RUN.rated, through=DAY)

WRONG = {
    "no contract": lambda: bc.bill(None, through=DAY),
    "a run as what stands billed": lambda: bc.bill(contract(), usage=USAGE, through=DAY, billed=RUN),
    "a list as what stands billed": lambda: bc.bill(contract(), usage=USAGE, through=DAY, billed=[]),
    "a number as usage": lambda: bc.bill(contract(), usage=5, through=DAY),
    "a number as a line's usage": lambda: bc.bill(contract(), usage={"u": 5}, through=DAY),
    "nothing as a line's usage": lambda: bc.bill(contract(), usage={"u": None}, through=DAY),
    "a number as deliveries": lambda: bc.bill(contract(), delivered=5, through=DAY),
    "a number as taxes": lambda: bc.bill(contract(), usage=USAGE, through=DAY, taxes=5),
    "a text as entity": lambda: bc.bill(contract(), usage=USAGE, through=DAY, entity="E"),
    "a number as customer": lambda: bc.bill(contract(), usage=USAGE, through=DAY, customer=5),
    "a run where its ratings are wanted": lambda: bc.recognize(contract(), RUN, through=DAY),
    "nothing to compare with": lambda: bc.compare(RUN, None),
    "a number as payment": lambda: bc.apply_cash([1], []),
    "a number as open item": lambda: bc.apply_cash([], [2]),
    "a text to explain": lambda: bc.explain("u", RUN),
}


@pytest.mark.parametrize("call", WRONG.values(), ids=WRONG)
def test_an_argument_of_another_kind_is_refused(call: Any) -> None:
    """The kind that was found, the kind that is expected, and which argument."""
    with pytest.raises(bc.DocumentError) as caught:
        call()
    assert "argument-wrong" == caught.value.code
    assert caught.value.path
    assert caught.value.expected


def test_the_commonest_slip_is_named() -> None:
    """The run was passed where what stands billed is wanted: the hint says what to pass."""
    with pytest.raises(bc.DocumentError, match=r"run\.next_billed"):
        bc.bill(contract(), usage=USAGE, through=DAY, billed=RUN)  # type: ignore[arg-type]


@pytest.mark.parametrize("through", ["2026-03-31", None, datetime(2026, 3, 31, tzinfo=UTC)])
def test_a_date_is_a_date(through: Any) -> None:
    """A text, nothing, or an instant is no date."""
    for call in (
        lambda: bc.bill(contract(), through=through),
        lambda: bc.recognize(contract(), RUN.rated, through=through),
        lambda: bc.position("C-1", [], [], through, "USD"),
        lambda: bc.bill(contract(), delivered={"p": {"": through}}, through=DAY),
    ):
        with pytest.raises(bc.DocumentError) as caught:
            call()
        assert "date-malformed" == caught.value.code


def test_what_stands_in_another_currency_cancels_nothing() -> None:
    """One contract, one currency."""
    with pytest.raises(bc.NotApplicable) as caught:
        bc.bill(contract(currency="EUR"), usage=USAGE, through=DAY, billed=RUN.next_billed)
    assert "contract-currency-mixed" == caught.value.code


def test_a_position_is_of_one_currency() -> None:
    """Lines in dollars have no position in euros."""
    with pytest.raises(bc.NotApplicable) as caught:
        bc.position("C-1", RUN.next_billed.lines, EARNED.rows, DAY, "EUR")
    assert "currencies-differ" == caught.value.code


def test_a_posted_row_counts_once() -> None:
    """Passed twice, it would be taken back."""
    with pytest.raises(bc.DocumentError) as caught:
        bc.recognize(contract(), RUN.rated, through=DAY, recognized=EARNED.rows * 2)
    assert "revenue-repeated" == caught.value.code


def test_a_line_is_explained_by_its_own_run_only() -> None:
    """Another run's charge says nothing of it."""
    other = bc.bill(contract(id="C-2"), usage=USAGE, through=DAY)
    with pytest.raises(bc.DocumentError) as caught:
        bc.explain(RUN.invoices[0].lines[0], other)
    assert "line-unknown" == caught.value.code
    assert "net USD 10.00" in str(bc.explain(RUN.invoices[0], RUN))


def test_a_charge_too_large_for_money_is_refused_by_line() -> None:
    """Eighteen digits of units: nothing is issued, and the line is named."""
    absurd = {"u": {"2026-01": 999_999_999_999_999_999}}
    with pytest.raises(bc.LimitExceeded) as caught:
        bc.bill(contract(), usage=absurd, through=date(2026, 2, 1))
    assert ("amount-too-large", "contract C-1, line u") == (caught.value.code, caught.value.path)


def test_revenue_of_a_line_that_lost_its_key_is_named() -> None:
    """It is not an account that is missing."""
    book = books.book([contract()])
    row = replaced(EARNED.rows[0], obligation="renamed")
    with pytest.raises(bc.NotApplicable) as caught:
        post_revenue(book.ledger, book.accounts_of(contract()), row, {})
    assert "obligation-unknown" == caught.value.code


def test_a_book_runs_through_days_of_the_calendar() -> None:
    """The day after the last must be a day too."""
    from billcore.engine.book import Happened, Standing
    from billcore.engine.closing import run_book

    with pytest.raises(bc.LimitExceeded) as caught:
        run_book(books.book([]), Happened(), Standing(), date.max)
    assert "date-out-of-range" == caught.value.code
