"""How an entry is made: each side finds its account in the mapping, and the set balances or does not exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from billcore.core.errors import MissingInput, NotApplicable
from billcore.core.value import Value
from billcore.gl.access import Cell
from billcore.gl.entry import JournalEntry, JournalLine, Side
from billcore.gl.mapping import GLMapping, find_row
from billcore.gl.roles import AccountRole, EventKind
from billcore.money.amount import Amount


class ContractAccounts(Value, frozen=True, kw_only=True):
    """What the ledger must know of a contract to find accounts.

    Attributes:
        contract, entity, customer, jurisdiction: As agreed.
        obligation_of: Contract line -> obligation.
        class_of: Obligation -> product class.
        treatment_of: Obligation -> revenue treatment, empty where it has none.
    """

    contract: str
    entity: str
    customer: str
    jurisdiction: str
    obligation_of: Mapping[str, str]
    class_of: Mapping[str, str]
    treatment_of: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class LedgerSetting:
    """What every posting needs: the mapping in force, the book, each entity's functional currency.

    Attributes:
        mapping: A `GLMapping`.
        book: Name of the set of books.
        functional: Entity -> functional currency.
    """

    mapping: GLMapping
    functional: Mapping[str, str]
    book: str = "primary"


class SideOf(NamedTuple):
    """One side of an entry before its account is known."""

    role: AccountRole
    side: Side
    amount: Amount
    obligation: str = ""
    document: str = ""
    product_class: str = ""
    treatment: str = ""
    tax_row: str = ""


def make_entry(
    setting: LedgerSetting,
    sides: Sequence[SideOf],
    *,
    event: EventKind,
    source_event: str,
    kind: str,
    entity: str,
    posting_date: date,
    effective_date: date,
    description: str,
    contract: str = "",
    customer: str = "",
    document: str = "",
    jurisdiction: str = "",
) -> JournalEntry:
    """Make a balanced entry; sides of zero are left out.

    Raises: MissingInput ``account-unmapped``, ``entity-unknown``; NotApplicable ``posting-forbidden``,
        ``currency-not-functional``; InvariantBroken ``entry-unbalanced``, ``entry-too-short``.
    Source: rules 8.
    """
    if entity not in setting.functional:
        raise MissingInput(
            "entity-unknown",
            found=f"legal entity {entity}",
            expected=f"one of {', '.join(sorted(setting.functional)[:10])}",
            hint="Add the entity to the book, or correct the document that names it.",
        )
    lines = []
    for one in sides:
        if one.amount.minor == 0:
            continue
        if one.amount.currency != setting.functional[entity]:
            raise NotApplicable(
                "currency-not-functional",
                found=f"{one.amount} in the books of {entity}",
                expected=f"{setting.functional[entity]}, its functional currency",
                hint="Books that translate currencies are not built yet.",
            )
        cell = Cell(
            event=event,
            role=one.role,
            entity=entity,
            product_class=one.product_class,
            revenue_treatment=one.treatment,
            tax_jurisdiction=jurisdiction,
            tax_row=one.tax_row,
        )
        row = find_row(setting.mapping, cell, posting_date)
        lines.append(
            JournalLine(
                account=row.account or "",
                role=one.role,
                side=one.side,
                amount_minor=one.amount.minor,
                currency=one.amount.currency,
                functional_minor=one.amount.minor,
                functional_currency=one.amount.currency,
                mapping_row=row.id,
                obligation=one.obligation,
                document=one.document,
            )
        )
    return JournalEntry(
        book=setting.book,
        entity=entity,
        source_event=source_event,
        kind=kind,
        posting_date=posting_date,
        effective_date=effective_date,
        mapping_version=setting.mapping.version,
        description=description,
        lines=tuple(lines),
        contract=contract,
        customer=customer,
        document=document,
    )
