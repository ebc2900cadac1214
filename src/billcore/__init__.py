"""From one contract, by pure functions, to the cent, with the reason for every cent.

The names of README and tutorial; the rest is one dot away in the package that owns it. A name is loaded when first
asked for, so a service that only bills never pays for cash or ledger, and ``import billcore`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billcore.billing.billed import Billed, BilledLine
    from billcore.cash.application import apply_cash as apply_cash
    from billcore.cash.payment import Payment as Payment
    from billcore.contract.catalogue import Catalogue, Product
    from billcore.contract.change import Change as Change
    from billcore.contract.change_policy import ChangePolicies, ChangePolicy
    from billcore.contract.contract import Contract as Contract
    from billcore.contract.life import AutoRenewal, Evergreen, RampStep, Trial
    from billcore.contract.lines import ContractLine as ContractLine
    from billcore.contract.measures import AsUsed, Milestone, Milestones, PointInTime, Ratable
    from billcore.contract.parties import Customer, LegalEntity
    from billcore.contract.terms import (
        EndOfMonth,
        EnforceableTerm,
        Judgement,
        NetDays,
        StandalonePrice,
    )
    from billcore.core.errors import (
        BillcoreError,
        DocumentError,
        InvariantBroken,
        LimitExceeded,
        MissingExtra,
        MissingInput,
        NotApplicable,
        PortError,
    )
    from billcore.core.findings import Finding as Finding
    from billcore.engine.comparison import compare as compare
    from billcore.engine.explanation import explain as explain
    from billcore.engine.invoicing import BillRun, bill
    from billcore.engine.recognition import recognize as recognize
    from billcore.engine.timeline import timeline as timeline
    from billcore.gl.entry import JournalEntry as JournalEntry
    from billcore.invoice.invoice import Invoice as Invoice
    from billcore.invoice.tax import TaxRow, TaxTable
    from billcore.money.amount import Amount as Amount
    from billcore.periods.frequency import Frequency as Frequency
    from billcore.periods.period import Period as Period
    from billcore.pricing.discounts import AmountOff, PercentOff
    from billcore.pricing.documents import Flat, Graduated, Overage, PerUnit, Tier, Volume
    from billcore.revrec.position import position as position

# Where each name lives; a test holds this table and the imports above to one another.
_HOMES = {
    "Amount": "billcore.money.amount",
    "AmountOff": "billcore.pricing.discounts",
    "AsUsed": "billcore.contract.measures",
    "AutoRenewal": "billcore.contract.life",
    "BillRun": "billcore.engine.invoicing",
    "BillcoreError": "billcore.core.errors",
    "Billed": "billcore.billing.billed",
    "BilledLine": "billcore.billing.billed",
    "Catalogue": "billcore.contract.catalogue",
    "Change": "billcore.contract.change",
    "ChangePolicies": "billcore.contract.change_policy",
    "ChangePolicy": "billcore.contract.change_policy",
    "Contract": "billcore.contract.contract",
    "ContractLine": "billcore.contract.lines",
    "Customer": "billcore.contract.parties",
    "DocumentError": "billcore.core.errors",
    "EndOfMonth": "billcore.contract.terms",
    "EnforceableTerm": "billcore.contract.terms",
    "Evergreen": "billcore.contract.life",
    "Finding": "billcore.core.findings",
    "Flat": "billcore.pricing.documents",
    "Frequency": "billcore.periods.frequency",
    "Graduated": "billcore.pricing.documents",
    "InvariantBroken": "billcore.core.errors",
    "Invoice": "billcore.invoice.invoice",
    "JournalEntry": "billcore.gl.entry",
    "Judgement": "billcore.contract.terms",
    "LegalEntity": "billcore.contract.parties",
    "LimitExceeded": "billcore.core.errors",
    "Milestone": "billcore.contract.measures",
    "Milestones": "billcore.contract.measures",
    "MissingExtra": "billcore.core.errors",
    "MissingInput": "billcore.core.errors",
    "NetDays": "billcore.contract.terms",
    "NotApplicable": "billcore.core.errors",
    "Overage": "billcore.pricing.documents",
    "Payment": "billcore.cash.payment",
    "PerUnit": "billcore.pricing.documents",
    "PercentOff": "billcore.pricing.discounts",
    "Period": "billcore.periods.period",
    "PointInTime": "billcore.contract.measures",
    "PortError": "billcore.core.errors",
    "Product": "billcore.contract.catalogue",
    "RampStep": "billcore.contract.life",
    "Ratable": "billcore.contract.measures",
    "StandalonePrice": "billcore.contract.terms",
    "TaxRow": "billcore.invoice.tax",
    "TaxTable": "billcore.invoice.tax",
    "Tier": "billcore.pricing.documents",
    "Trial": "billcore.contract.life",
    "Volume": "billcore.pricing.documents",
    "apply_cash": "billcore.cash.application",
    "bill": "billcore.engine.invoicing",
    "compare": "billcore.engine.comparison",
    "explain": "billcore.engine.explanation",
    "position": "billcore.revrec.position",
    "recognize": "billcore.engine.recognition",
    "timeline": "billcore.engine.timeline",
}
_ROOMS = (
    "core",
    "money",
    "periods",
    "proration",
    "gl",
    "pricing",
    "contract",
    "billing",
    "invoice",
    "revrec",
    "cash",
    "posting",
    "engine",
    "ports",
)

__all__ = [
    "Amount",
    "AmountOff",
    "AsUsed",
    "AutoRenewal",
    "BillRun",
    "BillcoreError",
    "Billed",
    "BilledLine",
    "Catalogue",
    "Change",
    "ChangePolicies",
    "ChangePolicy",
    "Contract",
    "ContractLine",
    "Customer",
    "DocumentError",
    "EndOfMonth",
    "EnforceableTerm",
    "Evergreen",
    "Finding",
    "Flat",
    "Frequency",
    "Graduated",
    "InvariantBroken",
    "Invoice",
    "JournalEntry",
    "Judgement",
    "LegalEntity",
    "LimitExceeded",
    "Milestone",
    "Milestones",
    "MissingExtra",
    "MissingInput",
    "NetDays",
    "NotApplicable",
    "Overage",
    "Payment",
    "PerUnit",
    "PercentOff",
    "Period",
    "PointInTime",
    "PortError",
    "Product",
    "RampStep",
    "Ratable",
    "StandalonePrice",
    "TaxRow",
    "TaxTable",
    "Tier",
    "Trial",
    "Volume",
    "apply_cash",
    "bill",
    "compare",
    "explain",
    "position",
    "recognize",
    "timeline",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        found: object = getattr(import_module(_HOMES[name]), name)
    elif name in _ROOMS:
        found = import_module(f"billcore.{name}")
    else:
        raise AttributeError(f"module 'billcore' has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*__all__, *_ROOMS])
