"""What is wrong, by who can mend it."""

from __future__ import annotations

from collections.abc import Iterable

from billcore.core.findings import Finding
from billcore.core.table import Table
from billcore.engine.reports.columns import Named, report

COLUMNS: tuple[Named, ...] = (
    ("owner", "text", "Owner"),
    ("severity", "text", "Severity"),
    ("code", "text", "Code"),
    ("subject", "text", "Subject"),
    ("file", "text", "File"),
    ("path", "text", "Path"),
    ("line", "integer", "Line"),
    ("column", "integer", "Column"),
    ("found", "text", "Found"),
    ("expected", "text", "Expected"),
    ("hint", "text", "Hint"),
)


def findings_table(findings: Iterable[Finding]) -> Table:
    """List findings by owner, then as they came."""
    ordered = sorted(enumerate(findings), key=lambda one: (one[1].owner, one[0]))
    return report(
        "findings",
        (
            (
                finding.owner,
                finding.severity,
                finding.code,
                finding.subject,
                finding.file,
                finding.path,
                finding.line or None,
                finding.column or None,
                finding.found,
                finding.expected,
                finding.hint,
            )
            for _, finding in ordered
        ),
        COLUMNS,
    )
