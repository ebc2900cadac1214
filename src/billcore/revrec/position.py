"""Where a contract stands on a day: billed, recognized, and the one signed number between them.

Source: rules 7; ASC 606-10-45-1 to 45-4. Positive is a contract liability, negative a contract asset; never both.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from billcore.billing.billed import BilledLine
from billcore.core.checks import check_date
from billcore.core.errors import InvariantBroken, NotApplicable
from billcore.core.value import Value
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits
from billcore.revrec.schedules import RevenueRow


class Position(Value, frozen=True, kw_only=True):
    """A contract at the end of a day.

    Attributes:
        billed, recognized: To date, before tax.
        unbilled_receivable: Usage that was delivered and only awaits its invoice date.
        contract_liability, contract_asset: Of billed + unbilled receivable - recognized; one of them is zero.
    """

    contract: str
    as_of: date
    billed: Amount
    recognized: Amount
    unbilled_receivable: Amount
    contract_liability: Amount
    contract_asset: Amount

    def __post_init__(self) -> None:
        held = self.recognized.minor + self.contract_liability.minor
        if self.billed.minor + self.unbilled_receivable.minor + self.contract_asset.minor != held:
            raise InvariantBroken(
                "position-does-not-tie", found=str(self), expected="billed + UR + CA = recognized + CL"
            )


def position(
    contract: str, billed: Iterable[BilledLine], recognized: Iterable[RevenueRow], as_of: date, currency: str
) -> Position:
    """Work out a contract's position at the end of a day.

    Args:
        billed: Its issued lines.
        recognized: Its posted revenue rows.
        as_of: The day; invoice and posting dates up to and including it count.

    Source: rules 7 (position = billed + unbilled receivable - recognized).
    """
    check_date(as_of, "as_of")
    minor_digits(currency)
    lines = [line for line in billed if line.contract == contract and line.invoice_date <= as_of]
    rows = [row for row in recognized if row.contract == contract and row.posting_date <= as_of]
    for known in (*(line.currency for line in lines), *(row.currency for row in rows)):
        if known != currency:
            found = f"{known} of contract {contract}"
            raise NotApplicable("currencies-differ", found=found, expected=currency, path="currency")
    unbilled = 0
    for obligation, members in {row.obligation: row.lines for row in rows if row.treatment == "as_used"}.items():
        earned = sum(row.amount_minor for row in rows if row.obligation == obligation)
        asked = sum(line.signed for line in lines if line.line in (members or (obligation,)))
        unbilled += max(0, earned - asked)
    billed_minor, earned_minor = sum(line.signed for line in lines), sum(row.amount_minor for row in rows)
    net = billed_minor + unbilled - earned_minor
    return Position(
        contract=contract,
        as_of=as_of,
        billed=Amount(minor=billed_minor, currency=currency),
        recognized=Amount(minor=earned_minor, currency=currency),
        unbilled_receivable=Amount(minor=unbilled, currency=currency),
        contract_liability=Amount(minor=max(net, 0), currency=currency),
        contract_asset=Amount(minor=max(-net, 0), currency=currency),
    )
