"""How the transaction price is shared among the obligations: by standalone selling price, by largest remainder.

Source: ASC 606-10-32-28 to 32-31; rules 7. So an obligation's revenue need not be what its lines bill.
"""

from __future__ import annotations

from collections.abc import Sequence

from billcore.core.errors import MissingInput
from billcore.core.steps import Step
from billcore.core.value import Value
from billcore.money.allocation import split_by_weight
from billcore.money.amount import Amount, total
from billcore.revrec.obligations import Obligation


class Allocation(Value, frozen=True, kw_only=True):
    """The part of the transaction price that one obligation bears.

    Attributes:
        obligation: Which.
        amount: Its part; zero for an obligation whose consideration is usage.
        price: The whole fixed transaction price.
        weight, weights: Its standalone price and the sum of all, in minor units.
    """

    obligation: Obligation
    amount: Amount
    price: Amount
    weight: int
    weights: int

    @property
    def steps(self) -> tuple[Step, ...]:
        """How the part was reached."""
        if self.obligation.treatment == "as_used":
            text = "usage is variable consideration of its own period; nothing of the fixed price is allocated to it"
            return (Step(rule="allocation", text=text),)
        if self.weights == self.weight:
            text = f"the only obligation with fixed consideration bears the whole price {self.price}"
        else:
            text = f"{self.price} x {self.weight} / {self.weights} (standalone prices, minor units) = {self.amount}"
        inputs = (("price", str(self.price)), ("ssp", str(self.weight)), ("ssp_sum", str(self.weights)))
        numerator, denominator = self.price.minor * self.weight, max(self.weights, 1)
        return (Step(rule="allocation", text=text, inputs=inputs, numerator=numerator, denominator=denominator),)


def allocate(obligations: Sequence[Obligation], currency: str) -> tuple[Allocation, ...]:
    """Share the fixed transaction price among the obligations.

    Args:
        obligations: Of one contract. The fixed price is the sum of what they state.

    Returns: in the same order; the amounts sum to the price exactly.
    Rounding: largest remainder, ties to the earlier.
    Raises: MissingInput ``ssp-missing``, ``judgement-missing`` where more than one has fixed consideration.
    Source: ASC 606-10-32-31; rules 7.
    """
    price = total(tuple(one.stated for one in obligations), currency)
    fixed = [one for one in obligations if one.treatment != "as_used"]
    if len(fixed) > 1:
        for one in fixed:
            _check_evidence(one)
    weights = [one.ssp or 0 for one in fixed] if len(fixed) > 1 else [1] * len(fixed)
    if len(fixed) > 1 and sum(weights) == 0:
        raise MissingInput("ssp-missing", found="standalone prices of zero", expected="at least one above zero")
    parts = dict(zip((one.id for one in fixed), split_by_weight(price.minor, weights), strict=True)) if fixed else {}
    by_id = dict(zip((one.id for one in fixed), weights, strict=True))
    return tuple(
        Allocation(
            obligation=one,
            amount=Amount(minor=parts.get(one.id, 0), currency=currency),
            price=price,
            weight=by_id.get(one.id, 0),
            weights=sum(weights),
        )
        for one in obligations
    )


def _check_evidence(one: Obligation) -> None:
    where = f"contract {one.contract}, obligation {one.id}"
    if one.ssp is None:
        raise MissingInput(
            "ssp-missing",
            found="no standalone selling price",
            expected="one for each obligation where there are several",
            path=where,
            hint="Give ssp, or the policy stated_price with its reason.",
        )
    if not one.judgement:
        raise MissingInput(
            "judgement-missing",
            found="no recorded judgement that it is distinct",
            expected="Judgement(is_distinct=True, reason=...)",
            path=where,
            hint="Promises that are not distinct belong to one obligation: give their lines the same one.",
        )
