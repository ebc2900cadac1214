"""What billcore's own values cost: the same invoice by the functions and types that the engine itself uses."""

from __future__ import annotations

from itertools import pairwise

from benchmarks.scene import (
    CONTRACT,
    CURRENCY,
    CUSTOMER,
    DAYS,
    DUE_DATE,
    ENTITY,
    INVOICE_DATE,
    LINES,
    MONTHS,
    SERVICE_END,
    SERVICE_START,
    YEAR_DAYS,
    Agreed,
    Cents,
)
from billcore.core.ratio import Ratio, times
from billcore.gl.entry import JournalEntry, JournalLine, Side
from billcore.gl.roles import AccountRole
from billcore.invoice.invoice import Invoice, InvoiceLine
from billcore.money.rounding import round_ratio
from billcore.money.taxed import TaxAmount
from billcore.periods.period import Period
from billcore.pricing.documents import Graduated, PerUnit, Tier
from billcore.pricing.lowering import lower
from billcore.pricing.rate_table import RateTable
from billcore.pricing.reductions import ResolvedDiscount, after_discount
from billcore.pricing.totals import amount_of
from billcore.proration.shares import Share
from billcore.revrec.schedules import RevenueRow

# What a resolved contract and its schedule hold: made once, not part of an invoice.
SERVICE = Period(start=SERVICE_START, end=SERVICE_END)
EARNED = tuple(Period(start=start, end=end) for start, end in pairwise(MONTHS))
LAST_DAYS = tuple(period.last_day for period in EARNED)


def _table(line: Agreed) -> RateTable:
    if len(line.tiers) == 1:
        return lower(PerUnit(unit_price=line.tiers[0][1]))
    return lower(Graduated(tiers=[Tier(up_to=bound, unit_price=price) for bound, price in line.tiers]))


PLAN = tuple(
    (
        line,
        _table(line),
        Share(numerator=line.days, denominator=line.full),
        ResolvedDiscount(numerator=line.discount, denominator=100),
        str(line.quantity),
    )
    for line in LINES
)


def make() -> tuple[Invoice, tuple[RevenueRow, ...], JournalEntry]:
    """Rate, share, discount, round, tax; then spread and post."""
    lines = tuple(invoice_line(*planned) for planned in PLAN)
    invoice = Invoice(
        kind="invoice",
        number="INV-1",
        entity=ENTITY,
        customer=CUSTOMER,
        currency=CURRENCY,
        invoice_date=INVOICE_DATE,
        due_date=DUE_DATE,
        contracts=(CONTRACT,),
        lines=lines,
    )
    net = sum(line.net_minor for line in lines)
    rows = revenue_rows(net)
    return invoice, rows, journal_entry(invoice, net, rows)


def invoice_line(
    agreed: Agreed, table: RateTable, share: Share, discount: ResolvedDiscount, quantity: str
) -> InvoiceLine:
    """Rate a line, share it, discount it, round it and tax it."""
    exact: Ratio = times(amount_of(table, agreed.quantity, 0), (share.numerator, share.denominator))
    exact_net = after_discount(exact, discount)
    gross = round_ratio(exact[0] * 100, exact[1])
    net = round_ratio(exact_net[0] * 100, exact_net[1])
    taxed = TaxAmount(
        row="US-T",
        name="Sales tax",
        rate="19",
        reason="",
        tax_point=INVOICE_DATE,
        base_minor=net,
        tax_minor=round_ratio(net * agreed.tax, 100),
        currency=CURRENCY,
    )
    return InvoiceLine(
        contract=CONTRACT,
        line=agreed.line,
        component="recurring",
        service=SERVICE,
        terms="t",
        number=0,
        description=agreed.line,
        net_minor=net,
        currency=CURRENCY,
        taxes=(taxed,),
        quantity=quantity,
        discount_minor=gross - net,
    )


def revenue_rows(net: int) -> tuple[RevenueRow, ...]:
    """Spread the net over the year by days, each row the difference of rounded cumulatives."""
    rows: list[RevenueRow] = []
    days = before = 0
    for number, length in enumerate(DAYS):
        days += length
        entitled = round_ratio(net * days, YEAR_DAYS)
        rows.append(
            RevenueRow(
                contract=CONTRACT,
                obligation="platform",
                treatment="ratable",
                posting_date=LAST_DAYS[number],
                earned=EARNED[number],
                amount_minor=entitled - before,
                entitled_minor=entitled,
                allocated_minor=net,
                catch_up_minor=0,
                currency=CURRENCY,
                part=days,
                whole=YEAR_DAYS,
                unit="days",
                what="service",
                number=number,
            )
        )
        before = entitled
    return tuple(rows)


def journal_entry(invoice: Invoice, net: int, rows: tuple[RevenueRow, ...]) -> JournalEntry:
    """Post the invoice: receivable for net and tax, each tax, each month of contract liability."""
    taxes = [line.tax_minor for line in invoice.lines]
    lines = [_side("receivable", "debit", net), _side("receivable", "debit", sum(taxes))]
    lines += [_side("tax_payable", "credit", tax) for tax in taxes]
    lines += [_side("contract_liability", "credit", row.amount_minor) for row in rows]
    return JournalEntry(
        book="primary",
        entity=ENTITY,
        source_event="invoice:INV-1",
        kind="invoice_issued",
        posting_date=INVOICE_DATE,
        effective_date=INVOICE_DATE,
        mapping_version="map_1",
        description="Invoice INV-1",
        lines=tuple(lines),
        contract=CONTRACT,
        customer=CUSTOMER,
        document="INV-1",
    )


def _side(role: AccountRole, side: Side, minor: int) -> JournalLine:
    return JournalLine(
        account="1200",
        role=role,
        side=side,
        amount_minor=minor,
        currency=CURRENCY,
        functional_minor=minor,
        functional_currency=CURRENCY,
        mapping_row="r1",
        obligation="platform",
        document="INV-1",
    )


def cents(made: tuple[Invoice, tuple[RevenueRow, ...], JournalEntry]) -> Cents:
    """Read the cents off what `make` made."""
    invoice, rows, entry = made
    return Cents(
        nets=tuple(line.net_minor for line in invoice.lines),
        taxes=tuple(line.tax_minor for line in invoice.lines),
        total=invoice.total.minor,
        revenue=tuple(row.amount_minor for row in rows),
        journal=tuple(line.signed for line in entry.lines),
    )
