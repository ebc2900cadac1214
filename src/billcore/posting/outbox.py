"""What must reach another system, exactly once in effect: the message, its states, and the moves between them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal

from billcore.core.canonical import digest
from billcore.core.errors import InvariantBroken, NotApplicable
from billcore.core.value import Value
from billcore.gl.entry import JournalEntry

MessageState = Literal["prepared", "sent", "accepted", "rejected", "unknown", "confirmed"]
MessageEvent = Literal["sent", "accepted", "rejected", "unanswered", "absent", "confirmed", "requeued"]

# Every move there is. ``unknown`` has no move to ``sent``: it is resolved by reading back before any retry.
MOVES: MappingProxyType[tuple[MessageState, MessageEvent], MessageState] = MappingProxyType(
    {
        ("prepared", "sent"): "sent",
        ("sent", "accepted"): "accepted",
        ("sent", "rejected"): "rejected",
        ("sent", "unanswered"): "unknown",
        ("unknown", "accepted"): "accepted",
        ("unknown", "rejected"): "rejected",
        ("unknown", "absent"): "prepared",
        ("unknown", "unanswered"): "unknown",
        ("accepted", "confirmed"): "confirmed",
        ("rejected", "requeued"): "prepared",
    }
)


class OutboxMessage(Value, frozen=True, kw_only=True):
    """An entry on its way to a ledger.

    Attributes:
        key: Natural key of the entry as one text; the idempotency key at the ledger.
        entry: What is to be kept there.
        content_hash: Hash of the entry's canonical bytes; the same key with another hash is another entry.

    Raises: InvariantBroken ``message-not-of-entry``.
    Source: rules 8 and 10.
    """

    key: str
    entry: JournalEntry
    content_hash: str

    def __post_init__(self) -> None:
        if (self.key, self.content_hash) != (entry_key(self.entry), digest(self.entry)):
            raise InvariantBroken(
                "message-not-of-entry", found=self.key, expected="key and hash of the entry itself", path=self.entry.id
            )


def entry_key(entry: JournalEntry) -> str:
    """The natural key as one text: book, entity, source event, kind.

    The separator inside a part is escaped, so that no two keys share a text.
    """
    parts = (entry.book, entry.entity, entry.source_event, entry.kind)
    return "|".join(part.replace("%", "%25").replace("|", "%7C") for part in parts)


def enqueue(entry: JournalEntry) -> OutboxMessage:
    """Make the message that carries an entry; the same entry gives the same message for ever."""
    return OutboxMessage(key=entry_key(entry), entry=entry, content_hash=digest(entry))


def advance(state: MessageState, event: MessageEvent) -> MessageState:
    """The state after an event.

    Raises: NotApplicable ``state-move-illegal``.
    Source: rules 10.

    >>> advance("sent", "unanswered"), advance("unknown", "absent")
    ('unknown', 'prepared')
    >>> advance("unknown", "sent")
    Traceback (most recent call last):
    billcore.core.errors.NotApplicable: [state-move-illegal]: found sent after unknown, expected one of absent, \
accepted, rejected, unanswered.
    """
    after = MOVES.get((state, event))
    if after is None:
        legal = sorted(name for before, name in MOVES if before == state)
        raise NotApplicable(
            "state-move-illegal",
            found=f"{event} after {state}",
            expected=f"one of {', '.join(legal)}" if legal else "nothing after it",
        )
    return after
