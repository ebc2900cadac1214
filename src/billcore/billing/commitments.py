"""What a customer still owes up to a commitment, and what use above it costs: by period, term, usage window or unit.

Source: rules 3 (commitments, what counts, true-up). What an amount is worth in a stub is said in `stage_window`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from billcore.billing.minor_units import check_size
from billcore.billing.stage_lines import StageAmount, StageComponent, in_scope
from billcore.billing.stage_spread import Rests, spread
from billcore.billing.stage_state import CommitmentCounter, StageState
from billcore.billing.stage_window import StageWindow, check_share, parameter
from billcore.contract.commitments import MinimumCommitment
from billcore.core.checks import check_kind
from billcore.core.errors import DocumentError
from billcore.core.exact import exact, fraction_digits, plain
from billcore.core.ratio import Ratio, ratio_of, times
from billcore.core.steps import Step, exact_text
from billcore.core.value import Value
from billcore.money.currency import minor_digits
from billcore.money.rounding import RoundingMode, round_ratio
from billcore.money.units import Unit


def take_commitments(
    rests: Rests, commitments: Sequence[MinimumCommitment], window: StageWindow, state: StageState
) -> tuple[Rests, tuple[StageAmount, ...], tuple[CommitmentCounter, ...]]:
    """Charge what use above each commitment costs more, and at its end what is missing.

    Args:
        rests: What the lines come to after discounts, maximum and minimum; what these added counts.
        state: Holds what counted in the term's billing periods before.

    Returns: what the lines come to, the results, and the counters of the term's commitments.
    Rounding: each commitment once to the currency; overage on the cumulative of what counted.
    Raises: as `spread` and `parameter`.
    Source: rules 3 (minimum 100, commitment 150, usage 80: 150 in all); Lago (10000.00 x 6/7 less 115.71: 8455.72).
    """
    amounts: list[StageAmount] = []
    counters: list[CommitmentCounter] = []
    for commitment in commitments:
        chosen = in_scope(commitment.scope, rests.lines)
        is_term = commitment.per == "term"
        before = state.commitment(commitment.id).counted_minor if is_term else 0
        through = before + sum(_counted(commitment, rests, number) for number in chosen)
        share = window.term_share if is_term else window.share
        committed, step = parameter(commitment.amount, "commitment", window, share=share)
        due: list[tuple[StageComponent, int, Step]] = []
        above = _overage(commitment, committed, before, through, window)
        if above is not None:
            due.append(("overage", *above))
        if commitment.is_trued_up and window.ends in (("term",) if is_term else ("period", "term")):
            missing = max(0, committed - through)
            due.append(("true_up", missing, _true_up_step(commitment, committed, through, window)))
        for component, minor, told in due:
            if minor:
                rests, amount = spread(
                    rests,
                    minor,
                    chosen,
                    name=commitment.id,
                    component=component,
                    window=window,
                    steps=(step, told),
                )
                amounts.append(amount)
        if is_term:
            counters.append(CommitmentCounter(id=commitment.id, counted_minor=through))
    return rests, tuple(amounts), tuple(counters)


def _counted(commitment: MinimumCommitment, rests: Rests, number: int) -> int:
    line, added = rests.lines[number], rests.added[number]
    if commitment.counts == "gross":
        return line.gross_minor + added
    if commitment.counts == "as_invoiced":
        return line.counted_as_invoiced + added
    return rests.minor[number]


def _overage(
    commitment: MinimumCommitment, committed: int, before: int, through: int, window: StageWindow
) -> tuple[int, Step] | None:
    """What use above the commitment costs more than its price, as the difference of rounded cumulatives."""
    if commitment.overage_factor is None:
        return None
    numerator, denominator = ratio_of(commitment.overage_factor)
    more = (numerator - denominator, denominator)
    exact_through = times((max(0, through - committed), 1), more)
    exact_before = times((max(0, before - committed), 1), more)
    minor = round_ratio(*exact_through, window.rounding) - round_ratio(*exact_before, window.rounding)
    above = max(0, through - committed) - max(0, before - committed)
    step = Step(
        rule="stage-overage",
        text=f"{window.shown(above)} above the commitment at {commitment.overage_factor:f} times the price: "
        f"{window.shown(minor)} more",
        inputs=(("above", window.shown(above)), ("factor", format(commitment.overage_factor, "f"))),
        numerator=minor,
        denominator=10**window.digits,
    )
    return minor, step


def _true_up_step(commitment: MinimumCommitment, committed: int, through: int, window: StageWindow) -> Step:
    missing = max(0, committed - through)
    return Step(
        rule="true-up",
        text=f"{window.shown(committed)} committed less {window.shown(through)} counted {commitment.counts}: "
        f"{window.shown(missing)}",
        inputs=(("committed", window.shown(committed)), ("counted", window.shown(through))),
        numerator=missing,
        denominator=10**window.digits,
    )


class UnitTrueUp(Value, frozen=True, kw_only=True):
    """What is missing up to a commitment in a custom unit, and what that is worth.

    Attributes:
        units: Missing units, as plain text.
        minor: Their worth in minor units of the unit's currency.
        steps: How it was reached.
    """

    units: str
    minor: int
    steps: tuple[Step, ...]


def unit_true_up(
    committed: Decimal | int | str,
    used: Decimal | int | str,
    unit: Unit,
    *,
    share: Ratio = (1, 1),
    rounding: RoundingMode = "half_up",
) -> UnitTrueUp:
    """Work out a true-up in a custom unit and convert it, alone, to the currency.

    Args:
        committed, used: In the unit, 0 or more; only the commitment is scaled.
        share: Active share of the full period.

    Rounding: the scaled commitment once to the unit's digits; the worth once to the currency.
    Raises: DocumentError ``number-negative``, ``amount-too-fine``, ``float-amount``, ``number-malformed``,
        ``number-too-large``, ``ratio-malformed``, ``argument-wrong``; LimitExceeded ``amount-too-large``.
    Source: Lago (minimum 10, used 7, at 0.25: 3.00 units are 0.75).

    >>> unit_true_up("10", "7", Unit(code="CREDITS", digits=2, worth="0.25", currency="EUR")).minor
    75
    """
    check_kind(unit, Unit, "unit")
    check_share(share, "share")
    due, had = exact(committed, path="committed"), exact(used, path="used")
    for path, number in (("committed", due), ("used", had)):
        if number < 0:
            raise DocumentError("number-negative", found=format(number, "f"), expected="0 or more", path=path)
        if fraction_digits(number) > unit.digits:
            raise DocumentError(
                "amount-too-fine",
                found=f"{number} {unit.code}",
                expected=f"at most {unit.digits} digits after the point",
                path=path,
            )
    one = 10**unit.digits
    target, whole = times(ratio_of(due), share)
    counted, scale = ratio_of(had)
    missing = max(0, round_ratio(target * one, whole, rounding) - counted * one // scale)
    units = plain(missing, unit.digits)
    worth = unit.convert(units)
    minor = round_ratio(worth.numerator * 10 ** minor_digits(unit.currency), worth.denominator, rounding)
    check_size(minor, unit.currency, "true_up")
    scaled = f" x {share[0]}/{share[1]} = {exact_text(target, whole)}" if share != (1, 1) else ""
    steps = (
        Step(
            rule="true-up",
            text=f"{due:f} {unit.code}{scaled} committed less {had:f} used: {units} {unit.code}",
            inputs=(("committed", format(due, "f")), ("used", format(had, "f"))),
            numerator=missing,
            denominator=one,
        ),
        Step(
            rule="convert-unit",
            text=f"{units} {unit.code} at {unit.worth:f} for {unit.per:f}, rounded {rounding} = "
            f"{unit.currency} {plain(minor, minor_digits(unit.currency))}",
            inputs=(("units", units), ("worth", format(unit.worth, "f"))),
            numerator=worth.numerator,
            denominator=worth.denominator,
        ),
    )
    return UnitTrueUp(units=units, minor=minor, steps=steps)
