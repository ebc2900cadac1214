"""What a rule case of a price is: a price, what was used of a period, and the amount that a person worked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import StringConstraints, field_validator, model_validator

from billcore.core.allowed_fields import nearest
from billcore.core.codes import BY_SLUG
from billcore.core.document import Document, problem
from billcore.core.errors import DocumentError
from billcore.core.fields import Identifier, Items, optional
from billcore.money.currency import minor_digits
from billcore.money.rounding import RoundingMode
from billcore.pricing.discounts import Discount
from billcore.pricing.documents import Grouped, Matrix, Price
from billcore.pricing.modifiers import Modifiers
from billcore.testing.price_measures import GroupUse, PeriodUse, Rational

WHOLE, NOTHING = (1, 1), (0, 1)
Told = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class ExpectedPart(Document):
    """One part of the amount; only what is written is compared.

    Attributes:
        tier: Number of the tier, from 1.
        units, unit_price, flat, amount: As in the workings, exact.
        limit: ``minimum`` or ``maximum`` where the tier's own limit decided, else empty.
        member: The cell, event or window it is of.
    """

    tier: int | None = None
    units: Rational | None = None
    unit_price: Rational | None = None
    flat: Rational | None = None
    amount: Rational | None = None
    limit: str | None = None
    member: str | None = None


class Expected(Document):
    """What a case is to come to: an amount, or the code of a refusal.

    Attributes:
        expect: The amount: exact, or rounded where the case has a currency.
        expect_gross: Before discounts and limits.
        expect_discount: What discounts and limits took.
        expect_carried: What is left below zero for the next charges, exact.
        expect_steps: Texts that stand in the workings, in this order.
        expect_parts: All parts of the amount, in order.
        expect_error: Code of the refusal.
    """

    expect: Rational | None = None
    expect_gross: Rational | None = None
    expect_discount: Rational | None = None
    expect_carried: Rational | None = None
    expect_steps: Items[Told] = optional(default=())
    expect_parts: Items[ExpectedPart] | None = None
    expect_error: Identifier | None = None

    @field_validator("expect_error")
    @classmethod
    def _is_known(cls, code: str | None) -> str | None:
        if code is not None and code not in BY_SLUG:
            meant = nearest(code, tuple(BY_SLUG))
            hint = f"Did you mean {meant}?" if meant else ""
            raise problem("choice-unknown", found=f"the code {code}", expected="a code of billcore's errors", hint=hint)
        return code

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        written = [name for name in type(self).model_fields if name in self.model_fields_set]
        if (self.expect is None) == (self.expect_error is None) or (self.expect_error and len(written) > 1):
            raise problem(
                "case-malformed",
                found=" and ".join(written) or "no expectation",
                expected="expect, with others beside it, or expect_error alone",
            )
        return self


class Given(PeriodUse):
    """What a case is worked out from.

    Attributes:
        price: The price document.
        currency: ISO 4217; with it the amount is rounded, without it exact amounts are compared.
        modifiers, discounts, rounding, share, carried: As in `price_line`.
    """

    price: Price
    currency: str | None = None
    modifiers: Modifiers | None = None
    discounts: Items[Discount] = optional(default=())
    rounding: RoundingMode = "half_up"
    share: Rational = WHOLE
    carried: Rational = NOTHING

    @field_validator("currency")
    @classmethod
    def _currency_is_known(cls, code: str | None) -> str | None:
        try:
            if code is not None:
                minor_digits(code)
        except DocumentError as error:
            raise problem(error.code, found=error.found, expected=error.expected) from None
        return code

    @model_validator(mode="after")
    def _settings_fit(self) -> Self:
        if self.currency is None and self.modifiers is not None and self.modifiers.grain == "segment":
            raise problem(
                "case-malformed", found="the grain segment without a currency", expected="the currency to round to"
            )
        if self.share[0] <= 0:
            raise problem("number-not-positive", found="a share of 0 or less", expected="a part of a period")
        if self.carried[0] > 0:
            raise problem("case-malformed", found="more than 0 carried", expected="0 or less: what charges left below")
        check_keys(self.price, self.groups)
        return self

    @property
    def is_line(self) -> bool:
        """Whether more than the bare price is to be worked out."""
        return not self.model_fields_set.isdisjoint(
            ("currency", "modifiers", "discounts", "rounding", "share", "carried")
        )


def check_keys(price: Price, groups: tuple[GroupUse, ...]) -> None:
    """Refuse groups that stand twice, or whose key has more or fewer values than the price has properties.

    Codes: ``case-malformed``.
    """
    if isinstance(price, Matrix | Grouped):
        names = price.dimensions if isinstance(price, Matrix) else price.by
        for index, group in enumerate(groups):
            if len(group.key) != len(names):
                raise problem(
                    "case-malformed",
                    found=f"{len(group.key)} values in the key of groups[{index}]",
                    expected=f"a value for each of {', '.join(names)}"[:300],
                )
            if isinstance(price, Grouped):
                check_keys(price.price, group.groups)
    seen: set[tuple[str, ...]] = set()
    for index, group in enumerate(groups):
        if group.key in seen:
            raise problem("case-malformed", found=f"the key of groups[{index}] again", expected="each key once")
        seen.add(group.key)


@dataclass(frozen=True, kw_only=True)
class PriceCase:
    """One case as its file says it.

    Attributes:
        id, source: Its name in the file, and where its number comes from.
        file, line: Where it stands; line 0 where that cannot be told.
        expected: What it is to come to.
        given: What it is worked out from; None where that was refused, which the case may expect.
        refusal: Why it was refused.
    """

    id: str
    source: str
    file: str
    line: int
    expected: Expected
    given: Given | None
    refusal: DocumentError | None = None
