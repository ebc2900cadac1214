"""Facts say each thing once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billcore.contract.facts import DeliveryFact, Facts, UsageFact
from billcore.core.errors import DocumentError
from billcore.core.value import replaced

USED = UsageFact(contract="C-1", line="api", start=date(2025, 3, 1), quantity=Decimal("61234.0"))
DONE = DeliveryFact(contract="C-1", line="setup", on=date(2026, 2, 20))


def test_equal_facts_count_once() -> None:
    """The same report twice is one report; equal numbers of other spelling are equal."""
    facts = Facts(usage=(USED, replaced(USED, quantity=Decimal(61234))), deliveries=(DONE, DONE))
    assert {date(2025, 3, 1): Decimal(61234)} == facts.usage_of("C-1", "api")
    assert date(2026, 2, 20) == facts.delivered_on("C-1", "setup")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"usage": (USED, replaced(USED, quantity=Decimal(1)))}, "usage-differs"),
        ({"usage": (USED, replaced(USED, is_complete=False))}, "usage-differs"),
        ({"deliveries": (DONE, replaced(DONE, on=date(2026, 2, 21)))}, "delivery-differs"),
    ],
)
def test_facts_that_disagree_are_refused(facts: dict[str, object], code: str) -> None:
    """Which of two is right is not for the engine to say."""
    with pytest.raises(DocumentError) as caught:
        Facts(**facts)
    assert code == caught.value.code


def test_facts_of_other_contracts_stay_out() -> None:
    """One deal's facts cannot reach another's."""
    facts = Facts(usage=(USED, replaced(USED, contract="C-2")), deliveries=(DONE,))
    assert Facts(usage=(replaced(USED, contract="C-2"),)) == facts.of_contracts(["C-2"])
