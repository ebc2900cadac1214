"""Tests of access sequences, rows and the mapping as documents: what they refuse."""

from __future__ import annotations

import pickle
from datetime import date
from typing import Any

import pytest

from billcore.core.errors import DocumentError
from billcore.gl import AccessSequence, AccessStep, GLMapping, MappingRow, access_fields, mapping_findings, row_tables
from support.ledger import ROWS, SEQUENCES, YEAR_START, mapping, row, sequence

REVENUE = {"event": "revenue_recognized", "role": "revenue"}


def refused(code: str, make: Any) -> DocumentError:
    """The error that making something raises, which has this code."""
    with pytest.raises(DocumentError) as raised:
        make()
    assert code == raised.value.code
    return raised.value


def test_step_needs_entity() -> None:
    """A key set without the entity is refused: a catch-all over entities does not exist."""
    assert "product_class" in refused("access-without-entity", lambda: AccessStep(keys=["product_class"])).found
    refused("access-without-entity", lambda: AccessStep(keys=[]))


def test_step_keys() -> None:
    """A key set names each known dimension once."""
    refused("access-key-repeated", lambda: AccessStep(keys=["entity", "entity"]))
    refused("choice-unknown", lambda: AccessStep(keys=["entity", "customer"]))
    refused("list-malformed", lambda: AccessStep(keys="entity"))


def test_sequence_order() -> None:
    """Steps run from specific to general, each key set once, at least one; key sets that do not contain each other may
    stand in any order."""
    refused("access-steps-empty", lambda: AccessSequence(**REVENUE, steps=[]))
    refused("access-step-repeated", lambda: sequence(*REVENUE.values(), "entity+tax_row", "tax_row+entity"))
    error = refused("access-order-wrong", lambda: sequence(*REVENUE.values(), "entity", "entity+product_class"))
    assert "entity before entity+product_class" in error.found
    assert len(sequence(*REVENUE.values(), "entity+tax_row", "entity+product_class").steps) == 2


@pytest.mark.parametrize("value", ["*", "any", "ALL", "subscription|*"])
def test_no_wildcard(value: str) -> None:
    """A wildcard is refused by name wherever a key value stands."""
    assert (
        refused(
            "mapping-wildcard", lambda: row("r", **REVENUE, account="4000", entity="US01", product_class=value)
        ).path
        == "product_class"
    )


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"entity": ""}, "text-malformed"),
        ({"entity": []}, "access-without-entity"),
        ({"entity": "US01|US01"}, "value-repeated"),
        ({"entity": "US01|"}, "text-malformed"),
        ({"entity": 7}, "list-malformed"),
        ({"entity": [7]}, "text-malformed"),
        ({"account": None}, "mapping-row-without-account"),
        ({"forbidden": True}, "mapping-row-without-account"),
        ({"effective_to": YEAR_START}, "period-ends-before-start"),
        ({"effective_from": "soon"}, "date-malformed"),
        ({"effective_from": "20260101"}, "date-malformed"),  # pydantic alone reads seconds since 1970
        ({"effective_from": 20260101}, "date-malformed"),
        ({"effective_to": "20260101"}, "date-malformed"),
        ({"role": "suspense"}, "choice-unknown"),
        ({"event": "anything"}, "choice-unknown"),
    ],
)
def test_bad_row(fields: dict[str, Any], code: str) -> None:
    """A malformed row is refused with a code of its own."""
    whole = {"id": "r", **REVENUE, "entity": "US01", "account": "4000", "effective_from": "2026-01-01"}
    refused(code, lambda: MappingRow.read(whole | fields))


def test_value_set_is_a_set() -> None:
    """A value set reads the same from a text and from a list, in any order."""
    written = row("r", **REVENUE, account="4000", entity="US01|DE01")
    assert written.entity == ("DE01", "US01")
    assert written == row("r", **REVENUE, account="4000", entity=["DE01", "US01"])


@pytest.mark.parametrize(("author", "approver"), [("Ada", "Ada"), ("Ada", "ada"), ("Ada  Lovelace", "ADA LOVELACE")])
def test_two_people(author: str, approver: str) -> None:
    """The approver is another person than the author, however the name is spelled."""
    refused("mapping-needs-two-people", lambda: mapping(author=author, approver=approver))


def test_reason_is_needed() -> None:
    """A version without reason is refused."""
    assert refused("value-malformed", lambda: mapping(reason="")).path == "reason"


def test_row_outside_access() -> None:
    """A row keyed by something that no step of its sequence names, or without sequence, is refused with both key sets."""
    stray = row("stray", **REVENUE, account="4000", entity="US01")
    error = refused("mapping-row-outside-access", lambda: mapping([*ROWS, stray]))
    assert (error.found, "entity+product_class" in error.expected) == ("row stray keyed by entity", True)
    lost = row("lost", "cash_received", "cash", "1000", entity="US01")
    assert "there is none" in refused("mapping-row-outside-access", lambda: mapping([*ROWS, lost])).expected


def test_sequences_and_ids_once() -> None:
    """A role of an event has one sequence, and a row id stands once."""
    refused("access-sequence-repeated", lambda: mapping(sequences=[*SEQUENCES, SEQUENCES[0]]))
    refused("id-repeated", lambda: mapping([*ROWS, ROWS[0]]))


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        (("2026-01-01", None), ("2027-01-01", None), True),
        (("2026-01-01", "2027-01-01"), ("2027-01-01", None), False),
        (("2026-01-01", "2027-01-02"), ("2027-01-01", None), True),
        (("2026-06-01", None), ("2026-01-01", "2026-06-01"), False),
        (("2026-01-01", "2026-12-01"), ("2026-03-01", "2026-04-01"), True),
        (("2026-01-01", None), ("2026-01-01", None), True),
    ],
)
def test_overlap(first: tuple[str, str | None], second: tuple[str, str | None], overlap: bool) -> None:
    """Two rows of one table may share a key only on different days."""

    def make() -> GLMapping:
        rows = [
            MappingRow.read(
                {"id": name, **REVENUE, "entity": entities, "product_class": "usage", "account": "4100"}
                | {"effective_from": days[0], "effective_to": days[1]}
            )
            for name, entities, days in (("first", "US01|DE01", first), ("second", "DE01|FR01", second))
        ]
        return mapping(rows)

    if overlap:
        error = refused("mapping-rows-overlap", make)
        assert [
            text for text in ("first", "second", "entity DE01, product_class usage") if text not in error.found
        ] == []
    else:
        assert len(make().rows) == 2


def test_all_findings_at_once() -> None:
    """A reader gets every problem between rows and sequences, to finance, each naming its row."""
    stray = row("stray", **REVENUE, account="4000", entity="US01")
    double = row("double", **REVENUE, account="4001", entity="DE01", product_class="usage")
    found = list(mapping_findings([*SEQUENCES, SEQUENCES[0]], [*ROWS, ROWS[0], stray, double]))
    assert [(finding.code, finding.subject) for finding in found] == [
        ("access-sequence-repeated", ""),
        ("id-repeated", "ar"),
        ("mapping-row-outside-access", "stray"),
        ("mapping-rows-overlap", "ar"),
        ("mapping-rows-overlap", "rev-use"),
    ]
    assert {"finance"} == {finding.owner for finding in found}


def test_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Value sets that stand for more exact keys than the limit are refused before they are spelled out."""
    monkeypatch.setattr(row_tables, "KEY_LIMIT", 5)
    wide = row("wide", **REVENUE, account="4000", entity="US01|DE01", product_class="a|b|c")
    assert "6 key combinations" in refused("limit-exceeded", lambda: mapping([wide])).found


def test_version_is_content() -> None:
    """The version changes with every decision and with who made it; neither with order nor with notes."""
    version = mapping().version
    assert version == mapping(ROWS[::-1], SEQUENCES[::-1]).version
    assert version == mapping([ROWS[0].revised(note="checked"), *ROWS[1:]]).version
    others = [
        mapping([ROWS[0].revised(account="1201"), *ROWS[1:]]),
        mapping([ROWS[0].revised(effective_to=date(2030, 1, 1)), *ROWS[1:]]),
        mapping(ROWS[1:]),
        mapping(approver="Barbara"),
        mapping(effective_from=date(2026, 2, 1)),
        mapping(sequences=[*SEQUENCES, sequence("cash_received", "cash", "entity")]),
    ]
    assert 1 + len(others) == len({version, *(other.version for other in others)})


def test_mapping_travels() -> None:
    """A mapping that has been used is equal to a fresh one, and survives JSON and pickle."""
    used = mapping()
    assert used.version
    assert mapping() == used
    assert used == pickle.loads(pickle.dumps(used))
    assert used == GLMapping.read(used.model_dump(mode="json"))


def test_access_of_a_table_with_bad_steps() -> None:
    """A step number that is malformed or used twice in the access table is refused by the document."""
    for step in ("x", "1", ""):
        rows = [{**REVENUE, "step": "1", "keys": "entity+tax_row"}, {**REVENUE, "step": step, "keys": "entity"}]
        refused("field-unknown", lambda rows=rows: AccessSequence.read(access_fields(rows)[0]))
