"""Which roles an account can play, and which business events reach the ledger: two closed lists."""

from __future__ import annotations

from typing import Literal

AccountRole = Literal[
    "receivable",
    "unbilled_receivable",
    "contract_asset",
    "contract_liability",
    "revenue",
    "tax_payable",
    "cash",
    "unapplied_cash",
    "unidentified_cash",
]
EventKind = Literal[
    "invoice_issued",
    "credit_memo_issued",
    "revenue_recognized",
    "presentation",
    "cash_received",
    "cash_applied",
]
