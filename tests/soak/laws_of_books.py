"""What must hold of everything that stands after a run, read off documents, rows and entries by addition alone.

Nothing here calls the engine: values are read field by field, so a mistake cannot excuse itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from support.books import CELLS

Minor = Counter[Any]


class Violation(AssertionError):
    """A law that does not hold."""


def demand(holds: bool, law: str, *about: object) -> None:
    """Raise where a law does not hold."""
    if not holds:
        raise Violation(f"{law}: {', '.join(map(str, about))}")


def judge(run: Any, *, whole_cells: bool) -> None:
    """Try every law on what stands after a run.

    Args:
        whole_cells: Whether the run reached the latest day so far: only then is no cell both asset and liability.
    """
    standing = run.standing
    ledger = entries_balance(standing.entries)
    numbers_have_no_gap(standing.documents)
    no_credit_above_its_line(standing.documents)
    positions_are_the_ledgers(standing, ledger, whole_cells)
    money_is_conserved(run, ledger)


def entries_balance(entries: Any) -> Minor:
    """Debits are credits in every entry, none is empty, none stands twice; sums by contract, entity, cell and role."""
    sums: Minor = Counter()
    demand(len({entry.id for entry in entries}) == len(entries), "an entry stands once")
    for entry in entries:
        sides: Minor = Counter()
        for line in entry.lines:
            demand(line.amount_minor >= 0, "no amount below zero", entry.source_event, line.role)
            sides[line.side] += line.amount_minor
            sign = 1 if line.side == "debit" else -1
            sums[entry.contract, entry.entity, line.obligation, line.role] += sign * line.amount_minor
        demand(sides["debit"] == sides["credit"] > 0, "debits are credits", entry.source_event, dict(sides))
    return sums


def numbers_have_no_gap(documents: Any) -> None:
    """Each series counts 1, 2, 3 without a gap or a repeat."""
    series: dict[str, list[int]] = defaultdict(list)
    for document in documents:
        name, _, digits = document.number.rpartition("-")
        series[name].append(int(digits))
    for name, numbers in series.items():
        demand(sorted(numbers) == list(range(1, len(numbers) + 1)), "numbers have no gap", name, sorted(numbers))


def no_credit_above_its_line(documents: Any) -> None:
    """Credits give back no more than their line and its tax, and the whole tax with the whole line."""
    credits = [line for one in documents if one.kind == "credit_memo" for line in one.lines]
    if not credits:
        return
    charged = {line.id: line for one in documents if one.kind == "invoice" for line in one.lines}
    net: Minor = Counter()
    tax: Minor = Counter()
    for line in credits:
        demand(line.corrects in charged, "a credit names an invoice line", line.corrects)
        net[line.corrects] += line.net_minor
        tax[line.corrects] += sum(one.tax_minor for one in line.taxes)
    for name, given in net.items():
        line = charged[name]
        borne = sum(one.tax_minor for one in line.taxes)
        demand(given <= line.net_minor and tax[name] <= borne, "no credit above its line", name, given, tax[name])
        demand(given < line.net_minor or tax[name] == borne, "the whole tax with the whole line", name, tax[name])


def positions_are_the_ledgers(standing: Any, ledger: Minor, whole_cells: bool) -> None:
    """Contract by contract: liability less asset less unbilled receivable is billed less earned; revenue is earned."""
    billed, earned = billed_by_piece(standing.documents), Counter[str]()
    asked: Minor = Counter()
    for (contract, *_), minor in billed.items():
        asked[contract] += minor
    for row in standing.revenue:
        earned[row.contract] += row.amount_minor
    cells: dict[tuple[str, str], Minor] = defaultdict(Counter)
    revenue: Minor = Counter()
    held: Minor = Counter()
    for (contract, _, obligation, role), minor in ledger.items():
        if role in CELLS:
            cells[contract, obligation][role] += minor
            held[contract] -= minor
        elif role == "revenue":
            revenue[contract] -= minor
    for contract in {*asked, *earned, *held, *revenue}:
        stands = (held[contract], revenue[contract])
        expected = (asked[contract] - earned[contract], earned[contract])
        demand(stands == expected, "the position is the ledger's", contract, stands, expected)
    if whole_cells:
        for cell, sums in cells.items():
            liability = -sums["contract_liability"]
            assets = (sums["contract_asset"], sums["unbilled_receivable"])
            demand(min(liability, *assets) >= 0, "no cell below zero", cell, dict(sums))
            demand(not (liability and any(assets)), "no cell both asset and liability", cell, dict(sums))


def billed_by_piece(documents: Any) -> Minor:
    """(contract, line, component, start of service) -> billed less credited."""
    found: Minor = Counter()
    for document in documents:
        sign = 1 if document.kind == "invoice" else -1
        for line in document.lines:
            found[line.contract, line.line, line.component, line.service.start] += sign * line.net_minor
    return found


def money_is_conserved(run: Any, ledger: Minor) -> None:
    """Receivable is open items, tax is the documents' tax, and every cent received is applied or waits with a name."""
    standing = run.standing
    expected: dict[str, Minor] = defaultdict(Counter)
    balance: Minor = Counter()
    for document in standing.documents:
        sign = 1 if document.kind == "invoice" else -1
        tax = sum(one.tax_minor for line in document.lines for one in line.taxes)
        total = tax + sum(line.net_minor for line in document.lines)
        expected[document.entity]["tax_payable"] -= sign * tax
        expected[document.entity]["receivable"] += sign * total
        balance[document.id] = total
    for one in standing.applications:
        mine, applied = expected[one.entity], sum(item.amount.minor for item in one.items)
        demand(one.gross.minor == applied + one.unapplied.minor + one.unidentified.minor, "no cent is lost", one.key)
        mine["cash"] += one.gross.minor
        mine["receivable"] -= applied
        mine["unapplied_cash"] -= one.unapplied.minor
        mine["unidentified_cash"] -= one.unidentified.minor
        for item in one.items:
            balance[item.document] -= item.amount.minor
    posted: dict[str, Minor] = defaultdict(Counter)
    for (_, entity, _, role), minor in ledger.items():
        if role not in (*CELLS, "revenue"):
            posted[entity][role] += minor
    for entity in {*expected, *posted}:
        for role in {*expected[entity], *posted[entity]}:
            sums = posted[entity][role], expected[entity][role]
            demand(sums[0] == sums[1], "the ledger holds what documents and payments say", entity, role, *sums)
    told = {item.document: item.balance.minor for item in run.open_items}
    demand(told == dict(balance), "open items are what is not paid", told, dict(balance))
    demand(min(balance.values(), default=0) >= 0, "nothing is paid above its balance", dict(balance))
