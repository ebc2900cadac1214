"""What unused time of a billed line gives back: a share of a named basis, rounded and capped as the convention says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from billcore.core.errors import DocumentError, MissingInput
from billcore.core.ratio import ZERO, Ratio, plus
from billcore.core.value import Value
from billcore.money.amount import Amount
from billcore.money.rounding import RoundingMode, round_ratio
from billcore.periods.period import Period
from billcore.proration.amounts import P, share_of, wrong_argument
from billcore.proration.convention import ProrationConvention

CappedBy = Literal["", "rest", "paid"]
_LONGEST_MONTH = 31


class UnusedCredit(Value, frozen=True, kw_only=True):
    """What unused time gives back.

    Attributes:
        amount: Credited now; 0 or more.
        asked: What the basis gave before it was capped.
        capped_by: What cut it: the ``rest`` of the line, what of it is ``paid``, or nothing.
    """

    amount: Amount
    asked: Amount
    capped_by: CappedBy = ""


def unused_credit(
    unused: P,
    line: P,
    convention: ProrationConvention,
    *,
    billed: Amount,
    full: P | None = None,
    credited: Amount | None = None,
    unused_before: Sequence[P] = (),
    list_price: Amount | None = None,
    paid: Amount | None = None,
    rounding: RoundingMode = "half_up",
) -> UnusedCredit:
    """Give what the unused time of a billed line is worth.

    Args:
        unused: The time given back now, within the line's service.
        line: The service period that the line was billed for.
        billed: What the line was billed, 0 or more.
        full: The full period that the line is a part of; without one the line is whole.
        credited: What was given back of it before, whatever for; none is 0.
        unused_before: Time of it given back before.
        list_price: What the line's service costs today; for ``credit_basis=list_price``.
        paid: What was paid on the line; for ``credit_basis=as_paid`` and ``credit_cap=paid``.

    Time is shared by the convention's unit within the line. The divisor 30 holds for a full period of at most 31 days;
    a price period, 360 and 365 go with another amount than the line's, so the line is shared by its length.

    A full withdrawal, after which no time of the line is kept, takes the rest whatever the basis is.

    Rounding: with ``credit_rounding=cumulative`` what is kept, before and after, once each; with ``each`` the credit
        once.
    Raises: MissingInput ``credit-basis-missing``; DocumentError ``part-outside-period``, ``periods-overlap``,
        ``argument-wrong``; NotApplicable ``currencies-differ``; and as `share`.
    Source: rules 4 (credited to date = line amount minus rounded share kept).

    >>> from datetime import date
    >>> from billcore.periods.period import Period
    >>> january = Period(start=date(2024, 1, 1), end=date(2024, 2, 1))
    >>> rest = Period(start=date(2024, 1, 16), end=date(2024, 2, 1))
    >>> unused_credit(rest, january, ProrationConvention(), billed=Amount.of("29.00", "EUR")).amount.text
    '14.97'
    """
    _check_amounts(billed=billed, credited=credited, list_price=list_price, paid=paid)
    zero = Amount(minor=0, currency=billed.currency)
    given = zero if credited is None else credited
    rest = max(billed - given, zero)
    whole = line if full is None else full
    within = _within_line(whole, convention)
    share_of(unused, whole, within)  # refuses what is no period, or of another kind, or outside
    every: list[P] = list(unused_before)
    every.append(unused)
    kept_before, kept_after = _kept(line, unused_before), _kept(line, every)
    basis = _basis(convention, billed, list_price, paid)
    if not kept_after:
        asked = rest
    elif convention.credit_rounding == "each":
        asked = _of(basis, _shares(every[-1:], line, whole, within), rounding)
    else:
        asked = _of(basis, _shares(kept_before, line, whole, within), rounding) - _of(
            basis, _shares(kept_after, line, whole, within), rounding
        )
    return _capped(max(asked, zero), rest, given, paid, convention)


def _check_amounts(**amounts: object) -> None:
    for name, given in amounts.items():
        if not isinstance(given, Amount) and (given is not None or name == "billed"):
            raise wrong_argument(given, "an Amount", name)


def _within_line(full: P, convention: ProrationConvention) -> ProrationConvention:
    """The convention as it shares a line: a divisor that goes with another amount than the line's says nothing here."""
    stated: object = convention
    if not isinstance(stated, ProrationConvention):
        raise wrong_argument(stated, "a ProrationConvention", "convention")
    given: object = full
    is_month = isinstance(given, Period) and given.days <= _LONGEST_MONTH
    if convention.denominator == "full_period" or (convention.denominator == "30" and is_month):
        return convention
    return convention.revised(denominator="full_period")


def _kept(line: P, unused: Sequence[P]) -> tuple[P, ...]:
    """The time of a line that nothing was given back for, in order."""
    kept, start = [], line.start
    for part in sorted(unused, key=lambda part: part.start):
        if not line.covers(part):
            raise DocumentError("part-outside-period", found=str(part), expected=f"time within {line}", path="unused")
        if part.start < start:
            raise DocumentError(
                "periods-overlap", found=f"{part} again", expected="time that is given back once", path="unused"
            )
        if start < part.start:
            kept.append(type(line)(start=start, end=part.start))
        start = part.end
    if start < line.end:
        kept.append(type(line)(start=start, end=line.end))
    return tuple(kept)


def _shares(parts: Sequence[P], line: P, full: P, convention: ProrationConvention) -> Ratio:
    """What part of a line some of its time is: a share of the full period, over the line's own share of it."""
    total = ZERO
    for part in parts:
        total = plus(total, share_of(part, full, convention))
    own = share_of(line, full, convention)
    # A day count may find no day in a line; nothing of it is a part of nothing.
    return (total[0] * own[1], total[1] * own[0]) if own[0] else ZERO


def _of(basis: Amount, taken: Ratio, rounding: RoundingMode) -> Amount:
    return Amount(minor=round_ratio(basis.minor * taken[0], taken[1], rounding), currency=basis.currency)


def _basis(convention: ProrationConvention, billed: Amount, list_price: Amount | None, paid: Amount | None) -> Amount:
    if convention.credit_basis == "as_billed":
        return billed
    name = "list_price" if convention.credit_basis == "list_price" else "paid"
    found = list_price if name == "list_price" else paid
    if found is None:
        raise _missing(name, f"a credit basis {convention.credit_basis}")
    return found


def _capped(
    asked: Amount, rest: Amount, given: Amount, paid: Amount | None, convention: ProrationConvention
) -> UnusedCredit:
    most, name = rest, "rest"
    if convention.credit_cap == "paid":
        if paid is None:
            raise _missing("paid", "a cap of what is paid")
        left = max(paid - given, Amount(minor=0, currency=paid.currency))
        if left < rest:
            most, name = left, "paid"
    capped_by: CappedBy = "" if asked <= most else "rest" if name == "rest" else "paid"
    return UnusedCredit(amount=min(asked, most), asked=asked, capped_by=capped_by)


def _missing(name: str, why: str) -> MissingInput:
    return MissingInput(
        "credit-basis-missing", found=f"no {name}", expected=f"an amount: the convention says {why}", path=name
    )
