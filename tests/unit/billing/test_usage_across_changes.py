"""Unit tests of metered windows that an amendment cuts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import billcore as bc

JANUARY, HALF = date(2026, 1, 1), date(2026, 1, 16)


def test_another_discount_starts_no_tier_afresh() -> None:
    """60 and 60 units, the first 100 at 1.00, then 0.50: 60.00, and 40 + 10 = 50.00 less 10 percent = 45.00."""
    tiers = [{"up_to": "100", "unit_price": "1"}, {"unit_price": "0.5"}]
    line = {"id": "u", "sku": "U", "billed": "in_arrears", "price": {"kind": "graduated", "tiers": tiers}}
    agreed = bc.Contract.read(
        {"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD", "billed_every": "month", "zone": "UTC"}
        | {"term": {"start": "2026-01-01", "end": "2026-07-01"}, "lines": [line]}
    )
    cheaper = agreed.amended(
        bc.Change.discounts("u", [bc.PercentOff(percent="10")]),
        effective=HALF,
        known_at=datetime(2026, 1, 16, 9, tzinfo=UTC),
        actor="sales",
        reason="agreed",
    )
    run = bc.bill(cheaper, usage={"u": {JANUARY: "60", HALF: "60"}}, through=date(2026, 2, 1))
    assert [6_000, 4_500] == [line.net_minor for one in run.invoices for line in one.lines]
