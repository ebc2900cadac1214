"""How plain data of a case becomes what the contract stage and the prepaid ledger take."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from billcore.billing.contract_stage import apply_stage
from billcore.billing.prepaid import PrepaidLine
from billcore.billing.prepaid_state import PrepaidBalance, PrepaidState
from billcore.billing.stage_lines import Staged, StageLine
from billcore.billing.stage_state import CommitmentCounter, DiscountCounter, StageState
from billcore.billing.stage_window import ALL_SCALED, StageWindow
from billcore.contract.prepaid import PrepaidCredit
from billcore.contract.stage_terms import StageTerms
from billcore.core.ratio import Ratio
from billcore.money.amount import Amount
from billcore.periods.period import Period

Plain = dict[str, Any]


def minor(text: str, currency: str) -> int:
    """Minor units of a written amount."""
    return Amount.of(text, currency).minor


def ratio(text: str) -> Ratio:
    """A share as written: ``6/7`` or ``1``."""
    read = Fraction(text)
    return read.numerator, read.denominator


def window_of(given: Plain) -> StageWindow:
    """The billing period of a case."""
    start, end = given.get("period", ["2026-05-01", "2026-06-01"])
    return StageWindow(
        period=Period(start=date.fromisoformat(start), end=date.fromisoformat(end)),
        currency=given.get("currency", "EUR"),
        rounding=given.get("rounding", "half_up"),
        ends=given.get("ends", "period"),
        share=ratio(given.get("share", "1")),
        term_share=ratio(given.get("term_share", "1")),
        scaled=tuple(given.get("scaled", ALL_SCALED)),
    )


def lines_of(given: Plain) -> list[StageLine]:
    """The charges of a case; line and product are made from the id where they are not written."""
    currency = given.get("currency", "EUR")
    return [
        StageLine(
            id=line["id"],
            line=line.get("line", line["id"]),
            sku=line.get("sku", line["id"].upper()),
            meter=line.get("meter", ""),
            gross_minor=minor(line.get("gross", line["net"]), currency),
            net_minor=minor(line["net"], currency),
            invoiced_minor=minor(line["invoiced"], currency) if "invoiced" in line else None,
        )
        for line in given["lines"]
    ]


def state_of(given: Plain) -> StageState:
    """The counters of a case: used = {id: [periods, used, carried]}, counted = {id: minor}."""
    return StageState(
        discounts=tuple(
            DiscountCounter(id=name, periods=periods, used_minor=used, carried_minor=carried)
            for name, (periods, used, carried) in given.get("used", {}).items()
        ),
        commitments=tuple(
            CommitmentCounter(id=name, counted_minor=counted) for name, counted in given.get("counted", {}).items()
        ),
    )


def staged_of(given: Plain) -> Staged:
    """Run a case."""
    return apply_stage(lines_of(given), StageTerms.read(given.get("terms", {})), window_of(given), state_of(given))


def credits_of(given: list[Plain]) -> list[PrepaidCredit]:
    """The credits of a case: in EUR (an empty currency is none), valid from the start of 2026 unless they say so."""
    written = [{"valid_from": "2026-01-01", "currency": "EUR"} | credit for credit in given]
    return [PrepaidCredit.read({name: part for name, part in one.items() if part != ""}) for one in written]


def draw_lines_of(given: list[Plain], currency: str = "EUR") -> list[PrepaidLine]:
    """What is to be paid."""
    return [
        PrepaidLine(
            id=line["id"],
            line=line.get("line", line["id"]),
            sku=line.get("sku", line["id"].upper()),
            meter=line.get("meter", ""),
            minor=minor(line["due"], currency),
        )
        for line in given
    ]


def is_conserved(state: PrepaidState, bought: dict[str, int]) -> bool:
    """Whether drawn, expired and remaining of each credit sum to what was bought."""

    def whole(balance: PrepaidBalance) -> int:
        return balance.drawn_minor + balance.expired_minor + balance.remaining_minor

    return {balance.id: whole(balance) for balance in state.balances} == bought
