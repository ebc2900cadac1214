"""Where the public route spends its time: `bill` for a contract of five lines and one month, step by step."""

from __future__ import annotations

import cProfile
import pstats
from datetime import date
from pathlib import PurePath

import billcore as bc
from benchmarks.timing import alternating, table
from billcore.billing.credit_terms import CreditRules
from billcore.billing.differences import difference
from billcore.billing.scheduling import schedule
from billcore.contract.resolution import resolve
from billcore.engine.rated_contract import rate_contract
from billcore.invoice.assembly import Parties, assemble, billed_lines
from billcore.periods.anchor import DayOfMonth

THROUGH = date(2025, 3, 31)
SKUS = ("PLATFORM", "SEATS", "API", "STORAGE", "SUPPORT")
PROFILED_RUNS = 300
SHOWN = 14


def contract() -> bc.Contract:
    """Five lines over a year, each discounted; it starts within a month, so the first and the last row are prorated."""
    prices: list[bc.Flat | bc.PerUnit | bc.Volume] = [
        bc.Flat(amount="1200.00"),
        bc.PerUnit(unit_price="25.50"),
        bc.PerUnit(unit_price="0.85"),
        bc.PerUnit(unit_price="0.0725"),
        bc.Flat(amount="487.65"),
    ]
    term = bc.Period(start=date(2025, 3, 10), end=date(2026, 3, 10))
    return bc.Contract(
        id="C-1",
        customer="acme",
        entity="US01",
        currency="USD",
        billed_every="month",
        anchor=DayOfMonth(day=1),
        term=term,
        enforceable=bc.EnforceableTerm(period=term, reason="non-cancellable"),
        lines=[
            bc.ContractLine(
                id=sku.lower(),
                sku=sku,
                price=price,
                quantity=None if isinstance(price, bc.Flat) else 150,
                billed="in_advance",
                discounts=[bc.PercentOff(percent="10")],
                revenue=bc.Ratable(by="day"),
                obligation="service",
            )
            for sku, price in zip(SKUS, prices, strict=True)
        ],
    )


def measure() -> list[str]:
    """Time the route and its steps in turn, and name the functions that cost most."""
    agreed = contract()
    resolved = resolve(agreed)
    plan = schedule(resolved)
    rated = rate_contract(agreed, through=THROUGH)
    due = [charge for charge in rated.charges if charge.invoice_date and charge.invoice_date <= THROUGH]
    planned = frozenset((row.line, row.component, row.service.start, row.service.end) for row in plan.rows)
    credits = CreditRules(convention=agreed.proration, rounding=agreed.rounding, through=THROUGH)
    asked = difference(due, (), through=THROUGH, planned=planned, kept=frozenset(), credits=credits)
    documents = assemble(agreed, asked, (), through=THROUGH, answers=None, texts=Parties())
    run = bc.bill(agreed, through=THROUGH)
    if [one.total for one in run.invoices] != [one.total for one in documents]:
        raise SystemExit("the steps give another invoice than the route")
    steps = {
        "bill, the whole route": lambda: bc.bill(agreed, through=THROUGH),
        "  resolve": lambda: resolve(agreed),
        "  schedule (12 months and 2 stubs)": lambda: schedule(resolved),
        "  resolve + schedule + charges": lambda: rate_contract(agreed, through=THROUGH),
        "  difference": lambda: difference(
            due, (), through=THROUGH, planned=planned, kept=frozenset(), credits=credits
        ),
        "  assemble": lambda: assemble(agreed, asked, (), through=THROUGH, answers=None, texts=Parties()),
        "  billed lines (ids: hashes)": lambda: [billed_lines(one) for one in documents],
        "recognize, after bill": lambda: bc.recognize(agreed, run.rated, through=THROUGH),
    }
    timed = alternating(steps, rounds=7)
    whole = timed["bill, the whole route"]
    rows = [(name, f"{one.median / 1e3:.0f}", f"{one.over(whole):.0%}") for name, one in timed.items()]
    head = f"Public route: {len(agreed.lines)} lines, {len(rated.charges)} charges of the term, 1 month billed"
    return [head, "", *table(("step", "us", "of bill"), rows), "", *_profile(agreed)]


def _profile(agreed: bc.Contract) -> list[str]:
    """The functions in which `bill` spends its own time; a profile overstates small functions."""
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(PROFILED_RUNS):
        bc.bill(agreed, through=THROUGH)
    profile.disable()
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]  # typeshed leaves it out
    whole = sum(own for _, _, own, _, _ in stats.values())
    top = sorted(stats.items(), key=lambda item: -item[1][2])[:SHOWN]
    rows = [
        (f"{_file(file)}{name}", f"{calls // PROFILED_RUNS}", f"{own / whole:.1%}")
        for (file, _, name), (_, calls, own, _, _) in top
    ]
    return table(("own time of `bill` under the profiler", "calls", "share"), rows)


def _file(file: str) -> str:
    """Room and file, never where they lie on this machine."""
    parts = PurePath(file).parts
    return f"{'/'.join(parts[-2:])} " if len(parts) > 1 else ""
