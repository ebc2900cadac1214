"""From one contract, by pure functions, to the cent, with the reason for every cent.

The names of README and tutorial; the rest is one dot away in the package that owns it.
"""

from billcore.billing.billed import Billed, BilledLine
from billcore.cash.application import apply_cash
from billcore.cash.payment import Payment
from billcore.contract.catalogue import Catalogue, Product
from billcore.contract.contract import Contract
from billcore.contract.lines import ContractLine
from billcore.contract.measures import AsUsed, Milestone, Milestones, PointInTime, Ratable
from billcore.contract.parties import Customer, LegalEntity
from billcore.contract.terms import (
    AmountOff,
    EndOfMonth,
    EnforceableTerm,
    Judgement,
    NetDays,
    PercentOff,
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
from billcore.core.findings import Finding
from billcore.engine.comparison import compare
from billcore.engine.explanation import explain
from billcore.engine.invoicing import BillRun, bill
from billcore.engine.recognition import recognize
from billcore.gl.entry import JournalEntry
from billcore.invoice.invoice import Invoice
from billcore.invoice.tax import TaxRow, TaxTable
from billcore.money.amount import Amount
from billcore.periods.frequency import Frequency
from billcore.periods.period import Period
from billcore.pricing.documents import Flat, Graduated, Overage, PerUnit, Tier, Volume
from billcore.revrec.position import position

__all__ = [
    "Amount",
    "AmountOff",
    "AsUsed",
    "BillRun",
    "BillcoreError",
    "Billed",
    "BilledLine",
    "Catalogue",
    "Contract",
    "ContractLine",
    "Customer",
    "DocumentError",
    "EndOfMonth",
    "EnforceableTerm",
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
    "Ratable",
    "StandalonePrice",
    "TaxRow",
    "TaxTable",
    "Tier",
    "Volume",
    "apply_cash",
    "bill",
    "compare",
    "explain",
    "position",
    "recognize",
]
