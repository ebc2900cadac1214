"""What a run refuses of its arguments before it does any work: each of another kind than it takes, by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from billcore.billing.billed import Billed, BilledLine
from billcore.contract.contract import Contract
from billcore.contract.parties import Customer, LegalEntity
from billcore.core.checks import check_date, check_kind, check_mappings
from billcore.core.errors import NotApplicable
from billcore.engine.tax_setting import Taxes
from billcore.periods.zones import check_instant
from billcore.usage.records import UsageReport


def check_facts(contract: object, usage: object, delivered: object, through: object) -> None:
    """Check the contract, the facts and, where one is needed, the day.

    Raises: DocumentError ``argument-wrong``, ``date-malformed``.
    """
    check_kind(contract, Contract, "contract")
    if through is not None:
        check_date(through, "through")
    if usage is not None:
        check_kind(usage, Mapping, "usage")
        if isinstance(usage, Mapping):
            for line, told in usage.items():
                check_kind(told, (Mapping, list, tuple), f"usage.{line}"[:80])
                if not isinstance(told, Mapping):
                    for number, report in enumerate(told):
                        check_kind(report, UsageReport, f"usage.{line}[{number}]"[:80])
    if delivered is not None:
        check_mappings(delivered, "delivered")
        if isinstance(delivered, Mapping):
            for line, days in delivered.items():
                for milestone, day in days.items():
                    check_date(day, f"delivered.{line}.{milestone}"[:80])


def check_currency(contract: Contract, standing: Sequence[BilledLine]) -> None:
    """Refuse what stands in another currency: one contract, one currency, and nothing of two cancels.

    Raises: NotApplicable ``contract-currency-mixed``.
    Source: rules 8.
    """
    for line in standing:
        if line.currency != contract.currency:
            raise NotApplicable(
                "contract-currency-mixed",
                found=f"{line.net} of {line.number or line.document} stands billed",
                expected=f"{contract.currency}, the contract's currency",
                path=f"contract {contract.id}",
                hint="Give the deal in the other currency a contract of its own.",
            )


_KINDS: Mapping[str, type] = {
    "billed": Billed,
    "paid": Mapping,
    "list_prices": Mapping,
    "taxes": Taxes,
    "entity": LegalEntity,
    "customer": Customer,
    "payer": Customer,
}


def check_settings(given: Mapping[str, object], as_known_at: object) -> None:
    """Check what may be left out, by name.

    Raises: DocumentError ``argument-wrong``, ``instant-malformed``, ``instant-naive``.
    """
    for name, one in given.items():
        if one is not None:
            hint = "Pass run.next_billed of the run before." if name == "billed" else ""
            check_kind(one, _KINDS[name], name, hint=hint)
    if as_known_at is not None:
        check_instant(as_known_at, "as_known_at")
