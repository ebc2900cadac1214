"""What is on one invoice where several subscriptions renew on one day (Meteroid's form): a document of their contracts."""

from __future__ import annotations

from datetime import date
from typing import Any

import billcore as bc
from billcore.invoice.grouping import consolidated
from parity.amounts import currency_of
from parity.given import Given, NotKnown
from parity.presets import Convention

_DAY = date(2026, 1, 1)


def renewals_together(given: Given, convention: Convention) -> dict[str, Any]:
    """Bill each subscription as a contract of its own, and put what one customer owes on one document."""
    if given.raw("same_renewal_day") is not True:
        raise NotKnown("subscriptions that renew on several days: the case does not say which")
    prices = given.raw("subscriptions")
    if not isinstance(prices, list) or not all(isinstance(price, str) for price in prices) or not prices:
        raise NotKnown("given.subscriptions is no list of prices as texts")
    is_one = given.raw("same_customer") is True
    currency = currency_of(given)
    convention.name("invoices", "consolidated")
    runs = [_run(str(number), price, is_one, currency) for number, price in enumerate(prices)]
    documents = consolidated(
        [one for run in runs for one in run.documents], {run.invoices[0].payer_id for run in runs}, sources={}
    )
    return {
        "documents": [
            {
                "type": one.kind,
                "at": "renewal day",  # the form names the day so, and has no date
                "total": one.total.text,
                "children": [line.net.text for line in one.lines],
            }
            for one in documents
        ]
    }


def _run(number: str, price: str, is_one: bool, currency: str) -> bc.BillRun:
    line = bc.ContractLine(id="plan", sku="PLAN", price=bc.Flat(amount=price), billed="in_advance")
    contract = bc.Contract(
        id=f"C-{number}",
        customer="acme" if is_one else f"customer-{number}",
        entity="E-1",
        currency=currency,
        billed_every="month",
        term=bc.Period(start=_DAY, end=date(2027, 1, 1)),
        lines=[line],
    )
    return bc.bill(contract, through=_DAY)
