"""How a journal is written for beancount, which then checks our sums with a program that is not ours.

Functional export: every line in the entity's functional currency with a tolerance of zero, one transaction for each
entry. beancount cannot see that an entity is out of balance inside one transaction; an entry belongs to one entity, so
no transaction here holds two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from billcore.connectors.ledger_text import ASSERTED_ROLES, account_names, one_book, used_accounts
from billcore.core.printable import one_line
from billcore.gl.accounts import Account, Chart
from billcore.gl.balances import trial_balance
from billcore.gl.entry import JournalEntry, JournalLine
from billcore.periods.period import ONE_DAY


def to_beancount(entries: Iterable[JournalEntry], chart: Chart, *, title: str = "billcore") -> str:
    """Write entries of one book as a beancount file.

    Transaction amounts and mapping rows are metadata. The file ends with ``balance`` directives on the accounts that a
    subledger explains, on the day after the last posting date.

    Rounding: none; amounts are written with all digits of their currency.
    Raises: NotApplicable ``books-mixed``; MissingInput ``account-unknown``; InvariantBroken ``entry-repeated``,
        ``entry-currency-mixed``.
    Source: beancount 3.2.3, checked by bean-check in the project's wide tests.
    """
    ordered = one_book(entries)
    names = account_names(chart)
    blocks = ["\n".join(_options(ordered, title))]
    if ordered:
        blocks.append("\n".join(_opens(ordered, used_accounts(ordered, chart), names)))
        blocks.extend("\n".join(_transaction(entry, names)) for entry in ordered)
        blocks.append("\n".join(_balances(ordered, names)))
    return "\n\n".join(blocks) + "\n"


def _options(entries: tuple[JournalEntry, ...], title: str) -> Iterator[str]:
    yield f'option "title" {_quoted(title)}'
    # Zero: the default tolerance would accept an entry that is off by half a cent.
    yield 'option "tolerance_multiplier" "0"'
    for currency in sorted({line.functional.currency for entry in entries for line in entry.lines}):
        yield f'option "operating_currency" "{currency}"'


def _opens(
    entries: tuple[JournalEntry, ...], accounts: dict[tuple[str, str], Account], names: dict[tuple[str, str], str]
) -> Iterator[str]:
    opened = entries[0].posting_date
    currencies = {entry.entity: entry.lines[0].functional.currency for entry in entries}
    for key, account in accounts.items():
        yield f"{opened} open {names[key]} {currencies[account.entity]}"
        yield f"  number: {_quoted(account.number)}"
        yield f"  name: {_quoted(account.name)}"


def _transaction(entry: JournalEntry, names: dict[tuple[str, str], str]) -> Iterator[str]:
    yield f"{entry.posting_date} * {_quoted(entry.customer or entry.entity)} {_quoted(entry.description)}"
    known = {
        "je_id": entry.id,
        "book": entry.book,
        "kind": entry.kind,
        "source": entry.source_event,
        "contract": entry.contract,
        "document": entry.document,
        "mapping_version": entry.mapping_version,
    }
    yield from (f"  {key}: {_quoted(text)}" for key, text in known.items() if text)
    yield f"  effective_date: {entry.effective_date}"
    for line in entry.lines:
        yield from _posting(line, names[entry.entity, line.account])


def _posting(line: JournalLine, name: str) -> Iterator[str]:
    amount = line.functional if line.side == "debit" else -line.functional
    yield f"  {name}  {amount.text} {amount.currency}"
    known = {
        "amount": str(line.amount),
        "role": line.role,
        "mapping_row": line.mapping_row,
        "obligation": line.obligation,
        "document": line.document,
    }
    yield from (f"    {key}: {_quoted(text)}" for key, text in known.items() if text)


def _balances(entries: tuple[JournalEntry, ...], names: dict[tuple[str, str], str]) -> Iterator[str]:
    asserted = {
        (entry.entity, line.account) for entry in entries for line in entry.lines if line.role in ASSERTED_ROLES
    }
    last = entries[-1].posting_date
    # A balance directive speaks of the start of its day.
    day = last + ONE_DAY
    for row in trial_balance(entries, through=last).rows:
        if (row.entity, row.account) in asserted:
            yield f"{day} balance {names[row.entity, row.account]}  {row.balance.text} {row.balance.currency}"


def _quoted(text: str) -> str:
    escaped = one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
