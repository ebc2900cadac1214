"""What each reading of a tier table would charge for one quantity, side by side."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

from billcore.core.checks import check_kind
from billcore.core.errors import DocumentError, LimitExceeded
from billcore.core.exact import CONTEXT, exact, shortest
from billcore.core.ratio import Ratio, minus
from billcore.core.table import Cell, Column, Table
from billcore.pricing.documents import Graduated, Reading, Stairstep, Volume
from billcore.pricing.rating import rate
from billcore.pricing.readings.detection import readable_as
from billcore.pricing.readings.normalizer import Model, TieredPrice
from billcore.pricing.tier_steps import short

DEFAULT_READING: Reading = "upper_inclusive"


def compare_readings(price: TieredPrice, quantity: Decimal | int | str) -> Table:
    """Show what each reading of a tier table would charge.

    Args:
        price: A graduated, volume or stairstep price.
        quantity: Units, 0 or more.

    Returns: one row for each reading: its amount, exact and in major units; what it differs from the default reading;
        and a note (which is the default, which is the price's own, where a table does not allow the reading).
    Rounding: none.
    Raises: DocumentError ``argument-wrong`` for another price, ``float-amount``, ``number-malformed``,
        ``number-too-large``; NotApplicable ``quantity-negative``; LimitExceeded ``amount-too-large`` for an amount of
        more digits than a table shows.
    Source: rules 3; peers 2.3.

    >>> from billcore.pricing.documents import Tier
    >>> price = Volume(tiers=[Tier(up_to=10, unit_price="10.00"), Tier(unit_price="5.00")])
    >>> print(compare_readings(price, "10.5").to_text())
    Reading          Amount  Difference  Note
    ---------------  ------  ----------  --------------------------
    upper_inclusive    52.5           0  the default; of this price
    lower_inclusive    52.5           0
    blocks               55         2.5
    integer_rows          0       -52.5
    """
    check_kind(price, (Graduated, Volume, Stairstep), "price")
    units = shortest(exact(quantity, path="quantity"))
    default = _amount(price.revised(reading=DEFAULT_READING), units)
    rows: list[tuple[Cell, ...]] = []
    for reading in get_args(Reading):
        notes = [*(["the default"] if reading == DEFAULT_READING else [])]
        notes += ["of this price"] if reading == price.reading else []
        try:
            amount = _amount(price.revised(reading=reading), units)
        except DocumentError as error:
            rows.append((reading, None, None, f"not allowed: {error.found}"))
            continue
        rows.append((reading, _shown(amount), _shown(minus(amount, default)), "; ".join(notes)))
    columns = (_READING, _AMOUNT, _DIFFERENCE, _NOTE)
    return Table(name=f"Readings of {units} units", columns=columns, rows=tuple(rows))


def compare_conventions(rows: object, quantity: Decimal | int | str, model: Model = "graduated") -> Table:
    """Show what each engine would charge that can read a table.

    Args:
        rows: Plain rows, as for `normalize`.
        quantity: Units, 0 or more.
        model: ``graduated``, ``volume`` or ``stairstep``.

    Returns: one row for each convention whose fields the rows have: the reading that comes with it, the amount, exact
        and in major units, what it differs from the first of them, and a note with the error where it gives no price.
    Rounding: none.
    Raises: DocumentError ``convention-unknown`` where no convention has the fields of the rows, and as
        `detect_convention` and `compare_readings`.
    Source: peers 2.2, 2.3.

    >>> rows = [{"from": 0, "unit_price": "10.00"}, {"from": 11, "unit_price": "5.00"}]
    >>> print(compare_conventions(rows, 11, "volume").to_text())
    Convention        Reading          Amount  Difference  Note
    ----------------  ---------------  ------  ----------  ------------------------------
    from_to_steps                                          rows[0].to: tier-not-last-open
    from_to_touching                                       rows[0].to: tier-not-last-open
    first_unit        integer_rows         55           0
    lower_inclusive   lower_inclusive      55           0
    """
    units = shortest(exact(quantity, path="quantity"))
    found = readable_as(rows, model)
    if not found:
        raise DocumentError(
            "convention-unknown",
            found="rows whose fields no convention has",
            expected="rows of one of the conventions",
            path="rows",
            hint="Name the convention and call normalize: it says which field it does not know.",
        )
    shown: list[tuple[Cell, ...]] = []
    first: Ratio | None = None
    for one in found:
        if one.price is None:
            shown.append((one.convention, "", None, None, f"{one.errors[0].path}: {one.errors[0].code}"))
            continue
        amount = _amount(one.price, units)
        first = amount if first is None else first
        shown.append((one.convention, one.price.reading, _shown(amount), _shown(minus(amount, first)), ""))
    columns = (Column(name="convention", kind="text", header="Convention"), _READING, _AMOUNT, _DIFFERENCE, _NOTE)
    return Table(name=f"Conventions for {units} units", columns=columns, rows=tuple(shown))


_READING = Column(name="reading", kind="text", header="Reading")
_AMOUNT = Column(name="amount", kind="decimal", header="Amount")
_DIFFERENCE = Column(name="difference", kind="decimal", header="Difference")
_NOTE = Column(name="note", kind="text", header="Note")


def _amount(price: TieredPrice, units: str) -> Ratio:
    rated = rate(price, units)
    return rated.numerator, rated.denominator


def _shown(amount: Ratio) -> Decimal:
    """Write an amount as a cell; its denominator is a power of ten, so it has an end.

    Raises: LimitExceeded ``amount-too-large``.
    """
    numerator, denominator = amount
    number = Decimal(short(numerator, len(str(denominator)) - 1))
    if len(number.as_tuple().digits) > CONTEXT.prec:
        raise LimitExceeded(
            "amount-too-large",
            found=f"an amount of {len(number.as_tuple().digits)} digits",
            expected=f"at most {CONTEXT.prec}",
            path="quantity",
        )
    return number
