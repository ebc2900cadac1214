"""What seats cost that are added one by one, paid for in advance or in arrears (Lago's form)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from billcore.contract.change import Change
from billcore.contract.lines import ContractLine
from billcore.money.amount import Amount
from billcore.periods.anchor import OnDate, calendar
from billcore.pricing.documents import PerUnit
from parity.agreements import Account, Agreement, instant_on
from parity.amounts import currency_of
from parity.documents import Asserted, Moment
from parity.given import Given, NotKnown
from parity.periods import frequency_of, written_period
from parity.presets import Convention

_NAME = "seats"


class _Seats:
    """Seats while they are added: each a line of its own, or all of them the units of one line."""

    def __init__(self, given: Given, convention: Convention) -> None:
        self.currency = currency_of(given)
        billing = given.inner("billing")
        self.every = frequency_of(billing, "interval")
        self.is_calendar = billing.choice("alignment", {"calendar": True, "anniversary": False})
        self.side = billing.choice("timing", {"advance": "in_advance", "arrears": "in_arrears"})
        self.zone = given.text("timezone", "UTC")
        self.price = PerUnit(unit_price=given.text("seat_price"))
        # What is paid in advance is paid when it is added; in arrears a line may show all of them.
        self.is_apart = self.side == "in_advance" or given.raw("line_per_seat", False) is True
        self.sharing, self.rounding = convention.sharing(), convention.use("rounding")
        self.account = Account()
        self.count = 0

    def add(self, day: date, step: int) -> list[Any]:
        """Add a seat, and bill."""
        self.count += 1
        line = ContractLine(
            id=f"seat-{self.count}", sku="SEAT", price=self.price, quantity=1, billed=self.side, billed_every=self.every
        )
        if not self.account.agreements:
            anchor = calendar(self.every) if self.is_calendar else OnDate(date=day)
            self.account.agreements[_NAME] = Agreement(
                _NAME,
                [line],
                start=day,
                every=self.every,
                anchor=anchor,
                currency=self.currency,
                sharing=self.sharing,
                rounding=self.rounding,
                zone=self.zone,
            )
        else:
            change = Change.add(line) if self.is_apart else Change.quantity("seat-1", self.count)
            self.account.agreements[_NAME].amend(change, effective=day, known_at=instant_on(day, step))
        return self.run(day, step)

    def run(self, day: date, step: int) -> list[Any]:
        """Bill through a day."""
        runs = self.account.run(day, known_at=instant_on(day, step))
        return [document for run in runs for document in run.documents]

    def amount(self, documents: list[Any]) -> str:
        """What documents come to, before tax."""
        minor = sum(one.net.minor if one.kind == "invoice" else -one.net.minor for one in documents)
        return Amount(minor=minor, currency=self.currency).text


def seat_sequence(given: Given, convention: Convention) -> dict[str, Any]:
    """Add the seats of a case, bill on its days, end where it ends."""
    seats = _Seats(given, convention)
    days = [(_day(text, given), "add") for text in given.texts("seat_adds")]
    days += [(_day(text, given), "bill") for text in (given.texts("bill_at") if given.has("bill_at") else [])]
    if given.has("terminate_at"):
        days.append((given.day("terminate_at"), "terminate"))
    added: list[dict[str, Any]] = []
    renewed: list[dict[str, Any]] = []
    documents: list[dict[str, Any]] = []
    for step, (day, action) in enumerate(sorted(days, key=lambda pair: pair[0])):
        if action == "add":
            issued = seats.add(day, step)
            added.append({"at": day.isoformat(), "amount": seats.amount(issued)})
        elif action == "bill":
            issued = seats.run(day, step)
            units = sum(int(line.quantity) for one in issued for line in one.lines)
            renewed.append({"at": day.isoformat(), "units": str(units), "amount": seats.amount(issued)})
        else:
            seats.account.agreements[_NAME].amend(Change.cancel(), effective=day, known_at=instant_on(day, step))
            behind = 1 if seats.sharing.end_day == "charged" else 0
            issued = seats.run(day + timedelta(days=behind), step)
        documents += [_document(one, day) for one in issued]
    return {
        "charges_at_add": Asserted(added, "at"),
        "renewals": Asserted(renewed, "at"),
        "documents": Asserted(documents, "at"),
    }


def _day(text: str, given: Given) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise NotKnown(f"{given.path} has {text[:40]!r}, and a date is expected") from None


def _document(document: Any, day: date) -> dict[str, Any]:
    on = min(document.invoice_date, day)
    lines = [
        {"kind": "usage", "amount": line.net.text, "period": written_period(line.service), "units": line.quantity}
        for line in document.lines
    ]
    return {
        "type": "invoice" if document.kind == "invoice" else "credit_note",
        "at": Moment(on.isoformat(), on),
        "lines": Asserted(lines, "kind"),
        "sum_of_lines": document.net.text,
        "net": document.net.text,
        "total": document.total.text,
    }
