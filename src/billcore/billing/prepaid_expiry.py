"""What of prepaid credits rolls over and what is lost when they expire, as dated facts.

Source: rules 3 (roll-over, expiry and breakage are dated facts).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from billcore.billing.prepaid_state import PrepaidBalance, PrepaidState, balances_of
from billcore.contract.prepaid import BreakagePolicy, PrepaidCredit
from billcore.core.ratio import ratio_of, times
from billcore.core.steps import Step
from billcore.core.value import Value, replaced
from billcore.money.currency import minor_digits
from billcore.money.rounding import RoundingMode, round_ratio
from billcore.periods.days import check_day


class Breakage(Value, frozen=True, kw_only=True):
    """What of a credit was lost on a day, in minor units; the policy is the one that the credit names."""

    credit: str
    on: date
    minor: int
    policy: BreakagePolicy | None


class RolledOver(Value, frozen=True, kw_only=True):
    """What of a credit went on when it expired, in minor units, and until when."""

    credit: str
    on: date
    minor: int
    expires: date


class Expiry(Value, frozen=True, kw_only=True):
    """What expired through a day: losses and roll-overs in the order of credits, each with its own day."""

    breakages: tuple[Breakage, ...]
    roll_overs: tuple[RolledOver, ...]
    steps: tuple[Step, ...]


def expire(
    credits: Sequence[PrepaidCredit], state: PrepaidState, on: date, *, rounding: RoundingMode = "half_up"
) -> tuple[Expiry, PrepaidState]:
    """Settle every credit whose expiry has come by a day: what rolls over goes on, the rest is lost.

    Args:
        credits, state: As in `draw`.
        on: The day; a credit has expired from its ``expires`` on.

    Returns: dated facts, and the state after them. A second call on the same day gives nothing.
    Rounding: the part that rolls over once, by the mode.
    Raises: as `draw`, and as `round_ratio`.
    Source: rules 3 (roll-over, expiry and breakage are dated facts).
    """
    check_day(on, "on")
    balances = balances_of(credits, state)
    changed: list[PrepaidBalance] = []
    breakages: list[Breakage] = []
    roll_overs: list[RolledOver] = []
    for credit in credits:
        balance = balances[credit.id]
        while balance.expires is not None and balance.expires <= on and balance.remaining_minor:
            day, rest = balance.expires, balance.remaining_minor
            goes_on = _rolled(credit, balance, state.currency, rounding)
            if goes_on and credit.roll_over is not None:
                until = credit.roll_over.expires
                roll_overs.append(RolledOver(credit=credit.id, on=day, minor=goes_on, expires=until))
                balance = replaced(balance, expires=until, is_rolled=True)
            if rest > goes_on:
                lost = rest - goes_on
                breakages.append(Breakage(credit=credit.id, on=day, minor=lost, policy=credit.breakage))
                balance = replaced(balance, expired_minor=balance.expired_minor + lost)
        changed.append(balance)
    steps = (*(_roll_step(one, state) for one in roll_overs), *(_breakage_step(one, state) for one in breakages))
    expiry = Expiry(breakages=tuple(breakages), roll_overs=tuple(roll_overs), steps=steps)
    return expiry, state.replaced(*changed)


def _rolled(credit: PrepaidCredit, balance: PrepaidBalance, currency: str, rounding: RoundingMode) -> int:
    """What of a credit's rest goes on."""
    if credit.roll_over is None or balance.is_rolled:
        return 0
    share = times((balance.remaining_minor, 100), ratio_of(credit.roll_over.percent))
    goes_on = round_ratio(*share, rounding)
    if credit.roll_over.at_most is None:
        return goes_on
    most = ratio_of(credit.roll_over.at_most)
    if credit.unit is not None:
        per = ratio_of(credit.unit.per)
        most = times(times(most, ratio_of(credit.unit.worth)), (per[1], per[0]))
    return min(goes_on, round_ratio(most[0] * 10 ** minor_digits(currency), most[1], rounding))


def _roll_step(row: RolledOver, state: PrepaidState) -> Step:
    text = f"credit {row.credit} expired on {row.on}: {state.shown(row.minor)} go on until {row.expires}"
    return Step(rule="roll-over", text=text, numerator=row.minor, denominator=10 ** minor_digits(state.currency))


def _breakage_step(row: Breakage, state: PrepaidState) -> Step:
    text = f"credit {row.credit} expired on {row.on}: {state.shown(row.minor)} are lost"
    return Step(rule="breakage", text=text, numerator=row.minor, denominator=10 ** minor_digits(state.currency))
