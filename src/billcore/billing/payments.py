"""What of each document line was paid, where payments are known by document: spread by net amount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from billcore.billing.billed import BilledLine
from billcore.core.checks import check_kind
from billcore.core.errors import DocumentError
from billcore.money.allocation import split_by_weight
from billcore.money.amount import Amount


def paid_lines(standing: Sequence[BilledLine], paid: Mapping[str, Amount]) -> dict[str, int]:
    """Spread what was paid of documents on their lines, by largest remainder of their net.

    Args:
        standing: Issued lines.
        paid: Document id -> paid, before tax.

    Returns: line id -> minor units.
    Raises: DocumentError ``argument-wrong``, ``document-unknown``, ``paid-above-document``.
    Source: rules 1 (by weight: largest remainder) and 4 (``credit_cap`` paid).
    """
    found: dict[str, int] = {}
    for document, amount in paid.items():
        check_kind(amount, Amount, f"paid.{document}"[:80])
        lines = [line for line in standing if line.document == document and line.kind == "invoice"]
        whole = sum(line.net_minor for line in lines)
        if not lines:
            raise DocumentError(
                "document-unknown", found=document[:80], expected="the id of an invoice that stands", path="paid"
            )
        if not 0 <= amount.minor <= whole or amount.currency != lines[0].currency:
            raise DocumentError(
                "paid-above-document",
                found=f"{amount} paid",
                expected=f"0 to {Amount(minor=whole, currency=lines[0].currency)}",
                path=f"paid.{document}"[:80],
            )
        if whole:
            parts = split_by_weight(amount.minor, [line.net_minor for line in lines])
            found.update((line.id, part) for line, part in zip(lines, parts, strict=True))
    return found
