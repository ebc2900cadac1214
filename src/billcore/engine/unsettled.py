"""Which money received still waits for a person, as it stands: not applied to anything, or short of what it named.

A run tells it once, when the payment comes; this tells it for as long as it is so, and the same on every run.
"""

from __future__ import annotations

from collections.abc import Iterator

from billcore.cash.outcome import CashApplication
from billcore.core.findings import Finding
from billcore.engine.closing import BookRun
from billcore.money.amount import Amount


def unsettled(run: BookRun) -> tuple[Finding, ...]:
    """List payments with a rest that no item took, and items that a short payment left open.

    Args:
        run: What stands after it; payments dated through its day count.

    Returns: findings of finance, by value date and payment; an error where money is not applied, a warning where an
        item is still open after a short payment.
    """
    balances = {item.document: item.balance for item in run.open_items}
    standing = [one for one in run.standing.applications if one.value_date <= run.through]
    standing.sort(key=lambda one: (one.value_date, one.key))
    return tuple(finding for one in standing for finding in _findings(one, balances))


def standing_findings(run: BookRun) -> tuple[Finding, ...]:
    """The findings of a run as they stand: what holds contracts, and `unsettled` in place of what is told once."""
    payments = {one.payment for one in run.standing.applications}
    kept = [one for one in run.findings if one.subject not in payments or not one.path.startswith("payments.")]
    return (*kept, *unsettled(run))


def _findings(one: CashApplication, balances: dict[str, Amount]) -> Iterator[Finding]:
    for kind, rest in (("unapplied", one.unapplied), ("unidentified", one.unidentified)):
        if rest.minor:
            considered = ", ".join(one.candidates[:5]) or "none"
            yield Finding(
                code=one.review or "payment-unmatched",
                owner="finance",
                path=f"payments.{one.payment}",
                found=f"{rest} {kind} since {one.value_date}: {one.reason}",
                expected="money that stands against an invoice",
                hint=f"Of {one.gross} received. Candidates: {considered}.",
                subject=one.payment,
            )
    if "short-payment" in one.flags:
        for item in one.items:
            left = balances.get(item.document, item.balance)
            if left.minor:
                yield Finding(
                    code="payment-partial",
                    owner="finance",
                    severity="warning",
                    path=f"payments.{one.payment}",
                    found=f"{item.number} open with {left} after {item.amount} on {one.value_date}",
                    expected="the whole balance",
                    hint="Ask the customer which charge is disputed; the rest stays open.",
                    subject=one.payment,
                )
