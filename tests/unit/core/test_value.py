"""Values: immutable, checked when made, and at home in a document."""

from __future__ import annotations

from datetime import date

import pytest

from billcore.core.document import Document
from billcore.core.errors import DocumentError, LimitExceeded
from billcore.core.fields import Items
from billcore.core.findings import Finding, finding_of
from billcore.core.limits import Limits, check_limit
from billcore.core.value import replaced
from billcore.money.amount import Amount
from billcore.periods.period import Period

JANUARY = Period(start=date(2026, 1, 1), end=date(2026, 2, 1))


class Ramp(Document):
    """Stands in for any document that holds values."""

    steps: Items[Period]
    first: Amount | None = None


def test_a_value_stands_in_a_document_as_itself_or_as_its_fields():
    """A document takes an instance, or an object of the value's fields, and writes the object."""
    ramp = Ramp(steps=[JANUARY, {"start": "2026-01-01", "end": "2026-02-01"}])
    assert ramp.steps == (JANUARY, JANUARY)
    assert ramp.steps[0] is JANUARY
    assert ramp.model_dump(mode="json")["steps"] == [{"start": "2026-01-01", "end": "2026-02-01"}] * 2


@pytest.mark.parametrize(
    ("step", "code", "path"),
    [
        ({"start": "2026-02-01", "end": "2026-01-01"}, "period-ends-before-start", "steps[1].end"),
        ({"start": "soon", "end": "2026-01-01"}, "date-malformed", "steps[1].start"),
        ({"start": "2026-02-01"}, "field-missing", "steps[1].end"),
        ({"start": "2026-02-01", "end": "2026-03-01", "days": 28}, "field-unknown", "steps[1].days"),
        (None, "value-malformed", "steps[1]"),
        ("2026", "value-malformed", "steps[1]"),
        (Amount.of("1", "USD"), "value-malformed", "steps[1]"),
    ],
)
def test_a_value_s_problem_is_at_its_field(step, code, path):
    """A value refused inside a document keeps its own code and the place of its own field."""
    with pytest.raises(DocumentError) as caught:
        Ramp.read({"steps": [{"start": "2026-01-01", "end": "2026-02-01"}, step]})
    assert (caught.value.code, caught.value.path) == (code, path)


def test_a_value_does_not_change():
    """No field of a value can be set or added; a changed copy is checked again."""
    with pytest.raises(AttributeError):
        JANUARY.end = date(2026, 3, 1)
    with pytest.raises(AttributeError):
        JANUARY.note = "x"
    assert replaced(JANUARY, end=date(2026, 3, 1)).days == 59
    with pytest.raises(DocumentError) as caught:
        replaced(JANUARY, end=date(2025, 3, 1))
    assert caught.value.code == "period-ends-before-start"


def test_values_are_built_by_keyword():
    """Two dates in a row could be confused; a value takes none by position."""
    with pytest.raises(TypeError):
        Period(date(2026, 1, 1), date(2026, 2, 1))


def test_equal_values_are_one_key():
    """Values compare and hash by content."""
    assert len({JANUARY, Period(start=date(2026, 1, 1), end=date(2026, 2, 1))}) == 1
    assert Amount.of("1.00", "USD") == Amount.of("1", "USD")


def test_a_finding_tells_the_error():
    """An error turned into a finding keeps code, place and words, and prints in one line."""
    with pytest.raises(DocumentError) as caught:
        Period(start=date(2026, 2, 1), end=date(2026, 1, 1))
    finding = finding_of(caught.value, owner="sales", file="deals/1.json")
    assert (finding.code, finding.path, finding.owner) == ("period-ends-before-start", "end", "sales")
    assert str(finding).startswith("deals/1.json end: [period-ends-before-start] found [2026-02-01, 2026-01-01)")
    assert "\n" not in str(finding)
    assert Finding(code="x").place == ""


def test_a_limit_is_inclusive_and_named():
    """A size at the limit passes; one above it is refused with both numbers."""
    check_limit("tiers", Limits().tiers, Limits().tiers)
    with pytest.raises(LimitExceeded) as caught:
        check_limit("tiers", 1001, Limits().tiers, path="price.tiers")
    assert (caught.value.code, caught.value.path) == ("limit-exceeded", "price.tiers")
    assert "1001 tiers" in str(caught.value)
