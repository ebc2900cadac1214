"""What was measured of a period: numbers as text, parts as tuples, and nothing said is not zero."""

from __future__ import annotations

import time
from typing import Any

import pytest

from billcore.core.errors import DocumentError
from billcore.usage.measured import Group, LevelChange, Measured


def group(key: str, quantity: str) -> Group:
    return Group(key=(key,), measured=Measured(quantity=quantity))


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"quantity": 12}, "argument-wrong", "measured.quantity"),
        ({"amount": None}, "argument-wrong", "measured.amount"),
        ({"before": 1.5}, "argument-wrong", "measured.before"),
        ({"values": "123"}, "argument-wrong", "measured.values"),
        ({"values": [1]}, "argument-wrong", "measured.values"),
        ({"windows": (1, 2)}, "argument-wrong", "measured.windows"),
        ({"groups": "x"}, "argument-wrong", "measured.groups"),
        ({"changes": ("1",)}, "argument-wrong", "measured.changes"),
        ({"meters": ("ab",)}, "argument-wrong", "measured.meters"),
        ({"meters": (("a", 1),)}, "argument-wrong", "measured.meters"),
        ({"variables": (("a",),)}, "argument-wrong", "measured.variables"),
        ({"meters": (("a", "1"), ("a", "2"))}, "value-repeated", "measured.meters"),
        ({"variables": (("v", "1"), ("v", "2"))}, "value-repeated", "measured.variables"),
        ({"groups": (group("eu", "3"), group("eu", "4"))}, "value-repeated", "measured.groups"),
        ({"counted_apart": 1}, "argument-wrong", "measured.counted_apart"),
        ({"meters": None}, "argument-wrong", "measured.meters"),
        ({"groups": []}, "argument-wrong", "measured.groups"),
        ({"windows": 0}, "argument-wrong", "measured.windows"),
        ({"quantity": "500", "groups": (group("eu", "1"),)}, "measure-parts-differ", "measured.groups"),
        (
            {"quantity": "500", "groups": (group("eu", "1"), group("us", "500"))},
            "measure-parts-differ",
            "measured.groups",
        ),
        ({"quantity": "500", "windows": ("1", "2")}, "measure-parts-differ", "measured.windows"),
        ({"quantity": "x", "windows": ("1", "2")}, "number-malformed", "measured.quantity"),
    ],
)
def test_what_is_no_measure_is_refused(fields: dict[str, Any], code: str, path: str) -> None:
    """The field is named and no value of another kind gets through."""
    with pytest.raises(DocumentError) as refusal:
        Measured(**fields)
    assert (code, path) == (refusal.value.code, refusal.value.path)


def test_parts_sum_to_the_quantity_or_stand_alone() -> None:
    """Parts beside their sum, beside no quantity, or beside a whole that was counted by itself."""
    parts = (group("eu", "0.4"), group("us", "0.6"))
    assert "1.0" == Measured(quantity="1.0", groups=parts).quantity
    assert "" == Measured(groups=parts).quantity
    assert "0.6" == Measured(quantity="0.6", groups=parts, counted_apart=True).quantity
    assert [False, False] == [one.counted_apart for one in Measured(groups=parts, counted_apart=True).by_group()]
    assert [6, -6] == [
        LevelChange(delta=f"{sign}6", numerator=int(f"{sign}6"), denominator=1).numerator for sign in ("", "-")
    ]


def test_nothing_said_is_no_quantity() -> None:
    """A measure without a quantity differs from one of zero."""
    assert "" == Measured().quantity
    assert Measured() != Measured(quantity="0")


@pytest.mark.parametrize(
    ("make", "code", "path"),
    [
        (lambda: Group(key="eu", measured=Measured(quantity="1")), "argument-wrong", "measured.key"),
        (lambda: Group(key=(1,), measured=Measured(quantity="1")), "argument-wrong", "measured.key"),
        (lambda: Group(key=("eu",), measured="1"), "argument-wrong", "measured.measured"),
        (lambda: LevelChange(delta=6, numerator=1, denominator=1), "argument-wrong", "measured.delta"),
        (lambda: LevelChange(delta="6", numerator=3, denominator=0), "ratio-malformed", "measured.changes"),
        (lambda: LevelChange(delta="6", numerator=3.0, denominator=1), "ratio-malformed", "measured.changes"),
        # More than the whole of the period, less than none of it; and what nobody can read.
        (lambda: LevelChange(delta="6", numerator=7, denominator=1), "ratio-malformed", "measured.changes"),
        (lambda: LevelChange(delta="6", numerator=-1, denominator=1), "ratio-malformed", "measured.changes"),
        (lambda: LevelChange(delta="-6", numerator=1, denominator=1), "ratio-malformed", "measured.changes"),
        (lambda: LevelChange(delta="-6", numerator=-7, denominator=1), "ratio-malformed", "measured.changes"),
        (lambda: LevelChange(delta="6", numerator=1, denominator=10**5000), "ratio-malformed", "measured.changes"),
        (lambda: LevelChange(delta="six", numerator=1, denominator=1), "number-malformed", "measured.changes"),
    ],
)
def test_a_part_of_another_kind_is_refused(make: Any, code: str, path: str) -> None:
    """Groups and changes of a level are checked where they are made."""
    with pytest.raises(DocumentError) as refusal:
        make()
    assert (code, path) == (refusal.value.code, refusal.value.path)


def test_a_repeated_key_among_many_is_found_at_once() -> None:
    """20,000 groups and one of them twice: told within a tenth of a second, by its key."""
    groups = tuple(group(str(number), "1") for number in (*range(20_000), 19_999))
    begun = time.process_time()
    with pytest.raises(DocumentError, match="19999"):
        Measured(groups=groups)
    assert time.process_time() - begun < 0.1
