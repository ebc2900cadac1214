"""What an entry refuses of its lines."""

from __future__ import annotations

from datetime import date

import pytest

from billcore.core.errors import InvariantBroken
from support.ledger import entry, line


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (
            [line("1", "receivable", "debit", "USD 1.00", "USD 2.00"), line("2", "revenue", "credit", "USD 2.00")],
            "line-amounts-differ",
        ),
        (
            [line("1", "receivable", "debit", "USD 0.00"), line("2", "revenue", "credit", "USD 0.00")],
            "line-not-positive",
        ),
        ([line("1", "receivable", "debit", "USD 1.00")], "entry-too-short"),
    ],
)
def test_a_line_that_cannot_be_is_refused(lines: list[object], code: str) -> None:
    """Two amounts in one currency, a line of nothing, a single side."""
    with pytest.raises(InvariantBroken) as caught:
        entry("e", date(2026, 1, 1), *lines)
    assert code == caught.value.code
