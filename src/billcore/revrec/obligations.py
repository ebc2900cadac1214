"""What was promised, as performance obligations: consideration stated, measure, standalone price.

Source: rules 7; ASC 606-10-25-14 to 25-22. Whether promises are distinct is a recorded judgement, never inferred.
"""

from __future__ import annotations

from collections.abc import Sequence

from billcore.billing.charge import Charge
from billcore.contract.contract import Contract
from billcore.contract.lines import ContractLine
from billcore.contract.measures import Measure, Milestones, Ratable
from billcore.core.errors import MissingInput, NotApplicable
from billcore.core.exact import fraction_digits, scaled
from billcore.core.value import Value
from billcore.money.amount import Amount
from billcore.periods.period import Period


class Obligation(Value, frozen=True, kw_only=True):
    """One performance obligation with fixed consideration, or one whose consideration is usage.

    Attributes:
        contract, id: Which.
        lines: Contract lines that belong to it.
        skus: Their products.
        treatment: ``ratable``, ``point_in_time``, ``as_used`` or ``milestones``.
        grain: Of a ratable measure, else empty.
        service: The days over which it is satisfied.
        stated: Fixed consideration that its lines state, after their discounts; zero where it is usage.
        ssp: Standalone selling price in minor units, or None where it is the only one with fixed consideration.
        milestones: (id, weight) of a milestone measure.
        judgement: Why it is distinct, as recorded.
    """

    contract: str
    id: str
    lines: tuple[str, ...]
    skus: tuple[str, ...]
    treatment: str
    grain: str
    service: Period
    stated: Amount
    ssp: int | None
    milestones: tuple[tuple[str, int], ...]
    judgement: str


def obligations(contract: Contract, charges: Sequence[Charge]) -> tuple[Obligation, ...]:
    """Find a contract's obligations and the fixed consideration stated for each.

    Args:
        contract: With its enforceable term.
        charges: Every charge of the contract: fixed ones of the whole term, and usage known so far.

    Returns: in the order of the contract's lines.
    Raises: MissingInput ``enforceable-term-missing``, ``revenue-treatment-missing``; NotApplicable
        ``enforceable-term-shorter``, ``measure-does-not-fit``, ``obligation-measures-differ``.
    Source: rules 7.
    """
    _check_enforceable(contract)
    grouped: dict[str, list[ContractLine]] = {}
    for line in contract.lines:
        grouped.setdefault(line.obligation_id, []).append(line)
    stated: dict[str, int] = {}
    for charge in charges:
        if charge.line.component != "usage":
            stated[charge.line_id] = stated.get(charge.line_id, 0) + charge.net.minor
    return tuple(
        _obligation(contract, name, lines, sum(stated.get(line.id, 0) for line in lines))
        for name, lines in grouped.items()
    )


def _check_enforceable(contract: Contract) -> None:
    if contract.enforceable is None:
        raise MissingInput(
            "enforceable-term-missing",
            found="no enforceable term",
            expected="the term the customer cannot leave without substantive penalty, with the reason",
            path=f"contract {contract.id}",
            hint="Record EnforceableTerm(period=..., reason=...); until then it is billed, not recognized.",
        )
    if contract.enforceable.period != contract.term:
        raise NotApplicable(
            "enforceable-term-shorter",
            found=f"enforceable {contract.enforceable.period}",
            expected=f"the whole term {contract.term}",
            path=f"contract {contract.id}",
            hint="A term that can be left early is billed; its revenue is held until renewal options are built.",
        )


def _obligation(contract: Contract, name: str, lines: Sequence[ContractLine], stated: int) -> Obligation:
    measure = _measure(contract, name, lines)
    spans = [line.period or contract.term for line in lines]
    with_price = next((line for line in lines if line.ssp is not None), None)
    ssp = None
    if with_price is not None and with_price.ssp is not None:
        ssp = stated if with_price.ssp.amount is None else Amount.of(with_price.ssp.amount, contract.currency).minor
    judged = next((line.judgement for line in lines if line.judgement is not None), None)
    return Obligation(
        contract=contract.id,
        id=name,
        lines=tuple(line.id for line in lines),
        skus=tuple(dict.fromkeys(line.sku for line in lines)),
        treatment=measure.kind,
        grain=measure.by if isinstance(measure, Ratable) else "",
        service=Period(start=min(span.start for span in spans), end=max(span.end for span in spans)),
        stated=Amount(minor=stated, currency=contract.currency),
        ssp=ssp,
        milestones=_weights(measure),
        judgement=judged.reason if judged is not None and judged.is_distinct else "",
    )


def _measure(contract: Contract, name: str, lines: Sequence[ContractLine]) -> Measure:
    measures = [line.revenue for line in lines]
    where = f"contract {contract.id}, obligation {name}"
    for line, measure in zip(lines, measures, strict=True):
        if measure is None:
            raise MissingInput(
                "revenue-treatment-missing", found=f"line {line.id} without one", expected="a treatment", path=where
            )
        if line.is_metered != (measure.kind == "as_used"):
            raise NotApplicable(
                "measure-does-not-fit",
                found=f"{measure.kind} on line {line.id}, {'metered' if line.is_metered else 'of agreed quantity'}",
                expected="as_used for metered lines, and only for them",
                path=where,
            )
    first = measures[0]
    if first is None or any(other != first for other in measures):
        raise NotApplicable(
            "obligation-measures-differ", found="several measures", expected="one measure for an obligation", path=where
        )
    return first


def _weights(measure: Measure) -> tuple[tuple[str, int], ...]:
    if not isinstance(measure, Milestones):
        return ()
    scale = max(fraction_digits(step.percent) for step in measure.steps)
    return tuple((step.id, scaled(step.percent, scale)) for step in measure.steps)
