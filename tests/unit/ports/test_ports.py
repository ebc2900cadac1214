"""Receipts, records and directions of the ports."""

from __future__ import annotations

import pickle

import pytest

from billcore.core.errors import InvariantBroken, PortError
from billcore.ports.contract_source import ContractSource, RawDeal
from billcore.ports.ledger_sink import LedgerSink, Receipt
from billcore.ports.payment_source import PaymentSource
from billcore.ports.store import Record, Store, record_of
from billcore.store.memory import MemoryStore
from billcore.testing.fakes import MemoryLedger
from billcore.testing.samples import sample_record


class Folder(ContractSource):
    """A source as a host writes it."""

    def contracts(self):
        return [RawDeal(name="deal-1", data=b"{}")]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"outcome": "accepted"}, "accepted with external id ''"),
        ({"outcome": "accepted", "external_id": "1", "reason": "why"}, "accepted with external id '1'"),
        ({"outcome": "rejected"}, "rejected with external id ''"),
        ({"outcome": "rejected", "reason": "no", "external_id": "1"}, "rejected with external id '1'"),
        ({"outcome": "unknown", "reason": "no", "retryable": True}, "unknown and retryable"),
        ({"outcome": "maybe", "reason": "no"}, "outcome maybe"),
        ({"outcome": "accepted", "external_id": "1", "key": ""}, "no key or no content hash"),
        ({"outcome": "accepted", "external_id": "1", "content_hash": ""}, "no key or no content hash"),
    ],
)
def test_a_receipt_that_contradicts_itself_is_refused(fields, found):
    """A sink that answers nonsense is told so by its own error, naming the key."""
    with pytest.raises(PortError) as caught:
        Receipt(**{"key": "k", "content_hash": "h", **fields})
    assert (caught.value.code, caught.value.retryable) == ("receipt-malformed", False)
    assert caught.value.found.startswith(found)


def test_a_port_error_crosses_processes_whole():
    """The code, the place and whether to retry survive pickling."""
    error = PortError("store-locked", retryable=True, found="a", expected="b", path="c", hint="d")
    again = pickle.loads(pickle.dumps(error))
    assert (
        again.code,
        again.retryable,
        again.found,
        again.expected,
        again.path,
        again.hint,
    ) == ("store-locked", True, "a", "b", "c", "d")


def test_each_port_has_one_direction():
    """Sources come in, the ledger goes out, the store stays inside; a class that inherits gets it."""
    assert "inbound" == ContractSource.direction == PaymentSource.direction == Folder().direction
    assert "outbound" == LedgerSink.direction == MemoryLedger().direction
    assert "inside" == Store.direction == MemoryStore().direction


def test_a_source_has_no_verb_that_writes():
    """What a source port offers is one method that reads."""
    public = {
        port.__name__: {name for name in vars(port) if not name.startswith("_")}
        for port in (ContractSource, PaymentSource)
    }
    assert {"ContractSource": {"direction", "contracts"}, "PaymentSource": {"direction", "payments"}} == public


def test_ports_are_recognized_by_shape():
    """A source that inherits is a ContractSource and no LedgerSink."""
    assert isinstance(Folder(), ContractSource)
    assert not isinstance(Folder(), LedgerSink)
    assert [deal.name for deal in Folder().contracts()] == ["deal-1"]


def test_a_record_with_another_hash_is_refused():
    """A body changed after it was hashed does not become a record."""
    good = sample_record()
    with pytest.raises(InvariantBroken) as caught:
        Record(kind=good.kind, key=good.key, body=good.body.replace("100", "900"), content_hash=good.content_hash)
    assert (caught.value.code, caught.value.path) == ("record-hash-wrong", "invoice key-1")


@pytest.mark.parametrize("empty", ["kind", "key"])
def test_a_record_without_a_name_is_refused(empty):
    """Kind and key are both needed."""
    fields = {"kind": "invoice", "key": "k", empty: ""}
    with pytest.raises(InvariantBroken) as caught:
        record_of(fields["kind"], fields["key"], {})
    assert caught.value.code == "record-unnamed"


def test_a_float_does_not_become_a_record():
    """A body is canonical bytes; a float has none."""
    with pytest.raises(InvariantBroken) as caught:
        record_of("payment", "k", {"amount": 0.1})
    assert caught.value.code == "not-canonical"
