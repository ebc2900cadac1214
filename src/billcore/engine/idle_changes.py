"""What is said of amendments that change nothing: they are taken, and whoever wrote them is told."""

from __future__ import annotations

from billcore.contract.resolved import ResolvedContract
from billcore.core.findings import Finding


def idle_changes(resolved: ResolvedContract) -> tuple[Finding, ...]:
    """Tell of each change behind which the contract says what it said before.

    Source: rules 10 (findings carry an owner).
    """
    return tuple(
        Finding(
            code="change-without-effect",
            owner="sales",
            severity="warning",
            path=f"amendment {amendment}.changes[{number}]",
            found="the terms that hold already",
            expected="other terms",
            hint="Was another line, day or number meant? Nothing is billed or given back for it.",
            subject=resolved.id,
        )
        for amendment, number in resolved.idle
    )
