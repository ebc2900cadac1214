"""Which amounts of use are billed before the period ends.

Source: rules 3 (progressive thresholds). The arithmetic lies above, in `billing.thresholds`.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from billcore.contract.scopes import Scope
from billcore.core.document import Document, problem
from billcore.core.fields import Items, NotNegative, OptionalNotNegative, optional
from billcore.core.limits import DEFAULT

if TYPE_CHECKING:

    class Amounts:
        """Amounts: write any iterable of text, int or Decimal; read Decimals."""

        def __get__(self, instance: object, owner: type) -> tuple[Decimal, ...]: ...
        def __set__(self, instance: object, value: Iterable[str | int | Decimal]) -> None: ...

else:
    Amounts = Items[NotNegative]


class ProgressiveThresholds(Document):
    """Amounts that are extra billing points when the rated cumulative amount of the period reaches them.

    Attributes:
        amounts: In major units of the contract's currency, rising; each counts once a period.
        recurring: After the last of ``amounts``, every so much more; absent, none.
        scope: The charges whose amount counts; without one, all.

    Raises: DocumentError ``thresholds-empty``, ``thresholds-not-increasing``, ``number-not-positive``,
        ``limit-exceeded``.

    >>> ProgressiveThresholds(amounts=["200", "500"], recurring="100").recurring
    Decimal('100')
    """

    amounts: Amounts = optional(default=())
    recurring: OptionalNotNegative = optional(default=None)
    scope: Scope = Field(default_factory=Scope)

    @model_validator(mode="after")
    def _rise(self) -> Self:
        if not self.amounts and self.recurring is None:
            raise problem("thresholds-empty", found="no threshold", expected="an amount, or a recurring one")
        if len(self.amounts) > DEFAULT.tiers:
            found, expected = f"{len(self.amounts)} thresholds", f"at most {DEFAULT.tiers}"
            raise problem("limit-exceeded", found=found, expected=expected)
        if self.recurring == 0 or 0 in self.amounts:
            raise problem("number-not-positive", found="a threshold of 0", expected="more than 0")
        for before, after in zip(self.amounts, self.amounts[1:], strict=False):
            if after <= before:
                raise problem(
                    "thresholds-not-increasing", found=f"{after} after {before}", expected="each above the one before"
                )
        return self
