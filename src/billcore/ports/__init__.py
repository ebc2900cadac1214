"""What a host implements: sources that are read, a ledger that is written, a store that only grows."""

from billcore.ports.contract_source import ContractSource, RawDeal
from billcore.ports.ledger_sink import LedgerSink, Outcome, Receipt
from billcore.ports.payment_source import PaymentSource
from billcore.ports.store import ChainedRecord, Record, Store, record_of

__all__ = [
    "ChainedRecord",
    "ContractSource",
    "LedgerSink",
    "Outcome",
    "PaymentSource",
    "RawDeal",
    "Receipt",
    "Record",
    "Store",
    "record_of",
]
