"""The page on the CRM names each field that intake reads, who mends it, and what happens when it is empty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import founding_book
from billcore.connectors.salesforce.fields import USED

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "read-your-crm.md").read_text(encoding="utf-8")
DEALS = ("1", "2", "3", "4")


def rows() -> Iterator[tuple[str, str, str, str]]:
    """Object, field, owner, what happens when it is empty."""
    kind = ""
    for line in PAGE.splitlines():
        if mark := re.fullmatch(r"<!-- fields: (\w+) -->", line):
            kind = mark[1]
        elif kind and (row := re.fullmatch(r"\| `(\w+)` \| .+ \| (\w+) \| (.+) \|", line)):
            yield kind, row[1], row[2], row[3]


def records(deal, kind):
    """The records of an object in a deal."""
    if kind in deal:
        yield from deal[kind]["records"] if "records" in deal[kind] else [deal[kind]]
        return
    for line in deal["OpportunityLineItem"]["records"]:
        if kind == "Product2":
            yield line["Product2"]
        child = line.get({"Price_Tier__c": "Price_Tiers__r", "Milestone__c": "Milestones__r"}.get(kind))
        yield from child["records"] if child else []


def emptied(kind, field) -> Iterator[list[tuple[str, str]]]:
    """What is found when the field of one record after the other is emptied, where it was not empty before."""
    for name in DEALS:
        for index in range(len(list(records(founding_book.deal(name), kind)))):
            deal = founding_book.deal(name)
            record = list(records(deal, kind))[index]
            if record.get(field) not in (None, False):
                record[field] = None
                yield [(finding.code, finding.owner) for finding in founding_book.read(deal).findings]


def test_the_page_names_every_field():
    """The tables hold the fields that the reader uses, with their owners; none more, none less."""
    shown = {(kind, field): owner for kind, field, owner, _ in rows()}
    assert {(kind, field): owner for kind, fields in USED.items() for field, owner in fields.items()} == shown


@pytest.mark.parametrize(
    ("kind", "field", "owner", "effect"), [pytest.param(*row, id=".".join(row[:2])) for row in rows()]
)
def test_an_empty_field_does_what_the_page_says(kind, field, owner, effect):
    """A named code is found, for the named owner; without one the deal still goes."""
    found = list(emptied(kind, field))
    code = re.match(r"`([a-z-]+)`", effect)
    if code is None:
        assert effect.startswith("no finding")
        assert all(findings == [] for findings in found)
    else:
        assert [(code[1], owner)] in found
        assert all(findings in ([], [(code[1], owner)]) for findings in found)
