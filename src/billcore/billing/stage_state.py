"""What was used of a contract's discounts and counted toward its commitments so far: counters passed in and out."""

from __future__ import annotations

from billcore.billing.minor_units import check_minor
from billcore.core.checks import check_kind
from billcore.core.errors import DocumentError
from billcore.core.value import Value


def _check_counts(name: str, **counts: int) -> None:
    check_kind(name, str, "id")
    for field, count in counts.items():
        check_minor(count, field)


class DiscountCounter(Value, frozen=True, kw_only=True):
    """How much of a discount has been used.

    Attributes:
        id: Of the discount.
        periods: Billing periods with a charge that it was granted for.
        used_minor: What it took off in all, in minor units.
        carried_minor: What was not used and was carried, in minor units.

    Raises: DocumentError ``argument-wrong``, ``number-negative``, ``number-malformed``, ``number-too-large``,
        ``float-amount``.
    """

    id: str
    periods: int = 0
    used_minor: int = 0
    carried_minor: int = 0

    def __post_init__(self) -> None:
        _check_counts(self.id, periods=self.periods, used_minor=self.used_minor, carried_minor=self.carried_minor)


class CommitmentCounter(Value, frozen=True, kw_only=True):
    """What counted toward a term's commitment in the billing periods before, in minor units.

    Raises: as `DiscountCounter`.
    """

    id: str
    counted_minor: int = 0

    def __post_init__(self) -> None:
        _check_counts(self.id, counted_minor=self.counted_minor)


class StageState(Value, frozen=True, kw_only=True):
    """All counters of one contract at the start of a billing period; a counter that is not there stands at zero.

    Raises: DocumentError ``id-repeated``, ``argument-wrong``.

    >>> StageState(discounts=(DiscountCounter(id="launch", periods=2),)).discount("launch").periods
    2
    """

    discounts: tuple[DiscountCounter, ...] = ()
    commitments: tuple[CommitmentCounter, ...] = ()

    def __post_init__(self) -> None:
        for name, kind in (("discounts", DiscountCounter), ("commitments", CommitmentCounter)):
            counters = getattr(self, name)
            check_kind(counters, tuple, name)
            for counter in counters:
                check_kind(counter, kind, name)
            if len({counter.id for counter in counters}) < len(counters):
                raise DocumentError("id-repeated", found="two counters of one id", expected="each once", path=name)

    def discount(self, name: str) -> DiscountCounter:
        """The counter of a discount."""
        return next((one for one in self.discounts if one.id == name), DiscountCounter(id=name))

    def commitment(self, name: str) -> CommitmentCounter:
        """The counter of a term's commitment."""
        return next((one for one in self.commitments if one.id == name), CommitmentCounter(id=name))

    def with_counters(
        self, discounts: tuple[DiscountCounter, ...], commitments: tuple[CommitmentCounter, ...]
    ) -> StageState:
        """The same with some counters moved on; those of other ids stay, also where the contract has them no more."""
        return StageState(
            discounts=(*_others(self.discounts, {one.id for one in discounts}), *discounts),
            commitments=(
                *(one for one in self.commitments if one.id not in {new.id for new in commitments}),
                *commitments,
            ),
        )


def _others(counters: tuple[DiscountCounter, ...], moved: set[str]) -> tuple[DiscountCounter, ...]:
    return tuple(one for one in counters if one.id not in moved)
