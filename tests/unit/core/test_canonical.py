"""One content, one text of bytes, one id."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import ClassVar

import pytest

from billcore.core.canonical import canonical_bytes, digest, plain_data
from billcore.core.document import Document
from billcore.core.errors import InvariantBroken
from billcore.core.fields import Exact
from billcore.core.ids import content_id, identify
from billcore.core.value import Value
from billcore.money.amount import Amount
from billcore.periods.period import Period


class Color(Enum):
    RED = "red"


class Priced(Document):
    price: Exact
    note: str = ""


class Row(Value, frozen=True, kw_only=True):
    IDENTITY: ClassVar = ("line", "period")
    line: str
    period: Period
    workings: str = ""


JANUARY = Period(start=date(2026, 1, 1), end=date(2026, 2, 1))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [Decimal("2.0"), None, True]}, b'{"a":["2",null,true],"b":1}'),
        ({"z\u00e9": "\u20ac"}, '{"z\u00e9":"\u20ac"}'.encode()),
        (Decimal("0.00000010"), b'"0.0000001"'),
        (Decimal("1E+5"), b'"100000"'),
        (Amount.of("1.50", "USD"), b'{"currency":"USD","minor":150}'),
        (JANUARY, b'{"end":"2026-02-01","start":"2026-01-01"}'),
        (datetime(2026, 1, 1, tzinfo=UTC), b'"2026-01-01T00:00:00+00:00"'),
        ({date(2026, 1, 1): 1}, b'{"2026-01-01":1}'),
        ({"c", "a", "b"}, b'["a","b","c"]'),
        (frozenset({3, 1, 2}), b"[1,2,3]"),
        ((Color.RED, "x"), b'["red","x"]'),
        (Priced(price="1.50"), b'{"note":"","price":"1.5"}'),
    ],
)
def test_each_kind_has_one_text(value, expected):
    """Every kind of value and document has exactly one text of bytes."""
    assert canonical_bytes(value) == expected


def test_spelling_and_order_make_no_difference():
    """1.5 and 1.50, a list and a tuple, keys in another order: the same content, the same hash."""
    assert digest(Priced(price="1.5")) == digest(Priced(price="1.50"))
    assert digest({"a": 1, "b": [2]}) == digest({"b": (2,), "a": 1})
    assert digest({"a": 1}) != digest({"a": "1"})


@pytest.mark.parametrize("value", [1.5, float("nan"), b"bytes", object(), 1j, {1: 2}, {None: 1}, [{"a": 0.5}]])
def test_what_has_no_exact_text_is_refused(value):
    """A float, bytes, a foreign object or a key that is no text is refused, however deep."""
    with pytest.raises(InvariantBroken) as caught:
        plain_data(value)
    assert caught.value.code == "not-canonical"


def test_an_id_is_of_the_named_fields_alone():
    """Workings never take part in an identity; a named field does."""
    row = Row(line="a", period=JANUARY)
    assert identify("row", row) == identify("row", Row(line="a", period=JANUARY, workings="other"))
    assert identify("row", row) != identify("row", Row(line="b", period=JANUARY))
    assert identify("row", row) == content_id("row", "a", JANUARY)


def test_an_id_is_the_same_in_every_process():
    """Neither the hash seed nor the environment of a process changes an id."""
    code = "from billcore.core.ids import content_id; print(content_id('x', {'b', 'a', 'c'}, {'k': 1}))"
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path), "LANG": "de_DE", "TZ": "Asia/Tokyo"},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for seed in ("0", "1", "42")
    }
    assert found == {content_id("x", {"c", "b", "a"}, {"k": 1})}
    assert len(found.pop()) == len("x_") + 20
