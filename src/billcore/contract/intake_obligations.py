"""What the performance obligations of a deal must say together, so that its price can be allocated.

Usage is variable consideration of its own period and takes no part. Where one obligation remains, it takes the whole
price and needs no standalone price. Source: rules 7; ASC 606-10-25-19 to 25-22 and 606-10-32-31 to 32-33.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from billcore.contract.drafts import Draft, LineDraft
from billcore.contract.intake_desk import Desk, Rule, refusal
from billcore.core.findings import Finding


def fixed_obligations(draft: Draft) -> Mapping[str, list[int]]:
    """The obligations with a fixed price, by id, each with the places of its lines."""
    found: dict[str, list[int]] = {}
    for index, line in enumerate(draft.lines):
        name = line.obligation or line.id
        if name is not None and line.is_metered is not True and not _is_as_used(line):
            found.setdefault(name, []).append(index)
    return found


def _is_as_used(line: LineDraft) -> bool:
    return line.revenue is not None and line.revenue.kind == "as_used"


def standalone_prices_are_given(draft: Draft, desk: Desk) -> Iterator[Finding]:
    """Where the price is shared by several obligations, each has a standalone selling price, and not all are zero."""
    obligations = fixed_obligations(draft)
    if len(obligations) < 2:
        return
    priced = 0
    for name, places in obligations.items():
        lines = [draft.lines[index] for index in places]
        if any("ssp" in line.unread for line in lines):
            priced += 1  # a finding says so already
        elif all(line.ssp is None for line in lines):
            yield refusal(
                "ssp-missing",
                "finance",
                f"lines[{places[0]}].ssp",
                found=f"no standalone selling price for {name}",
                expected=f"one for each of {len(obligations)} obligations",
                hint="Record the standalone selling price over the enforceable term.",
            )
        elif any(line.ssp is not None and line.ssp.amount != 0 for line in lines):
            priced += 1
    if not priced and all(draft.lines[places[0]].ssp is not None for places in obligations.values()):
        first = next(iter(obligations.values()))[0]
        yield refusal(
            "ssp-missing",
            "finance",
            f"lines[{first}].ssp",
            found="standalone selling prices of zero only",
            expected="at least one above zero",
        )


def distinctness_is_judged(draft: Draft, desk: Desk) -> Iterator[Finding]:
    """Where there are several obligations, each is distinct by a recorded judgement; it is never inferred."""
    obligations = fixed_obligations(draft)
    if len(obligations) < 2:
        return
    for name, places in obligations.items():
        lines = [draft.lines[index] for index in places]
        if all(line.judgement is None and "judgement" not in line.unread for line in lines):
            yield refusal(
                "judgement-missing",
                "finance",
                f"lines[{places[0]}].judgement",
                found=f"no judgement whether {name} is distinct",
                expected="distinct or not, with the reason",
            )


OBLIGATION_RULES: tuple[Rule, ...] = (standalone_prices_are_given, distinctness_is_judged)
