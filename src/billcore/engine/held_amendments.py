"""What is said of amendments that nobody accepted yet: the accepted version goes on, or everything stops."""

from __future__ import annotations

from billcore.contract.contract import Contract
from billcore.core.errors import NotApplicable
from billcore.core.findings import Finding


def held_amendments(contract: Contract) -> tuple[Finding, ...]:
    """Tell of each held amendment.

    Raises: NotApplicable ``amendment-held`` where the contract says that it stops everything.
    Source: rules 5 (``on_held``).
    """
    found = []
    for number, one in enumerate(contract.amendments):
        if not one.held_for:
            continue
        if contract.on_held == "stop":
            raise NotApplicable(
                "amendment-held",
                found=f"amendment {one.id}, held: {one.held_for}",
                expected="an accepted amendment",
                path=f"amendments[{number}]",
                hint="Accept it or take it away; on_held=bill_accepted bills the accepted version meanwhile.",
            )
        found.append(
            Finding(
                code="amendment-held",
                owner="sales",
                severity="warning",
                path=f"amendments[{number}]",
                found=f"amendment {one.id} effective {one.effective}, held: {one.held_for}",
                expected="an accepted amendment",
                hint="The accepted version is billed until then.",
                subject=contract.id,
            )
        )
    return tuple(found)
