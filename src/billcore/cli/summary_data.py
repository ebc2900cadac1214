"""What a run or a preview comes to, for a program: the same as the tables, as data for JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from billcore.cli.summary import held_in, other_findings
from billcore.core.canonical import plain_data
from billcore.core.findings import Finding
from billcore.engine.controls import controls
from billcore.engine.reports.ledger import trial_balance_table
from billcore.engine.reports.positions import position_report
from billcore.engine.reports.receipts import cash_table
from billcore.engine.reports.receivables import invoice_register, open_items_table
from billcore.host.run import HostRun


def summary_data(host_run: HostRun, through: date, files: Iterable[Path] = ()) -> dict[str, object]:
    """Give a run as plain data; amounts are ``{"amount", "currency"}``."""
    loaded, result = host_run.loaded, host_run.result
    data: dict[str, object] = {
        "book": str(loaded.folder),
        "through": through.isoformat(),
        "kept": host_run.committed,
        "deals": loaded.source_count,
        "new": dict(host_run.is_new),
        "held": [
            {"name": name, "place": place, "findings": findings_data(findings)}
            for name, place, findings in held_in(loaded, result)
        ],
        "findings": findings_data((*other_findings(loaded, result), *host_run.ledger_problems)),
        "ledger_agrees": not host_run.ledger_problems,
        "redelivered": host_run.redelivered,
        "files": [str(file) for file in files],
    }
    if loaded.book is None or result is None:
        return data
    return data | {
        "positions": position_report(loaded.book, result, result.through).to_dicts(),
        "documents": invoice_register(loaded.book, result).to_dicts(),
        "open_items": open_items_table(loaded.book, result).to_dicts(),
        "payments": cash_table(loaded.book, result).to_dicts(),
        "trial_balance": trial_balance_table(loaded.book, result, result.through).to_dicts(),
        "controls": [
            {
                "name": one.name,
                "subject": one.subject,
                "amount": {"amount": one.ledger.text, "currency": one.ledger.currency},
            }
            for one in controls(loaded.book, result)
        ],
    }


def findings_data(findings: Iterable[Finding]) -> list[object]:
    """Give findings as plain data, empty fields left out."""
    return [{name: value for name, value in plain_data(one).items() if value not in ("", 0)} for one in findings]
