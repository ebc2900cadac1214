"""Why days of a recurring line are given back: which line, which days, which share, which amendment, which rounding.

Source: rules 4 (credit basis and rounding) and 5 (a credit points at the line it corrects).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from billcore.billing.billed import in_order_of_issue
from billcore.billing.standing import StandingPiece, standing_pieces
from billcore.contract.resolved import CreditConvention
from billcore.contract.settlement import Settlement
from billcore.core.steps import Step
from billcore.engine.invoicing import BillRun
from billcore.invoice.invoice import InvoiceLine
from billcore.money.amount import Amount
from billcore.money.rounding import round_ratio
from billcore.periods.day_count import elapsed
from billcore.periods.period import Period


def credit_steps(line: InvoiceLine, run: BillRun, stood: Mapping[str, StandingPiece]) -> tuple[Step, ...]:
    """List the steps from the amendment to the amount of a line that gives days back.

    Args:
        line: Of a credit memo of the run; ``corrects`` names the line that billed the days.
        stood: As `pieces_before` gives it.
    """
    piece = stood.get(line.corrects)
    if piece is None:
        return ()
    settlement = _settlement(line, run)
    steps = [*amendment_steps(settlement), _days_step(line, piece)]
    convention = run.rated.resolved.credited
    if convention.basis != "as_billed":
        of_what = "what was paid of the line" if convention.basis == "as_paid" else "today's list price"
        return (*steps, _capped_step(line, f"a share of {of_what}"))
    worth = _worth(line, piece, run, convention)
    steps.append(worth)
    if worth.numerator != line.net_minor:
        is_paid = convention.cap == "paid" or (settlement is not None and settlement.credit != "credit")
        steps.append(
            _capped_step(line, "no more than was paid of the line" if is_paid else "what the line still holds")
        )
    return tuple(steps)


def amendment_steps(settlement: Settlement | None) -> list[Step]:
    """Name the amendment behind a change, where it was one."""
    if settlement is None or settlement.cause is None:
        return []
    cause = settlement.cause
    return [
        Step(
            rule="amendment",
            text=str(cause),
            inputs=(
                ("amendment", cause.amendment),
                ("effective", str(cause.effective)),
                ("known", str(cause.known_on)),
            ),
        )
    ]


def settlement_from(line: str, day: date, run: BillRun) -> Settlement | None:
    """The change of a line that begins on a day."""
    found = (one for one in run.rated.resolved.settlements if one.line == line and one.since == day)
    return next(found, None)


def _settlement(line: InvoiceLine, run: BillRun) -> Settlement | None:
    """The last change of the line on or before the days that are given back."""
    mine = [one for one in run.rated.resolved.settlements if one.line == line.line]
    return next((one for one in reversed(mine) if one.since <= line.service.start), None)


def pieces_before(run: BillRun) -> dict[str, StandingPiece]:
    """What stood of the contract's recurring lines when a run began: each document line with the piece it is of."""
    issued = {one.id for document in run.documents for one in document.lines}
    stood = [
        one
        for one in run.next_billed.lines
        if one.contract == run.contract and one.component == "recurring" and one.id not in issued
    ]
    pieces = standing_pieces(in_order_of_issue(stood))
    return {one.id: piece for piece in pieces for one in (piece.line, *piece.additions)}


def _days_step(line: InvoiceLine, piece: StandingPiece) -> Step:
    source, back, whole = piece.line, line.service.days, piece.service.days
    billed = Amount(minor=piece.value, currency=line.currency)
    name = source.number or source.document
    text = (
        f"{line.service} given back: {back} of the {whole} days {piece.service} that stood billed at {billed} "
        f"on {name} of {source.invoice_date}"
    )
    return Step(
        rule="days-given-back",
        text=text,
        inputs=(("corrects", line.corrects), ("document", name), ("billed", str(billed))),
        numerator=back,
        denominator=whole,
    )


def _worth(line: InvoiceLine, piece: StandingPiece, run: BillRun, convention: CreditConvention) -> Step:
    """What the days came to when they were billed: alone, or as the difference of two rounded cumulatives."""
    mode = run.rated.resolved.rounding
    currency = line.currency
    if convention.rounding == "each":
        unit, days = convention.unit, line.service
        whole = elapsed(unit, piece.service.start, piece.service.end)
        share = (elapsed(unit, piece.service.start, days.end) - elapsed(unit, piece.service.start, days.start)) / whole
        billed = Amount(minor=piece.value, currency=currency)
        alone = Amount(minor=round_ratio(piece.value * share.numerator, share.denominator, mode), currency=currency)
        text = f"{billed} x {share.numerator}/{share.denominator}, rounded alone {mode} = {alone}"
        return Step(rule="credit", text=text, numerator=alone.minor, denominator=1)
    through, before = (
        Amount(minor=_through(piece, day, run, convention), currency=currency)
        for day in (line.service.end, line.service.start)
    )
    worth = Amount(minor=through.minor - before.minor, currency=currency)
    text = (
        f"billed for the days before {line.service.end}: {through}; before {line.service.start}: {before}, "
        f"rounded {mode}; the days between: {worth}"
    )
    inputs = (("through", str(through)), ("kept", str(before)))
    return Step(rule="credit", text=text, inputs=inputs, numerator=worth.minor, denominator=1)


def _through(piece: StandingPiece, day: date, run: BillRun, convention: CreditConvention) -> int:
    if day <= piece.service.start:
        return 0
    days = Period(start=piece.service.start, end=day)
    return piece.amount(days, convention.unit, run.rated.resolved.rounding)


def _capped_step(line: InvoiceLine, why: str) -> Step:
    return Step(rule="credit", text=f"{line.net}: {why}", numerator=line.net_minor, denominator=1)
