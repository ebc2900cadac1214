"""Which billing period the contract stage looks at, how much of it is active, what a written amount comes to in it."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from billcore.billing.minor_units import check_size
from billcore.core.errors import DocumentError
from billcore.core.exact import plain
from billcore.core.ratio import Ratio, ratio_of, times
from billcore.core.steps import Step, exact_text
from billcore.core.value import Value
from billcore.money.currency import minor_digits
from billcore.money.rounding import MODES, RoundingMode, round_ratio
from billcore.periods.days import shown
from billcore.periods.period import Period, check_period

Scaled = Literal["discount", "maximum", "minimum", "commitment"]
ALL_SCALED: tuple[Scaled, ...] = ("discount", "maximum", "minimum", "commitment")
Ends = Literal["nothing", "period", "term"]
_MOST_BITS = 256
_ENDS: tuple[Ends, ...] = ("nothing", "period", "term")


class StageWindow(Value, frozen=True, kw_only=True):
    """The billing period of one contract.

    Attributes:
        period: Its service dates; a discount that ends on a date is judged at their start.
        currency: ISO 4217; parameters are rounded to it before they are compared.
        rounding: Mode of every rounding point of the stage.
        ends: What ends with it: the ``period``, also the ``term``, or ``nothing`` where it is an extra billing point
            inside a period: then nothing is topped up or trued up, and the counters stay.
        share: Active share of its full period, an exact ratio; more than 1 in a long stub.
        term_share: Active share of the full term.
        scaled: Which parameters the shares scale.

    Raises: DocumentError ``period-malformed``, ``currency-unknown``, ``rounding-mode-unknown``, ``choice-unknown``,
        ``ratio-malformed``.
    """

    period: Period
    currency: str
    rounding: RoundingMode = "half_up"
    ends: Ends = "period"
    share: Ratio = (1, 1)
    term_share: Ratio = (1, 1)
    scaled: tuple[Scaled, ...] = ALL_SCALED

    def __post_init__(self) -> None:
        check_period(self.period, "period")
        minor_digits(self.currency)
        if self.rounding not in MODES:
            raise DocumentError("rounding-mode-unknown", found=shown(self.rounding), expected=", ".join(MODES))
        if self.ends not in _ENDS:
            raise DocumentError("choice-unknown", found=shown(self.ends), expected=", ".join(_ENDS), path="ends")
        check_share(self.share, "share")
        check_share(self.term_share, "term_share")
        names: object = self.scaled
        if not isinstance(names, tuple) or not all(name in ALL_SCALED for name in names):
            expected = f"some of {', '.join(ALL_SCALED)}"
            raise DocumentError("choice-unknown", found=shown(self.scaled), expected=expected, path="scaled")

    @property
    def digits(self) -> int:
        """Digits after the point that the currency has."""
        return minor_digits(self.currency)

    def shown(self, minor: int) -> str:
        """Spell minor units as an amount."""
        return f"{self.currency} {plain(minor, self.digits)}"


def check_share(given: object, path: str) -> None:
    """Refuse what is no exact ratio of 0 or more.

    Raises: DocumentError ``ratio-malformed``.
    """
    if not (isinstance(given, tuple) and len(given) == 2 and all(type(number) is int for number in given)):
        found = f"a value of type {type(given).__name__}"
    elif given[0] < 0 or given[1] <= 0:
        found = "a ratio below 0 or of a whole below 1"
    elif max(given).bit_length() > _MOST_BITS:
        found = f"a ratio of more than {_MOST_BITS} bits"
    else:
        return
    expected = "numerator and denominator as whole numbers, 0 or more of 1 or more"
    raise DocumentError("ratio-malformed", found=found, expected=expected, path=path)


def parameter(
    amount: Decimal, name: Scaled, window: StageWindow, *, share: Ratio | None = None, days: Ratio = (1, 1)
) -> tuple[int, Step]:
    """Scale a written amount to the active share of its full period and round it to the currency, once.

    Args:
        amount: Major units, 0 or more.
        name: Which parameter it is: the window says whether it is scaled.
        share: Another share than that of the period.
        days: Share of the period's days in which it stands.

    Returns: minor units, and the step that tells it.
    Rounding: by the window's mode.
    Raises: LimitExceeded ``amount-too-large``.
    Source: rules 3 (parameters are rounded to the currency before comparison); Lago (10000.00 x 6/7 = 8571.43).
    """
    taken = (share if share is not None else window.share) if name in window.scaled else (1, 1)
    numerator, denominator = exact = times(times(ratio_of(amount), taken), days)
    minor = round_ratio(numerator * 10**window.digits, denominator, window.rounding)
    check_size(minor, window.currency, name)
    scaled = "".join(f" x {part[0]}/{part[1]}" for part in (taken, days) if part != (1, 1))
    result = f" = {exact_text(*exact)}" if scaled else ""
    return minor, Step(
        rule="stage-parameter",
        text=f"{name} {amount:f}{scaled}{result}, rounded {window.rounding} = {window.shown(minor)}",
        inputs=(("amount", format(amount, "f")), ("share", f"{taken[0]}/{taken[1]}")),
        numerator=numerator,
        denominator=denominator,
    )
