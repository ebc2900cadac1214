"""Random lives of whole books: run in random steps, with facts told late and corrected, and restarted from a store.

One number draws one life, so a violation is replayed by its seed and number alone:
``python -m soak histories --seed 7 --first 4711 --count 1``.
"""

from __future__ import annotations

import random
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import billcore as bc
from billcore.billing.scheduling import schedule
from billcore.cash.payment import Payment
from billcore.contract.facts import DeliveryFact, Facts, UsageFact
from billcore.contract.resolution import resolve
from billcore.engine.book import Book, Happened, Standing
from billcore.engine.closing import BookRun, run_book
from billcore.host.records import records_of, standing_of
from billcore.ports.store import Store
from billcore.store.memory import MemoryStore
from billcore.store.sqlite import SqliteStore
from oracle import route as oracle
from soak import chance as draws
from soak.laws_of_books import Violation, billed_by_piece, demand, judge
from support.books import book

END = date(2030, 6, 30)
BATCH = 25
PARTS = ("documents", "revenue", "entries", "applications")


@dataclass
class Life:
    """A book, what has been told of the world so far, and what will have been told at the end."""

    chance: random.Random
    book: Book
    plain: list[dict[str, Any]]
    periods: list[tuple[str, str, date]]
    deliveries: dict[tuple[str, str, str], date]
    told_usage: dict[tuple[str, str, date], str] = field(default_factory=dict)
    told_deliveries: set[tuple[str, str, str]] = field(default_factory=set)
    payments: list[Payment] = field(default_factory=list)

    @classmethod
    def drawn(cls, chance: random.Random) -> Life:
        """A book of one to three contracts, and when each of its deliveries happens."""
        read = [bc.Contract.read(one) for one in draws.contracts(chance)]
        plain = [one.model_dump(mode="json") for one in read]
        periods = []
        for contract, written in zip(read, plain, strict=True):
            metered = {line["id"] for line in written["lines"] if oracle.is_metered(line)}
            for row in schedule(resolve(contract)).rows if metered else ():
                if row.line in metered:
                    periods.append((contract.id, row.line, row.service.start))
        reached = {
            (written["id"], *step): on for written in plain for step, on in draws.deliveries(chance, written).items()
        }
        return cls(chance=chance, book=book(read), plain=plain, periods=periods, deliveries=reached)

    def tell(self, *, all_of_it: bool) -> None:
        """Report some usage, also of periods that are not over; correct some; tell some deliveries."""
        for period in self.periods:
            if self.chance.random() < (0.4 if period in self.told_usage else 0.7):
                self.told_usage[period] = draws.quantity(self.chance)
        for step in self.deliveries:
            if all_of_it or self.chance.random() < 0.6:
                self.told_deliveries.add(step)
        if all_of_it:
            for period in self.periods:
                self.told_usage.setdefault(period, draws.quantity(self.chance))

    def pay(self, documents: Any) -> None:
        """Receive money for some documents: in full, in part, too much, twice, and of nobody known."""
        invoices = [one for one in documents if one.kind == "invoice" and one.total.minor > 0]
        for document in self.chance.sample(invoices, min(len(invoices), self.chance.randint(0, 3))):
            number = len(self.payments)
            minor = max(1, document.total.minor + self.chance.choice([0, 0, 0, -1, 5, -document.total.minor // 2]))
            texts = [document.number, document.number.replace("-", " "), "thank you", f"{document.number} / 2019-00001"]
            self.payments.append(
                Payment(
                    id=f"P-{number}",
                    entity=document.entity,
                    bank_reference=f"B-{number}",
                    value_date=document.invoice_date + timedelta(days=self.chance.randint(0, 60)),
                    amount=bc.Amount(minor=minor, currency="EUR"),
                    reference=self.chance.choice(texts),
                    payer=document.customer if self.chance.random() < 0.3 else None,
                )
            )

    def happened(self, *, forgetful: bool = False) -> Happened:
        """What has been told, in any order, some of it twice; a forgetful source leaves some out again."""
        usage = [
            UsageFact(contract=contract, line=line, start=start, quantity=Decimal(quantity))
            for (contract, line, start), quantity in self.told_usage.items()
        ]
        told = [
            DeliveryFact(
                contract=contract, line=line, milestone=milestone, on=self.deliveries[contract, line, milestone]
            )
            for contract, line, milestone in sorted(self.told_deliveries)
        ]
        if forgetful:
            usage = [one for one in usage if self.chance.random() > 0.05]
        payments = draws.shuffled(self.chance, [*self.payments, *self.payments[:1]])
        facts = Facts(usage=tuple(draws.shuffled(self.chance, [*usage, *usage[:1]])), deliveries=tuple(told))
        return Happened(facts=facts, payments=tuple(payments))


def live(seed: int, number: int) -> Counter[str]:
    """Draw one life, run it to its end and judge it after every run.

    Returns: how much was in it.
    Raises: Violation, or whatever the engine raised where it should not have.
    """
    chance = random.Random(f"{seed}:{number}")
    life = Life.drawn(chance)
    first = min(date.fromisoformat(one["term"]["start"]) for one in life.plain)
    with tempfile.TemporaryDirectory() if chance.random() < 0.02 else nullcontext("") as folder:
        store: Store = SqliteStore(Path(folder) / "books.sqlite") if folder else MemoryStore()
        standing, latest, seen = Standing(), date.min, Counter[str]()
        for stop in [*_stops(chance, first), END]:
            life.tell(all_of_it=stop == END)
            life.pay(standing.documents)
            run = run_book(life.book, life.happened(forgetful=stop != END), standing, stop)
            demand(not run.held, "no contract of the soak is held", run.findings)
            latest = max(stop, latest)
            judge(run, whole_cells=stop == latest)
            standing = _restarted(store, run, chance)
            seen["runs"] += 1
        _judge_the_end(life, run, standing, chance, seen)
    seen["histories"] += 1
    seen["documents"] += len(standing.documents)
    seen["credit memos"] += sum(one.kind == "credit_memo" for one in standing.documents)
    seen["entries"] += len(standing.entries)
    seen["payments"] += len(standing.applications)
    return seen


def _stops(chance: random.Random, first: date) -> Iterator[date]:
    """Days to run through: mostly onward by days or months, now and then back; some long after everything is billed."""
    day = first + timedelta(days=chance.randint(-10, 60))
    for _ in range(chance.randint(1, 5)):
        yield day
        day += timedelta(days=chance.choice([1, 9, 28, 31, 45, 92, 200, 400, -30]))
    for _ in range(chance.randint(0, 2)):
        day = max(day, first + timedelta(days=chance.randint(300, 900)))
        yield day


def _restarted(store: Store, run: BookRun, chance: random.Random) -> Standing:
    """Keep a run; at times the process ends there, and what stands is read back from the store."""
    store.commit(store.version(), records_of(run))
    if chance.random() < 0.5:
        return run.standing
    read = standing_of(store)
    for name in (*PARTS, "workings"):
        demand(getattr(read, name) == getattr(run.standing, name), "what was kept is read back", name)
    return read


def _judge_the_end(life: Life, run: BookRun, standing: Standing, chance: random.Random, seen: Counter[str]) -> None:
    """Running again adds nothing; usage nets to its last report; now and then all is compared with one run."""
    happened = life.happened()
    for again in (END, END - timedelta(days=chance.randint(1, 2_500))):
        second = run_book(life.book, happened, standing, again)
        for name in PARTS:
            demand(not getattr(second, name), "running again adds nothing", name, again)
    asked = billed_by_piece(standing.documents)
    for contract in life.plain:
        for line in contract["lines"]:
            if oracle.is_metered(line) and not line["discounts"]:
                _judge_usage(life, contract, line, asked)
    if chance.random() < 0.1:
        once = run_book(life.book, happened, Standing(), END).standing
        demand(+asked == +billed_by_piece(once.documents), "steps ask what one run asks")
        demand(_earned(standing) == _earned(once), "steps earn what one run earns")
        seen["compared with one run"] += 1
    if chance.random() < 0.02:
        expected: Counter[Any] = Counter()
        for contract in life.plain:
            for one in _oracle_charges(life, contract):
                if one["invoice_date"] is not None and one["invoice_date"] <= END:
                    expected[contract["id"], one["line"], one["component"], one["start"]] += one["net"]
        demand(+expected == +asked, "what is asked is what the oracle counts", +expected - asked, asked - expected)
        seen["compared with the oracle"] += 1


def _judge_usage(life: Life, contract: dict[str, Any], line: dict[str, Any], asked: Counter[Any]) -> None:
    for (name, line_id, start), quantity in life.told_usage.items():
        if (name, line_id) == (contract["id"], line["id"]):
            expected = oracle.minor(contract, oracle.price_of(line["price"], quantity))
            stands = asked[name, line_id, "usage", start]
            demand(expected == stands, "usage nets to its last report", name, line_id, start, expected, stands)


def _oracle_charges(life: Life, contract: dict[str, Any]) -> list[dict[str, Any]]:
    usage: dict[str, dict[date, str]] = {}
    for (name, line, start), quantity in life.told_usage.items():
        if name == contract["id"]:
            usage.setdefault(line, {})[start] = quantity
    delivered: dict[str, dict[str, date]] = {}
    for (name, line, milestone), on in life.deliveries.items():
        if name == contract["id"]:
            delivered.setdefault(line, {})[milestone] = on
    return oracle.charges(contract, usage, delivered, END)


def _earned(standing: Standing) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for row in standing.revenue:
        found[row.contract, row.obligation] += row.amount_minor
    return Counter({name: minor for name, minor in found.items() if minor})


@dataclass(frozen=True)
class Lives:
    """How many lives were lived, and the first that broke a law, with what it broke."""

    seen: Counter[str]
    seconds: float
    broken: int | None = None
    said: str = ""


def batch(
    seed: int, first: int, count: int, live_one: Callable[[int, int], Counter[str]] = live
) -> tuple[Counter[str], int | None, str]:
    """Live some lives in a row; stop at the first that breaks a law."""
    seen: Counter[str] = Counter()
    for number in range(first, first + count):
        try:
            seen += live_one(seed, number)
        except Violation as violation:
            return seen, number, str(violation)
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            return seen, number, f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}: {error}"
    return seen, None, ""


def lives(
    seed: int,
    *,
    count: int = 10**9,
    seconds: float = 1e9,
    first: int = 0,
    workers: int = 1,
    live_one: Callable[[int, int], Counter[str]] = live,
) -> Lives:
    """Live lives until one breaks a law, so many were lived, or the time is over; batches are never cut.

    Args:
        live_one: Lives one by seed and number and counts it among ``histories``.
    """
    started, seen = time.monotonic(), Counter[str]()
    size = max(1, min(BATCH, count // workers or 1))
    with ProcessPoolExecutor(workers) as pool:
        nexts = iter(range(first, first + count, size))
        running = {
            pool.submit(batch, seed, at, min(size, first + count - at), live_one) for at in _some(nexts, workers)
        }
        told = started
        while running:
            done = {one for one in running if one.done()}
            for one in done:
                found, broken, said = one.result()
                seen += found
                if broken is not None:
                    pool.shutdown(cancel_futures=True)
                    return Lives(seen=seen, seconds=time.monotonic() - started, broken=broken, said=said)
                if time.monotonic() - started < seconds:
                    more = _some(nexts, 1)
                    running |= {pool.submit(batch, seed, at, min(size, first + count - at), live_one) for at in more}
            running -= done
            if time.monotonic() - told > 20:
                told = time.monotonic()
                print(
                    f"  {seen['histories']} histories, {seen['histories'] / (told - started):.1f} a second", flush=True
                )
            time.sleep(0.02)
    return Lives(seen=seen, seconds=time.monotonic() - started)


def _some(numbers: Iterator[int], count: int) -> list[int]:
    return [number for _, number in zip(range(count), numbers, strict=False)]
