"""Where closed deals come from: a system that is read and never written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Protocol, runtime_checkable

from billcore.core.value import Value
from billcore.ports.direction import Inbound


class RawDeal(Value, frozen=True, kw_only=True):
    """A deal as the other system gave it.

    Attributes:
        name: What findings call it: a file's name, or system and record.
        data: The payload's bytes, untouched, so that a number keeps the text that it was written with.
    """

    name: str
    data: bytes


@runtime_checkable
class ContractSource(Protocol):
    """A CRM or folder that deals are read from. Inherit from it; it has no verb that writes.

    Raises: PortError with ``retryable`` set, where the system does not answer.
    """

    direction: ClassVar[Inbound] = "inbound"

    def contracts(self) -> Iterable[RawDeal]:
        """Every closed deal, each as it stands now; reading twice is harmless."""
        ...
