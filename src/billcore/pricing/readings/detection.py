"""Which of the known ways of writing a tier table a given table can have been written in, and why."""

from __future__ import annotations

from billcore.core.errors import DocumentError
from billcore.core.value import Value
from billcore.pricing.readings.normalizer import Model, Normalized, normalize
from billcore.pricing.readings.rows import CONVENTIONS, Convention

# What is the same wrong thing under every convention: there is no table to look at.
_NO_TABLE = frozenset({"list-malformed", "limit-exceeded", "tiers-empty", "choice-unknown"})


class Candidate(Value, frozen=True, kw_only=True):
    """A way in which a table can have been written.

    Attributes:
        convention: Its name.
        reason: What the rows have in common with it.
        warnings: How many findings the normalizer has under it; none of them is an error.
    """

    convention: Convention
    reason: str
    warnings: int


def detect_convention(rows: object) -> tuple[Candidate, ...]:
    """List every convention that reads a table without an error. Which of them it is, a person says.

    Args:
        rows: Plain rows, as for `normalize`.

    Returns: the candidates in order of `CONVENTIONS`; empty where no convention reads the table.
    Raises: DocumentError ``list-malformed``, ``limit-exceeded``, ``tiers-empty`` where there is no table to look at.
    Source: peers 2.2.

    >>> rows = [{"from": 0, "to": 10, "unit_price": "10.00"}, {"from": 10, "unit_price": "5.00"}]
    >>> [candidate.convention for candidate in detect_convention(rows)]
    ['from_to_touching', 'lower_inclusive']
    """
    return tuple(
        Candidate(
            convention=found.convention,
            reason=f"the rows fit: {CONVENTIONS[found.convention]}",
            warnings=len(found.findings),
        )
        for found in readable_as(rows, "graduated")
        if not found.errors
    )


def readable_as(rows: object, model: Model) -> tuple[Normalized, ...]:
    """Read a table by every convention whose fields it has, with errors or without.

    Raises: as `detect_convention`.
    """
    found = []
    for convention in CONVENTIONS:
        try:
            found.append(normalize(rows, convention, model))
        except DocumentError as error:
            if error.path in ("rows", "model") and error.code in _NO_TABLE:
                raise
    return tuple(found)
