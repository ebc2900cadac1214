"""The parts of one deal as plain data: header, customer and lines, with the CRM field behind each of them."""

from __future__ import annotations

from billcore.connectors.salesforce.assembly import Assembly, Origin
from billcore.connectors.salesforce.header import read_currencies, read_customer, read_header
from billcore.connectors.salesforce.lines import read_line_item
from billcore.connectors.salesforce.prices import Figures
from billcore.connectors.salesforce.record import Record

SYSTEM = "salesforce"


class Parts:
    """The parts of one contract as plain data, before any of them is judged."""

    def __init__(self) -> None:
        self.origins: dict[str, Origin] = {}
        self.header = Assembly(self.origins)
        self.customer = Assembly({})
        self.lines: list[Assembly] = []
        self.currencies: tuple[tuple[str, str, str], ...] = ()


def read_parts(
    account: Record,
    opportunity: Record,
    contract: Record,
    lines: tuple[Record, ...],
    figures: tuple[Figures, ...],
) -> Parts:
    """Read header, customer and lines; each independent of the others."""
    parts = Parts()
    read_customer(account, parts.customer)
    parts.currencies = read_currencies(contract, opportunity, account, lines, parts.header)
    read_header(contract, opportunity, account, parts.header)
    customer = parts.customer.fields.get("id")
    if isinstance(customer, str):
        parts.header.fields["customer"] = customer
        own = [code for who, code, _ in parts.currencies if who == "account"]
        parts.customer.fields.update(currency=own[0] if own else None)
    else:
        parts.header.unread.add("customer")
    for index, line in enumerate(lines):
        part = Assembly(parts.origins, f"lines[{index}].")
        read_line_item(line, figures[index], parts.header, part)
        parts.lines.append(part)
    return parts


def name_sources(parts: Parts, contract: Record, lines: tuple[Record, ...], file: str) -> None:
    """Say where contract and lines came from, so that an explanation ends at the record that was signed."""
    for part, record in ((parts.header, contract), *zip(parts.lines, lines, strict=True)):
        part.came_from("source", record, "Id")
        name = record.text("Id", is_needed=True)
        if name is not None:
            part.fields["source"] = {"system": SYSTEM, "record": name, **({"file": file[-200:]} if file else {})}


def check_total(opportunity: Record, lines: tuple[Record, ...], figures: tuple[Figures, ...]) -> None:
    """Salesforce sums TotalPrice into Amount; where they differ, the export lacks a line or has one too many."""
    amount = opportunity.number("Amount")
    totals = [figure.total for figure in figures if figure.total is not None]
    if amount is None or not lines or len(totals) < len(lines):
        return
    if sum(totals) != amount:
        opportunity.note(
            "Amount",
            "export-incomplete",
            found=f"an Amount of {amount} and lines of {sum(totals)}",
            expected="an Amount that is the sum of TotalPrice",
            hint="Export the deal again with all its lines.",
            owner="engineering",
        )
