"""How deals and payments are read from files, as the ports that a CRM and a bank would be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from billcore.cash.payment import Payment
from billcore.core.findings import Finding
from billcore.host.book_files import file_bytes, is_named, names_in
from billcore.host.finance_files import read_payments
from billcore.ports.contract_source import ContractSource, RawDeal
from billcore.ports.payment_source import PaymentSource


class DealFolder(ContractSource):
    """A folder of deals, one JSON file each, named by their path below the book; in order of name.

    Attributes:
        findings: ``export-silent`` where no deal is there, ``book-file-unreadable`` where a name of a deal is a folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        names = names_in(folder) if is_named(folder) else frozenset()
        # A system that writes .JSON exports deals too.
        deals = sorted(name for name in names if name.lower().endswith(".json"))
        self._names = [name for name in deals if not os.path.isdir(folder / name)]
        self.findings = tuple(self._no_file(name) for name in deals if name not in self._names)
        if not deals:
            self.findings = (self._silent(is_there=is_named(folder)),)

    def contracts(self) -> Iterator[RawDeal]:
        """Every deal of the folder; a folder that is not there holds none.

        Raises: BookUnreadable ``book-file-unreadable``.
        """
        for name in self._names:
            yield RawDeal(name=f"{self._folder.name}/{name}", data=file_bytes(self._folder / name))

    def _no_file(self, name: str) -> Finding:
        return Finding(
            code="book-file-unreadable",
            owner="engineering",
            file=f"{self._folder.name}/{name}",
            found="a folder",
            expected="a file with one deal",
            hint="Put the file in its place, or give the folder another name.",
        )

    def _silent(self, *, is_there: bool) -> Finding:
        return Finding(
            code="export-silent",
            owner="engineering",
            file=self._folder.name,
            found="no file *.json in the folder" if is_there else "no such folder",
            expected="at least one deal as a JSON file",
            hint="Look whether the export of the CRM ran; a book without deals bills nothing.",
        )


class PaymentFile(PaymentSource):
    """payments.csv: the rows that are payments with their lines, and the findings of those that are not."""

    def __init__(self, path: Path) -> None:
        made, self.findings = read_payments(file_bytes(path)) if is_named(path) else ((), ())
        self._payments = tuple(payment for _, payment in made)
        self.lines = {payment.id: line for line, payment in made}

    def payments(self) -> tuple[Payment, ...]:
        """The payments of the file, in its order."""
        return self._payments
