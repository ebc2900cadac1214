"""What is known of the world beside the contract: what was used, what was delivered when, what was activated when.

A fact is a statement about a window or an event. An absent fact is not zero: it is absent. Source: rules 3 and 5.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from billcore.core.errors import DocumentError
from billcore.core.value import Value


class UsageFact(Value, frozen=True, kw_only=True):
    """How much was used in one service period of a metered line.

    Attributes:
        contract, line: Ids.
        start: First day of the service period.
        quantity: Billable units after aggregation, 0 or more, exact.
        is_complete: Whether the period is reported in full; until then it counts as not reported.
    """

    IDENTITY = ("contract", "line", "start")

    contract: str
    line: str
    start: date
    quantity: Decimal
    is_complete: bool = True


class DeliveryFact(Value, frozen=True, kw_only=True):
    """The day on which an obligation, or one milestone of it, was satisfied.

    Attributes:
        contract, line: Ids.
        milestone: Id of the milestone; empty for an obligation satisfied at a point in time.
        on: The day.
        reference: What proves it (an acceptance protocol).
    """

    IDENTITY = ("contract", "line", "milestone")

    contract: str
    line: str
    on: date
    milestone: str = ""
    reference: str = ""


class ActivationFact(Value, frozen=True, kw_only=True):
    """The day on which what a contract waits for came: its first invoice was paid.

    Attributes:
        contract: Its id.
        on: The day.
        reference: What proves it (a payment's id).
    """

    IDENTITY = ("contract",)

    contract: str
    on: date
    reference: str = ""


class Facts(Value, frozen=True, kw_only=True):
    """All facts of a run; each thing said once.

    Raises: DocumentError ``usage-differs``, ``delivery-differs``, ``activation-differs`` where two facts about one
        thing disagree. Equal facts count once. Readers of files find these as findings before a `Facts` is made.

    >>> march = UsageFact(contract="C-1", line="api", start=date(2025, 3, 1), quantity=Decimal("61234"))
    >>> Facts(usage=(march, march)).usage_of("C-1", "api")
    {datetime.date(2025, 3, 1): Decimal('61234')}
    """

    usage: tuple[UsageFact, ...] = ()
    deliveries: tuple[DeliveryFact, ...] = ()
    activations: tuple[ActivationFact, ...] = ()

    def __post_init__(self) -> None:
        said: dict[tuple[str, str, date], UsageFact] = {}
        for used in self.usage:
            if said.setdefault((used.contract, used.line, used.start), used) != used:
                raise DocumentError(
                    "usage-differs",
                    found=f"two quantities for {used.contract} {used.line} from {used.start}",
                    expected="one quantity per service period",
                )
        delivered: dict[tuple[str, str, str], DeliveryFact] = {}
        for delivery in self.deliveries:
            if delivered.setdefault((delivery.contract, delivery.line, delivery.milestone), delivery) != delivery:
                raise DocumentError(
                    "delivery-differs",
                    found=f"two days for {delivery.contract} {delivery.line} {delivery.milestone}".rstrip(),
                    expected="one day per obligation or milestone",
                )
        activated: dict[str, ActivationFact] = {}
        for activation in self.activations:
            if activated.setdefault(activation.contract, activation) != activation:
                raise DocumentError(
                    "activation-differs",
                    found=f"two days for {activation.contract}",
                    expected="one day per contract",
                )

    def usage_of(self, contract: str, line: str) -> dict[date, Decimal]:
        """The complete reports of a line: start of service period to quantity."""
        return {
            used.start: used.quantity
            for used in self.usage
            if used.contract == contract and used.line == line and used.is_complete
        }

    def delivered_on(self, contract: str, line: str, milestone: str = "") -> date | None:
        """The day on which it was satisfied, or None while that is not known."""
        for delivery in self.deliveries:
            if (delivery.contract, delivery.line, delivery.milestone) == (contract, line, milestone):
                return delivery.on
        return None

    def activated_on(self, contract: str) -> date | None:
        """The day on which a contract was activated, or None while that is not known."""
        return next((one.on for one in self.activations if one.contract == contract), None)

    def of_contracts(self, contracts: Iterable[str]) -> Facts:
        """The facts of some contracts only, so that one deal's facts cannot reach another's."""
        wanted = frozenset(contracts)
        return Facts(
            usage=tuple(used for used in self.usage if used.contract in wanted),
            deliveries=tuple(delivery for delivery in self.deliveries if delivery.contract in wanted),
            activations=tuple(activation for activation in self.activations if activation.contract in wanted),
        )
