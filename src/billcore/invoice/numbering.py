"""Which legal number each document gets: gapless per series, taken at issue and never before.

A series is an entity's prefix and a year. Source: rules 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from billcore.core.errors import MissingInput
from billcore.core.value import replaced
from billcore.invoice.invoice import Invoice

DIGITS = 6


def series(prefix: str, document: Invoice) -> str:
    """The series that a document is numbered in: the prefix ``US01-INV-`` and a year give ``US01-INV-2026``."""
    return f"{prefix}{document.invoice_date.year}"


def number_documents(
    documents: Iterable[Invoice], prefixes: Mapping[tuple[str, str], str], last: Mapping[str, int]
) -> tuple[tuple[Invoice, ...], dict[str, int]]:
    """Number documents in order of date, then contract.

    Args:
        documents: Not yet numbered.
        prefixes: (entity, document kind) -> prefix of its series.
        last: Series -> last number taken, read in the same commit that will store the result.

    Returns: the numbered documents, and the last numbers after them.
    Raises: MissingInput ``series-unknown``.
    """
    taken, numbered = dict(last), []
    for document in sorted(documents, key=lambda one: (one.invoice_date, one.kind != "invoice", one.contracts, one.id)):
        prefix = prefixes.get((document.entity, document.kind))
        if prefix is None:
            raise MissingInput(
                "series-unknown",
                found=f"{document.kind} of {document.entity}",
                expected="an entity with a prefix for it",
            )
        name = series(prefix, document)
        taken[name] = taken.get(name, 0) + 1
        numbered.append(replaced(document, number=f"{name}-{taken[name]:0{DIGITS}d}"))
    return tuple(numbered), taken


def last_numbers(numbers: Sequence[str]) -> dict[str, int]:
    """Series -> last number, from the numbers of every issued document."""
    last: dict[str, int] = {}
    for number in numbers:
        name, _, digits = number.rpartition("-")
        last[name] = max(last.get(name, 0), int(digits))
    return last
