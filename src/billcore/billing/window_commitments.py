"""What the usage windows of a metered line cost under a commitment for each window, exactly and unrounded.

This belongs to the line stage: the caller rounds the sum once, at the charge. Source: rules 3; Flexprice's commitment
by time bucket.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from billcore.contract.commitments import WindowCommitment
from billcore.core.checks import check_kind
from billcore.core.errors import NotApplicable
from billcore.core.exact import exact, fraction_digits, scaled
from billcore.core.limits import check_limit
from billcore.core.ratio import ZERO, Ratio, is_less, minus_not_below_zero, plus, ratio_of, times
from billcore.core.steps import Step, exact_text
from billcore.core.value import Value
from billcore.core.words import counted
from billcore.pricing.rate_table import RateTable
from billcore.pricing.totals import amount_of

# A quarter of a year in minutes.
MOST_WINDOWS = 150_000


class WindowAmount(Value, frozen=True, kw_only=True):
    """One window, in major units, exact.

    Attributes:
        quantity: Units used in it, as plain text.
        within: The price of what was used, up to the commitment.
        overage: What is above it, at the factor.
        true_up: What is missing up to it.
    """

    quantity: str
    within: Ratio
    overage: Ratio
    true_up: Ratio


class CommittedWindows(Value, frozen=True, kw_only=True):
    """All windows of a service period.

    Attributes:
        committed: For each window, in major units.
        windows: In the order of the quantities.
    """

    committed: Ratio
    windows: tuple[WindowAmount, ...]

    @property
    def within(self) -> Ratio:
        """The sum of what was used up to the commitment."""
        return _sum(window.within for window in self.windows)

    @property
    def overage(self) -> Ratio:
        """The sum of what was used above it."""
        return _sum(window.overage for window in self.windows)

    @property
    def true_up(self) -> Ratio:
        """The sum of what was missing."""
        return _sum(window.true_up for window in self.windows)

    @property
    def total(self) -> Ratio:
        """All three: what the charge is before it is rounded."""
        return plus(plus(self.within, self.overage), self.true_up)

    @property
    def steps(self) -> tuple[Step, ...]:
        """How it was reached, window by window; made when somebody asks."""
        told = [
            _step(
                f"window {number}: {window.quantity} units, {exact_text(*window.within)} within "
                f"{exact_text(*self.committed)}, overage {exact_text(*window.overage)}, "
                f"true-up {exact_text(*window.true_up)}",
                plus(plus(window.within, window.overage), window.true_up),
            )
            for number, window in enumerate(self.windows, start=1)
        ]
        text = f"sum of {counted(len(self.windows), 'window')} = {exact_text(*self.total)}"
        return (*told, _step(text, self.total))


def commit_windows(
    table: RateTable, quantities: Sequence[Decimal | int | str], commitment: WindowCommitment
) -> CommittedWindows:
    """Hold each usage window to its commitment.

    Args:
        table: The line's price, lowered.
        quantities: Units of each window, 0 or more.
        commitment: As an amount, or as a quantity that is worth what the price asks for it.

    Returns: exact amounts in major units of the currency.
    Rounding: none.
    Raises: DocumentError ``argument-wrong``, ``float-amount``, ``number-malformed``, ``number-too-large``;
        NotApplicable ``quantity-negative``, ``charge-negative``; LimitExceeded ``limit-exceeded``.
    Source: rules 3; Flexprice (price 2, commitment 10, factor 2, windows of 2 and 8 units: 14 + 12 + 6 = 32).

    >>> from billcore.pricing.documents import PerUnit
    >>> from billcore.pricing.lowering import lower
    >>> held = commit_windows(lower(PerUnit(unit_price="2")), [2, 8], WindowCommitment(amount="10", overage_factor="2"))
    >>> held.steps[-1].result
    '32'
    """
    check_kind(table, RateTable, "table")
    check_kind(quantities, (list, tuple), "quantities")
    check_kind(commitment, WindowCommitment, "commitment")
    check_limit("windows", len(quantities), MOST_WINDOWS, path="quantities")
    if commitment.amount is not None:
        committed = ratio_of(commitment.amount)
    else:
        committed = _price(table, commitment.quantity or Decimal(0), "commitment.quantity")
    factor = ratio_of(commitment.overage_factor) if commitment.overage_factor is not None else (1, 1)
    windows = []
    for number, given in enumerate(quantities):
        quantity = exact(given, path=f"quantities[{number}]")
        used = _price(table, quantity, f"quantities[{number}]")
        windows.append(
            WindowAmount(
                quantity=format(quantity, "f"),
                within=used if is_less(used, committed) else committed,
                overage=times(minus_not_below_zero(used, committed), factor),
                true_up=minus_not_below_zero(committed, used) if commitment.is_trued_up else ZERO,
            )
        )
    return CommittedWindows(committed=committed, windows=tuple(windows))


def _price(table: RateTable, quantity: Decimal, path: str) -> Ratio:
    scale = fraction_digits(quantity)
    found = amount_of(table, scaled(quantity, scale), scale)
    if found[0] < 0:
        raise NotApplicable("charge-negative", found=exact_text(*found), expected="0 or more", path=path)
    return found


def _sum(parts: Iterable[Ratio]) -> Ratio:
    total = ZERO
    for part in parts:
        total = plus(total, part)
    return total


def _step(text: str, result: Ratio) -> Step:
    return Step(rule="window-commitment", text=text, numerator=result[0], denominator=result[1])
