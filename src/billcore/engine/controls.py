"""Whether the subledgers and the general ledger say the same: each control compares two sums, to the last minor unit.

The two sides come different ways (documents, revenue rows and payments on one; posted lines on the other), so a line
that posted twice, to another role or not at all is found here. Source: rules 8 and 9.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from billcore.billing.billed import BilledLine
from billcore.core.errors import InvariantBroken
from billcore.core.value import Value
from billcore.engine.book import Book, Standing
from billcore.engine.closing import BookRun
from billcore.engine.reports.names import contract_owners
from billcore.gl.roles import AccountRole
from billcore.invoice.assembly import billed_lines
from billcore.money.amount import Amount
from billcore.revrec.position import position
from billcore.revrec.schedules import RevenueRow

_Sums = dict[tuple[str, str], int]


class Control(Value, frozen=True, kw_only=True):
    """One comparison that holds.

    Attributes:
        name: ``receivable``, ``tax``, ``cash``, ``cash_not_applied``, ``revenue``, ``position``, ``unbilled``.
        subject: The legal entity, or the contract.
        ledger: What posted lines say.
        subledger: What documents, revenue rows and payments say; the same number.

    Raises: InvariantBroken ``control-broken``.
    """

    name: str
    subject: str
    ledger: Amount
    subledger: Amount

    def __post_init__(self) -> None:
        if self.ledger != self.subledger:
            raise InvariantBroken(
                "control-broken",
                found=f"{self.ledger} in the ledger",
                expected=f"{self.subledger}, as the subledger says",
                path=f"{self.name} of {self.subject}",
                hint="Do not close on this run; the entries of the subject show where they part.",
            )


def controls(book: Book, run: BookRun) -> tuple[Control, ...]:
    """Check the ledger against the subledgers, on everything that stands after a run.

    Receivable, tax, cash and cash not applied are checked by legal entity; revenue, contract
    liability less contract asset, and unbilled receivable by contract.

    Returns: the controls, all of which hold; by name, subject and currency.
    Rounding: none; equality is exact.
    Raises: InvariantBroken ``control-broken`` at the first that does not hold, naming both numbers.
    Source: rules 8, 9.
    """
    standing = run.standing
    checked = [
        *_compared("receivable", _ledger(standing, "receivable"), _open_receivables(run)),
        *_compared("tax", _ledger(standing, "tax_payable", sign=-1), _taxes(standing)),
        *_compared("cash", _ledger(standing, "cash"), _received(standing)),
        *_compared("cash_not_applied", _not_applied_in_ledger(standing), _not_applied(standing)),
        *_compared("revenue", _ledger(standing, "revenue", sign=-1, by_contract=True), _earned(standing)),
    ]
    net, unbilled = _positions(book, standing)
    cells: tuple[AccountRole, ...] = ("contract_liability", "contract_asset")
    checked += _compared("position", _ledger(standing, *cells, sign=-1, by_contract=True), net)
    checked += _compared("unbilled", _ledger(standing, "unbilled_receivable", by_contract=True), unbilled)
    return tuple(checked)


def _compared(name: str, ledger: _Sums, subledger: _Sums) -> Iterator[Control]:
    for subject, currency in sorted({*ledger, *subledger}):
        yield Control(
            name=name,
            subject=subject,
            ledger=Amount(minor=ledger.get((subject, currency), 0), currency=currency),
            subledger=Amount(minor=subledger.get((subject, currency), 0), currency=currency),
        )


def _added(terms: Iterable[tuple[str, Amount, int]]) -> _Sums:
    sums: _Sums = {}
    for subject, amount, sign in terms:
        key = (subject, amount.currency)
        sums[key] = sums.get(key, 0) + sign * amount.minor
    return sums


def _ledger(standing: Standing, *roles: AccountRole, sign: int = 1, by_contract: bool = False) -> _Sums:
    """Posted lines of some roles, debit positive times ``sign``."""
    return _added(
        (entry.contract if by_contract else entry.entity, line.amount, sign if line.side == "debit" else -sign)
        for entry in standing.entries
        for line in entry.lines
        if line.role in roles
    )


def _open_receivables(run: BookRun) -> _Sums:
    return _added((item.entity, item.balance, 1 if item.kind == "invoice" else -1) for item in run.open_items)


def _taxes(standing: Standing) -> _Sums:
    return _added((one.entity, one.tax, 1 if one.kind == "invoice" else -1) for one in standing.documents)


def _received(standing: Standing) -> _Sums:
    return _added((one.entity, one.gross, 1) for one in standing.applications)


def _not_applied_in_ledger(standing: Standing) -> _Sums:
    return _ledger(standing, "unapplied_cash", "unidentified_cash", sign=-1)


def _not_applied(standing: Standing) -> _Sums:
    return _added((one.entity, rest, 1) for one in standing.applications for rest in (one.unapplied, one.unidentified))


def _earned(standing: Standing) -> _Sums:
    return _added((row.contract, row.amount, 1) for row in standing.revenue)


def _positions(book: Book, standing: Standing) -> tuple[_Sums, _Sums]:
    """Contract liability less contract asset, and unbilled receivable, as documents and revenue rows say."""
    lines: dict[str, list[BilledLine]] = {}
    rows: dict[str, list[RevenueRow]] = {}
    for document in standing.documents:
        for line in billed_lines(document):
            lines.setdefault(line.contract, []).append(line)
    for row in standing.revenue:
        rows.setdefault(row.contract, []).append(row)
    net: _Sums = {}
    unbilled: _Sums = {}
    for contract, (_, _, currency) in contract_owners(book, standing).items():
        billed, earned = lines.get(contract, []), rows.get(contract, [])
        last = max((*(line.invoice_date for line in billed), *(row.posting_date for row in earned)), default=None)
        if last is not None:
            at = position(contract, billed, earned, last, currency)
            net[contract, currency] = at.contract_liability.minor - at.contract_asset.minor
            unbilled[contract, currency] = at.unbilled_receivable.minor
    return net, unbilled
