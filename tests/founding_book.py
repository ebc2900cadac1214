"""The founding book as tests read it: its files, its catalogue and entities, and its deals as plain data to mutate."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path

from billcore.connectors.salesforce import DEFAULT_FIELDS, DealReading, read_deal
from billcore.connectors.toml_text import read_catalogue, read_entities

BOOK = Path(__file__).parents[1] / "examples" / "founding"
DEALS = {path.name.split("-")[0]: path for path in sorted((BOOK / "deals").glob("*.json"))}


@cache
def catalogue():
    """The catalogue of the book."""
    read, findings = read_catalogue((BOOK / "catalogue.toml").read_bytes())
    assert not findings
    return read


@cache
def entities():
    """The legal entities of the book."""
    read, findings = read_entities((BOOK / "entities.toml").read_bytes())
    assert not findings
    return read


@cache
def _deal(name: str):
    return json.loads(DEALS[name].read_text(encoding="utf-8"))


def deal(name: str):
    """A deal as plain data, free to be changed."""
    return copy.deepcopy(_deal(name))


def text_of(data: object) -> str:
    """Write a deal as JSON, one value a line."""
    return json.dumps(data, indent=2, ensure_ascii=False)


def read(data: object, field_map=DEFAULT_FIELDS) -> DealReading:
    """Read a deal from plain data, text or bytes."""
    given = data if isinstance(data, bytes) else text_of(data).encode()
    return read_deal(given, file="deals/x.json", catalogue=catalogue(), entities=entities(), field_map=field_map)
