"""How an invoice or credit memo looks as plain text: 80 columns, for a person to read or a mail to carry.

No text of a name, address or description can break a line or reach a terminal as a command.
"""

from __future__ import annotations

from collections.abc import Iterator

from billcore.core.printable import columns, grouped, left, one_line, right, shortened, wrapped
from billcore.invoice.invoice import Invoice, InvoiceLine
from billcore.money.amount import Amount
from billcore.money.taxed import TaxAmount
from billcore.periods.period import Period

WIDTH = 80
_LABEL, _QUANTITY, _TAX, _NET = 14, 11, 12, 16
_DESCRIPTION = WIDTH - _QUANTITY - _TAX - _NET - 3
_TOTAL, _NARROWEST = 18, 20
_HALF = WIDTH // 2 - 1


def document_text(document: Invoice) -> str:
    """Write a document as text of at most 80 columns, ended by a line feed.

    A service period shows its first and last day; a discounted line shows list price less discount; taxes are summed
    by rate and reason. Amounts have a comma between thousands and all digits of their currency.

    Args:
        document: Issued or not; one without a number is marked as a draft.

    Rounding: none; totals are the document's own sums.
    """
    lines = [
        *_head(document),
        "",
        *_parties(document),
        "",
        *_facts(document),
        "",
        _row("Description", "Quantity", "Tax", f"Net {document.currency}"),
        "-" * WIDTH,
    ]
    for line in document.lines:
        lines.extend(_line(line, document))
    lines.append("-" * WIDTH)
    lines.extend(_totals(document))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _head(document: Invoice) -> Iterator[str]:
    title = "INVOICE" if document.kind == "invoice" else "CREDIT MEMO"
    number = one_line(document.number) or "DRAFT, not issued"
    yield left(title, WIDTH - columns(number) - 1) + " " + number
    yield "=" * WIDTH


def _parties(document: Invoice) -> Iterator[str]:
    """Seller and buyer side by side; a party without a snapshot is named by its id."""
    seller = ["From", *(document.seller or (document.entity,))]
    buyer = ["To", *(document.customer_address or (document.payer_id,))]
    for row in range(max(len(seller), len(buyer))):
        one = one_line(seller[row]) if row < len(seller) else ""
        other = one_line(buyer[row]) if row < len(buyer) else ""
        yield f"{left(one, _HALF)}  {shortened(other, _HALF)}"


def _facts(document: Invoice) -> Iterator[str]:
    terms = f"  ({one_line(document.terms_text)})" if document.terms_text else ""
    yield _fact("Date", str(document.invoice_date))
    if document.kind == "invoice":
        yield _fact("Due", f"{document.due_date}{terms}")
    yield _fact("Customer", document.customer)
    if document.payer_id != document.customer:
        yield _fact("Payer", document.payer)
    yield _fact("Contract" if len(document.contracts) == 1 else "Contracts", ", ".join(document.contracts))


def _fact(label: str, text: str) -> str:
    return left(label, _LABEL) + shortened(one_line(text), WIDTH - _LABEL)


def _row(description: str, quantity: str, tax: str, net: str) -> str:
    numbers = _numbers(quantity, tax, net)
    return f"{left(description, WIDTH - columns(numbers) - 1)} {numbers}"


def _numbers(quantity: str, tax: str, net: str) -> str:
    return f"{right(quantity, _QUANTITY)} {right(tax, _TAX)} {right(net, _NET)}"


def _line(line: InvoiceLine, document: Invoice) -> Iterator[str]:
    """One line of the document: a wide number takes room from the description, which goes on below."""
    numbers = _numbers(grouped(line.quantity) if line.quantity else "", _tax_mark(line), _number(line.net))
    room = min(_DESCRIPTION, WIDTH - columns(numbers) - 1)
    description = one_line(line.description) or one_line(line.line)
    if room < _NARROWEST:
        yield from wrapped(description, WIDTH)
        yield right(numbers, WIDTH)
    else:
        first, *more = wrapped(description, room)
        yield f"{left(first, WIDTH - columns(numbers) - 1)} {numbers}"
        yield from more
    yield f"  {_days(line.service)}{_of(line, document)}"
    if line.discount is not None:
        yield f"  list {_number(line.net + line.discount)} less discount {_number(line.discount)}"


def _of(line: InvoiceLine, document: Invoice) -> str:
    """Whose line it is, on a document of several contracts."""
    if len(document.contracts) == 1:
        return ""
    room = WIDTH - len("  0000-00-00 to 0000-00-00")
    return shortened(one_line(f", {line.contract} of {line.customer or document.customer}"), room)


def _tax_mark(line: InvoiceLine) -> str:
    return ", ".join(f"{tax.rate} %" for tax in line.taxes)


def _days(period: Period) -> str:
    last = period.last_day
    return str(period.start) if last == period.start else f"{period.start} to {last}"


def _totals(document: Invoice) -> Iterator[str]:
    yield _total("Net", document.net)
    for (name, rate, reason), (base, tax) in _taxes(document).items():
        because = f" ({one_line(reason)})" if reason else ""
        shown = one_line(name) if name.endswith(f" {rate} %") else f"{one_line(name)} {rate} %"
        yield _total(f"{shown} on {_number(base)}{because}", tax)
    yield " " * (WIDTH - _TOTAL) + "=" * _TOTAL
    yield _total("Total due" if document.kind == "invoice" else "Total credited", document.total)


def _taxes(document: Invoice) -> dict[tuple[str, str, str], tuple[Amount, Amount]]:
    sums: dict[tuple[str, str, str], tuple[Amount, Amount]] = {}
    for line in document.lines:
        for tax in line.taxes:
            sums[_kind(tax)] = _plus(sums.get(_kind(tax)), tax)
    return sums


def _kind(tax: TaxAmount) -> tuple[str, str, str]:
    return tax.name, tax.rate, tax.reason


def _plus(before: tuple[Amount, Amount] | None, tax: TaxAmount) -> tuple[Amount, Amount]:
    return (tax.base, tax.tax) if before is None else (before[0] + tax.base, before[1] + tax.tax)


def _total(label: str, amount: Amount) -> str:
    number = right(f"{amount.currency} {_number(amount)}", _TOTAL)
    room = WIDTH - columns(number) - 1
    return f"{right(shortened(label, room), room)} {number}"


def _number(amount: Amount) -> str:
    return grouped(amount.text)
