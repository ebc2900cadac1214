"""Living a random life: amendments are read as they become known, bills are run, and after each run the laws are tried.

What must hold is read off issued lines by addition alone; what should stand is the oracle's.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import billcore as bc
from billcore.billing.scheduling import schedule
from billcore.contract.resolution import resolve
from billcore.core.errors import BillcoreError
from oracle import life as oracle
from support.lives import Kinds, Life

DAY = timedelta(days=1)
Minor = Counter[tuple[str, str]]
# What a life may run into at a bill, because nobody asked the amendment how it goes with what was agreed.
REFUSED = {
    "uplift-too-fine",
    "cadence-does-not-divide",
    "line-outside-term",
    "metered-in-advance",
    "day-count-not-in-days",
    "denominator-does-not-fit",
    "trial-outside-line",
    "period-counts-nothing",
}


class Violation(AssertionError):
    """A law that does not hold."""


def demand(holds: bool, law: str, *about: object) -> None:
    """Raise where a law does not hold."""
    if not holds:
        raise Violation(f"{law}: {', '.join(map(str, about))}"[:2_000])


@dataclass(kw_only=True)
class Living:
    """A life as far as it was lived.

    Attributes:
        kinds: What it may hold.
        contract: With the amendments that fitted.
        billed: What stands.
        daily: (line, day) -> units, as told so far.
        latest: The latest day that a run went through.
        paid: Documents that were paid, whole.
        told: What happened, counted.
    """

    kinds: Kinds
    contract: bc.Contract
    billed: bc.Billed = field(default_factory=bc.Billed)
    daily: dict[tuple[str, date], str] = field(default_factory=dict)
    latest: date = date.min
    paid: dict[str, bc.Amount] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)

    def amend(self, amendment: dict[str, Any]) -> None:
        """Add an amendment; one that does not fit is refused by an error of ours, and nothing happens."""
        plain = self.contract.model_dump(mode="json")
        try:
            self.contract = bc.Contract.read(plain | {"amendments": [*plain["amendments"], amendment]})
            self.told["amendments"] += 1
        except BillcoreError as error:
            self.told[f"refused {error.code}"] += 1

    def use(self, line: str, first: date, units: str, days: int) -> None:
        """Tell units of some days, anew where they were told."""
        for number in range(days):
            self.daily[line, first + number * DAY] = units

    def usage(self, through: date, billed: bc.Billed) -> dict[str, dict[date, str]]:
        """What was told, by the windows that the contract has now."""
        known = max([through, *(line.invoice_date for line in billed.lines)])
        resolved = resolve(self.contract, known_by=known, horizon=through)
        plan = schedule(resolved)
        found: dict[str, dict[date, str]] = {}
        for name in {line.id for line in resolved.lines if line.component == "usage"}:
            rows = plan.of_line(name)
            found[name] = {row.service.start: self._units(name, row.service) for row in rows}
        return found

    def _units(self, name: str, service: bc.Period) -> str:
        tenths, day = 0, service.start
        while day < service.end:
            tenths += int(Fraction(self.daily.get((name, day), "0")) * 10)
            day += DAY
        return f"{tenths // 10}.{tenths % 10}"

    def bill(self, through: date, billed: bc.Billed, usage: Any = None) -> bc.BillRun:
        """One run; usage that has no price leaves its line to people and ends the life."""
        usage = self.usage(through, billed) if usage is None else usage
        known = {line.document for line in billed.lines}
        paid = {name: amount for name, amount in self.paid.items() if name in known}
        run = bc.bill(self.contract, usage=usage, through=through, billed=billed, paid=paid)
        stops = [one for one in run.findings if one.code not in TOLD]
        if stops:
            raise Refused(stops[0].code)
        return run

    def run(self, through: date) -> bc.BillRun:
        """Bill through a day, and try every law."""
        usage = self.usage(through, self.billed)
        run = self.bill(through, self.billed, usage)
        self.told["runs"] += 1
        self.told["documents"] += len(run.documents)
        preview = self.bill(through, self.billed, usage)
        demand(preview.documents == run.documents, "a preview is the issue", through)
        again = self.bill(through, run.next_billed, usage)
        demand(not again.documents, "a second run issues nothing", through, _lines(again))
        mixed = list(run.next_billed.lines)
        random.Random(0).shuffle(mixed)
        again = self.bill(through, bc.Billed(lines=tuple(mixed)), usage)
        demand(not again.documents, "the order of lines does not matter", through, _lines(again))
        shuffled = [line for line in mixed if line in self.billed.lines]
        other = self.bill(through, bc.Billed(lines=tuple(shuffled)), usage)
        demand(_lines(other) == _lines(run), "the order of lines does not matter", through)
        demand(all(one.invoice_date <= through for one in run.documents), "no document is dated later than its run")
        self.billed, self.latest = run.next_billed, max(self.latest, through)
        credits_are_covered(self.billed)
        if self.is_plain:
            self._stands(through)
        return run

    @property
    def is_plain(self) -> bool:
        """Whether changes hold at once and are settled by their share, to the cent."""
        return not (self.kinds.conventions or self.kinds.policies)

    def _stands(self, through: date) -> None:
        """Every day that is due is billed once, and what stands on it is what the oracle counts."""
        days = days_billed(self.billed)
        demand(max(days.values(), default=0) <= 1, "no day is billed twice", _some(days, 2))
        if through < self.latest:
            return
        due = oracle.rows(self.contract.model_dump(mode="json"), self.daily, through)
        wanted: Counter[tuple[str, date]] = Counter()
        nets: Minor = Counter()
        for row in due:
            nets[row["line"], row["component"]] += row["net"]
            if row["component"] == "recurring" and row["net"]:
                wanted.update((row["line"], day) for day in _days(row["start"], row["end"]))
        billed = {key for key, count in days.items() if count > 0}
        lacking = set(wanted) - billed - days_billed_at_nothing(self.billed)
        demand(not lacking, "every day that is due is billed", sorted(lacking)[:3])
        stands = net_by_line(self.billed)
        ahead = billed - set(wanted)
        zero = {(row["line"], day) for row in due if not row["net"] for day in _days(row["start"], row["end"])}
        for key in sorted({*stands, *nets}):
            # Days that are billed ahead by terms that change later are given back when they come.
            if any(line == key[0] for line, _ in ahead - zero) and key[1] == "recurring":
                continue
            demand(stands[key] == nets[key], "what stands is what the oracle counts", key, stands[key], nets[key])
            self.told["compared"] += 1

    def finish(self, end: date) -> None:
        """Bill all, and compare with a contract that was never billed before."""
        self.run(end)
        if self.is_plain:
            fresh = self.bill(end, bc.Billed())
            self._same(fresh, "every route to the same terms comes to the same")
            self._dated(fresh, end)
            for given in days_billed(fresh.next_billed).items():
                demand(given[1] <= 1, "no day is billed twice", given)
        elif self.kinds.policies is False:
            self._withdraw(end)

    def _dated(self, fresh: bc.BillRun, end: date) -> None:
        """Every row has the days and the invoice date that the oracle gives it."""
        due = oracle.rows(self.contract.model_dump(mode="json"), self.daily, end)
        theirs = {(row["line"], row["component"], row["start"], row["end"], row["invoice_date"]) for row in due}
        mine = {
            (one.line_id, one.component, one.service.start, one.service.end, one.invoice_date)
            for one in fresh.rated.charges
            if one.invoice_date is not None and one.invoice_date <= end
        }
        demand(mine == theirs, "rows are dated as the oracle dates them", sorted(mine ^ theirs, key=str)[:4])

    def _same(self, other: bc.BillRun, law: str) -> None:
        mine, theirs = net_by_line(self.billed), net_by_line(other.next_billed)
        off = {key: (mine[key], theirs[key]) for key in {*mine, *theirs} if mine[key] != theirs[key]}
        demand(not off, law, off)

    def _withdraw(self, end: date) -> None:
        """A line that is gone from its first day holds nothing any more."""
        before = self.told["amendments"]
        first = self.contract.term.start
        known = f"{end.isoformat()}T12:00:00+00:00"
        for line in self.contract.lines:
            if line.period is None and line.trial is None and not line.is_metered:
                change = {"kind": "remove_line", "line": line.id}
                self.amend(_amendment(f"W-{line.id}", first, known, [change]))
        if self.told["amendments"] == before or self.contract.proration.end_day == "charged":
            return
        if self.contract.proration.credit_cap == "paid" or self.contract.proration.credit_basis != "as_billed":
            return
        gone = {name for name, one in resolve_lines(self.contract, end).items() if not one}
        self.run(end + DAY)
        left = {key: minor for key, minor in net_by_line(self.billed).items() if key[0] in gone and minor}
        demand(not left, "nothing is left of what was withdrawn whole", left)


# What a run says beside its documents, and holds nothing for.
TOLD = frozenset({"change-without-effect", "included-granted-twice"})


class Refused(Exception):
    """What was used has no price, and somebody must decide."""


def live(life: Life, kinds: Kinds, *, paid: random.Random | None = None) -> Counter[str]:
    """Live a life; tell what happened."""
    try:
        contract = bc.Contract.read(life.contract)
    except BillcoreError as error:
        return Counter({f"unread {error.code}": 1})
    living = Living(kinds=kinds, contract=contract)
    try:
        for what, *about in life.steps:
            if what == "run":
                run = living.run(*about)
                for one in run.invoices:
                    if paid is not None and paid.random() < 0.5:
                        living.paid[one.id] = one.total
            elif what == "amend":
                living.amend(*about)
            else:
                living.use(*about)
        living.finish(life.end)
    except Refused as error:
        living.told[f"held {error}"] += 1
    except BillcoreError as error:
        if error.code not in REFUSED:
            raise Violation(f"a bill raises {error.code}: {error}") from error
        living.told[f"ended by {error.code}"] += 1
    return living.told


def credits_are_covered(billed: bc.Billed) -> None:
    """Each credit points at an invoice line that stands, and no line gives back more than it charged."""
    charged = {line.id: line for line in billed.lines if line.kind == "invoice"}
    given: Counter[str] = Counter()
    for line in billed.lines:
        if line.kind == "credit_memo" and line.corrects:
            demand(line.corrects in charged, "a credit names an invoice line", line)
            given[line.corrects] += line.net_minor
    for name, minor in given.items():
        demand(minor <= charged[name].net_minor, "no credit above its line", charged[name], minor)
    demand(all(minor >= 0 for minor in net_by_line(billed).values()), "no line below zero", net_by_line(billed))


def days_billed(billed: bc.Billed) -> Counter[tuple[str, date]]:
    """How often each day of each recurring line stands billed; what was billed at nothing covers no day."""
    found: Counter[tuple[str, date]] = Counter()
    for line in billed.lines:
        if line.component != "recurring":
            continue
        if line.kind == "invoice" and line.net_minor and not line.adds_to:
            found.update((line.line, day) for day in _days(line.service.start, line.service.end))
        elif line.terms == "withdrawn":
            found.subtract((line.line, day) for day in _days(line.service.start, line.service.end))
    return found


def days_billed_at_nothing(billed: bc.Billed) -> set[tuple[str, date]]:
    """Days that a line covers whose amount is 0, because they are few or free."""
    lines = [line for line in billed.lines if line.kind == "invoice" and not line.net_minor]
    return {(line.line, day) for line in lines for day in _days(line.service.start, line.service.end)}


def net_by_line(billed: bc.Billed) -> Minor:
    """Billed less credited, by line and component."""
    found: Minor = Counter()
    for line in billed.lines:
        found[line.line, line.component] += line.signed
    return found


def resolve_lines(contract: bc.Contract, day: date) -> dict[str, int]:
    """For each line how many stretches it has."""
    found = {line.id: 0 for line in contract.every_line()}
    for line in resolve(contract, horizon=day).lines:
        found[line.id] += 1
    return found


def _amendment(name: str, effective: date, known_at: str, changes: list[Any]) -> dict[str, Any]:
    fields = {"id": name, "effective": effective.isoformat(), "known_at": known_at, "changes": changes}
    return fields | {"actor": "sales", "reason": "agreed"}


def _lines(run: bc.BillRun) -> list[Any]:
    return sorted(
        (one.kind, one.invoice_date, line.line, line.component, str(line.service), line.net_minor, line.id)
        for one in run.documents
        for line in one.lines
    )


def _days(start: date, end: date) -> list[date]:
    return [start + number * DAY for number in range((end - start).days)]


def _some(days: Counter[tuple[str, date]], least: int) -> list[Any]:
    return sorted(key for key, count in days.items() if count >= least)[:3]
