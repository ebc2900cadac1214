"""How a subscription of a case is held here: a contract with amendments, and what stands billed of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from billcore.billing.billed import Billed
from billcore.billing.usage import Usage
from billcore.contract.change_policy import ChangePolicies, ChangePolicy
from billcore.contract.changes import AnyChange
from billcore.contract.contract import Contract
from billcore.contract.life import Evergreen
from billcore.contract.lines import ContractLine
from billcore.engine.invoicing import BillRun, Taxes, bill
from billcore.money.amount import Amount
from billcore.periods.anchor import BillingAnchor
from billcore.periods.boundaries import boundary
from billcore.periods.frequency import Frequency
from billcore.periods.period import Period
from billcore.proration.convention import ProrationConvention


class Agreement:
    """One subscription, from its start on without an end, while its changes are told."""

    def __init__(
        self,
        name: str,
        lines: Iterable[ContractLine],
        *,
        start: date,
        every: Frequency,
        anchor: BillingAnchor,
        currency: str,
        sharing: ProrationConvention,
        rounding: str,
        zone: str = "UTC",
        stub: str = "short_last",
        policies: ChangePolicies | None = None,
    ) -> None:
        # Days by which its runs look back: an open cycle that is billed in arrears was begun before the run.
        self.lag = 0
        self.contract = Contract(
            id=name,
            customer="customer",
            entity="seller",
            currency=currency,
            term=Period(start=start, end=boundary(start, every, 1)),
            renewal=Evergreen(),
            billed_every=every,
            anchor=anchor,
            stub=stub,  # type: ignore[arg-type]
            lines=list(lines),
            zone=zone,
            proration=sharing,
            rounding=rounding,  # type: ignore[arg-type]
            changes=policies if policies is not None else ChangePolicies(),
        )

    def amend(
        self, *changes: AnyChange, effective: date, known_at: datetime, policy: ChangePolicy | None = None
    ) -> None:
        """Tell a change."""
        self.contract = self.contract.amended(
            *changes, effective=effective, known_at=known_at, actor="case", reason="a step of the case", policy=policy
        )


class Account:
    """Every subscription of a case, and what stands billed of them together."""

    def __init__(self) -> None:
        self.agreements: dict[str, Agreement] = {}
        self.billed = Billed()

    def run(
        self,
        through: date,
        *,
        known_at: datetime | None = None,
        usage: Mapping[str, Usage] | None = None,
        taxes: Taxes | None = None,
        paid: Mapping[str, Amount] | None = None,
    ) -> list[BillRun]:
        """Bill every subscription through a day, as known at an instant; what comes out is issued."""
        runs = []
        for name, agreement in self.agreements.items():
            run = bill(
                agreement.contract,
                through=through - timedelta(days=agreement.lag),
                billed=self.billed,
                as_known_at=known_at,
                usage=(usage or {}).get(name),
                taxes=taxes,
                paid=paid,
            )
            self.billed = run.next_billed
            runs.append(run)
        return runs


def instant_on(day: date, step: int) -> datetime:
    """The instant of a step that the case gives a day for: steps of one day stand in their order."""
    return datetime.combine(day, time(hour=12), tzinfo=UTC) + timedelta(seconds=step)


def document_lines(runs: Iterable[BillRun]) -> list[dict[str, Any]]:
    """Write the lines of runs: what is charged, and, below zero, what is given back."""
    found = []
    for run in runs:
        for document in run.documents:
            sign = -1 if document.kind == "credit_memo" else 1
            for line in document.lines:
                found.append(
                    {
                        "type": "unused_credit" if sign < 0 else "recurring",
                        "subscription": line.contract,
                        "start": line.service.start.isoformat(),
                        "end": line.service.end.isoformat(),
                        "amount": Amount(minor=sign * line.net_minor, currency=line.currency).text,
                    }
                )
    return found
