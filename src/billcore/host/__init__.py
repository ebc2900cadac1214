"""What runs the engine inside a host's process: delivery to ledgers, and a ledger in a folder."""

from billcore.host.delivery import Delivery, deliver_all
from billcore.host.file_ledger import FileLedger

__all__ = ["Delivery", "FileLedger", "deliver_all"]
