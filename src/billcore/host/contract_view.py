"""What one contract of a book's folder bills when: its facts from the files, what stands billed from the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from billcore.contract.contract import Contract
from billcore.core.errors import DocumentError, excerpt
from billcore.engine.timeline import timeline
from billcore.engine.timeline_rows import Timeline
from billcore.host.book import LoadedBook, load_book
from billcore.host.run import standing_in


def timeline_in(folder: Path, contract_id: str, through: date | None = None) -> Timeline:
    """Lay out what one contract of a book bills when; no file is written, also not beside the store.

    Args:
        folder: The book's folder.
        contract_id: Of a contract that the book bills.
        through: As `timeline`.

    Raises: BookUnreadable where the folder is no book; DocumentError ``book-not-sound``, ``contract-unknown``; as
        `standing_in` and `timeline`.
    """
    loaded = load_book(folder)
    contract = _contract(loaded, contract_id)
    standing = standing_in(folder)
    return timeline(
        contract,
        through=through,
        usage=_usage(loaded, contract),
        delivered=_delivered(loaded, contract),
        billed=standing.billed,
    )


def _contract(loaded: LoadedBook, contract_id: str) -> Contract:
    """The contract of that id, or why there is none: unknown, held, or several of it."""
    if loaded.book is None:
        raise DocumentError(
            "book-not-sound",
            found=f"{len(loaded.findings)} findings in the files of finance",
            expected="files of finance without errors",
            hint="billcore validate lists them.",
        )
    mine = [contract for contract in loaded.book.contracts if contract.id == contract_id]
    if len(mine) == 1:
        return mine[0]
    held = {finding.subject for finding in loaded.findings if finding.subject and finding.severity == "error"}
    known = ", ".join(sorted(contract.id for contract in loaded.book.contracts)[:10])
    is_held = contract_id in held or mine
    raise DocumentError(
        "contract-unknown",
        found=f"{excerpt(contract_id) or 'no id'}{', which is held' if is_held else ''}",
        expected=f"one of {known}" if known else "a contract; the book bills none",
        path=str(loaded.folder),
        hint="billcore validate says why a deal is held." if is_held else "",
    )


def _usage(loaded: LoadedBook, contract: Contract) -> Mapping[str, Mapping[date, Decimal]]:
    facts = loaded.happened.facts
    used = {fact.line for fact in facts.usage if fact.contract == contract.id}
    return {line: facts.usage_of(contract.id, line) for line in sorted(used)}


def _delivered(loaded: LoadedBook, contract: Contract) -> Mapping[str, Mapping[str, date]]:
    found: dict[str, dict[str, date]] = {}
    for fact in loaded.happened.facts.deliveries:
        if fact.contract == contract.id:
            found.setdefault(fact.line, {})[fact.milestone] = fact.on
    return found
