"""Where a host can keep what was decided: in memory, in one SQLite file; and a ledger in SQLite."""

from billcore.store.chain import Seal, seal_of, verify
from billcore.store.memory import MemoryStore
from billcore.store.sqlite import SqliteStore
from billcore.store.sqlite_ledger import SqliteLedger

__all__ = ["MemoryStore", "Seal", "SqliteLedger", "SqliteStore", "seal_of", "verify"]
