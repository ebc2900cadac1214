"""Laws of a whole book: every entry balances, subledgers tie, steps are one run, one bad contract stops no other."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import billcore as bc
from billcore.core.canonical import canonical_bytes
from billcore.engine.book import Book, Happened, Standing
from billcore.engine.closing import BookRun, run_book
from oracle.route import in_month, is_metered
from support.books import ENTITIES, book, books, happened, payments
from support.laws import law

END = date(2030, 6, 30)


def read(written: list[dict[str, Any]]) -> Book:
    return book(bc.Contract.read(one) for one in written)


def balances(standing: Standing, day: date) -> Counter[tuple[str, str, str]]:
    """(contract, obligation, role) -> debits less credits through a day, summed line by line."""
    found: Counter[tuple[str, str, str]] = Counter()
    for entry in standing.entries:
        if entry.posting_date <= day:
            for line in entry.lines:
                sign = 1 if line.side == "debit" else -1
                found[entry.contract, line.obligation, line.role] += sign * line.amount.minor
    return found


def check_ledger(standing: Standing, days: set[date], *, cells_too: bool = True) -> None:
    """Entries balance; at the end of each day cells are whole and the contract's position is the ledger's."""
    assert len({entry.id for entry in standing.entries}) == len(standing.entries)
    for entry in standing.entries:
        sides = Counter(line.side for line in entry.lines for _ in range(line.amount.minor and 1))
        assert sides["debit"]
        assert sides["credit"]
        debit = sum(line.amount.minor for line in entry.lines if line.side == "debit")
        assert debit * 2 == sum(line.amount.minor for line in entry.lines)
    for day in days:
        found = balances(standing, day)
        for contract in {entry.contract for entry in standing.entries if entry.contract}:
            check_position(standing, found, contract, day, cells_too=cells_too)


def check_position(
    standing: Standing, found: Counter[tuple[str, str, str]], contract: str, day: date, *, cells_too: bool
) -> None:
    mine = {key[1:]: amount for key, amount in found.items() if key[0] == contract}
    liability = {name: -amount for (name, role), amount in mine.items() if role == "contract_liability"}
    asset = {name: amount for (name, role), amount in mine.items() if role == "contract_asset"}
    unbilled = {name: amount for (name, role), amount in mine.items() if role == "unbilled_receivable"}
    lines = [line for line in billed(standing) if line.contract == contract]
    at = bc.position(contract, lines, standing.revenue, day, "EUR")
    ledger = sum(liability.values()) - sum(asset.values()) - sum(unbilled.values())
    stands = at.contract_liability.minor - at.contract_asset.minor - at.unbilled_receivable.minor
    assert stands == ledger, (contract, day)
    if cells_too:
        for name in {*liability, *asset, *unbilled}:
            cell = (liability.get(name, 0), asset.get(name, 0), unbilled.get(name, 0))
            assert min(cell) >= 0, (contract, name, day, cell)
            assert cell[0] == 0 or cell[1] == cell[2] == 0, (contract, name, day, cell)


def billed(standing: Standing) -> Any:
    from billcore.invoice.assembly import billed_lines

    return [line for document in standing.documents for line in billed_lines(document)]


def check_receivables(run: BookRun) -> None:
    """The receivable of each entity is its open invoices less its open credit memos; numbers have no gap."""
    for entity in ENTITIES:
        ledger = sum(
            line.amount.minor if line.side == "debit" else -line.amount.minor
            for entry in run.standing.entries
            for line in entry.lines
            if entry.entity == entity and line.role == "receivable"
        )
        items = [item for item in run.open_items if item.entity == entity]
        assert ledger == sum(one.balance.minor if one.kind == "invoice" else -one.balance.minor for one in items)
    series: dict[str, list[int]] = {}
    for document in run.standing.documents:
        name, _, digits = document.number.rpartition("-")
        series.setdefault(name, []).append(int(digits))
    for numbers in series.values():
        assert list(range(1, len(numbers) + 1)) == sorted(numbers)


def posting_days(standing: Standing) -> set[date]:
    """Posting dates of a book: all of a small one, two dozen of a large one, spread evenly."""
    days = sorted({entry.posting_date for entry in standing.entries})
    return {*days[:: max(1, len(days) // 24)], *days[-1:]}


def paid(data: st.DataObject, given_book: Book, facts: dict[str, Any]) -> Happened:
    """The facts, and payments of documents that the book will issue."""
    documents = run_book(given_book, happened(facts), Standing(), END).documents
    return happened(facts, data.draw(payments([one for one in documents if one.kind == "invoice"])))


@law(25, shrinks=False)
@given(st.data(), books())
def test_a_book_ties_at_the_end_of_every_posting_date(data: st.DataObject, given_book: Any) -> None:
    """Entries balance, cells are whole, positions and receivables are the ledger's, on every day and at the end."""
    written, facts = given_book
    made = read(written)
    run = run_book(made, paid(data, made, facts), Standing(), END)
    assert () == run.held
    check_ledger(run.standing, posting_days(run.standing))
    check_receivables(run)


@law(15, shrinks=False)
@given(st.data(), books())
def test_monthly_steps_are_one_run_and_running_again_adds_nothing(data: st.DataObject, given_book: Any) -> None:
    """Runs month by month leave the entries of one run, to the byte; a second run, also of an earlier day, adds none."""
    written, facts = given_book
    made = read(written)
    known = paid(data, made, facts)
    once = run_book(made, known, Standing(), END)
    standing = Standing()
    first = min((one.invoice_date for one in once.documents), default=END)
    for stop in [*stops(first), END]:
        standing = run_book(made, known, standing, stop).standing
    for name in ("entries", "documents", "revenue", "applications"):
        assert encoded(getattr(once.standing, name)) == encoded(getattr(standing, name)), name
    for again in (END, END - timedelta(days=data.draw(st.integers(1, 2_500)))):
        second = run_book(made, known, once.standing, again)
        assert ((), (), (), ()) == (second.documents, second.revenue, second.entries, second.applications)
        assert once.standing == second.standing


def stops(first: date) -> list[date]:
    """Month ends, and the middle of some months."""
    found = []
    for month in range(first.month - 1, first.month + 29):
        year = first.year + month // 12
        found.append(in_month(year, month % 12 + 1, 31 if month % 3 else 14))
    return [day for day in found if first <= day < END]


def encoded(values: Any) -> list[bytes]:
    return sorted(canonical_bytes(value) for value in values)


@law(15, shrinks=False)
@given(st.data(), books())
def test_order_of_contracts_facts_and_payments_changes_no_byte(data: st.DataObject, given_book: Any) -> None:
    """Permuted contracts, facts and payments give the same run, to the byte."""
    written, facts = given_book
    made = read(written)
    known = paid(data, made, facts)
    usage = data.draw(st.permutations(known.facts.usage))
    deliveries = data.draw(st.permutations(known.facts.deliveries))
    other = Happened(
        facts=type(known.facts)(usage=tuple(usage), deliveries=tuple(deliveries)),
        payments=tuple(data.draw(st.permutations(known.payments))),
    )
    shuffled = read(data.draw(st.permutations(written)))
    expected, actual = run_book(made, known, Standing(), END), run_book(shuffled, other, Standing(), END)
    assert canonical_bytes(expected.standing) == canonical_bytes(actual.standing)
    assert expected.findings == actual.findings


@law(12, shrinks=False)
@given(st.data(), books())
def test_late_facts_land_as_corrections_and_everything_still_ties(data: st.DataObject, given_book: Any) -> None:
    """Usage corrected and deliveries told after posting leave what one run with the last facts would have asked and earned."""
    written, facts = given_book
    made = read(written)
    standing, stop = Standing(), date(2024, 1, 31)
    while stop < END:
        told = {name: data.draw(changed(one)) for name, one in facts.items()}
        run = run_book(made, happened(told), standing, stop)
        standing = run.standing
        check_ledger(standing, {stop})
        check_receivables(run)
        stop += timedelta(days=data.draw(st.sampled_from([28, 200, 365, 900])))
    run = run_book(made, happened(facts), standing, END)
    check_ledger(run.standing, {END})
    check_ledger(run.standing, posting_days(run.standing), cells_too=False)
    check_receivables(run)
    once = run_book(made, happened(facts), Standing(), END)
    assert nets(once.standing) == nets(run.standing)


@st.composite
def changed(draw: st.DrawFn, facts: Any) -> Any:
    """The same periods with other quantities; a point in time or the first milestone of a line is told at the end."""
    usage, delivered = facts
    units = st.sampled_from(["0", "1", "10.5", "60"])
    other = {line: {start: draw(units) for start in mine} for line, mine in usage.items()}
    told = {
        line: {name: day for name, day in days.items() if name not in ("", "m0")} for line, days in delivered.items()
    }
    return other, told


def nets(standing: Standing) -> tuple[Counter[Any], Counter[Any]]:
    asked: Counter[Any] = Counter()
    for line in billed(standing):
        asked[line.contract, line.line, line.component, line.service.start] += line.signed
    earned: Counter[Any] = Counter()
    for row in standing.revenue:
        earned[row.contract, row.obligation] += row.amount.minor
    return +asked, +earned


BAD = [
    ("an unknown entity", {"entity": "XX99"}, "entity-unknown"),
    ("no row of the tax table", {"tax_jurisdiction": "ZZ"}, "tax-row-missing"),
    ("a currency that the books are not kept in", {"currency": "USD"}, "currency-not-functional"),
    ("no standalone price", {"lines": "unpriced"}, "ssp-missing"),
    ("usage of a day that starts nothing", {"usage": "2026-01-02"}, "usage-period-unknown"),
    ("usage of an unknown line", {"usage": "nope"}, "usage-line-unknown"),
    ("an account that is not mapped", {"entity": "US01"}, "account-unmapped"),
]


def plain_contract(name: str, **more: Any) -> dict[str, Any]:
    term = {"start": "2026-01-01", "end": "2027-01-01"}
    line = {"id": "a", "sku": "A", "billed": "in_advance", "price": {"kind": "flat", "amount": "100"}}
    metered = {"id": "u", "sku": "B", "billed": "in_arrears", "price": {"kind": "per_unit", "unit_price": "2"}}
    lines = [line | {"revenue": {"kind": "ratable", "by": "day"}}, metered | {"revenue": {"kind": "as_used"}}]
    if more.get("lines") == "unpriced":
        more["lines"] = [*lines, lines[0] | {"id": "b"}]
    return (
        {"id": name, "customer": "acme", "entity": "DE01", "currency": "EUR", "term": term, "billed_every": "month"}
        | {"lines": lines, "enforceable": {"period": term, "reason": "fixed"}}
        | more
    )


@pytest.mark.parametrize(("wrong", "code"), [pytest.param(wrong, code, id=name) for name, wrong, code in BAD])
def test_one_bad_contract_is_held_and_the_rest_runs_without_a_gap(wrong: dict[str, Any], code: str) -> None:
    """Nothing of the bad contract is issued or posted, a finding says why, and the others' numbers have no gap."""
    wrong = dict(wrong)
    fact = wrong.pop("usage", None)
    written = [plain_contract("C-1"), plain_contract("C-2", **wrong), plain_contract("C-3")]
    start = date(2026, 1, 1)
    facts = {name: ({"u": {start: "5"}}, {}) for name in ("C-1", "C-2", "C-3")}
    if fact == "nope":
        facts["C-2"] = ({"nope": {start: "5"}}, {})
    elif fact:
        facts["C-2"] = ({"u": {date.fromisoformat(fact): "5"}}, {})
    without = frozenset({("revenue_recognized", "revenue", "US01")})
    made = book((bc.Contract.read(one) for one in written), without=without)
    run = run_book(made, happened(facts), Standing(), date(2026, 2, 1))
    assert ("C-2",) == run.held
    told = [finding.code for finding in run.findings if finding.subject == "C-2"]
    assert code in told
    assert {"C-1", "C-3"} == {document.contracts[0] for document in run.documents}
    assert {"C-1", "C-3"} == {entry.contract for entry in run.entries}
    check_receivables(run)


def test_usage_without_a_price_holds_its_line_alone() -> None:
    """Less than nothing was used and nobody said what that does: a finding, and the rest of the contract is issued."""
    made = book([bc.Contract.read(plain_contract("C-1"))])
    run = run_book(made, happened({"C-1": ({"u": {date(2026, 1, 1): "-1"}}, {})}), Standing(), date(2026, 2, 1))
    assert () == run.held
    assert ["quantity-negative"] == [finding.code for finding in run.findings if finding.subject == "C-1"]
    assert {"a"} == {line.line for document in run.documents for line in document.lines}
    check_receivables(run)


def test_money_that_cannot_post_stops_no_contract() -> None:
    """A payment to an entity without a cash account, or to none, is a finding; contracts are issued and posted."""
    made = book([bc.Contract.read(plain_contract("C-1"))], without=frozenset({("cash_received", "cash", "US01")}))
    facts = {"C-1": ({"u": {date(2026, 1, 1): "5"}}, {})}
    money = [
        bc.Payment(id=f"P-{entity}", entity=entity, bank_reference=f"B-{entity}", value_date=date(2026, 1, 5),
                   amount=bc.Amount.of("10.00", currency), reference="thank you")
        for entity, currency in (("US01", "EUR"), ("XX99", "EUR"), ("DE01", "USD"), ("DE01", "EUR"))
    ]  # fmt: skip
    money[2] = money[2].revised(id="P-USD", bank_reference="B-USD")
    run = run_book(made, happened(facts, money), Standing(), date(2026, 2, 1))
    assert run.documents
    assert ["P-DE01"] == [application.payment for application in run.applications]
    told = {finding.subject: finding.code for finding in run.findings}
    expected = {"P-US01": "account-unmapped", "P-XX99": "entity-unknown", "P-USD": "currency-not-functional"}
    assert expected == {name: told.get(name) for name in expected}
    check_receivables(run)
    again = run_book(made, happened(facts, money), run.standing, date(2026, 2, 1))
    assert ((), ()) == (again.entries, again.applications)


def test_a_contract_that_stands_twice_in_the_book_is_held() -> None:
    """Two contracts of one id are never billed twice: neither is, a finding says so, and the rest runs."""
    written = [bc.Contract.read(plain_contract(name)) for name in ("C-1", "C-2", "C-1")]
    facts = {name: ({"u": {date(2026, 1, 1): "5"}}, {}) for name in ("C-1", "C-2")}
    run = run_book(book(written), happened(facts), Standing(), date(2026, 2, 1))
    assert ("C-1",) == run.held
    assert ["contract-repeated"] == [finding.code for finding in run.findings]
    assert {"C-2"} == {document.contracts[0] for document in run.documents}
    check_receivables(run)


def test_postings_behind_a_month_that_was_netted_leave_whole_cells() -> None:
    """A milestone told after the month's end was netted does not leave a liability and an asset in one cell."""
    term = {"start": "2026-01-01", "end": "2027-01-01"}
    judged = {"judgement": {"is_distinct": True, "reason": "sold separately"}}
    lines = [
        {"id": "a", "sku": "A", "billed": "once", "price": {"kind": "flat", "amount": "1200"}, "ssp": {"amount": "1200"}}
        | {"revenue": {"kind": "ratable", "by": "service_month_even"}} | judged,
        {"id": "b", "sku": "B", "billed": "on_milestone", "price": {"kind": "flat", "amount": "600"}, "ssp": {"amount": "600"}}
        | {"milestones": [{"id": "m", "percent": "50"}, {"id": "n", "percent": "50"}]}
        | {"revenue": {"kind": "ratable", "by": "service_month_even"}} | judged,
    ]  # fmt: skip
    made = read([plain_contract("C-1", lines=lines, term=term)])
    standing = run_book(made, happened({}), Standing(), date(2026, 3, 31)).standing
    assert "presentation" in {entry.kind for entry in standing.entries}
    told = {"C-1": ({}, {"b": {"m": date(2026, 3, 20)}})}
    for stop in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 30), date(2026, 5, 1)):
        standing = run_book(made, happened(told), standing, stop).standing
    check_ledger(standing, {date(2026, 4, 1), date(2026, 5, 1)})


def test_metered_lines_are_told_by_price_and_quantity() -> None:
    """The books' contracts hold both kinds of line, so that the laws above see both."""
    lines = plain_contract("C-1")["lines"]
    assert [False, True] == [is_metered({"quantity": None} | line) for line in lines]
