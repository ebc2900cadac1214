"""Delivery over a ledger that fails: nothing lost, nothing doubled, nothing guessed."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from billcore.core.errors import DocumentError
from billcore.host.delivery import deliver_all
from billcore.posting.outbox import entry_key
from billcore.testing.fakes import Fault, FlakySink, MemoryLedger
from billcore.testing.samples import sample_message

MESSAGES = [sample_message(n) for n in range(3)]
FAULTS = get_args(Fault)


def test_messages_are_delivered_in_one_call():
    """On a ledger that answers, each is sent once and nothing is read back."""
    sink = MemoryLedger()
    outcomes = deliver_all(sink, MESSAGES)
    assert [(outcome.state, outcome.sends) for outcome in outcomes] == [("accepted", 1)] * 3
    assert sink.calls == ["deliver"]


@pytest.mark.parametrize("fault", ["unknown_kept", "raise_kept", "silent_kept"])
def test_a_lost_answer_is_read_back_and_not_sent_again(fault):
    """The ledger kept it and the answer was lost: one send, one entry."""
    sink = FlakySink([fault])
    outcomes = deliver_all(sink, MESSAGES)
    assert [(outcome.state, outcome.sends) for outcome in outcomes] == [("accepted", 1)] * 3
    assert sink.calls == ["deliver", "read_back"]
    assert len(sink.entries()) == 3


@pytest.mark.parametrize("fault", ["unknown_lost", "raise_lost"])
def test_a_lost_message_is_sent_again_after_it_was_read_back(fault):
    """The ledger never had it: it is sent a second time, and never before the reading."""
    sink = FlakySink([fault])
    outcomes = deliver_all(sink, MESSAGES)
    assert [(outcome.state, outcome.sends) for outcome in outcomes] == [("accepted", 2)] * 3
    assert sink.calls == ["deliver", "read_back", "deliver"]


def test_while_reading_back_fails_nothing_is_sent():
    """Unknown stays unknown: a second send might double it."""
    sink = FlakySink(["raise_kept"], deaf=9)
    outcomes = deliver_all(sink, MESSAGES)
    assert [(outcome.state, outcome.sends, outcome.reason) for outcome in outcomes] == [
        ("unknown", 1, "TimeoutError: the ledger did not answer")
    ] * 3
    assert sink.calls.count("deliver") == 1


def test_the_next_call_resolves_what_was_left_in_doubt():
    """A key left unknown is read back before anything else, and found."""
    sink = FlakySink(["raise_kept"], deaf=9)
    left = [outcome.key for outcome in deliver_all(sink, MESSAGES) if outcome.state == "unknown"]
    sink._deaf, sink.calls = 0, []
    outcomes = deliver_all(sink, MESSAGES, in_doubt=left)
    assert [(outcome.state, outcome.sends) for outcome in outcomes] == [("accepted", 0)] * 3
    assert sink.calls == ["read_back"]


def test_what_was_in_doubt_and_is_not_there_is_sent_within_one_try():
    """Reading back what an earlier call left costs none of this call's tries."""
    sink = MemoryLedger()
    outcomes = deliver_all(sink, MESSAGES, tries=1, in_doubt=[message.key for message in MESSAGES])
    assert [(outcome.state, outcome.sends) for outcome in outcomes] == [("accepted", 1)] * 3
    assert sink.calls == ["read_back", "deliver"]


def test_tries_are_bounded():
    """A ledger that never keeps anything is asked so often and no more; the messages stay prepared."""
    sink = FlakySink(["raise_lost"] * 50)
    outcomes = deliver_all(sink, MESSAGES, tries=4)
    assert [(outcome.state, outcome.sends, outcome.reason) for outcome in outcomes] == [
        ("prepared", 4, "connection-lost")
    ] * 3
    assert sink.calls.count("deliver") == 4


def test_a_busy_ledger_is_tried_again_and_a_refusal_is_not():
    """Retryable goes back to prepared; entry-differs is final at once."""
    sink = FlakySink(["answer", "busy"])
    sink.deliver([sample_message(0, "7.00")])
    outcomes = deliver_all(sink, MESSAGES)
    assert [(outcome.state, outcome.sends, outcome.reason) for outcome in outcomes] == [
        ("rejected", 2, "entry-differs"),
        ("accepted", 2, ""),
        ("accepted", 2, ""),
    ]


def test_another_entry_found_by_reading_back_is_a_rejection():
    """The answer was lost and the key holds other content: that is told, not taken for ours."""
    sink = FlakySink(["answer", "raise_lost"])
    sink.deliver([sample_message(0, "7.00")])
    (outcome,) = deliver_all(sink, MESSAGES[:1])
    assert (outcome.state, outcome.reason) == ("rejected", "entry-differs")


def test_a_message_twice_is_sent_once_and_two_contents_of_a_key_are_told():
    """One outcome per message given, in order; the second content of a key is never sent."""
    sink = MemoryLedger()
    outcomes = deliver_all(sink, [MESSAGES[0], MESSAGES[0], sample_message(0, "7.00")])
    assert [(outcome.state, outcome.reason) for outcome in outcomes] == [
        ("accepted", ""),
        ("accepted", ""),
        ("rejected", "entry-differs"),
    ]
    assert len(sink.entries()) == 1


@pytest.mark.parametrize("script", list(product(FAULTS, repeat=3)))
def test_under_every_script_of_three_faults_nothing_is_lost_or_doubled(script):
    """343 scripts: one outcome per message; accepted only what the ledger has, prepared only what it has not."""
    sink = FlakySink(script, deaf=1)
    outcomes = deliver_all(sink, MESSAGES, tries=2)
    held = {entry_key(entry) for entry in sink.entries()}
    assert [message.key for message in MESSAGES] == [outcome.key for outcome in outcomes]
    assert {outcome.key for outcome in outcomes if outcome.state == "accepted"} <= held
    assert not held & {outcome.key for outcome in outcomes if outcome.state == "prepared"}
    doubt = [outcome.key for outcome in outcomes if outcome.state == "unknown"]
    assert [outcome.state for outcome in deliver_all(sink, MESSAGES, tries=4, in_doubt=doubt)] == ["accepted"] * 3
    assert len(sink.entries()) == 3


def test_no_message_gives_no_outcome():
    """Nothing is asked of the ledger."""
    sink = MemoryLedger()
    assert (deliver_all(sink, []), sink.calls) == ((), [])


def test_zero_tries_are_refused():
    """The error names the argument."""
    with pytest.raises(DocumentError) as caught:
        deliver_all(MemoryLedger(), MESSAGES, tries=0)
    assert (caught.value.code, caught.value.path) == ("tries-below-one", "tries")


class Mute(MemoryLedger):
    """A ledger that takes everything, keeps nothing and says nothing."""

    def deliver(self, messages):
        self.calls.append("deliver")
        return ()


@pytest.mark.parametrize("sink", [Mute(), FlakySink(["unknown_lost"] * 2)], ids=["mute", "unknown"])
def test_a_ledger_that_gives_no_answer_is_named_as_the_reason(sink):
    """After the last try the message may be sent again, and the outcome says why it is not accepted."""
    (outcome,) = deliver_all(sink, MESSAGES[:1], tries=2)
    assert ("prepared", 2, "no-answer") == (outcome.state, outcome.sends, outcome.reason)
