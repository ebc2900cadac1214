"""The outbox message, its key and its states."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from billcore.core.canonical import canonical_bytes, decode, digest
from billcore.core.errors import InvariantBroken, NotApplicable
from billcore.core.value import replaced
from billcore.gl.entry import JournalEntry
from billcore.posting.outbox import (
    MOVES,
    MessageEvent,
    MessageState,
    OutboxMessage,
    advance,
    enqueue,
    entry_key,
)
from billcore.testing.samples import sample_entry

STATES, EVENTS = get_args(MessageState), get_args(MessageEvent)


def test_the_same_entry_gives_the_same_message():
    """Key and hash come from the entry alone."""
    message = enqueue(sample_entry())
    assert message == enqueue(sample_entry())
    assert ("primary|US01|invoice-1|invoice_issued", digest(sample_entry())) == (message.key, message.content_hash)


def test_other_content_keeps_the_key_and_changes_the_hash():
    """The ledger can tell a repeat from a contradiction."""
    one, other = enqueue(sample_entry(1, "100.00")), enqueue(sample_entry(1, "100.01"))
    assert one.key == other.key
    assert one.content_hash != other.content_hash


def test_two_natural_keys_never_share_a_text():
    """A separator inside a part is escaped."""
    entry = sample_entry()

    def keyed(book, entity):
        return entry_key(replaced(entry, book=book, entity=entity))

    assert len({keyed("a|b", "c"), keyed("a", "b|c"), keyed("a%7Cb", "c")}) == 3


@pytest.mark.parametrize("field", ["key", "content_hash"])
def test_a_message_that_is_not_of_its_entry_is_refused(field):
    """Key and hash cannot be made up."""
    fields = {"key": entry_key(sample_entry()), "content_hash": digest(sample_entry()), field: "x"}
    with pytest.raises(InvariantBroken) as caught:
        OutboxMessage(entry=sample_entry(), **fields)
    assert caught.value.code == "message-not-of-entry"


def test_a_message_survives_its_canonical_bytes():
    """What is stored is read back as the same message."""
    message = enqueue(sample_entry())
    assert message == decode(canonical_bytes(message), OutboxMessage)
    assert message.entry == decode(canonical_bytes(message.entry), JournalEntry)


@pytest.mark.parametrize(("state", "event"), list(product(STATES, EVENTS)))
def test_only_the_moves_of_the_table_are_made(state, event):
    """Each of the 42 pairs either moves as the table says or is refused with the legal events."""
    if (state, event) in MOVES:
        assert MOVES[state, event] == advance(state, event)
        return
    with pytest.raises(NotApplicable) as caught:
        advance(state, event)
    assert ("state-move-illegal", f"{event} after {state}") == (caught.value.code, caught.value.found)


def test_what_is_unknown_is_never_sent_before_it_was_read_back():
    """No event leads from unknown to sent; absent leads back to prepared first."""
    assert "sent" not in {after for (before, _), after in MOVES.items() if before == "unknown"}
    assert advance("unknown", "absent") == "prepared"


def test_confirmed_is_the_end_and_is_reached_from_every_state():
    """No state is a dead end but confirmed."""
    assert [event for before, event in MOVES if before == "confirmed"] == []
    reaching = {"confirmed"}
    for _ in STATES:
        reaching |= {before for (before, _), after in MOVES.items() if after in reaching}
    assert set(STATES) == reaching
