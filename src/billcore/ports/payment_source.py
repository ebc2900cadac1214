"""Where payments come from: the only door by which cash enters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Protocol, runtime_checkable

from billcore.cash.payment import Payment
from billcore.ports.direction import Inbound


@runtime_checkable
class PaymentSource(Protocol):
    """A bank, lockbox or payment provider that payments are read from. Inherit from it.

    Raises: PortError with ``retryable`` set, where the system does not answer.
    """

    direction: ClassVar[Inbound] = "inbound"

    def payments(self) -> Iterable[Payment]:
        """Payments in any order, repeats allowed: the key of a payment makes a repeat harmless."""
        ...
