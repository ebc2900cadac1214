"""How a journal is written for hledger, which then checks our sums with a program that is not ours.

Transaction-currency export: a line in a foreign currency bears its functional amount as total cost (``@@``). Every
posting asserts the running balance of its account.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from billcore.connectors.ledger_text import account_names, one_book, used_accounts
from billcore.core.exact import plain
from billcore.core.printable import one_line
from billcore.gl.accounts import AccountType, Chart
from billcore.gl.entry import JournalEntry, JournalLine
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits

_TYPES: dict[AccountType, str] = {"asset": "A", "liability": "L", "equity": "E", "income": "R", "expense": "X"}
# A semicolon starts a comment and a bar ends the payee.
_DESCRIPTION = str.maketrans({";": ",", "|": "/"})
# In a comment a comma starts the next tag and brackets hold dates; both could move a posting to another day.
_TAG = str.maketrans({",": " ", "[": "(", "]": ")"})

Running = dict[tuple[str, str], int]


def to_hledger(entries: Iterable[JournalEntry], chart: Chart) -> str:
    """Write entries of one book as an hledger journal, in the transactions' currencies.

    Commodities, accounts and payees are declared, so that ``hledger check -s ordereddates payees`` holds. A line
    without amount in its transaction currency (a remeasurement) is written in the functional currency.

    Rounding: none; amounts are written with all digits of their currency.
    Raises: NotApplicable ``books-mixed``; MissingInput ``account-unknown``; InvariantBroken ``entry-repeated``.
    Source: hledger 1.25, checked by it in the project's wide tests. hledger's own check of a sum stops at the digits of
        the currency; exactness below them is beancount's part.
    """
    ordered = one_book(entries)
    names = account_names(chart)
    blocks = []
    if ordered:
        blocks.append("\n".join(_declarations(ordered, chart, names)))
    running: Running = {}
    for entry in ordered:
        blocks.append("\n".join(_transaction(entry, names, running)))
    return "\n\n".join(blocks) + "\n"


def _declarations(entries: tuple[JournalEntry, ...], chart: Chart, names: dict[tuple[str, str], str]) -> Iterator[str]:
    lines = [line for entry in entries for line in entry.lines]
    for currency in sorted({amount.currency for line in lines for amount in (line.amount, line.functional)}):
        digits = minor_digits(currency)
        # hledger demands a decimal mark in a declaration, also where no digit follows it.
        yield f"commodity {plain(10 ** (3 + digits), digits)}{'' if digits else '.'} {currency}"
    for key, account in used_accounts(entries, chart).items():
        yield f"account {names[key]}  ; type:{_TYPES[account.type]}"
    for payee in sorted({_payee(entry) for entry in entries}):
        yield f"payee {payee}"


def _payee(entry: JournalEntry) -> str:
    return _described(entry.customer) or _described(entry.entity)


def _transaction(entry: JournalEntry, names: dict[tuple[str, str], str], running: Running) -> Iterator[str]:
    yield f"{entry.posting_date} * ({entry.id}) {_payee(entry)} | {_described(entry.description)}".rstrip()
    known = {
        "book": entry.book,
        "kind": entry.kind,
        "source": entry.source_event,
        "contract": entry.contract,
        "document": entry.document,
        "effective_date": str(entry.effective_date),
        "mapping_version": entry.mapping_version,
    }
    yield from (f"    ; {_tag(key, text)}" for key, text in known.items() if text)
    for line in entry.lines:
        yield _posting(line, names[entry.entity, line.account], running)


def _posting(line: JournalLine, name: str, running: Running) -> str:
    foreign = line.amount.currency != line.functional.currency and line.amount.minor != 0
    amount = line.amount if foreign else line.functional
    signed = amount if line.side == "debit" else -amount
    cost = f" @@ {_written(line.functional)}" if foreign else ""
    key = (name, amount.currency)
    running[key] = running.get(key, 0) + signed.minor
    balance = Amount(minor=running[key], currency=amount.currency)
    known = {"mapping_row": line.mapping_row, "obligation": line.obligation, "document": line.document}
    tags = ", ".join(_tag(tag, text) for tag, text in known.items() if text)
    return f"    {name}  {_written(signed)}{cost} =* {_written(balance)}  ; {tags}"


def _written(amount: Amount) -> str:
    return f"{amount.text} {amount.currency}"


def _described(text: str) -> str:
    return one_line(text.translate(_DESCRIPTION))


def _tag(key: str, text: str) -> str:
    return f"{key}: {one_line(text.translate(_TAG))}"
