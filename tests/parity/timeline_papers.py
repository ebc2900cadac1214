"""How the documents of a timeline are written, and what credits and payments come to on the way."""

from __future__ import annotations

from datetime import date
from typing import Any

from billcore.money.amount import Amount
from billcore.periods.period import Period
from parity.documents import Asserted, Moment


class Papers:
    """What was issued so far, as far as later documents rest on it.

    Attributes:
        paid: What was paid, or None.
        told: From which day which plan.
        fixed: Line -> item, of fixed items.
        credit: Credit that is left, in minor units.
        invoiced: What invoices asked for, in minor units.
        is_refunded: Whether a termination pays back what was paid beyond what stands.
        level_from: First day of a level that rises and falls, or None.
    """

    def __init__(self, currency: str, paid: Amount | None) -> None:
        """Begin with nothing issued."""
        self.currency, self.paid = currency, paid
        self.told: list[tuple[date, str]] = []
        self.plan_of_line: dict[str, str] = {}
        self.fixed: dict[str, str] = {}
        self.credit = self.invoiced = 0
        self.is_refunded = False
        self.level_from: date | None = None

    def memo(self, document: Any, at: Moment) -> dict[str, Any]:
        """Write a credit memo; what it does not pay back is credit for later invoices."""
        whole, refund = document.total.minor, 0
        if self.is_refunded and self.paid is not None:
            # What was paid beyond what stands of the invoice goes back; the rest stays as credit.
            refund = min(whole, max(0, self.paid.minor - (self.invoiced - whole)))
        self.credit += whole - refund
        return {
            "type": "credit_note",
            "at": at,
            "net": document.net.text,
            "tax": document.tax.text,
            "total": document.total.text,
            "refund": self.text(refund),
            "credit": self.text(whole - refund),
            "credits_applied": "0.00",
            "period": _days(document.lines[0].service),
            "credits": self.plan_of_line.get(document.lines[0].corrects, ""),
            "lines": Asserted([self._line(line) for line in document.lines], "kind"),
        }

    def invoice(self, group: list[Any], at: Moment) -> dict[str, Any]:
        """Write what a run asks for as one invoice; credit pays of it as far as it reaches."""
        net, tax, whole = (sum(getattr(one, name).minor for one in group) for name in ("net", "tax", "total"))
        taken = min(self.credit, whole)
        self.credit -= taken
        self.invoiced += whole
        lines = [self._line(line) for one in group for line in one.lines]
        return {
            "type": "invoice",
            "at": at,
            "lines": Asserted(lines, "kind"),
            "net": self.text(net),
            "tax": self.text(tax),
            "credits_applied": self.text(taken),
            "total": self.text(whole - taken),
            "sum_of_lines": self.text(net),
        }

    def _line(self, line: Any) -> dict[str, Any]:
        plan = next((name for day, name in reversed(self.told) if day <= line.service.start), "")
        self.plan_of_line.setdefault(line.id, plan)
        kind = "usage" if line.component == "usage" else "fixed" if line.line in self.fixed else "subscription"
        service = line.service
        if kind == "usage" and self.level_from is not None:
            # A level that began later is billed for its own days.
            first = self.level_from
            service = Period(start=max(service.start, first), end=service.end) if first < service.end else service
        written = {"kind": kind, "amount": line.net.text, "period": _days(service), "plan": plan}
        if kind == "fixed":
            written |= {"item": self.fixed[line.line], "units": line.quantity}
        return written

    def text(self, minor: int) -> str:
        """Write minor units."""
        return Amount(minor=minor, currency=self.currency).text


def by_document(documents: list[Any], due: date) -> list[list[Any]]:
    """Put the documents of a run in order, credits first; what the run asks for on its own day is one invoice."""
    ordered = sorted(documents, key=lambda one: (one.invoice_date, one.kind != "credit_memo"))
    now = [one for one in ordered if one.kind == "invoice" and one.invoice_date >= due]
    apart = [[one] for one in ordered if one not in now]
    return [*apart, now] if now else apart


def _days(period: Period) -> dict[str, str]:
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}
