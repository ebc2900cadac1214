"""What another price would have charged: two runs of one contract, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from billcore.core.checks import check_kind
from billcore.core.errors import NotApplicable
from billcore.core.value import Value
from billcore.engine.invoicing import BillRun
from billcore.money.amount import Amount, total


class ComparedPiece(Value, frozen=True, kw_only=True):
    """One line and service period in two runs; an absent side is zero."""

    line: str
    component: str
    start: date
    end: date
    before: Amount
    after: Amount

    @property
    def change(self) -> Amount:
        """After minus before."""
        return self.after - self.before


class Comparison(Value, frozen=True, kw_only=True):
    """Two runs, piece by piece, in order of line and period."""

    pieces: tuple[ComparedPiece, ...]
    currency: str

    @property
    def before(self) -> Amount:
        """Net of the first run."""
        return total(tuple(piece.before for piece in self.pieces), self.currency)

    @property
    def after(self) -> Amount:
        """Net of the second run."""
        return total(tuple(piece.after for piece in self.pieces), self.currency)

    @property
    def change(self) -> Amount:
        """After minus before."""
        return self.after - self.before

    def __str__(self) -> str:
        rows = [("line", "service period", "before", "after", "change")]
        for one in self.pieces:
            period = f"{one.start} to {one.end}"
            rows.append((one.line, period, one.before.text, one.after.text, _signed(one.change)))
        rows.append(("total", self.currency, self.before.text, self.after.text, _signed(self.change)))
        wide = [max(len(row[column]) for row in rows) for column in range(5)]
        return "\n".join(
            "  ".join(cell.ljust(wide[n]) if n < 2 else cell.rjust(wide[n]) for n, cell in enumerate(row)).rstrip()
            for row in rows
        )


def _signed(amount: Amount) -> str:
    return f"+{amount.text}" if amount.minor > 0 else amount.text


def compare(before: BillRun, after: BillRun) -> Comparison:
    """Compare what two runs charge, before tax.

    Args:
        before, after: Two runs through any dates; pieces match by line, component and service period.

    Raises: NotApplicable ``currencies-differ``.
    """
    check_kind(before, BillRun, "before")
    check_kind(after, BillRun, "after")
    left, right = dict(_pieces(before)), dict(_pieces(after))
    currency = before.rated.resolved.currency
    if after.rated.resolved.currency != currency:
        found = f"{currency} and {after.rated.resolved.currency}"
        raise NotApplicable("currencies-differ", found=found, expected="one currency")
    pieces = [
        ComparedPiece(
            line=key[0],
            component=key[1],
            start=key[2],
            end=key[3],
            before=Amount(minor=left.get(key, 0), currency=currency),
            after=Amount(minor=right.get(key, 0), currency=currency),
        )
        for key in sorted({*left, *right})
    ]
    return Comparison(pieces=tuple(pieces), currency=currency)


def _pieces(run: BillRun) -> Iterator[tuple[tuple[str, str, date, date], int]]:
    sums: dict[tuple[str, str, date, date], int] = {}
    for document in run.documents:
        sign = 1 if document.kind == "invoice" else -1
        for line in document.lines:
            key = (line.line, line.component, line.service.start, line.service.end)
            sums[key] = sums.get(key, 0) + sign * line.net.minor
    yield from sums.items()
