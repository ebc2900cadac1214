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
from billcore.contract.lines import Billed, ContractLine
from billcore.contract.metered import check_metering
from billcore.contract.settlement import Settlement
from billcore.core.canonical import digest
from billcore.core.errors import MissingInput, NotApplicable
from billcore.core.exact import fraction_digits, scaled
from billcore.core.value import Value
from billcore.money.currency import minor_digits
from billcore.money.rounding import RoundingMode
from billcore.periods.frequency import Frequency
from billcore.periods.grid import Grid
from billcore.periods.period import Period
from billcore.periods.stubs import StubConvention
from billcore.pricing.composition import method_of
from billcore.pricing.documents import Price
from billcore.pricing.listed import Listed
from billcore.pricing.methods import Method
from billcore.pricing.rate_table import RateTable
from billcore.pricing.reductions import ResolvedDiscount, resolve_discount
from billcore.pricing.resolved_modifiers import NO_MODIFIERS, ResolvedModifiers, check_modifiers, resolve_modifiers


class Cut(Value, frozen=True, kw_only=True):
    """How a line is cut into billing periods.

    Attributes:
        since: First day that is cut in this way.
        grid: The boundaries.
        stub: What becomes of a rest.
        end: The agreed exclusive end: a rest there may join the period before it.
        origin: The day from which periods are numbered.
    """

    since: date
    grid: Grid
    stub: StubConvention
    end: date
    origin: date


class ResolvedLine(Value, frozen=True, kw_only=True):
    """A contract line as dates and integers.

    Attributes:
        meter: What its usage records are of, or empty.
        component: ``recurring``, ``usage``, ``one_time`` or ``milestone``.
        every: Billing frequency.
        per: Price period, or None where the price is per billing period.
        method: What rating works on.
        modifiers: The steps before and after the price.
        quantity: Agreed quantity as plain text; empty where it is metered.
        milestones: (id, weight) in the order written; weights are percent at one integer scale.
        terms: Hash of what makes the price: method, quantity, discounts, rounding.
        price_origin: The entry of the price book that the price was taken from, in words; else empty.
        stretch: Number of the stretch of the line that this is, from 0; a line that never changes has one.
        plan: The days that the line was agreed for; None means its period.
        known_on: Day on which these terms became known, or None where they were agreed at the start.
        settle_on: Day before which what begins here within a billing period is not invoiced, or None.
        closed_on: Day on which an amendment that ends these days became known, or None where they end as agreed.
        is_continued: Whether usage of the window before the stretch counts for its tiers.
        is_waived: Whether usage of the window that closes with the stretch is waived.
        cut: How it is cut into billing periods; None where it is billed once.
    """

    LATER = (
        "price_origin",
        "stretch",
        "plan",
        "known_on",
        "settle_on",
        "closed_on",
        "is_continued",
        "is_waived",
        "cut",
    )

    contract: str
    id: str
    sku: str
    name: str
    meter: str
    component: str
    billed: Billed
    period: Period
    every: Frequency
    per: Frequency | None
    method: Method
    modifiers: ResolvedModifiers
    quantity: str
    discounts: tuple[ResolvedDiscount, ...]
    milestones: tuple[tuple[str, int], ...]
    rounding: RoundingMode
    currency: str
    obligation: str
    terms: str
    price_origin: str = ""
    stretch: int = 0
    plan: Period | None = None
    known_on: date | None = None
    settle_on: date | None = None
    closed_on: date | None = None
    is_continued: bool = False
    is_waived: bool = False
    cut: Cut | None = None

    @property
    def agreed(self) -> Period:
        """The days that the line was agreed for; a price for the term is for these."""
        return self.plan if self.plan is not None else self.period

    @property
    def path(self) -> str:
        """Where it stands, for errors."""
        return f"contract {self.contract}, line {self.id}"


class ResolvedContract(Value, frozen=True, kw_only=True):
    """A contract as dates and integers.

    Attributes:
        id, customer, entity, currency: As written.
        term: The contract's term, as amended and as renewed as far as was asked for.
        lines: Resolved, in the order written; a line that changed stands once for each stretch, in order of its days.
        settlements: How days that changes withdraw are settled, line by line, in order of their days.
        extended: (line, day, known): days of the line from ``day`` on were added later, on the day ``known``.
        amended: Ids of the amendments that were known and accepted.
    """

    id: str
    customer: str
    entity: str
    currency: str
    term: Period
    rounding: RoundingMode
    lines: tuple[ResolvedLine, ...]
    settlements: tuple[Settlement, ...] = ()
    extended: tuple[tuple[str, date, date], ...] = ()
    amended: tuple[str, ...] = ()

    def line(self, line_id: str) -> ResolvedLine:
        """The first stretch of the line of that id; ids come from the same contract, so it is there."""
        return next(line for line in self.lines if line.id == line_id)

    def by_line(self) -> dict[str, list[ResolvedLine]]:
        """The stretches of each line, in the order of the lines."""
        found: dict[str, list[ResolvedLine]] = {}
        for line in self.lines:
            found.setdefault(line.id, []).append(line)
        return found


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
    modifiers = resolve_modifiers(line.modifiers)
    check_modifiers(method, modifiers, f"{path}.modifiers")
    check_metering(price, line.metering, line.meters, f"{path}.metering")
    if component != "usage":
        _check_agreed(method, modifiers, path)
    quantity = "" if line.quantity is None else format(line.quantity, "f")
    recurs = component == "recurring" and price.per is None
    discounts = tuple(resolve_discount(discount) for discount in line.discounts)
    terms = _terms(contract, method, quantity, price, discounts, modifiers, every if recurs else None)
    recut = _recut(history, cadence) if component == "recurring" else None
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
        terms=digest([*terms, recut] if recut is not None else terms),
        price_origin=str(line.price_origin or ""),
        stretch=number,
        plan=history.plan if history.plan != stretch.period else None,
        known_on=stretch.known_on,
        settle_on=stretch.settle_on,
        closed_on=stretch.closed_on,
        is_continued=stretch.is_continued and component == "usage",
        is_waived=stretch.is_waived and component == "usage",
        cut=_cut(cadence),
    )


def _cut(cadence: Cadence) -> Cut | None:
    grid = cadence.grid()
    if grid is None:
        return None
    return Cut(since=cadence.since, grid=grid, stub=cadence.stub, end=cadence.plan.end, origin=cadence.origin)


def _recut(history: LineHistory, cadence: Cadence) -> Grid | None:
    """The boundaries of a line that an amendment cuts otherwise: a day of another period is worth something else."""
    grid = cadence.grid()
    return grid if grid != history.cadence.grid() else None


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
