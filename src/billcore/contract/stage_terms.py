"""What a contract asks of its charges as a whole: discounts, a maximum, a minimum, commitments, in this order.

Source: rules 3 (contract stage). The arithmetic lies above, in `billing.contract_stage`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from billcore.contract.commitments import MinimumCommitment
from billcore.contract.scopes import Scope
from billcore.contract.stage_discounts import ScopedDiscount
from billcore.core.checks import check_kind
from billcore.core.document import Document, problem
from billcore.core.errors import DocumentError
from billcore.core.fields import Identifier, Items, NotNegative, optional
from billcore.pricing.modifiers import Stacking

Spread = Literal["largest_remainder", "exact"]
# A price list has a few; each one looks at every charge.
MOST_DISCOUNTS, MOST_COMMITMENTS = 100, 20


class MaximumCharge(Document):
    """The most that the charges in scope come to in one full billing period, after discounts.

    Attributes:
        amount: Major units of the contract's currency.
        scope: The charges it holds down; without one, the whole contract.
        id: Stable within the contract.
    """

    amount: NotNegative
    scope: Scope = Field(default_factory=Scope)
    id: Identifier = "maximum"


class MinimumCharge(Document):
    """The least that the charges in scope come to in one full billing period, after discounts and the maximum.

    Attributes:
        amount: Major units of the contract's currency.
        scope: The charges that count and that bear the top-up; without one, the whole contract.
        id: Stable within the contract.
    """

    amount: NotNegative
    scope: Scope = Field(default_factory=Scope)
    id: Identifier = "minimum"


class StageTerms(Document):
    """What a contract asks of its charges as a whole.

    Attributes:
        discounts: Those of named charges are taken first, then those of the whole contract.
        stacking: Within each of the two groups: ``as_listed`` each on the rest of the ones before, ``percent_first``
            percentages before amounts, ``additive`` each on what the group began with.
        spread: How a result is put on the charges: ``largest_remainder`` in whole minor units, or ``exact``, which
            also keeps each charge's unrounded share as the base of later shares and of tax (Lago's coupons).
        maximum, minimum: Absent where there is none.
        commitments: In this order; what an earlier one added counts toward a later one.

    Raises: DocumentError ``id-repeated``, ``minimum-above-maximum``, ``limit-exceeded``.

    >>> terms = StageTerms(discounts=[{"kind": "percent_off", "id": "launch", "percent": "10"}])
    >>> terms.discounts[0].scope.is_whole
    True
    """

    discounts: Items[ScopedDiscount] = optional(default=())
    stacking: Stacking = "as_listed"
    spread: Spread = "largest_remainder"
    maximum: MaximumCharge | None = None
    minimum: MinimumCharge | None = None
    commitments: Items[MinimumCommitment] = optional(default=())

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        for name, size, limit in (
            ("discounts", len(self.discounts), MOST_DISCOUNTS),
            ("commitments", len(self.commitments), MOST_COMMITMENTS),
        ):
            if size > limit:
                raise problem("limit-exceeded", found=f"{size} {name}", expected=f"at most {limit}")
        seen: set[str] = set()
        for name, _, _ in self._scopes():
            if name in seen:
                raise problem("id-repeated", found=f"{name} twice in the contract stage", expected="each id once")
            seen.add(name)
        low, high = self.minimum, self.maximum
        if low and high and low.scope == high.scope and low.amount > high.amount:
            raise problem(
                "minimum-above-maximum",
                found=f"minimum {low.amount}, maximum {high.amount}",
                expected="a minimum that is not above the maximum of the same charges",
            )
        return self

    def scopes(self) -> Iterator[Scope]:
        """Every scope that is written."""
        for _, _, scope in self._scopes():
            yield scope

    def _scopes(self) -> Iterator[tuple[str, str, Scope]]:
        for number, discount in enumerate(self.discounts):
            yield discount.id, f"discounts[{number}]", discount.scope
        for place, bound in (("maximum", self.maximum), ("minimum", self.minimum)):
            if bound is not None:
                yield bound.id, place, bound.scope
        for number, commitment in enumerate(self.commitments):
            yield commitment.id, f"commitments[{number}]", commitment.scope

    def check_scopes(self, known: Sequence[tuple[str, str, str]]) -> None:
        """Refuse a scope that names what the contract does not have: it would do nothing in silence.

        Args:
            known: Line id, sku and meter (or an empty text) of every line of the contract.

        Raises: DocumentError ``line-unknown``, ``scope-unknown``, ``argument-wrong``.

        >>> StageTerms(minimum=MinimumCharge(amount="5", scope=Scope(lines=["b"]))).check_scopes([("a", "A", "")])
        Traceback (most recent call last):
        billcore.core.errors.DocumentError: [line-unknown] at minimum.scope: found line b, expected one of a.
        """
        check_kind(known, (list, tuple), "known")
        there: dict[str, set[str]] = {"line": set(), "sku": set(), "meter": set()}
        for number, names_of_line in enumerate(known):
            _check_names(names_of_line, f"known[{number}]")
            line, sku, meter = names_of_line
            there["line"].add(line)
            there["sku"].add(sku)
            there["meter"].update({meter} - {""})
        for _, place, scope in self._scopes():
            for kind, names in scope.names():
                for name in names:
                    if name not in there[kind]:
                        raise DocumentError(
                            "line-unknown" if kind == "line" else "scope-unknown",
                            found=f"{kind} {name}",
                            expected=f"one of {', '.join(sorted(there[kind])[:10])}" if there[kind] else f"no {kind}",
                            path=f"{place}.scope",
                        )


def _check_names(given: object, path: str) -> None:
    if not isinstance(given, tuple) or len(given) != 3 or not all(isinstance(name, str) for name in given):
        found = f"a value of type {type(given).__name__}"
        raise DocumentError("argument-wrong", found=found, expected="(line, sku, meter) as texts", path=path)
