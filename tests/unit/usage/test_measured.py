"""What was measured of a period: numbers as text, parts as tuples, and nothing said is not zero."""

from __future__ import annotations

from typing import Any

import pytest

from billcore.core.errors import DocumentError
from billcore.usage.measured import Group, Measured


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
        ({"groups": (group("eu", "3"), group("eu", "4"))}, "value-repeated", "groups"),
    ],
)
def test_what_is_no_measure_is_refused(fields: dict[str, Any], code: str, path: str) -> None:
    """The field is named and no value of another kind gets through."""
    with pytest.raises(DocumentError) as refusal:
        Measured(**fields)
    assert (code, path) == (refusal.value.code, refusal.value.path)


def test_nothing_said_is_no_quantity() -> None:
    """A measure without a quantity differs from one of zero."""
    assert "" == Measured().quantity
    assert Measured() != Measured(quantity="0")
