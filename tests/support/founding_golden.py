"""The whole result of the founding book as text tables, and the command that writes them as golden files.

``PYTHONPATH=src:tests python -m support.founding_golden`` runs the book and writes ``tests/golden/founding/*.csv``.
"""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from billcore.gl.balances import trial_balance
from billcore.host.run import HostRun, run
from billcore.money.amount import Amount
from billcore.revrec.position import position
from support.sources import KEPT_BESIDE

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "examples" / "founding"
GOLDEN = ROOT / "tests" / "golden" / "founding"
THROUGH = date(2028, 12, 31)
REWRITE = "PYTHONPATH=src:tests python -m support.founding_golden"
CHANGED = (
    f"the founding book gives other numbers. Where that is meant: add a line under Numbers in CHANGELOG.md that says "
    f"which numbers changed and why, then rewrite the files with `{REWRITE}`"
)


def copy_of_book(folder: Path) -> Path:
    """Copy the book into a folder of its own; what earlier runs may have left beside it stays behind."""
    made = folder / "founding"
    shutil.copytree(BOOK, made, ignore=KEPT_BESIDE)
    return made


@cache
def whole_run() -> HostRun:
    """The book run once through its last day."""
    with tempfile.TemporaryDirectory() as folder:
        return run(copy_of_book(Path(folder)), THROUGH)


def tables(made: HostRun) -> dict[str, str]:
    """File name -> text of every golden table of a run."""
    result, book = made.result, made.loaded.book
    assert result is not None and book is not None
    standing = result.standing
    return {
        "invoices.csv": _text(
            "number kind date due contract line component service_start service_end quantity net tax gross",
            _invoice_rows(standing.documents),
        ),
        "revenue.csv": _text(
            "contract obligation posting_date earned_start earned_end amount",
            (
                (r.contract, r.obligation, r.posting_date, r.earned.start, r.earned.end, r.amount.text)
                for r in sorted(standing.revenue, key=lambda row: (row.contract, row.obligation, row.posting_date))
            ),
        ),
        "payments.csv": _text(
            "payment status customer item applied left_open unapplied unidentified",
            _payment_rows(standing.applications),
        ),
        "trial_balance.csv": _text(
            "entity account name debit credit balance",
            (
                (r.entity, r.account, r.name, r.debit.text, r.credit.text, r.balance.text)
                for r in trial_balance(standing.entries, through=THROUGH, chart=book.chart).rows
            ),
        ),
        "positions.csv": _text(
            "contract as_of billed recognized contract_liability contract_asset unbilled_receivable",
            _position_rows(made),
        ),
    }


def month_ends(start: date, end: date) -> list[date]:
    """The last days of the months from one day to another."""
    found = []
    year, month = start.year, start.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        last = date.fromordinal(date(year, month, 1).toordinal() - 1)
        if last > end:
            return found
        found.append(last)


def _invoice_rows(documents: Iterable[Any]) -> Iterable[Sequence[object]]:
    for one in documents:
        head = (one.number, one.kind, one.invoice_date, one.due_date, "+".join(one.contracts))
        for line in one.lines:
            piece = (line.line, line.component, line.service.start, line.service.end, line.quantity)
            yield (*head, *piece, line.net.text, line.tax.text, line.gross.text)
        yield (*head, "total", "", "", "", "", one.net.text, one.tax.text, one.total.text)


def _payment_rows(applications: Iterable[Any]) -> Iterable[Sequence[object]]:
    nothing = ("", "", "")
    for one in applications:
        for item in [(i.number, i.amount.text, i.balance.text) for i in one.items] or [nothing]:
            yield (one.payment, one.status, one.customer, *item, one.unapplied.text, one.unidentified.text)


def _position_rows(made: HostRun) -> Iterable[Sequence[object]]:
    assert made.loaded.book is not None and made.result is not None
    standing = made.result.standing
    for contract in made.loaded.book.contracts:
        for day in month_ends(contract.term.start, THROUGH):
            at = position(contract.id, standing.billed.lines, standing.revenue, day, contract.currency)
            amounts: list[Amount] = [at.billed, at.recognized, at.contract_liability, at.contract_asset]
            yield (contract.id, day, *(amount.text for amount in [*amounts, at.unbilled_receivable]))


def _text(head: str, rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head.split())
    writer.writerows(rows)
    return out.getvalue()


def rewrite() -> None:
    """Write the golden files from what the book gives now."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name, text in tables(whole_run()).items():
        (GOLDEN / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    rewrite()
