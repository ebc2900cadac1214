"""What a host tests with: rule cases of prices, conformance suites, fakes that fail on purpose, samples.

The suites need the extra [testing], so they are loaded when they are asked for: the command line checks prices without
it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from billcore.testing.fakes import FlakySink, MemoryLedger
from billcore.testing.price_outcomes import Difference, Outcome
from billcore.testing.price_rules import check_rules
from billcore.testing.samples import sample_entry, sample_message, sample_record

if TYPE_CHECKING:
    from billcore.testing.conformance import LedgerSinkSuite, StoreSuite

__all__ = [
    "Difference",
    "FlakySink",
    "LedgerSinkSuite",
    "MemoryLedger",
    "Outcome",
    "StoreSuite",
    "check_rules",
    "sample_entry",
    "sample_message",
    "sample_record",
]


def __getattr__(name: str) -> object:
    if name in ("LedgerSinkSuite", "StoreSuite"):
        return getattr(import_module("billcore.testing.conformance"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
