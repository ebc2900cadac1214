"""Where entries go: a ledger that keeps them and can say what it kept, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal, Protocol, runtime_checkable

from billcore.core.errors import PortError
from billcore.core.value import Value
from billcore.ports.direction import Outbound
from billcore.posting.outbox import OutboxMessage

Outcome = Literal["accepted", "rejected", "unknown"]


class Receipt(Value, frozen=True, kw_only=True):
    """What a ledger answers about one message.

    Attributes:
        key: The message's key.
        outcome: ``accepted`` it is kept; ``rejected`` it is not and will not be as it is; ``unknown`` nobody can say.
        content_hash: Hash of what is kept under the key; of the message, where it was rejected or unknown.
        external_id: The ledger's own id of the entry; only where it is accepted.
        reason: Slug of why it was rejected or is unknown, such as ``entry-differs``, ``period-closed``, ``no-answer``.
        retryable: Whether a rejected message may be accepted if it is sent again as it is.

    Raises: PortError ``receipt-malformed``.
    """

    key: str
    outcome: Outcome
    content_hash: str
    external_id: str = ""
    reason: str = ""
    retryable: bool = False

    def __post_init__(self) -> None:
        is_accepted = self.outcome == "accepted"
        if self.outcome not in ("accepted", "rejected", "unknown"):
            self._refuse(f"outcome {self.outcome}", "accepted, rejected or unknown")
        if not self.key or not self.content_hash:
            self._refuse("no key or no content hash", "both")
        if is_accepted != bool(self.external_id) or is_accepted == bool(self.reason):
            self._refuse(
                f"{self.outcome} with external id {self.external_id!r} and reason {self.reason!r}",
                "an external id where it is accepted, else a reason",
            )
        if self.retryable and self.outcome != "rejected":
            self._refuse(f"{self.outcome} and retryable", "only what was rejected can say whether to try again")

    def _refuse(self, found: str, expected: str) -> None:
        raise PortError("receipt-malformed", retryable=False, found=found, expected=expected, path=self.key)


@runtime_checkable
class LedgerSink(Protocol):
    """A ledger that entries are delivered to. Inherit from it, and run `LedgerSinkSuite` on yours.

    Idempotent by key: the same content again is ``accepted`` with the same external id; other content under a kept
    key is ``rejected`` with ``entry-differs`` and changes nothing.
    """

    direction: ClassVar[Outbound] = "outbound"

    def deliver(self, messages: Sequence[OutboxMessage]) -> Sequence[Receipt]:
        """Keep each message's entry, or say why not; one receipt per message, in their order.

        One message's rejection does not touch the others. Where the connection breaks, answer ``unknown`` or raise
        PortError: both mean that nobody knows what was kept.
        """
        ...

    def read_back(self, keys: Sequence[str]) -> Sequence[Receipt]:
        """What is kept under the keys.

        A key that is certainly not there has no receipt. A key of which the ledger cannot say yet (a job is running)
        has one with ``unknown``.
        """
        ...
