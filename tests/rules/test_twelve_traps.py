"""The twelve traps that billing engines fall into, each as a test that fails where the rule against it is broken.

Source: the list of the twelve hardest correctness traps, with the systems in which each one bit.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, permutations
from typing import Any

import pytest

import billcore as bc
from billcore.contract.changes import AnyChange
from billcore.engine.invoicing import Taxes
from billcore.invoice.open_items import OpenItem
from billcore.testing.samples import sample_entry
from billcore.usage.records import UsageRecord, UsageReport

FIRST, END = date(2026, 3, 1), date(2027, 3, 1)
SOON = datetime(2026, 3, 1, 6, tzinfo=UTC)


def flat(amount: str, *, billed: str = "in_advance", **fields: Any) -> bc.ContractLine:
    price = {"kind": "flat", "amount": amount}
    return bc.ContractLine.read({"id": "plan", "sku": "PLAN", "billed": billed, "price": price} | fields)


def calls(price: dict[str, Any], **fields: Any) -> bc.ContractLine:
    metering = {"meter": "calls", "aggregation": "sum"}
    line = {"id": "calls", "sku": "CALL", "billed": "in_arrears", "price": price, "metering": metering}
    return bc.ContractLine.read(line | fields)


def contract(*lines: bc.ContractLine, start: date = FIRST, end: date = END, **fields: Any) -> bc.Contract:
    written = {"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD", "billed_every": "month"}
    return bc.Contract(**{**written, "zone": "UTC", "term": bc.Period(start=start, end=end), "lines": lines, **fields})


def amended(before: bc.Contract, change: AnyChange, effective: date, known: datetime | None = None) -> bc.Contract:
    at = known or datetime.combine(effective, datetime.min.time(), UTC)
    return before.amended(change, effective=effective, known_at=at, actor="sales", reason="as the customer asked")


def services(run: bc.BillRun) -> list[bc.Period]:
    return [line.service for one in run.invoices for line in one.lines]


def nets(documents: tuple[bc.Invoice, ...]) -> list[str]:
    return [line.net.text for one in documents for line in one.lines]


def test_trap_01_anchor_walk() -> None:
    """Boundary n is counted from the anchor, never from the boundary before.

    Catches: a month added to 28 February, so that every later period begins on the 28th; also after an amendment moved
    the anchor, and after a change within the short month.
    """
    day_31 = contract(flat("100"), start=date(2026, 1, 31), end=date(2027, 1, 31))
    starts = [period.start for period in services(bc.bill(day_31, through=date(2026, 6, 30)))]
    assert [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)] == starts[:3]
    assert [date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)] == starts[3:]
    cut = amended(day_31, bc.Change.price("plan", bc.Flat(amount="200")), date(2026, 3, 5), SOON)
    assert [date(2026, 2, 28), date(2026, 3, 5), date(2026, 3, 31)] == [
        period.start for period in services(bc.bill(cut, through=date(2026, 4, 1)))
    ][1:]
    moved = bc.Change.billing(anchor=bc.ContractLine.read(plan_anchored(31)).anchor)
    again = amended(contract(flat("100")), moved, date(2026, 3, 31), SOON)
    starts = [period.start for period in services(bc.bill(again, through=date(2026, 5, 31)))]
    assert [date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)] == starts[1:]


def plan_anchored(day: int) -> dict[str, Any]:
    price = {"kind": "flat", "amount": "100"}
    anchor = {"kind": "day_of_month", "day": day}
    return {"id": "plan", "sku": "PLAN", "billed": "in_advance", "price": price, "anchor": anchor}


def test_trap_02_interval_convention_mixed() -> None:
    """Periods are half-open everywhere: the end of one is the start of the next, and a day is in one of them.

    Catches: an inclusive end that meets a half-open one: 17 of 32 days where 16 of 31 are left, a day billed twice at a
    boundary, or a day that nobody bills.
    """
    start = contract(flat("31"))
    first = bc.bill(start, through=FIRST)
    for day in range(1, 32):
        changed = date(2026, 3, day)
        more = amended(start, bc.Change.price("plan", bc.Flat(amount="62")), changed)
        run = bc.bill(more, through=changed, billed=first.next_billed)
        # A day costs 1.00 before and 2.00 from the change on.
        assert f"{32 - day}.00" == run.credit_memos[0].net.text
        assert f"{(32 - day) * 2}.00" == run.invoices[0].net.text
    year = bc.bill(amended(start, bc.Change.price("plan", bc.Flat(amount="62")), date(2026, 8, 17), SOON), through=END)
    periods = services(year)
    assert all(before.end == after.start for before, after in pairwise(periods))
    assert (FIRST, END, 365) == (periods[0].start, periods[-1].end, sum(period.days for period in periods))


def test_trap_03_wrong_denominator() -> None:
    """A part of a period is divided by the full, untruncated period, whatever cut it.

    Catches: a stub divided by its own days (its share is then 1), a second change divided by the rest that the first
    one left, and a quarter's part divided by a month.
    """
    late = contract(flat("310", anchor={"kind": "day_of_month", "day": 1}), start=date(2026, 3, 22))
    assert "100.00" == bc.bill(late, through=date(2026, 3, 22)).invoices[0].net.text
    before = contract(flat("310"))
    twice = amended(before, bc.Change.price("plan", bc.Flat(amount="620")), date(2026, 3, 11), SOON)
    twice = amended(twice, bc.Change.price("plan", bc.Flat(amount="930")), date(2026, 3, 21), SOON)
    assert ["100.00", "200.00", "330.00"] == nets(bc.bill(twice, through=date(2026, 3, 31)).invoices)
    quarter = contract(flat("920", billed_every="quarter"))
    cut = amended(quarter, bc.Change.cancel(), date(2026, 3, 11), SOON)
    assert ["100.00"] == nets(bc.bill(cut, through=date(2026, 5, 31)).invoices)


def test_trap_04_days_of_one_named_zone() -> None:
    """Instants become days once, in the contract's named zone; days are counted on the calendar.

    Catches: a fixed offset (an hour off after the clocks change), an instant taken as a UTC day, and a period of 23 or
    25 hours counted in hours: March has 31 days where the clocks go forward in it.
    """
    price = {"kind": "per_unit", "unit_price": "1"}
    here = contract(calls(price), zone="Europe/Berlin")
    here = amended(here, bc.Change.price("calls", bc.PerUnit(unit_price="100")), date(2026, 4, 1), SOON)
    midnight = datetime(2026, 3, 31, 22, tzinfo=UTC)  # 1 April 00:00 in summer time; by the winter's offset 23:00
    records = [
        UsageRecord(id="before", meter="calls", at=midnight - timedelta(seconds=1), value="1"),
        UsageRecord(id="behind", meter="calls", at=midnight, value="1"),
    ]
    report = UsageReport(meter="calls", period=bc.Period(start=FIRST, end=date(2026, 5, 1)), records=records)  # type: ignore[arg-type]
    run = bc.bill(here, usage={"calls": [report]}, through=date(2026, 5, 1))
    assert ["1.00", "100.00"] == nets(run.invoices)
    halves = contract(flat("31"), zone="Europe/Berlin")
    cut = amended(halves, bc.Change.cancel(), date(2026, 3, 30), SOON)
    assert ["29.00"] == nets(bc.bill(cut, through=date(2026, 3, 31)).invoices)
    # 31 March 15:00 UTC is 1 April in Auckland: the run of 31 March must not see it, the run of 1 April must.
    there = amended(
        contract(flat("31"), zone="Pacific/Auckland"),
        bc.Change.cancel(),
        date(2026, 3, 31),
        datetime(2026, 3, 31, 15, tzinfo=UTC),
    )
    assert ["31.00"] == nets(bc.bill(there, through=date(2026, 3, 31)).invoices)
    assert ["30.00"] == nets(bc.bill(there, through=date(2026, 4, 1)).invoices)


@pytest.mark.parametrize(
    ("used", "graduated", "volume"),
    [
        ("0", "0.00", "0.00"),
        ("0.5", "0.50", "0.50"),
        ("100", "100.00", "100.00"),
        ("100.5", "110.25", "60.25"),
        ("101", "110.50", "60.50"),
        ("200", "160.00", "110.00"),
    ],
)
def test_trap_05_tier_edges(used: str, graduated: str, volume: str) -> None:
    """A bound belongs to its tier, a fraction behind it to the next, and nothing used costs nothing.

    The first 100 at 1.00; behind them 10.00 and 0.50 each, or by volume all of them at that.
    Catches: unit 100 at the price of the next tier, 100.5 in no tier or wholly in one, a tier that begins at 101.
    """
    tiers = [{"up_to": "100", "unit_price": "1"}, {"unit_price": "0.5", "flat_amount": "10"}]
    found = []
    for kind in ("graduated", "volume"):
        deal = contract(calls({"kind": kind, "tiers": tiers}))
        found += nets(bc.bill(deal, usage={"calls": {FIRST: used}}, through=date(2026, 4, 1)).invoices)
    assert [graduated, volume] == found


def test_trap_06_split_and_sum() -> None:
    """Parts of an amount add up to it: parts of time are differences of rounded cumulatives, parts by weight are shared.

    Catches: each part rounded by itself: three thirds of 100.00 as 99.99, and a month that a change on each of its days
    cut into 31 pieces.
    """
    year = contract(flat("100", price={"kind": "flat", "amount": "100", "per": "quarter"}))
    assert ["33.33", "33.34", "33.33"] == nets(bc.bill(year, through=date(2026, 5, 1)).invoices)
    daily = contract(flat("10.01"))
    for day in range(2, 32):
        # Two prices in turn, a thousandth of a cent apart: 31 rows of one month, each 10.01 by every rounding.
        amount = "10.01" if day % 2 else "10.01001"
        daily = amended(daily, bc.Change.price("plan", bc.Flat(amount=amount)), date(2026, 3, day), SOON)
    rows = bc.bill(daily, through=date(2026, 3, 31)).invoices
    assert (31, 1001) == (len(rows), sum(one.net.minor for one in rows))
    halves = amended(contract(flat("10.01")), bc.Change.price("plan", bc.Flat(amount="10.02")), date(2026, 3, 11), SOON)
    halves = amended(halves, bc.Change.price("plan", bc.Flat(amount="10.01")), date(2026, 3, 21), SOON)
    parts = [one.net.minor for one in bc.bill(halves, through=date(2026, 3, 31)).invoices]
    assert [323, 323, 355] == parts  # 3.229 | 3.232 | 3.552, on the cumulative
    memo = contract(flat("0.05"), start=date(2026, 4, 1))
    run, credited = bc.bill(memo, through=date(2026, 4, 1)), 0
    for number, day in enumerate((21, 11, 1)):
        memo = amended(memo, bc.Change.cancel(), date(2026, 4, day), datetime(2026, 4, 21 + number, tzinfo=UTC))
        run = bc.bill(memo, through=date(2026, 4, 21 + number), billed=run.next_billed)
        credited += run.credit_memos[0].net.minor
    assert 5 == credited


def test_trap_07_order_of_the_steps() -> None:
    """Discount, maximum, minimum and commitment have one order, also in a month that a change cut.

    Catches: a minimum before the discount (50.00 less 20 % is then above it), a discount taken of the minimum's top-up,
    and a minimum or an amount off that is given whole to each part of a cut month.
    """
    price = {"kind": "per_unit", "unit_price": "1"}
    modifiers = {"minimum": "50"}
    discounts = [{"kind": "percent_off", "percent": "20"}]
    whole = contract(calls(price, modifiers=modifiers, discounts=discounts))
    run = bc.bill(whole, usage={"calls": {FIRST: 60}}, through=date(2026, 4, 1))
    assert ["50.00"] == nets(run.invoices)  # 60 - 12 = 48, raised to 50
    cut = contract(calls(price, modifiers={"minimum": "31"}))
    cut = amended(cut, bc.Change.price("calls", bc.PerUnit(unit_price="2")), date(2026, 3, 16), SOON)
    run = bc.bill(cut, usage={"calls": {FIRST: 1, date(2026, 3, 16): 1}}, through=date(2026, 4, 1))
    assert ["15.00", "16.00"] == nets(run.invoices)


def test_trap_08_late_usage_under_tiers() -> None:
    """Late units re-rate the whole of their period, and the difference is billed for that period.

    Catches: late units priced alone from the first tier, an issued line that is rewritten, and late units of before a
    change at the price from behind it.
    """
    tiers = [{"up_to": "100", "unit_price": "1"}, {"unit_price": "0.5"}]
    deal = contract(calls({"kind": "graduated", "tiers": tiers}))
    deal = amended(deal, bc.Change.price("calls", bc.PerUnit(unit_price="7")), date(2026, 4, 1), SOON)
    first = bc.bill(deal, usage={"calls": {FIRST: 90}}, through=date(2026, 4, 1))
    late = bc.bill(deal, usage={"calls": {FIRST: 120}}, through=date(2026, 4, 9), billed=first.next_billed)
    # 120 units are 110.00, 90.00 stand: 20.00, and neither 30.00 nor 15.00 nor 210.00.
    assert ["20.00"] == nets(late.invoices)
    assert [bc.Period(start=FIRST, end=date(2026, 4, 1))] == services(late)
    assert date(2026, 4, 9) == late.invoices[0].invoice_date
    less = bc.bill(deal, usage={"calls": {FIRST: 80}}, through=date(2026, 4, 10), billed=late.next_billed)
    # 80.00 should stand, 110.00 do: the newest line gives its 20.00 back first, then the first one 10.00.
    assert ["10.00", "20.00"] == sorted(nets(less.credit_memos))
    assert first.next_billed.lines == late.next_billed.lines[: len(first.next_billed.lines)]


def test_trap_09_credit_basis_on_repeated_changes() -> None:
    """A credit refers to the line that billed the days, and never goes above what that line still holds.

    Catches: a third change in one month that credits the list price, or the first line a second time; a discounted line
    credited at its full price; a cancellation of something half given back already.
    """
    deal = contract(flat("310", discounts=[{"kind": "percent_off", "percent": "50"}]))
    run = bc.bill(deal, through=FIRST)
    steps = [(11, "620"), (21, "31"), (26, "930")]
    held = {line.id: line.net_minor for line in run.next_billed.lines}
    for day, amount in steps:
        deal = amended(deal, bc.Change.price("plan", bc.Flat(amount=amount)), date(2026, 3, day))
        run = bc.bill(deal, through=date(2026, 3, day), billed=run.next_billed)
        credited(run, held)
    # 10 days at 5.00, 10 at 10.00, 5 at 0.50, 6 at 15.00: exactly what the days cost.
    assert 5000 + 10000 + 250 + 9000 == sum(line.signed for line in run.next_billed.lines)
    for hour, day in enumerate((31, 15, 1)):
        deal = amended(deal, bc.Change.cancel(), date(2026, 3, day), datetime(2026, 3, 31, hour, tzinfo=UTC))
        run = bc.bill(deal, through=date(2026, 3, 31), billed=run.next_billed)
        credited(run, held)
    assert 0 == sum(line.signed for line in run.next_billed.lines)
    assert {0} == set(held.values())


def credited(run: bc.BillRun, held: dict[str, int]) -> None:
    """Take the run's credits from what lines hold; none goes below zero."""
    for one in run.documents:
        for line in one.lines:
            if one.kind == "invoice":
                held[line.id] = line.net_minor
            else:
                held[line.corrects] -= line.net_minor
    assert min(held.values()) >= 0


def test_trap_10_repeat_same_day_and_order() -> None:
    """A run told twice bills nothing twice, whatever the order of what is passed, and two changes of one day are one.

    Catches: a retry that bills again, an idempotency key per period that hides a second change in it, and lines that
    are matched by their place in a list.
    """
    deal = contract(flat("310"))
    first = bc.bill(deal, through=FIRST)
    day, noon = date(2026, 3, 11), datetime(2026, 3, 11, 12, tzinfo=UTC)
    deal = amended(deal, bc.Change.price("plan", bc.Flat(amount="620")), day, noon)
    deal = amended(deal, bc.Change.price("plan", bc.Flat(amount="930")), day, noon + timedelta(hours=1))
    run = bc.bill(deal, through=day, billed=first.next_billed)
    assert (["630.00"], ["210.00"]) == (nets(run.invoices), nets(run.credit_memos))
    assert () == bc.bill(deal, through=day, billed=run.next_billed).documents
    # The same question is the same answer, to the ids; and the order of what stands says nothing.
    assert run == bc.bill(deal, through=day, billed=first.next_billed)
    for lines in permutations(run.next_billed.lines):
        assert () == bc.bill(deal, through=day, billed=bc.Billed(lines=lines)).documents
    metered = contract(calls({"kind": "per_unit", "unit_price": "1"}))
    stood = bc.bill(metered, usage={"calls": {FIRST: 90}}, through=date(2026, 4, 1)).next_billed
    stood = bc.bill(metered, usage={"calls": {FIRST: 120}}, through=date(2026, 4, 9), billed=stood).next_billed
    less: dict[str, Any] = {"usage": {"calls": {FIRST: 80}}, "through": date(2026, 4, 10)}
    told = bc.bill(metered, billed=stood, **less).documents
    for lines in permutations(stood.lines):
        assert told == bc.bill(metered, billed=bc.Billed(lines=lines), **less).documents
    # A second change in a period that was corrected once is corrected again.
    lower = amended(deal, bc.Change.price("plan", bc.Flat(amount="31")), date(2026, 3, 21))
    again = bc.bill(lower, through=date(2026, 3, 21), billed=run.next_billed)
    assert (["11.00"], ["330.00"]) == (nets(again.invoices), nets(again.credit_memos))


def test_trap_11_revenue_and_journal_follow_the_invoice() -> None:
    """Revenue comes from the same lines, its last period takes the rest, and an entry balances or does not exist.

    Catches: a schedule that misses the invoice by a cent, a single month that earns twice, a memo above its invoice in
    net or tax, and an entry whose rounding line hides a difference.
    """
    line = flat("100", revenue={"kind": "ratable", "by": "day"}, discounts=[{"kind": "percent_off", "percent": "33"}])
    term = bc.Period(start=FIRST, end=date(2026, 6, 1))
    enforceable = bc.EnforceableTerm(period=term, reason="non-cancellable, section 9.2")
    deal = contract(line, end=term.end, billed_every="term", enforceable=enforceable)
    run = bc.bill(deal, through=date(2026, 6, 30))
    earned = bc.recognize(deal, run.rated, through=date(2026, 6, 30))
    assert ["67.00"] == nets(run.invoices)
    # 31, 61 and 92 of 92 days of 67.00, each rounded on the cumulative: 22.58, 44.42, 67.00.
    assert ["22.58", "21.84", "22.58"] == [row.amount.text for row in earned.rows]
    stands = bc.position("C-1", run.next_billed.lines, earned.rows, date(2026, 6, 30), "USD")
    assert ("0.00", "0.00") == (stands.contract_liability.text, stands.contract_asset.text)
    with pytest.raises(bc.InvariantBroken) as caught:
        sample_entry(1, "67.00", credit="66.99")
    assert "entry-unbalanced" == caught.value.code
    row = bc.TaxRow(id="ny", jurisdiction="US-NY", tax_class="saas", name="Sales tax", rate="8.875", valid_from=FIRST)
    taxes = Taxes(table=bc.TaxTable(rows=[row]), jurisdiction="US-NY", tax_classes={"PLAN": "saas"})
    taxed = contract(flat("100"))
    run = bc.bill(taxed, through=FIRST, taxes=taxes)
    asked, given = run.invoices[0].total.minor, 0
    for known, day in ((21, 21), (22, 11), (23, 1)):
        taxed = amended(taxed, bc.Change.cancel(), date(2026, 3, day), datetime(2026, 3, known, tzinfo=UTC))
        run = bc.bill(taxed, through=date(2026, 3, known), billed=run.next_billed, taxes=taxes)
        given += run.credit_memos[0].total.minor
    assert 10_888 == asked == given


def test_trap_12_cash_applied_plausibly_but_wrongly() -> None:
    """Money is applied where it is exact; where a choice would change what is left open, it waits with its candidates.

    Catches: an equal amount booked to the first customer found, an order of payments that decides, and a repeated
    payment that pays twice.
    """
    items = [open_item("INV-30001", "acme"), open_item("INV-30002", "globex")]
    unnamed, named = payment("P-1", "100.00", "thank you"), payment("P-2", "100.00", "INV-30002")
    run = bc.apply_cash([unnamed], items)
    assert 10_000 == run.applications[0].unidentified.minor
    assert [10_000, 10_000] == [one.balance.minor for one in run.open_items]
    for order in permutations([unnamed, named]):
        both = bc.apply_cash(order, items)
        assert {"INV-30001": 10_000, "INV-30002": 0} == {one.number: one.balance.minor for one in both.open_items}
        again = bc.apply_cash([named], both.open_items, seen=both.keys)
        assert (("P-2",), ()) == (again.duplicates, again.applications)


def open_item(number: str, customer: str) -> OpenItem:
    hundred = bc.Amount.of("100.00", "USD")
    days = {"issue_date": FIRST, "due_date": date(2026, 3, 31)}
    return OpenItem(
        document=number, kind="invoice", number=number, entity="US01", customer=customer, original=hundred,
        balance=hundred, **days,
    )  # fmt: skip


def payment(name: str, amount: str, reference: str) -> bc.Payment:
    return bc.Payment(
        id=name,
        entity="US01",
        bank_reference=f"B-{name}",
        value_date=date(2026, 3, 20),
        amount=bc.Amount.of(amount, "USD"),
        reference=reference,
    )
