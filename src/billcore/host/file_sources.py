"""How deals and payments are read from files, as the ports that a CRM and a bank would be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from billcore.cash.payment import Payment
from billcore.core.findings import Finding
from billcore.host.book_files import file_bytes, is_named, names_in
from billcore.host.finance_files import read_payments
from billcore.ports.contract_source import ContractSource, RawDeal
from billcore.ports.payment_source import PaymentSource


class DealFolder(ContractSource):
    """A folder of deals, one JSON file each, named by their path below the book; in order of name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def contracts(self) -> Iterator[RawDeal]:
        """Every deal of the folder; a folder that is not there holds none.

        Raises: BookUnreadable ``book-file-unreadable``.
        """
        if not is_named(self._folder):
            return
        for name in sorted(name for name in names_in(self._folder) if name.endswith(".json")):
            yield RawDeal(name=f"{self._folder.name}/{name}", data=file_bytes(self._folder / name))


class PaymentFile(PaymentSource):
    """payments.csv: the rows that are payments, and the findings of those that are not."""

    def __init__(self, path: Path) -> None:
        self._payments, self.findings = self._read(path)

    def _read(self, path: Path) -> tuple[tuple[Payment, ...], tuple[Finding, ...]]:
        return read_payments(file_bytes(path)) if is_named(path) else ((), ())

    def payments(self) -> tuple[Payment, ...]:
        """The payments of the file, in its order."""
        return self._payments
