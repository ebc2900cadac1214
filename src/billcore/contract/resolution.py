"""What a contract comes to once names and conventions are settled: dates, integers, rate tables.

Everything after this is a pure function of values; no rule is read from a document again.
"""

from __future__ import annotations

from billcore.contract.contract import Contract
from billcore.contract.lines import Billed, ContractLine
from billcore.contract.metered import check_metering
from billcore.core.canonical import digest
from billcore.core.errors import MissingInput, NotApplicable
from billcore.core.exact import fraction_digits, scaled
from billcore.core.value import Value
from billcore.money.currency import minor_digits
from billcore.money.rounding import RoundingMode
from billcore.periods.frequency import Frequency
from billcore.periods.period import Period
from billcore.pricing.composition import method_of
from billcore.pricing.documents import Price
from billcore.pricing.listed import Listed
from billcore.pricing.methods import Method
from billcore.pricing.rate_table import RateTable
from billcore.pricing.reductions import ResolvedDiscount, resolve_discount
from billcore.pricing.resolved_modifiers import NO_MODIFIERS, ResolvedModifiers, check_modifiers, resolve_modifiers


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
    """

    LATER = ("price_origin",)

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

    @property
    def path(self) -> str:
        """Where it stands, for errors."""
        return f"contract {self.contract}, line {self.id}"


class ResolvedContract(Value, frozen=True, kw_only=True):
    """A contract as dates and integers.

    Attributes:
        id, customer, entity, currency: As written.
        term: The contract's term.
        lines: Resolved, in the order written.
    """

    id: str
    customer: str
    entity: str
    currency: str
    term: Period
    rounding: RoundingMode
    lines: tuple[ResolvedLine, ...]

    def line(self, line_id: str) -> ResolvedLine:
        """The line of that id; ids come from the same contract, so it is there."""
        return next(line for line in self.lines if line.id == line_id)


def resolve(contract: Contract) -> ResolvedContract:
    """Settle a contract into dates and integers.

    Raises: DocumentError ``currency-unknown``, ``line-outside-term``; NotApplicable ``metered-in-advance``,
        ``milestones-missing``, ``billed-does-not-fit``; MissingInput ``price-not-resolved``.
    """
    minor_digits(contract.currency)
    return ResolvedContract(
        id=contract.id,
        customer=contract.customer,
        entity=contract.entity,
        currency=contract.currency,
        term=contract.term,
        rounding=contract.rounding,
        lines=tuple(_resolve_line(contract, line, f"lines[{n}]") for n, line in enumerate(contract.lines)),
    )


def _resolve_line(contract: Contract, line: ContractLine, path: str) -> ResolvedLine:
    period = line.period or contract.term
    if not contract.term.covers(period):
        raise NotApplicable(
            "line-outside-term",
            found=f"line period {period}",
            expected=f"within the term {contract.term}",
            path=f"{path}.period",
        )
    price = _price(line, path)
    component = _component(line, path)
    every = line.billed_every or contract.billed_every
    _check_per(price, component, every, path)
    method = method_of(price)
    modifiers = resolve_modifiers(line.modifiers, contract.proration.scaled)
    check_modifiers(method, modifiers, f"{path}.modifiers")
    check_metering(price, line.metering, line.meters, f"{path}.metering")
    if component != "usage":
        _check_agreed(method, modifiers, path)
    quantity = "" if line.quantity is None else format(line.quantity, "f")
    discounts = tuple(resolve_discount(discount) for discount in line.discounts)
    return ResolvedLine(
        contract=contract.id,
        id=line.id,
        sku=line.sku,
        meter=line.metering.meter or "" if line.metering is not None else "",
        name=line.name or line.sku,
        component=component,
        billed=line.billed,
        period=period,
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
        terms=digest(_terms(contract, method, quantity, price, discounts, modifiers)),
        price_origin=str(line.price_origin or ""),
    )


def _terms(
    contract: Contract,
    method: Method,
    quantity: str,
    price: Price,
    discounts: tuple[ResolvedDiscount, ...],
    modifiers: ResolvedModifiers,
) -> list[object]:
    """What makes the price; without modifiers and stage it is what it was before there were any."""
    terms: list[object] = [method, quantity, str(price.per or ""), discounts, contract.rounding]
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
