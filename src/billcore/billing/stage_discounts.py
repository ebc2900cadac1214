"""What the discounts on several charges of a contract take off in one billing period, in their stacking order.

Source: rules 3: discounts of named charges before those of the whole contract; each result is rounded once and spread;
no discount takes a line below zero; n periods count those with a charge; what is not used is lost or carried.
"""

from __future__ import annotations

from collections.abc import Sequence

from billcore.billing.stage_lines import StageAmount, in_scope
from billcore.billing.stage_spread import Rests, spread
from billcore.billing.stage_state import DiscountCounter, StageState
from billcore.billing.stage_window import StageWindow, parameter
from billcore.contract.stage_discounts import ScopedAmountOff, ScopedDiscount, ScopedPercentOff
from billcore.contract.stage_terms import StageTerms
from billcore.core.ratio import Ratio, times
from billcore.core.steps import Step, exact_text
from billcore.core.value import Value
from billcore.money.rounding import round_ratio
from billcore.pricing.modifiers import Stacking
from billcore.pricing.reductions import ResolvedDiscount, applies, resolve_discount


class Wanted(Value, frozen=True, kw_only=True):
    """What a discount asks for before it is held to what the charges come to.

    Attributes:
        minor: Minor units, of this period and carried.
        is_granted: Whether this period is one of those it lasts.
        steps: How the amount was reached.
    """

    minor: int
    is_granted: bool
    steps: tuple[Step, ...]


def take_discounts(
    rests: Rests, terms: StageTerms, window: StageWindow, state: StageState
) -> tuple[Rests, tuple[StageAmount, ...], tuple[DiscountCounter, ...]]:
    """Take all discounts off the lines.

    Returns: what the lines come to, the results, and the counters that moved.
    Rounding: each discount once; the parts by largest remainder.
    Source: rules 3 (100.00 less 10.00, then 10 %: 81.00 ``as_listed``, 80.00 ``percent_first``).
    """
    amounts: list[StageAmount] = []
    counters: list[DiscountCounter] = []
    for is_whole in (False, True):
        began = rests
        group = [discount for discount in terms.discounts if discount.scope.is_whole == is_whole]
        for discount in _stacked(group, terms.stacking):
            chosen = in_scope(discount.scope, rests.lines)
            # A period without a charge grants nothing and is not counted, but an amount that lasts is kept for later.
            is_charged = any(rests.lines[number].gross_minor or rests.lines[number].net_minor for number in chosen)
            if not is_charged and not _is_kept(discount):
                continue
            counter = state.discount(discount.id)
            base = (began if terms.stacking == "additive" else rests).sum_of(chosen)
            wanted = _wanted(discount, base, counter, window)
            if wanted is None:
                continue
            rest = rests.sum_of(chosen)
            taken = min(wanted.minor, rest)
            if taken:
                rests, amount = spread(
                    rests,
                    -taken,
                    chosen,
                    name=discount.id,
                    component="discount",
                    window=window,
                    steps=(*wanted.steps, _limit_step(wanted.minor, rest, window)),
                )
                amounts.append(amount)
            counters.append(_moved(counter, discount, wanted, taken))
    return rests, tuple(amounts), tuple(counters)


def _is_kept(discount: ScopedDiscount) -> bool:
    """Whether each billing period gives an amount, be there a charge or not; of n periods only those with one do."""
    return isinstance(discount, ScopedAmountOff) and discount.unused == "carry" and discount.periods is None


def is_exhausted(discount: ScopedDiscount, state: StageState) -> bool:
    """Tell whether a discount that lasts a number of periods has nothing left: no period, and nothing carried.

    >>> once = ScopedAmountOff(id="c", amount="0.12", periods=1, unused="carry")
    >>> half = DiscountCounter(id="c", periods=1, used_minor=6, carried_minor=6)
    >>> is_exhausted(once, StageState(discounts=(half,)))
    False
    """
    counter = state.discount(discount.id)
    return discount.periods is not None and counter.periods >= discount.periods and not counter.carried_minor


def _stacked(group: Sequence[ScopedDiscount], stacking: Stacking) -> list[ScopedDiscount]:
    if stacking == "percent_first":
        return sorted(group, key=lambda discount: isinstance(discount, ScopedAmountOff))
    return list(group)


def _wanted(discount: ScopedDiscount, base: int, counter: DiscountCounter, window: StageWindow) -> Wanted | None:
    """What a discount asks for in this period; None where it does not reach it."""
    resolved = resolve_discount(discount)
    is_granted = applies(resolved, window.period.start, counter.periods)
    if isinstance(discount, ScopedPercentOff):
        return _percent_wanted(resolved, base, window) if is_granted else None
    # Past its last day what was carried is gone too; after its last period it still stands.
    has_ended = discount.until is not None and not is_granted
    if has_ended or not (is_granted or counter.carried_minor):
        return None
    minor, steps = 0, []
    if is_granted:
        minor, step = parameter(discount.amount, "discount", window, days=_days_with(resolved, window))
        steps.append(step)
    if counter.carried_minor:
        minor += counter.carried_minor
        steps.append(
            Step(
                rule="stage-carried",
                text=f"and {window.shown(counter.carried_minor)} carried = {window.shown(minor)}",
                numerator=minor,
                denominator=10**window.digits,
            )
        )
    return Wanted(minor=minor, is_granted=is_granted, steps=tuple(steps))


def _percent_wanted(resolved: ResolvedDiscount, base: int, window: StageWindow) -> Wanted:
    days = _days_with(resolved, window)
    numerator, denominator = times(times((base, 1), (resolved.numerator, resolved.denominator)), days)
    minor = round_ratio(numerator, denominator, window.rounding)
    denominator *= 10**window.digits
    part = f" x {days[0]}/{days[1]}" if days != (1, 1) else ""
    step = Step(
        rule="stage-percent",
        text=f"{resolved.text} of {window.shown(base)}{part} = {exact_text(numerator, denominator)}, "
        f"rounded {window.rounding} = {window.shown(minor)}",
        inputs=(("percent", resolved.text), ("base", window.shown(base))),
        numerator=numerator,
        denominator=denominator,
    )
    return Wanted(minor=minor, is_granted=True, steps=(step,))


def _days_with(resolved: ResolvedDiscount, window: StageWindow) -> Ratio:
    """The share of the period's days before a discount ends, where the discount says that it is split."""
    until, period = resolved.until, window.period
    if not resolved.splits or until is None or until >= period.end:
        return 1, 1
    return (until - period.start).days, period.days


def _limit_step(wanted: int, rest: int, window: StageWindow) -> Step:
    taken = min(wanted, rest)
    limit = f", the charges come to {window.shown(rest)}" if wanted > rest else ""
    return Step(
        rule="discount",
        text=f"less {window.shown(wanted)}{limit}: {window.shown(rest - taken)} left",
        inputs=(("wanted", window.shown(wanted)), ("rest", window.shown(rest))),
        numerator=rest - taken,
        denominator=10**window.digits,
    )


def _moved(counter: DiscountCounter, discount: ScopedDiscount, wanted: Wanted, taken: int) -> DiscountCounter:
    carries = isinstance(discount, ScopedAmountOff) and discount.unused == "carry"
    return DiscountCounter(
        id=counter.id,
        periods=counter.periods + wanted.is_granted,
        used_minor=counter.used_minor + taken,
        carried_minor=wanted.minor - taken if carries else 0,
    )
