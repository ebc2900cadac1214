"""What discounts and a maximum of the contract take off its charges, invoice date by invoice date.

What an earlier invoice took stays taken; a later one takes what is left. Source: rules 3 (contract stage).
"""

from __future__ import annotations

from collections.abc import Sequence

from billcore.billing.charge import Charge
from billcore.billing.contract_stage import above_maximum, apply_stage
from billcore.billing.stage_state import StageState
from billcore.billing.stage_window import StageWindow
from billcore.billing.staged_lines import is_covered, seen_by_stage
from billcore.contract.scopes import Scope
from billcore.contract.stage_terms import MaximumCharge, StageTerms
from billcore.core.steps import Step
from billcore.core.value import replaced
from billcore.money.allocation import split_by_weight


def reduced_charges(
    charges: Sequence[Charge], terms: StageTerms, window: StageWindow, state: StageState
) -> tuple[list[Charge], dict[str, int]]:
    """Take discounts and maximum off, invoice date by invoice date; what an earlier one took stays taken.

    Returns: the charges that bear something or not, and what each discount took in all.
    """
    inside, discounts = replaced(window, ends="nothing"), terms.revised(minimum=None, maximum=None, commitments=())
    scopes = {one.id: one.scope for one in terms.discounts}
    given: dict[str, int] = {}
    done: list[Charge] = []
    seen: list[Charge] = []
    for day in sorted({charge.invoice_date for charge in charges if charge.invoice_date}):
        batch = [charge for charge in charges if charge.invoice_date == day]
        seen.extend(batch)
        staged = apply_stage(seen_by_stage(seen), discounts, inside, state)
        for amount in staged.amounts:
            more = -amount.minor - given.get(amount.id, 0)
            # The last step of an amount tells a spread over all charges so far; what these bear comes with each.
            batch, taken = _taken_off(batch, scopes[amount.id], more, amount.id, amount.steps[:-1], window)
            given[amount.id] = given.get(amount.id, 0) + taken
        if terms.maximum is not None:
            batch = _held_down(done, batch, terms.maximum, window)
        done.extend(batch)
    return done, given


def _held_down(
    done: Sequence[Charge], batch: list[Charge], maximum: MaximumCharge, window: StageWindow
) -> list[Charge]:
    """Take off what the charges in scope come to above the maximum, earlier invoices counted."""
    had = sum(one.net_minor for one in (*done, *batch) if is_covered(maximum.scope, one))
    over, steps = above_maximum(maximum, had, window)
    return _taken_off(batch, maximum.scope, over, maximum.id, steps, window)[0]


def _taken_off(
    batch: list[Charge], scope: Scope, minor: int, name: str, steps: tuple[Step, ...], window: StageWindow
) -> tuple[list[Charge], int]:
    """Take an amount off the charges of one invoice date that are in scope, by what each comes to."""
    chosen = [number for number, one in enumerate(batch) if is_covered(scope, one)]
    taken = min(minor, sum(batch[number].net_minor for number in chosen))
    if taken <= 0:
        return batch, 0
    lower = list(batch)
    parts = split_by_weight(taken, [batch[number].net_minor for number in chosen])
    for number, part in zip(chosen, parts, strict=True):
        if part:
            lower[number] = _less(batch[number], part, f"{name}: {window.shown(taken)}", steps, window)
    return lower, taken


def _less(charge: Charge, part: int, what: str, steps: tuple[Step, ...], window: StageWindow) -> Charge:
    net = charge.net_minor - part
    told = Step(
        rule="stage",
        text=f"{what} off this invoice, of it {window.shown(part)} here: "
        f"{window.shown(charge.net_minor)} - {window.shown(part)} = {window.shown(net)}",
        inputs=(("before", window.shown(charge.net_minor)), ("off", window.shown(part))),
        numerator=net,
        denominator=10**window.digits,
    )
    lower: Charge = replaced(
        charge,
        net_minor=net,
        staged_minor=charge.staged_minor + part,
        stage=(*charge.stage, *steps, told),
    )
    return lower
