"""Which lines of a contract are held because what was used is not known or has no price, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from billcore.billing.billed import BilledLine
from billcore.contract.contract import Contract
from billcore.core.findings import Finding
from billcore.engine.rated_contract import Rated


def held_lines(
    contract: Contract, rated: Rated, through: date, standing: Sequence[BilledLine]
) -> tuple[set[str], tuple[Finding, ...]]:
    """Lines with a due row whose usage is missing or has no price: they are held, the rest of the invoice goes."""
    findings, held = [], set()
    refused = dict(rated.refused)
    for row in rated.missing:
        if row.invoice_date is None or row.invoice_date > through:
            continue
        if row.line in refused:
            if row.line not in held:
                findings.append(refused[row.line])
        else:
            findings.append(
                Finding(
                    code="usage-missing",
                    owner="engineering",
                    path=f"usage.{row.line}",
                    found=f"no usage for {row.service}",
                    expected="a quantity; 0 where nothing was used",
                    hint="Pass the period's usage; the line is held until then.",
                    subject=contract.id,
                )
            )
        held.add(row.line)
    unknown = _unknown_share(contract, rated, held, standing)
    if unknown is not None:
        return set(rated.resolved.by_line()), (*findings, unknown)
    return held, tuple(findings)


def _unknown_share(contract: Contract, rated: Rated, held: set[str], standing: Sequence[BilledLine]) -> Finding | None:
    """Tell of a held charge that stands billed with its share of a discount or a maximum of the whole contract.

    What the other charges bear depends on it, so nothing of the contract moves until it is known again.
    """
    stage = contract.stage
    if stage is None or not (stage.discounts or stage.maximum):
        return None
    rows = {(row.line, row.service) for row in rated.missing if row.line in held}
    line = next((line for line in standing if (line.line, line.service) in rows), None)
    if line is None:
        return None
    return Finding(
        code="stage-waits",
        owner="engineering",
        path=f"usage.{line.line}",
        found=f"{line.line} for {line.service} stands billed, and what it comes to is not known now",
        expected="its usage: discounts and the maximum of the contract are shared with it",
        hint="Pass the period's usage again; nothing of the contract is billed or given back until then.",
        subject=contract.id,
    )
