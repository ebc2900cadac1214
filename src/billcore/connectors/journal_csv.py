"""How a journal is written as a table for spreadsheets and ledger imports: one row a line, columns that stay."""

from __future__ import annotations

from collections.abc import Iterable

from billcore.core.csv_text import csv_lines, text_cell
from billcore.gl.entry import JournalEntry, JournalLine
from billcore.gl.journal import in_order

JOURNAL_COLUMNS = (
    "entry",
    "line",
    "book",
    "entity",
    "posting_date",
    "effective_date",
    "account",
    "role",
    "functional_currency",
    "debit",
    "credit",
    "currency",
    "amount_debit",
    "amount_credit",
    "kind",
    "source_event",
    "contract",
    "customer",
    "obligation",
    "document",
    "mapping_version",
    "mapping_row",
    "description",
)


def to_csv(entries: Iterable[JournalEntry], *, raw: bool = False) -> str:
    """Write entries as CSV by RFC 4180, one row for each line.

    ``debit`` and ``credit`` are in the functional currency, ``amount_debit`` and ``amount_credit`` in the
    transaction's; the side that a line is not on is empty, so no amount is negative. A text cell that a spreadsheet
    would run as a formula gets a leading apostrophe and is quoted; numbers and dates are never touched.

    Args:
        raw: Without the apostrophes, for a reader that is a program.

    Rounding: none.
    Raises: InvariantBroken ``entry-repeated``.
    Source: RFC 4180.
    """
    rows = (
        _cells(entry, number, line, raw)
        for entry in in_order(entries)
        for number, line in enumerate(entry.lines, start=1)
    )
    return csv_lines(JOURNAL_COLUMNS, rows)


def _cells(entry: JournalEntry, number: int, line: JournalLine, raw: bool) -> list[str]:
    functional, amount = line.functional.text, line.amount.text
    sides = ((functional, ""), (amount, "")) if line.side == "debit" else (("", functional), ("", amount))
    plain_cells = {
        "line": str(number),
        "posting_date": str(entry.posting_date),
        "effective_date": str(entry.effective_date),
        "functional_currency": line.functional.currency,
        "debit": sides[0][0],
        "credit": sides[0][1],
        "currency": line.amount.currency,
        "amount_debit": sides[1][0],
        "amount_credit": sides[1][1],
    }
    texts = {
        "entry": entry.id,
        "book": entry.book,
        "entity": entry.entity,
        "account": line.account,
        "role": line.role,
        "kind": entry.kind,
        "source_event": entry.source_event,
        "contract": entry.contract,
        "customer": entry.customer,
        "obligation": line.obligation,
        "document": line.document or entry.document,
        "mapping_version": entry.mapping_version,
        "mapping_row": line.mapping_row,
        "description": entry.description,
    }
    cells = plain_cells | {name: text_cell(text, raw=raw) for name, text in texts.items()}
    return [cells[name] for name in JOURNAL_COLUMNS]
