"""A small world of two entities for ledger tests: chart, mapping, cells and entries, built by our own documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from billcore.gl import (
    AccessSequence,
    AccessStep,
    Account,
    Cell,
    Chart,
    GLMapping,
    JournalEntry,
    JournalLine,
    MappingRow,
)
from billcore.money.amount import Amount

YEAR_START = date(2026, 1, 1)
CURRENCIES = {"US01": "USD", "DE01": "EUR", "JP01": "JPY"}
_ACCOUNTS = [
    ("1000", "Bank", "asset"),
    ("1200", "Accounts receivable", "asset"),
    ("1250", "Unbilled receivable", "asset"),
    ("1300", "Contract asset", "asset"),
    ("2200", "Tax payable", "liability"),
    ("2400", "Contract liability", "liability"),
    ("2500", "Unapplied cash", "liability"),
    ("4000", "Subscription revenue", "income"),
    ("4100", "Usage revenue", "income"),
    ("7000", "Realized FX gain", "income"),
]


def chart(*, changes: dict[tuple[str, str], dict[str, Any]] | None = None) -> Chart:
    """The chart of all three entities, with some accounts changed."""
    changes = changes or {}
    return Chart(
        accounts=[
            Account(
                **{"entity": entity, "number": number, "name": name, "type": kind} | changes.get((entity, number), {})
            )
            for entity in CURRENCIES
            for number, name, kind in _ACCOUNTS
        ]
    )


def sequence(event: str, role: str, *steps: str) -> AccessSequence:
    """An access sequence from steps such as ``entity+product_class``."""
    return AccessSequence(event=event, role=role, steps=[AccessStep(keys=step.split("+")) for step in steps])


def row(id: str, event: str, role: str, account: str | None, **keys: Any) -> MappingRow:
    """A row in force from the start of 2026."""
    keys.setdefault("effective_from", YEAR_START)
    return MappingRow(id=id, event=event, role=role, account=account, **keys)


SEQUENCES = [
    sequence("invoice_issued", "receivable", "entity"),
    sequence("invoice_issued", "contract_liability", "entity+product_class", "entity"),
    sequence("invoice_issued", "tax_payable", "entity+tax_jurisdiction"),
    sequence("revenue_recognized", "revenue", "entity+product_class"),
    sequence("revenue_recognized", "contract_liability", "entity"),
]
BOTH = "US01|DE01"
ROWS = [
    row("ar", "invoice_issued", "receivable", "1200", entity=BOTH),
    row("cl", "invoice_issued", "contract_liability", "2400", entity=BOTH),
    row("tax-de", "invoice_issued", "tax_payable", "2200", entity="DE01", tax_jurisdiction="DE"),
    row("rev-sub", "revenue_recognized", "revenue", "4000", entity=BOTH, product_class="subscription"),
    row("rev-use", "revenue_recognized", "revenue", "4100", entity=BOTH, product_class="usage"),
    row("rel", "revenue_recognized", "contract_liability", "2400", entity=BOTH),
]


def mapping(
    rows: Sequence[MappingRow] = ROWS, sequences: Sequence[AccessSequence] = SEQUENCES, **changes: Any
) -> GLMapping:
    """A version of the mapping, by two people."""
    fields: dict[str, Any] = {
        "id": "main",
        "effective_from": YEAR_START,
        "author": "Ada",
        "approver": "Grace",
        "reason": "go-live",
    }
    return GLMapping(**fields | {"sequences": sequences, "rows": rows} | changes)


def cells() -> list[Cell]:
    """The cells that the small world can reach."""
    reachable = [Cell(event="invoice_issued", role="tax_payable", entity="DE01", tax_jurisdiction="DE")]
    for entity in ("US01", "DE01"):
        reachable.append(Cell(event="invoice_issued", role="receivable", entity=entity))
        reachable.append(Cell(event="revenue_recognized", role="contract_liability", entity=entity))
        for product_class in ("subscription", "usage"):
            reachable.append(
                Cell(event="invoice_issued", role="contract_liability", entity=entity, product_class=product_class)
            )
            reachable.append(
                Cell(event="revenue_recognized", role="revenue", entity=entity, product_class=product_class)
            )
    return reachable


def line(account: str, role: str, side: str, amount: str, functional: str = "", **fields: Any) -> JournalLine:
    """A line from texts such as ``USD 12.00``; without a functional amount it is the same."""
    money, own = read_amount(amount), read_amount(functional or amount)
    return JournalLine(
        account=account,
        role=role,
        side=side,
        amount_minor=money.minor,
        currency=money.currency,
        functional_minor=own.minor,
        functional_currency=own.currency,
        **{"mapping_row": f"row-{account}"} | fields,
    )


def read_amount(text: str) -> Amount:
    """An amount from ``USD 12.00``."""
    currency, number = text.split()
    return Amount.of(number, currency)


def entry(source: str, on: date, *lines: JournalLine, kind: str = "invoice_issued", **fields: Any) -> JournalEntry:
    """An entry of US01 in the book ``main``, dated on one day, unless said otherwise."""
    known: dict[str, Any] = {
        "book": "main",
        "entity": "US01",
        "source_event": source,
        "kind": kind,
        "posting_date": on,
        "effective_date": on,
        "mapping_version": "map_1",
        "description": f"{kind} {source}",
        "customer": "acme",
        "lines": lines,
    } | fields
    return JournalEntry(**known)


def sample_journal() -> list[JournalEntry]:
    """Invoice with tax, revenue, receipt; a yen invoice; a euro invoice of US01 settled with a gain."""
    cl = {"obligation": "C-1/platform"}
    return [
        entry(
            "inv-1",
            date(2026, 1, 31),
            line("1200", "receivable", "debit", "USD 1188.09", document="inv-1"),
            line("2400", "contract_liability", "credit", "USD 1088.09", **cl),
            line("2200", "tax_payable", "credit", "USD 100.00"),
            contract="C-1",
            document="inv-1",
        ),
        entry(
            "rev-2026-01",
            date(2026, 1, 31),
            line("2400", "contract_liability", "debit", "USD 88.09", **cl),
            line("4000", "revenue", "credit", "USD 88.09", **cl),
            kind="revenue_recognized",
            contract="C-1",
        ),
        entry(
            "pay-1",
            date(2026, 2, 15),
            line("1000", "cash", "debit", "USD 1188.09"),
            line("1200", "receivable", "credit", "USD 1188.09", document="inv-1"),
            kind="cash_applied",
        ),
        entry(
            "inv-jp",
            date(2026, 2, 1),
            line("1200", "receivable", "debit", "JPY 120000"),
            line("2400", "contract_liability", "credit", "JPY 120000"),
            entity="JP01",
        ),
        entry(
            "inv-eur",
            date(2026, 2, 1),
            line("1200", "receivable", "debit", "EUR 100.00", "USD 108.00", document="inv-eur"),
            line("2400", "contract_liability", "credit", "EUR 100.00", "USD 108.00", obligation="C-2/api"),
            contract="C-2",
            customer="müller",
        ),
        entry(
            "pay-eur",
            date(2026, 3, 1),
            line("1000", "cash", "debit", "EUR 100.00", "USD 110.00"),
            line("1200", "receivable", "credit", "EUR 100.00", "USD 108.00", document="inv-eur"),
            line("7000", "revenue", "credit", "USD 2.00"),
            kind="settlement_fx",
            customer="müller",
        ),
    ]
