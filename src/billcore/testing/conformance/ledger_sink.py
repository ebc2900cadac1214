"""What every ledger sink must do, as tests that a host runs on its own.

from billcore.testing.conformance import LedgerSinkSuite

class TestMyLedger(LedgerSinkSuite):
    def make_sink(self, folder):
        return MyLedger(folder / "ledger")
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from pathlib import Path

import pytest

from billcore.core.errors import InvariantBroken
from billcore.ports.ledger_sink import LedgerSink
from billcore.posting.outbox import entry_key
from billcore.testing.samples import sample_entry, sample_message


class LedgerSinkSuite:
    """Inherit as ``class TestMine(LedgerSinkSuite)`` and override `make_sink`, and the others where they fit."""

    def make_sink(self, folder: Path) -> LedgerSink:
        """Make an empty ledger, or one of its own books, in or beside an empty folder."""
        raise NotImplementedError("override make_sink(folder) to return your ledger")

    def close(self, sink: LedgerSink) -> None:
        """Give back what the ledger holds open; by default its ``close``, if it has one."""
        getattr(sink, "close", lambda: None)()

    def reopened(self, sink: LedgerSink, folder: Path) -> LedgerSink:
        """Open the same ledger again, as after a restart; by default the same object."""
        return sink

    @pytest.fixture
    def sink(self, tmp_path: Path) -> Iterator[LedgerSink]:
        """An empty ledger."""
        sink = self.make_sink(tmp_path)
        yield sink
        self.close(sink)

    def test_a_delivered_entry_is_accepted_and_can_be_read_back(self, sink: LedgerSink) -> None:
        """One receipt comes back, with the ledger's id, and reading back gives the same."""
        message = sample_message()
        (receipt,) = sink.deliver([message])
        assert (message.key, "accepted", message.content_hash) == (receipt.key, receipt.outcome, receipt.content_hash)
        assert [receipt] == list(sink.read_back([message.key]))

    def test_the_same_entry_twice_is_kept_once(self, sink: LedgerSink) -> None:
        """A second delivery of the same content is accepted with the first one's id."""
        (first,) = sink.deliver([sample_message()])
        (second,) = sink.deliver([sample_message()])
        assert first == second

    def test_the_same_entry_twice_in_one_call_is_kept_once(self, sink: LedgerSink) -> None:
        """A repeat inside one call gets the first one's receipt."""
        first, second = sink.deliver([sample_message(), sample_message()])
        assert first == second

    def test_other_content_under_a_kept_key_is_rejected(self, sink: LedgerSink) -> None:
        """The answer is entry-differs, not retryable, and the first content stands."""
        (first,) = sink.deliver([sample_message(1, "100.00")])
        (second,) = sink.deliver([sample_message(1, "100.01")])
        assert (second.outcome, second.reason, second.retryable) == ("rejected", "entry-differs", False)
        assert [first] == list(sink.read_back([first.key]))

    def test_a_rejected_entry_does_not_touch_the_others(self, sink: LedgerSink) -> None:
        """In one call the good entries are kept beside the one that differs."""
        sink.deliver([sample_message(1, "100.00")])
        receipts = sink.deliver([sample_message(1, "5.00"), sample_message(2), sample_message(3)])
        assert [receipt.outcome for receipt in receipts] == ["rejected", "accepted", "accepted"]

    def test_entries_come_in_any_order(self, tmp_path: Path) -> None:
        """Whatever the order of three deliveries with one repeat, each is kept once."""
        for count, order in enumerate(permutations((1, 2, 3))):
            folder = tmp_path / f"order-{count}"
            folder.mkdir()
            sink = self.make_sink(folder)
            try:
                ids = {n: sink.deliver([sample_message(n)])[0].external_id for n in (*order, order[0])}
                kept = {r.key: r.external_id for r in sink.read_back([entry_key(sample_entry(n)) for n in (1, 2, 3)])}
                assert {entry_key(sample_entry(n)): external_id for n, external_id in ids.items()} == kept
                assert len(set(kept.values())) == 3
            finally:
                self.close(sink)

    def test_receipts_are_in_the_order_of_the_messages(self, sink: LedgerSink) -> None:
        """One receipt per message, in their order, also where some are kept already."""
        sink.deliver([sample_message(2)])
        messages = [sample_message(n) for n in (3, 2, 1)]
        assert [message.key for message in messages] == [receipt.key for receipt in sink.deliver(messages)]

    def test_a_key_that_is_not_there_has_no_receipt(self, sink: LedgerSink) -> None:
        """Reading back an unknown key gives nothing for it, and the rest all the same."""
        (receipt,) = sink.deliver([sample_message(1)])
        assert [receipt] == list(sink.read_back(["primary|US01|never|invoice_issued", receipt.key]))

    def test_nothing_to_deliver_is_no_error(self, sink: LedgerSink) -> None:
        """Empty calls give empty answers."""
        assert (list(sink.deliver([])), list(sink.read_back([]))) == ([], [])

    def test_an_unbalanced_entry_cannot_even_be_constructed(self) -> None:
        """One cent off is refused before any ledger sees it."""
        with pytest.raises(InvariantBroken) as caught:
            sample_entry(1, "100.00", credit="99.99")
        assert caught.value.code == "entry-unbalanced"

    def test_what_was_accepted_is_there_after_a_restart(self, tmp_path: Path) -> None:
        """A reopened ledger knows its receipts and goes on without taking an id twice."""
        sink = self.make_sink(tmp_path)
        (first,) = sink.deliver([sample_message(1)])
        again = self.reopened(sink, tmp_path)
        try:
            assert [first] == list(again.read_back([first.key]))
            (second,) = again.deliver([sample_message(2)])
            assert first.external_id != second.external_id
        finally:
            self.close(again)
            if again is not sink:
                self.close(sink)

    def test_eight_threads_deliver_the_same_entries(self, sink: LedgerSink) -> None:
        """Eight threads race with the same twenty entries: each is kept once, all are told the same id."""
        messages = [sample_message(n) for n in range(20)]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: tuple(sink.deliver(messages)), range(8)))
        assert len(set(answers)) == 1
        assert len({receipt.external_id for receipt in answers[0]}) == 20
