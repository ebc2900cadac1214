"""What a contract comes to once names and conventions are settled: dates, integers, rate tables.

Everything after this is a pure function of values; no rule is read from a document again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from billcore.contract.cadence import Cadence
from billcore.contract.contract import Contract
from billcore.contract.history import history_of
from billcore.contract.line_history import LineHistory
from billcore.contract.lines import ContractLine
from billcore.contract.metered import check_metering
from billcore.contract.resolved import CreditConvention, Cut, ResolvedContract, ResolvedLine
from billcore.core.canonical import digest
from billcore.core.errors import MissingInput, NotApplicable
from billcore.core.exact import fraction_digits, scaled
from billcore.money.currency import minor_digits
from billcore.periods.boundaries import Leading
from billcore.periods.frequency import Frequency
from billcore.periods.grid import Grid
from billcore.pricing.composition import method_of
from billcore.pricing.documents import Price
from billcore.pricing.listed import Listed
from billcore.pricing.methods import Method
from billcore.pricing.rate_table import RateTable
from billcore.pricing.reductions import ResolvedDiscount, resolve_discount
from billcore.pricing.resolved_modifiers import NO_MODIFIERS, ResolvedModifiers, check_modifiers, resolve_modifiers


def resolve(
    contract: Contract,
    *,
    known_by: date | None = None,
    known_at: datetime | None = None,
    horizon: date | None = None,
) -> ResolvedContract:
    """Settle a contract into dates and integers.

    Args:
        known_by, known_at: Amendments that became known later are left out; None takes all.
        horizon: Day through which a contract that renews by itself is laid out; None stops at its first term.

    Raises: DocumentError ``currency-unknown``, ``line-outside-term``; NotApplicable ``metered-in-advance``,
        ``milestones-missing``, ``billed-does-not-fit``; MissingInput ``price-not-resolved``; and as `history_of`.
    """
    minor_digits(contract.currency)
    _check_within_term(contract)
    history = history_of(contract, known_by=known_by, known_at=known_at, horizon=horizon)
    return ResolvedContract(
        id=contract.id,
        customer=contract.customer,
        entity=contract.entity,
        currency=contract.currency,
        term=history.term,
        rounding=contract.rounding,
        lines=tuple(line for n, one in enumerate(history.lines) for line in _resolve_stretches(contract, one, n)),
        settlements=tuple(one for line in history.lines for one in line.settlements),
        extended=tuple((line.line.id, *days) for line in history.lines for days in line.extended),
        amended=tuple(one.id for one in history.amendments),
        idle=history.idle,
        credited=CreditConvention(
            unit=contract.proration.unit,
            basis=contract.proration.credit_basis,
            rounding=contract.proration.credit_rounding,
            cap=contract.proration.credit_cap,
        ),
    )


def _check_within_term(contract: Contract) -> None:
    for number, line in enumerate(contract.lines):
        if line.period is None:
            continue
        # A contract that renews may have a line that outlasts its first term; none begins before it.
        outlasts = line.period.end > contract.term.end and contract.renewal is None
        if line.period.start < contract.term.start or outlasts:
            raise NotApplicable(
                "line-outside-term",
                found=f"line period {line.period}",
                expected=f"within the term {contract.term}",
                path=f"lines[{number}].period",
            )


def _resolve_stretches(contract: Contract, history: LineHistory, place: int) -> Iterator[ResolvedLine]:
    for number, stretch in enumerate(history.stretches):
        path = f"lines[{place}]" if number == 0 else f"lines[{place}] from {stretch.period.start}"
        yield _resolve_line(contract, history, number, path)


def _resolve_line(contract: Contract, history: LineHistory, number: int, path: str) -> ResolvedLine:
    stretch = history.stretches[number]
    line, cadence = stretch.line, stretch.cadence
    if line.billed != cadence.billed:
        line = line.revised(billed=cadence.billed)
    price = _price(line, path)
    component = _component(line, path)
    every = cadence.every if cadence.every.recurs else line.billed_every or contract.billed_every
    _check_per(price, component, every, path)
    if price.per is not None and price.per.unit == "term" and contract.renewal is not None:
        raise NotApplicable(
            "billed-does-not-fit",
            found="a price for the term in a contract that renews by itself",
            expected="a price per month, quarter or year",
            path=f"{path}.price.per",
        )
    method = method_of(price)
    modifiers = resolve_modifiers(line.modifiers, contract.proration.scaled)
    check_modifiers(method, modifiers, f"{path}.modifiers")
    check_metering(price, line.metering, line.meters, f"{path}.metering")
    if component != "usage":
        _check_agreed(method, modifiers, path)
    quantity = "" if line.quantity is None else format(line.quantity, "f")
    recurs_at_all = component == "recurring"
    recurs = recurs_at_all and price.per is None
    discounts = tuple(resolve_discount(discount) for discount in line.discounts)
    terms = _terms(contract, method, quantity, price, discounts, modifiers, every if recurs else None)
    return ResolvedLine(
        contract=contract.id,
        id=line.id,
        sku=line.sku,
        meter=line.metering.meter or "" if line.metering is not None else "",
        name=line.name or line.sku,
        component=component,
        billed=line.billed,
        period=stretch.period,
        every=every,
        per=price.per,
        method=method,
        modifiers=modifiers,
        quantity=quantity,
        discounts=discounts,
        milestones=_weights(line),
        rounding=contract.rounding,
        currency=contract.currency,
        obligation=line.obligation_id,
        terms=digest([*terms, *_counted_otherwise(contract, history, cadence)] if recurs_at_all else terms),
        price_origin=str(line.price_origin or ""),
        stretch=number,
        plan=history.plan if history.plan != stretch.period else None,
        known_on=stretch.known_on,
        settle_on=stretch.settle_on,
        closed_on=stretch.closed_on,
        is_continued=stretch.is_continued and component == "usage",
        is_waived=stretch.is_waived and component == "usage",
        close_on=stretch.close_on,
        cut=_cut(cadence, contract.proration.leading),
    )


def _cut(cadence: Cadence, leading: Leading) -> Cut | None:
    grid = cadence.grid()
    if grid is None:
        return None
    return Cut(
        since=cadence.since,
        grid=grid,
        stub=cadence.stub,
        end=cadence.plan.end,
        origin=cadence.origin,
        leading=leading,
    )


def _counted_otherwise(contract: Contract, history: LineHistory, cadence: Cadence) -> list[Grid]:
    """The boundaries that an amendment moved, where a day of another period is worth something else."""
    grid = cadence.grid()
    if contract.proration.settled_by == "coverage" or grid is None or grid == history.cadence.grid():
        return []
    return [grid]


def _terms(
    contract: Contract,
    method: Method,
    quantity: str,
    price: Price,
    discounts: tuple[ResolvedDiscount, ...],
    modifiers: ResolvedModifiers,
    per_bill: Frequency | None,
) -> list[object]:
    """What makes the price; without modifiers and stage it is what it was before there were any.

    A recurring price that says not what it is per is for a billing period: how long that is makes the price too.
    """
    per = str(price.per or "") if per_bill is None else f"bill of a {per_bill}"
    terms: list[object] = [method, quantity, per, discounts, contract.rounding]
    if modifiers != NO_MODIFIERS:
        terms.append(modifiers)
    return terms if contract.stage is None else [*terms, contract.stage]


def _check_agreed(method: Method, modifiers: ResolvedModifiers, path: str) -> None:
    """Refuse a price that looks at more than a number where the quantity is agreed, and lines for each tier of it."""
    if not isinstance(method, RateTable):
        raise NotApplicable(
            "billed-does-not-fit",
            found=f"a price of kind {method.kind} on an agreed quantity",
            expected="a metered line: the price looks at what was measured",
            path=f"{path}.price",
        )
    if modifiers.grain == "segment":
        raise NotApplicable(
            "modifier-does-not-fit",
            found="the grain segment on an agreed quantity",
            expected="a metered line",
            path=f"{path}.modifiers",
            hint="Leave grain out: the charge is rounded once.",
        )


def _price(line: ContractLine, path: str) -> Price:
    if isinstance(line.price, Listed):
        raise MissingInput(
            "price-not-resolved",
            found=f"line {line.id} with a listed price",
            expected="the price itself",
            path=f"{path}.price",
            hint="Take the prices from the price book first: with_prices(contract, book).",
        )
    return line.price


def _component(line: ContractLine, path: str) -> str:
    if line.billed == "on_milestone":
        if not line.milestones:
            raise NotApplicable(
                "milestones-missing", found="billed on_milestone, no milestones", expected="milestones", path=path
            )
        if line.is_metered:
            raise NotApplicable(
                "billed-does-not-fit", found="a metered price on milestones", expected="a fixed price", path=path
            )
        return "milestone"
    if line.milestones:
        raise NotApplicable(
            "billed-does-not-fit",
            found=f"milestones on a line billed {line.billed}",
            expected="on_milestone",
            path=path,
        )
    if line.is_metered:
        if line.billed != "in_arrears":
            raise NotApplicable(
                "metered-in-advance",
                found=f"a metered price billed {line.billed}",
                expected="in_arrears: usage is known at the end",
                path=f"{path}.billed",
            )
        return "usage"
    return "one_time" if line.billed == "once" else "recurring"


def _check_per(price: Price, component: str, every: Frequency, path: str) -> None:
    """Refuse a price per month or year where no such periods are counted: it would be charged once, in silence."""
    per = price.per
    if per is not None and per.unit == "once" and component == "recurring":
        raise NotApplicable(
            "billed-does-not-fit",
            found=f"a price per once, billed every {every}",
            expected="billed once, or a price per month, quarter, year or term",
            path=f"{path}.price.per",
        )
    if per is None or not per.recurs or component in ("recurring", "one_time"):
        return
    if component == "usage" and per == every:
        return
    what = f"usage billed every {every}" if component == "usage" else "a line billed on milestones"
    raise NotApplicable(
        "billed-does-not-fit",
        found=f"a price per {per} on {what}",
        expected="no per: usage is priced in its own service period, milestones share one price",
        path=f"{path}.price.per",
    )


def _weights(line: ContractLine) -> tuple[tuple[str, int], ...]:
    if not line.milestones:
        return ()
    scale = max(fraction_digits(step.percent) for step in line.milestones)
    return tuple((step.id, scaled(step.percent, scale)) for step in line.milestones)
