"""Suites that a host runs against its own ports: inherit, say how yours is made, let pytest collect it."""

import pytest

# Without this an assertion inside the suites would fail without showing its values.
pytest.register_assert_rewrite("billcore.testing.conformance.ledger_sink", "billcore.testing.conformance.store")

from billcore.testing.conformance.ledger_sink import LedgerSinkSuite  # noqa: E402  # after the line that prepares it
from billcore.testing.conformance.store import StoreSuite  # noqa: E402  # as above

__all__ = ["LedgerSinkSuite", "StoreSuite"]
