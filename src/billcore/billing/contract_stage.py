"""What a contract makes of its charges as a whole: discounts, then maximum, minimum and commitments, in this order.

Source: rules 3 (contract stage). What each step takes or adds is spread on the lines and has its workings.
"""

from __future__ import annotations

from collections.abc import Sequence

from billcore.billing.commitments import take_commitments
from billcore.billing.stage_discounts import take_discounts
from billcore.billing.stage_lines import StageAmount, Staged, StageLine, check_lines, in_scope
from billcore.billing.stage_spread import Rests, spread
from billcore.billing.stage_state import StageState
from billcore.billing.stage_window import StageWindow, parameter
from billcore.contract.stage_terms import MaximumCharge, MinimumCharge, StageTerms
from billcore.core.checks import check_kind
from billcore.core.steps import Step


def apply_stage(
    lines: Sequence[StageLine], terms: StageTerms, window: StageWindow, state: StageState | None = None
) -> Staged:
    """Take the rounded charges of one contract and one billing period through the contract stage.

    Args:
        lines: All charges of the period, also those of 0: a minimum is borne by them.
        terms: What the contract asks.
        window: The billing period, its active share, the currency.
        state: The counters at the start of the period; nothing used and nothing counted where absent.

    Returns: the results in their order with their parts, what each line comes to, and the counters for the next
        period. Inside a period (``window.ends`` is ``nothing``) the counters stay, nothing is topped up.
    Rounding: each parameter and each percentage once to the currency; parts by largest remainder.
    Raises: DocumentError ``argument-wrong``, ``id-repeated``; MissingInput ``stage-line-missing``; LimitExceeded
        ``amount-too-large``, ``limit-exceeded``.
    Source: rules 3.

    >>> from datetime import date
    >>> from billcore.periods.period import Period
    >>> terms = StageTerms(discounts=[{"kind": "amount_off", "id": "a", "amount": "10.00"},
    ...                               {"kind": "percent_off", "id": "b", "percent": "10"}])
    >>> may = StageWindow(period=Period(start=date(2026, 5, 1), end=date(2026, 6, 1)), currency="EUR")
    >>> seats = StageLine(id="1", line="seats", sku="S", gross_minor=10_000, net_minor=10_000)
    >>> staged = apply_stage([seats], terms, may)
    >>> staged.net_minor, staged.amounts[1].steps[0].text
    (8100, '10 % of EUR 90.00 = 9, rounded half_up = EUR 9.00')
    """
    read = check_lines(lines)
    check_kind(terms, StageTerms, "terms")
    check_kind(window, StageWindow, "window")
    state = state if state is not None else StageState()
    check_kind(state, StageState, "state")
    rests, discounts, used = take_discounts(Rests.of(read, is_exact=terms.spread == "exact"), terms, window, state)
    amounts = list(discounts)
    if terms.maximum is not None:
        rests, cut = _held_down(rests, terms.maximum, window)
        amounts.extend(cut)
    if terms.minimum is not None and window.ends != "nothing":
        rests, topped = _topped_up(rests, terms.minimum, window)
        amounts.extend(topped)
    rests, committed, counted = take_commitments(rests, terms.commitments, window, state)
    return Staged(
        lines=read,
        amounts=(*amounts, *committed),
        nets=rests.minor,
        exact_nets=rests.exact,
        state=state if window.ends == "nothing" else state.with_counters(used, counted),
    )


def _held_down(rests: Rests, maximum: MaximumCharge, window: StageWindow) -> tuple[Rests, list[StageAmount]]:
    """Take off what the lines come to above the maximum."""
    chosen = in_scope(maximum.scope, rests.lines)
    over, steps = above_maximum(maximum, rests.sum_of(chosen), window)
    if not over:
        return rests, []
    rests, amount = spread(rests, -over, chosen, name=maximum.id, component="discount", window=window, steps=steps)
    return rests, [amount]


def above_maximum(maximum: MaximumCharge, had: int, window: StageWindow) -> tuple[int, tuple[Step, ...]]:
    """Tell by how much charges are above a maximum.

    Args:
        had: What the charges in its scope come to, in minor units.

    Returns: minor units, 0 where they are not above it, and the steps that tell it.
    Rounding: the maximum once to the currency.
    Raises: as `parameter`.
    Source: rules 3.
    """
    most, step = parameter(maximum.amount, "maximum", window)
    if had <= most:
        return 0, ()
    told = Step(
        rule="maximum",
        text=f"the charges come to {window.shown(had)}, {window.shown(had - most)} above the maximum",
        inputs=(("charges", window.shown(had)), ("maximum", window.shown(most))),
        numerator=most,
        denominator=10**window.digits,
    )
    return had - most, (step, told)


def _topped_up(rests: Rests, minimum: MinimumCharge, window: StageWindow) -> tuple[Rests, list[StageAmount]]:
    """Add what the lines lack up to the minimum."""
    least, step = parameter(minimum.amount, "minimum", window)
    chosen = in_scope(minimum.scope, rests.lines)
    had = rests.sum_of(chosen)
    if had >= least:
        return rests, []
    told = Step(
        rule="minimum",
        text=f"the charges come to {window.shown(had)}, {window.shown(least - had)} below the minimum",
        inputs=(("charges", window.shown(had)), ("minimum", window.shown(least))),
        numerator=least,
        denominator=10**window.digits,
    )
    rests, amount = spread(
        rests, least - had, chosen, name=minimum.id, component="minimum", window=window, steps=(step, told)
    )
    return rests, [amount]
