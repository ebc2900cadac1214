"""Stand-ins for the outside that fail on purpose: to test that a host loses nothing and doubles nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from billcore.core.errors import PortError
from billcore.gl.entry import JournalEntry
from billcore.ports.ledger_sink import LedgerSink, Receipt
from billcore.posting.outbox import OutboxMessage

Fault = Literal["answer", "unknown_lost", "unknown_kept", "raise_lost", "raise_kept", "silent_kept", "busy"]


class MemoryLedger(LedgerSink):
    """A correct ledger sink in memory."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Receipt, JournalEntry]] = {}
        self.calls: list[str] = []

    def deliver(self, messages: Sequence[OutboxMessage]) -> tuple[Receipt, ...]:
        """Keep each entry; one receipt per message."""
        self.calls.append("deliver")
        return tuple(self._keep(message) for message in messages)

    def read_back(self, keys: Sequence[str]) -> tuple[Receipt, ...]:
        """Receipts of the keys that are kept."""
        self.calls.append("read_back")
        return tuple(self._kept[key][0] for key in keys if key in self._kept)

    def entries(self) -> tuple[JournalEntry, ...]:
        """All entries kept, in order."""
        return tuple(entry for _, entry in self._kept.values())

    def _keep(self, message: OutboxMessage) -> Receipt:
        if message.key in self._kept:
            standing = self._kept[message.key][0]
            if standing.content_hash == message.content_hash:
                return standing
            return _answer(message, "rejected", reason="entry-differs")
        receipt = Receipt(
            key=message.key,
            outcome="accepted",
            content_hash=message.content_hash,
            external_id=f"M-{len(self._kept) + 1}",
        )
        self._kept[message.key] = (receipt, message.entry)
        return receipt


class FlakySink(MemoryLedger):
    """A ledger that fails by a script, one fault per call of ``deliver``; after the script it answers.

    Faults: ``unknown_lost`` and ``unknown_kept`` answer unknown, the entry dropped or kept; ``raise_lost`` and
    ``raise_kept`` break the connection before or after keeping; ``silent_kept`` keeps and gives no receipts; ``busy``
    rejects as retryable.

    Args:
        script: The faults, in order.
        deaf: How many calls of ``read_back`` break before one answers.

    >>> from billcore.testing.samples import sample_message
    >>> sink = FlakySink(["unknown_kept"])
    >>> sink.deliver([sample_message()])[0].outcome, len(sink.entries())
    ('unknown', 1)
    """

    def __init__(self, script: Iterable[Fault] = (), *, deaf: int = 0) -> None:
        super().__init__()
        self._script, self._deaf = iter(tuple(script)), deaf

    def deliver(self, messages: Sequence[OutboxMessage]) -> tuple[Receipt, ...]:
        """Do what the script says next."""
        fault = next(self._script, "answer")
        if fault == "busy":
            self.calls.append("deliver")
            return tuple(_answer(message, "rejected", reason="busy", retryable=True) for message in messages)
        if fault in ("unknown_lost", "raise_lost"):
            self.calls.append("deliver")
            receipts: tuple[Receipt, ...] = ()
        else:
            receipts = super().deliver(messages)
        if fault in ("raise_lost", "raise_kept"):
            raise PortError("connection-lost", retryable=True, found="a broken connection", expected="an answer")
        if fault in ("unknown_lost", "unknown_kept"):
            return tuple(_answer(message, "unknown", reason="no-answer") for message in messages)
        return () if fault == "silent_kept" else receipts

    def read_back(self, keys: Sequence[str]) -> tuple[Receipt, ...]:
        """Answer, unless still deaf."""
        if self._deaf > 0:
            self._deaf -= 1
            self.calls.append("read_back")
            raise TimeoutError("the ledger did not answer")
        return super().read_back(keys)


def _answer(
    message: OutboxMessage, outcome: Literal["rejected", "unknown"], *, reason: str, retryable: bool = False
) -> Receipt:
    return Receipt(
        key=message.key, outcome=outcome, content_hash=message.content_hash, reason=reason, retryable=retryable
    )
