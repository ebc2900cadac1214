"""What a newcomer types, under strict type checkers; `test_typing.py` runs mypy and pyright on it, and runs it."""

from datetime import UTC, date, datetime
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

# A change of the contract: another value, and the one before stays as it was.
known_at = datetime(2025, 3, 20, 15, tzinfo=UTC)
upgraded = contract.revised(zone="Europe/Berlin").amended(
    bc.Change.price("platform", bc.Flat(amount="1500.00"), direction="upgrade"),
    bc.Change.discounts("api_calls", [bc.PercentOff(percent="10")]),
    effective=date(2025, 3, 16),
    known_at=known_at,
    actor="sales",
    reason="a larger plan from the middle of March",
    policy=bc.ChangePolicy(timing="now", credit="refund_paid_part", invoice="next"),
)
assert_type(upgraded, bc.Contract)
assert_type(upgraded.as_of(date(2025, 3, 20), known_at), bc.Contract)
assert_type(upgraded.versions()[0].period, bc.Period)
wider = upgraded.amended(
    bc.Change.add(bc.ContractLine(id="help", sku="HELP", price=bc.Flat(amount="50"), billed="in_advance")),
    bc.Change.billing(billed_every="quarter"),
    bc.Change.dates(end=date(2026, 6, 1)),
    bc.Change.pause("platform", until=date(2025, 5, 1)),
    effective=date(2025, 4, 1),
    known_at=known_at,
    actor="sales",
    reason="a package",
)
assert_type(wider.amendments[-1].effective, date)
paid = {invoice.id: bc.Amount.of("1000.00", "USD")}
settled = bc.bill(
    upgraded,
    usage={"api_calls": {date(2025, 3, 1): 61_234}},
    through=date(2025, 4, 1),
    billed=run.next_billed,
    paid=paid,
    as_known_at=known_at,
)
assert_type(settled.credit_memos, tuple[bc.Invoice, ...])
renewing = contract.revised(
    renewal=bc.AutoRenewal(term="year", notice_days=30, uplift="3.5", price_digits=2),
    changes=bc.ChangePolicies(downgrade=bc.ChangePolicy(timing="period_end")),
)
assert_type(renewing.with_line("platform", trial=bc.Trial(days=14)), bc.Contract)
