"""What a newcomer types, under strict type checkers; `test_typing.py` runs mypy and pyright on it, and runs it."""

from datetime import date
from decimal import Decimal
from typing import assert_type

import billcore as bc
from billcore.core.reasons import Reason
from billcore.engine.comparison import Comparison

tiers = [
    bc.Tier(up_to=10_000, unit_price="0"),
    bc.Tier(up_to=50_000, unit_price="0.004"),
    bc.Tier(unit_price=Decimal("0.0025")),
]
contract = bc.Contract(
    id="C-1001",
    customer="acme",
    entity="US01",
    currency="USD",
    billed_every="month",
    term=bc.Period(start=date(2025, 3, 1), end=date(2026, 3, 1)),
    lines=[
        bc.ContractLine(
            id="platform",
            sku="PLATFORM",
            price=bc.Flat(amount="1200.00"),
            billed="in_advance",
            revenue=bc.Ratable(by="day"),
        ),
        bc.ContractLine(
            id="api_calls", sku="API", price=bc.Graduated(tiers=tiers), billed="in_arrears", revenue=bc.AsUsed()
        ),
    ],
)

usage = {"api_calls": {date(2025, 3, 1): 61_234}}
run = bc.bill(contract, usage=usage, through=date(2025, 4, 1))
assert_type(run, bc.BillRun)
invoice = run.invoices[-1]
assert_type(invoice, bc.Invoice)
assert_type(invoice.total, bc.Amount)
assert_type(invoice.total.decimal, Decimal)
assert_type(invoice.total.minor, int)
print(invoice.total)
reason = bc.explain(invoice.line("api_calls"), run)
assert_type(reason, Reason)
print(reason)

# What is written and what is read differ by type: text, int or Decimal in, Decimal out; any iterable in, a tuple out.
assert_type(bc.Flat(amount="1200.00").amount, Decimal)
assert_type(bc.Graduated(tiers=iter(tiers)).tiers, tuple[bc.Tier, ...])
assert_type(contract.lines, tuple[bc.ContractLine, ...])
assert_type(contract.term, bc.Period)
assert_type(bc.Contract.read({**contract.model_dump(mode="json")}), bc.Contract)

cheaper = contract.with_price("api_calls", bc.Volume(tiers=tiers))
assert_type(cheaper, bc.Contract)
comparison = bc.compare(run, bc.bill(cheaper, usage=usage, through=date(2025, 4, 1)))
assert_type(comparison, Comparison)
print(comparison)

again = bc.bill(contract, usage=usage, through=date(2025, 4, 1), billed=run.next_billed)
assert_type(again.invoices, tuple[bc.Invoice, ...])
assert_type(run.next_billed, bc.Billed)
