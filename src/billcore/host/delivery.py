"""How messages reach a ledger: what is unknown is read back before anything is sent again, and none is lost."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from billcore.core.errors import DocumentError, PortError, excerpt
from billcore.core.value import Value
from billcore.ports.ledger_sink import LedgerSink, Receipt
from billcore.posting.outbox import MessageState, OutboxMessage, advance


class Delivery(Value, frozen=True, kw_only=True):
    """What became of one message.

    Attributes:
        key: The message's key.
        state: ``accepted`` and ``rejected`` are settled; ``unknown`` must be read back first; ``prepared`` is
            certainly not there and may be sent again.
        sends: How often it was sent in this call.
        receipt: The last receipt, or None where there never was one.
        reason: Why it is not accepted, or empty.
    """

    key: str
    state: MessageState
    sends: int
    receipt: Receipt | None = None
    reason: str = ""


class _Letter:
    """One key on its way, while `deliver_all` runs."""

    def __init__(self, message: OutboxMessage, state: MessageState) -> None:
        self.message = message
        self.state: MessageState = state
        self.sends, self.reason = 0, ""
        self.receipt: Receipt | None = None
        self.is_final = False

    def hear(self, receipt: Receipt) -> None:
        """Take a receipt; content that is not the message's is another entry under its key."""
        if receipt.outcome == "accepted" and receipt.content_hash != self.message.content_hash:
            receipt = Receipt(
                key=receipt.key, outcome="rejected", content_hash=self.message.content_hash, reason="entry-differs"
            )
        self.receipt, self.reason = receipt, receipt.reason
        self.state = advance(self.state, "unanswered" if receipt.outcome == "unknown" else receipt.outcome)
        self.is_final = receipt.outcome == "accepted" or (receipt.outcome == "rejected" and not receipt.retryable)


def deliver_all(
    sink: LedgerSink,
    messages: Sequence[OutboxMessage],
    *,
    tries: int = 3,
    in_doubt: Collection[str] = (),
) -> tuple[Delivery, ...]:
    """Deliver messages and say what became of each.

    A key that nobody answered for is read back; only what is certainly not there is sent again. There is no pause
    between tries: a host that wants one calls again later with what is still ``prepared`` or ``unknown``.

    Args:
        sink: The ledger.
        messages: What to deliver, in order; the same message twice is sent once.
        tries: How often a message is sent, or what is unknown is read back, at most; 1 or more.
        in_doubt: Keys that an earlier call left ``unknown`` or a crash left ``sent``; they are read back first.

    Returns: one outcome per message, in their order.
    Raises: DocumentError ``tries-below-one``.
    Source: rules 10; a lost answer must neither lose nor double an entry.
    """
    if tries < 1:
        raise DocumentError("tries-below-one", found=str(tries), expected="1 or more", path="tries")
    letters: dict[str, _Letter] = {}
    for message in messages:
        if message.key not in letters:
            letters[message.key] = _Letter(message, "unknown" if message.key in in_doubt else "prepared")
    _resolve(sink, letters)
    for _ in range(tries):
        _requeue(letters)
        waiting = [letter for letter in letters.values() if letter.state == "prepared"]
        if waiting:
            _send(sink, waiting)
        _resolve(sink, letters)
    return tuple(_outcome(message, letters[message.key]) for message in messages)


def _requeue(letters: dict[str, _Letter]) -> None:
    for letter in letters.values():
        if letter.state == "rejected" and not letter.is_final:
            letter.state = advance(letter.state, "requeued")


def _send(sink: LedgerSink, waiting: list[_Letter]) -> None:
    for letter in waiting:
        letter.state = advance(letter.state, "sent")
        letter.sends += 1
    answers, trouble = _asked(lambda: sink.deliver([letter.message for letter in waiting]))
    for letter in waiting:
        receipt = answers.get(letter.message.key)
        if receipt is not None:
            letter.hear(receipt)
        else:
            letter.state, letter.reason = advance(letter.state, "unanswered"), trouble or "no-answer"


def _resolve(sink: LedgerSink, letters: dict[str, _Letter]) -> None:
    """Read back what is unknown: it is there, or certainly not, or still unknown."""
    unknown = [letter for letter in letters.values() if letter.state == "unknown"]
    if not unknown:
        return
    answers, trouble = _asked(lambda: sink.read_back([letter.message.key for letter in unknown]))
    for letter in unknown:
        receipt = answers.get(letter.message.key)
        if receipt is not None:
            letter.hear(receipt)
        elif trouble:
            letter.state, letter.reason = advance(letter.state, "unanswered"), trouble
        else:
            letter.state = advance(letter.state, "absent")


def _asked(ask: Callable[[], Sequence[Receipt]]) -> tuple[dict[str, Receipt], str]:
    """The receipts by key, and why there are none, or empty."""
    try:
        return {receipt.key: receipt for receipt in ask()}, ""
    except PortError as error:
        return {}, error.code
    except Exception as error:  # whatever a host's sink raises, the entry may have been kept: nobody knows
        return {}, excerpt(f"{type(error).__name__}: {error}")


def _outcome(message: OutboxMessage, letter: _Letter) -> Delivery:
    if message.content_hash != letter.message.content_hash:
        # Two entries under one key in one call: the first was sent, the other never may be.
        return Delivery(key=message.key, state="rejected", sends=0, reason="entry-differs")
    return Delivery(
        key=message.key, state=letter.state, sends=letter.sends, receipt=letter.receipt, reason=letter.reason
    )
