"""What a host tests with: conformance suites, fakes that fail on purpose, samples. Needs the extra [testing]."""

from billcore.testing.conformance import LedgerSinkSuite, StoreSuite
from billcore.testing.fakes import FlakySink, MemoryLedger
from billcore.testing.samples import sample_entry, sample_message, sample_record

__all__ = [
    "FlakySink",
    "LedgerSinkSuite",
    "MemoryLedger",
    "StoreSuite",
    "sample_entry",
    "sample_message",
    "sample_record",
]
