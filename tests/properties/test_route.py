"""Laws of the route from contract to invoices and revenue, judged by an oracle that shares no code with it."""

from __future__ import annotations

import decimal
from datetime import date, timedelta
from fractions import Fraction
from operator import attrgetter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import billcore as bc
from billcore.engine.invoicing import Taxes, bill
from billcore.engine.recognition import RecognitionRun, recognize
from oracle import route as oracle
from support.contracts import contracts, deliveries, prices, quantities
from support.laws import law

END = date(2032, 12, 31)


class Case:
    """A contract with its facts, as the engine and as the oracle read them."""

    def __init__(self, draw: st.DrawFn, written: dict[str, Any]) -> None:
        self.contract = bc.Contract.read(written)
        self.plain = self.contract.model_dump(mode="json")
        starts = {}
        for line in self.plain["lines"]:
            if line["billed"] == "in_arrears" and oracle.is_metered(line):
                starts[line["id"]] = [row["start"] for row in oracle.rows_of(self.plain, line)]
        self.usage = draw(quantities(starts))
        self.delivered = draw(deliveries(written))

    def bill(self, through: date, **more: Any) -> bc.BillRun:
        return bill(self.contract, usage=self.usage, delivered=self.delivered, through=through, **more)

    def recognize(self, run: bc.BillRun, **more: Any) -> RecognitionRun:
        return recognize(self.contract, run.rated, delivered=self.delivered, through=run.through, **more)

    def charges(self, through: date) -> list[dict[str, Any]]:
        return oracle.charges(self.plain, self.usage, self.delivered, through)

    def revenue(self, through: date) -> dict[str, Any]:
        return oracle.revenue(self.plain, self.usage, self.delivered, through)


@st.composite
def cases(draw: st.DrawFn, **kinds: Any) -> Case:
    return Case(draw, draw(contracts(**kinds)))


def throughs(case: Case) -> st.SearchStrategy[date]:
    start, end = (date.fromisoformat(case.plain["term"][side]) for side in ("start", "end"))
    return st.just(END) | st.just(end) | st.dates(min_value=start, max_value=max(end, start))


@law(200, shrinks=False)
@given(st.data(), cases())
def test_every_charge_is_what_the_oracle_counts_day_by_day(data: st.DataObject, case: Case) -> None:
    """Line, component, service, invoice date, exact and rounded net of each charge are the oracle's."""
    through = data.draw(throughs(case))
    expected = sorted(
        (one["line"], one["component"], one["start"], one["end"], str(one["invoice_date"]), one["exact"], one["net"])
        for one in case.charges(through)
    )
    run = case.bill(through)
    actual = sorted(
        (
            one.line_id,
            one.component,
            one.service.start,
            one.service.end,
            str(one.invoice_date),
            Fraction(*one.exact_net),
            one.net.minor,
        )
        for one in run.rated.charges
    )
    assert expected == actual


@law(100, shrinks=False)
@given(st.data(), cases())
def test_price_allocation_and_every_revenue_row_are_the_oracles(data: st.DataObject, case: Case) -> None:
    """Fixed price, each obligation's part, each posting date's amount, and what waits are the oracle's."""
    through = data.draw(throughs(case))
    expected = case.revenue(through)
    earned = case.recognize(case.bill(through))
    assert expected["price"] == earned.schedule.price.minor
    allocated = {one.obligation.id: one.amount.minor for one in earned.schedule.allocations}
    assert expected["allocated"] == {name: part for name, part in allocated.items() if name in expected["allocated"]}
    assert expected["waiting"] == {name: amount.minor for name, amount in earned.schedule.unscheduled}
    due = [row for row in expected["rows"] if row[1] <= through]
    assert sums(due) == sums((row.obligation, row.posting_date, row.amount.minor) for row in earned.rows)


def sums(rows: Any) -> dict[tuple[str, date], int]:
    found: dict[tuple[str, date], int] = {}
    for name, day, amount in rows:
        found[name, day] = found.get((name, day), 0) + amount
    return {key: amount for key, amount in found.items() if amount}


@law(50, shrinks=False)
@given(st.data(), cases())
def test_position_at_every_posting_date_is_the_oracles(data: st.DataObject, case: Case) -> None:
    """Billed + unbilled - recognized at the end of every date is what the oracle counts; finished, it is zero."""
    run = case.bill(END)
    rows = case.recognize(run).rows
    facts = case.charges(END)
    oracle_rows = case.revenue(END)["rows"]
    dates = {row.posting_date for row in rows} | {one.invoice_date for one in run.invoices}
    for day in dates:
        at = bc.position("C-1", run.next_billed.lines, rows, day, case.plain["currency"])
        unbilled, net = oracle.position(case.plain, facts, oracle_rows, day)
        assert (unbilled, net) == (
            at.unbilled_receivable.minor,
            at.contract_liability.minor - at.contract_asset.minor,
        ), day


@law(50, shrinks=False)
@given(st.data(), cases())
def test_running_again_adds_nothing(data: st.DataObject, case: Case) -> None:
    """What was issued and posted, passed in again, leaves nothing to issue or post, also through an earlier day."""
    through = data.draw(throughs(case))
    run = case.bill(through)
    rows = case.recognize(run).rows
    for again in (through, data.draw(throughs(case).filter(lambda day: day <= through) | st.just(through))):
        second = case.bill(again, billed=run.next_billed)
        assert () == second.documents
        assert () == case.recognize(second, recognized=rows).rows


@law(50, shrinks=False)
@given(st.data(), cases())
def test_running_in_steps_is_running_once(data: st.DataObject, case: Case) -> None:
    """Several runs through later and later days issue the documents and post the rows of one run."""
    through = data.draw(throughs(case))
    stops = [*sorted(data.draw(st.lists(throughs(case), max_size=3))), through]
    billed, documents, rows = None, [], []
    for stop in [stop for stop in stops if stop <= through]:
        run = case.bill(stop, billed=billed)
        billed = run.next_billed
        documents += run.documents
        rows += case.recognize(run, recognized=rows).rows
    once = case.bill(through)
    assert sorted(once.documents, key=lambda one: one.id) == sorted(documents, key=lambda one: one.id)
    key = attrgetter("obligation", "number")
    assert sorted(case.recognize(once).rows, key=key) == sorted(rows, key=key)


@law(50, shrinks=False)
@given(cases())
def test_charges_of_a_whole_price_period_sum_to_the_price(case: Case) -> None:
    """Undiscounted rows that fill one price period sum to the price, rounded once."""
    for line in case.plain["lines"]:
        line["discounts"] = []
    contract = bc.Contract.read(case.plain)
    run = bill(contract, usage=case.usage, delivered=case.delivered, through=END)
    groups: dict[Any, list[Any]] = {}
    for charge in run.rated.charges:
        if charge.component == "recurring" and charge.row.price_period is not None:
            groups.setdefault((charge.line_id, charge.row.price_group, charge.line.per), []).append(charge)
    for (line_id, _, per), mine in groups.items():
        # A stub is shared over its full billing period (rules 2), so it may lie on a price period and yet differ from it.
        if any(not part.is_whole for charge in mine for part in charge.row.parts) and per.unit != "term":
            continue
        whole = mine[0].row.price_period
        if mine[0].service.start != whole.start or mine[-1].service.end != whole.end or per.unit == "once":
            continue
        line = next(one for one in case.plain["lines"] if one["id"] == line_id)
        price = oracle.price_of(line["price"], line["quantity"] or "1")
        assert oracle.minor(case.plain, price) == sum(charge.net.minor for charge in mine)


@law(50, shrinks=False)
@given(cases())
def test_revenue_and_what_waits_are_price_and_usage(case: Case) -> None:
    """Rows + waiting amounts = fixed price + usage; where nothing waits, everything is earned and the position is zero."""
    run = case.bill(END)
    earned = case.recognize(run)
    fixed = sum(one.net.minor for one in run.rated.charges if one.component != "usage")
    usage = sum(one.net.minor for one in run.rated.charges if one.component == "usage")
    waiting = sum(amount.minor for _, amount in earned.schedule.unscheduled)
    assert fixed == earned.schedule.price.minor
    assert fixed + usage == sum(row.amount.minor for row in earned.rows) + waiting
    if not waiting:
        asked = sum(line.signed for line in run.next_billed.lines)
        late = sum(one.net.minor for one in run.rated.charges if one.invoice_date is None)
        assert fixed + usage == asked + late


@law(40, shrinks=False)
@given(st.data(), cases())
def test_order_of_lines_and_usage_changes_no_amount(data: st.DataObject, case: Case) -> None:
    """Permuted lines and usage keys give the same charges."""
    lines = data.draw(st.permutations(case.plain["lines"]))
    usage = {
        line: dict(data.draw(st.permutations(list(case.usage[line].items()))))
        for line in data.draw(st.permutations(list(case.usage)))
    }
    permuted = bc.Contract.read(case.plain | {"lines": list(lines)})
    other = bill(permuted, usage=usage, delivered=case.delivered, through=END)
    assert nets(case.bill(END)) == nets(other)


def nets(run: bc.BillRun) -> list[Any]:
    return sorted(
        (one.line_id, one.component, one.service.start, str(one.invoice_date), one.net.minor, one.gross.minor)
        for one in run.rated.charges
    )


@law(40, shrinks=False)
@given(cases())
def test_ten_times_the_prices_are_ten_times_the_exact_amounts(case: Case) -> None:
    """Before rounding every charge scales with the prices and the amounts off."""
    tenfold = bc.Contract.read(case.plain | {"lines": [tenfold_line(line) for line in case.plain["lines"]]})
    other = bill(tenfold, usage=case.usage, delivered=case.delivered, through=END)
    expected = [Fraction(*one.exact_net) * 10 for one in case.bill(END).rated.charges]
    assert expected == [Fraction(*one.exact_net) for one in other.rated.charges]


def tenfold_line(line: dict[str, Any]) -> dict[str, Any]:
    price = dict(line["price"])
    for name in ("amount", "unit_price"):
        if name in price:
            price[name] = tenfold_text(price[name])
    if "tiers" in price:
        price["tiers"] = [
            tier | {name: tenfold_text(tier[name]) for name in ("unit_price", "flat_amount")} for tier in price["tiers"]
        ]
    discounts = [
        one | {"amount": tenfold_text(one["amount"])} if one["kind"] == "amount_off" else one
        for one in line["discounts"]
    ]
    return line | {"price": price, "discounts": discounts}


def tenfold_text(number: str) -> str:
    whole, _, part = number.partition(".")
    return f"{int(whole + part[:1].ljust(1, '0'))}" + (f".{part[1:]}" if part[1:] else "")


@law(40, shrinks=False)
@given(st.data(), contracts())
def test_a_hostile_decimal_context_changes_nothing(data: st.DataObject, written: dict[str, Any]) -> None:
    """Three digits, another rounding and every trap in the caller's decimal context change no document and no row."""
    calm = Case(data.draw, written)
    run = calm.bill(END)
    rows = calm.recognize(run).rows
    with decimal.localcontext(HOSTILE):
        again = bill(bc.Contract.read(written), usage=calm.usage, delivered=calm.delivered, through=END)
        assert run.documents == again.documents
        assert rows == recognize(calm.contract, again.rated, delivered=calm.delivered, through=END).rows


HOSTILE = decimal.Context(
    prec=3,
    rounding=decimal.ROUND_UP,
    traps=[decimal.Inexact, decimal.Rounded, decimal.InvalidOperation, decimal.FloatOperation, decimal.Overflow],
)
VAT = bc.TaxTable(
    rows=[
        bc.TaxRow(
            id="V-19", jurisdiction="DE", tax_class="std", name="VAT 19 %", rate="19", valid_from=date(2020, 1, 1)
        )
    ]
)
TAXES = Taxes(table=VAT, jurisdiction="DE", tax_classes={"U": "std"})


@st.composite
def metered(draw: st.DrawFn) -> bc.Contract:
    """One metered line over three months, with discounts that count periods."""
    discounts = draw(st.sampled_from([[], [{"kind": "percent_off", "percent": "33.333", "periods": 1}]]))
    price = draw(prices(("per_unit", "graduated", "volume"), "month", False))
    line = {"id": "u", "sku": "U", "billed": "in_arrears", "price": price, "discounts": discounts}
    term = {"start": "2026-01-01", "end": "2026-04-01"}
    return bc.Contract.read(
        {"id": "C-1", "customer": "a", "entity": "E", "currency": "EUR", "term": term, "billed_every": "month"}
        | {"lines": [line | {"revenue": {"kind": "as_used"}}], "enforceable": {"period": term, "reason": "fixed"}}
    )


@law(150, shrinks=False)
@given(metered(), st.lists(st.lists(st.sampled_from([0, 0, 1, 7, 41]), min_size=3, max_size=3), min_size=1, max_size=5))
def test_corrected_usage_nets_to_what_was_said_last(contract: bc.Contract, reports: list[list[int]]) -> None:
    """After any corrections billed and earned are what the last report gives; no line is credited above itself."""
    billed, rows, day = bc.Billed(), (), date(2026, 4, 1)
    for report in reports:
        usage = {"u": dict(zip((date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)), map(str, report), strict=True))}
        run = bill(contract, usage=usage, through=day, billed=billed, taxes=TAXES)
        rows += recognize(contract, run.rated, through=day, recognized=rows).rows
        billed, day = run.next_billed, day + timedelta(days=9)
        check_credits(billed.lines)
        expected = {
            one["start"]: one["net"] for one in oracle.charges(contract.model_dump(mode="json"), usage, {}, day)
        }
        stands: dict[date, int] = {}
        for line in billed.lines:
            stands[line.service.start] = stands.get(line.service.start, 0) + line.signed
        assert expected == stands
        assert sum(expected.values()) == sum(row.amount.minor for row in rows)
    nothing = {"u": dict.fromkeys(usage["u"], "0")}
    check_credits(bill(contract, usage=nothing, through=day, billed=billed, taxes=TAXES).next_billed.lines)


def check_credits(lines: tuple[bc.BilledLine, ...]) -> None:
    """No line gives back more than it charged; given back whole, it has given back exactly its tax."""
    for source in lines:
        credits = [line for line in lines if line.corrects == source.id]
        given = sum(line.net.minor for line in credits)
        tax = sum(one.tax.minor for line in credits for one in line.taxes)
        assert given <= source.net.minor
        assert tax <= sum(one.tax.minor for one in source.taxes)
        if given == source.net.minor:
            assert tax == sum(one.tax.minor for one in source.taxes)
