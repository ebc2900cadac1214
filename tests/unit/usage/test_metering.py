"""Meterings and windows: what may be written, and which combinations mean nothing."""

from __future__ import annotations

from typing import Any

import pytest

from billcore.core.canonical import canonical_bytes
from billcore.core.errors import DocumentError
from billcore.usage import Condition, Metering, QuantityRounding, Window

ITEMS = {"property": "item", "operation_property": "op"}

MISFITS: list[tuple[dict[str, Any], str]] = [
    ({"aggregation": "unique_count"}, "unique_count without a property"),
    ({"aggregation": "weighted_sum", "level_of": "items"}, "level_of=items without a property"),
    ({"aggregation": "sum", "level_of": "items", "property": "p"}, "sum with level_of=items"),
    ({"aggregation": "unique_count", "level_of": "items", "property": "p"}, "unique_count with level_of=items"),
    ({"aggregation": "count", "property": "p"}, "count with a property"),
    ({"aggregation": "sum", "operation_property": "op"}, "sum with an operation_property"),
    ({"aggregation": "high_water", "operation_property": "op"}, "high_water with an operation_property"),
    ({"aggregation": "sum", "carries_over": True}, "sum with carries_over"),
    ({"aggregation": "count", "carries_over": True}, "count with carries_over"),
    ({"aggregation": "maximum", "carries_over": True}, "maximum with carries_over"),
    ({"aggregation": "high_water", "weigh_by": "day"}, "high_water with weigh_by=day"),
    ({"aggregation": "weighted_sum", "end_day": "charged"}, "end_day=charged with weigh_by=second"),
    ({"aggregation": "weighted_sum", "weigh_by": "day", "window": "hour"}, "window of hours"),
    ({"aggregation": "sum", "where": [{"property": "p", "one_of": []}]}, "where p without a value"),
]


@pytest.mark.parametrize(("given", "found"), MISFITS)
def test_fields_that_mean_nothing_together_are_refused(given: dict[str, Any], found: str) -> None:
    """A combination whose one half would be ignored is refused, and says which."""
    with pytest.raises(DocumentError) as caught:
        Metering.read(given)
    assert "metering-does-not-fit" == caught.value.code
    assert found in caught.value.found
    assert caught.value.expected


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({}, "field-missing", "aggregation"),
    ({"aggregation": "average"}, "choice-unknown", "aggregation"),
    ({"aggregation": "sum", "color": "red"}, "field-unknown", "color"),
    ({"aggregation": "sum", "property": "a b"}, "text-malformed", "property"),
    ({"aggregation": "sum", "group_by": "region"}, "list-malformed", "group_by"),
    ({"aggregation": "sum", "group_by": ["a", "a"]}, "value-repeated", "Metering"),
    ({"aggregation": "sum", "group_by": [f"p{n}" for n in range(101)]}, "limit-exceeded", "Metering"),
    (
        {"aggregation": "sum", "where": [{"property": "a", "one_of": ["1"]}, {"property": "a", "one_of": ["2"]}]},
        "value-repeated",
        "Metering",
    ),
    ({"aggregation": "sum", "where": [{"property": "a", "one_of": ["1", "1"]}]}, "value-repeated", "Metering"),
    ({"aggregation": "sum", "where": [{"property": "a", "one_of": "eu"}]}, "list-malformed", "where[0].one_of"),
    ({"aggregation": "sum", "where": [{"property": "a", "one_of": [1]}]}, "text-malformed", "where[0].one_of[0]"),
    ({"aggregation": "sum", "rounding": {"digits": 13}}, "number-too-large", "rounding.digits"),
    ({"aggregation": "sum", "rounding": {"digits": -1}}, "number-too-large", "rounding.digits"),
    ({"aggregation": "sum", "rounding": {"digits": 2.0}}, "float-amount", "rounding.digits"),
    ({"aggregation": "sum", "rounding": {"digits": True}}, "number-malformed", "rounding.digits"),
    ({"aggregation": "sum", "rounding": {"digits": 10**10**6}}, "number-too-large", "rounding.digits"),
    ({"aggregation": "sum", "rounding": {"digits": 2, "mode": "ceil"}}, "choice-unknown", "rounding.mode"),
    ({"aggregation": "sum", "rounding": 5}, "value-malformed", "rounding"),
    ({"aggregation": "weighted_sum", "weigh_by": "hour"}, "choice-unknown", "weigh_by"),
    ({"aggregation": "sum", "window": "fortnight"}, "window-unknown", "window"),
]


@pytest.mark.parametrize(("given", "code", "path"), BAD)
def test_a_bad_field_is_refused_with_its_place(given: dict[str, Any], code: str, path: str) -> None:
    """Each field refuses what it may not hold."""
    with pytest.raises(DocumentError) as caught:
        Metering.read(given)
    assert (code, path) == (caught.value.code, caught.value.path)


def test_a_metering_built_in_python_is_the_one_that_is_read() -> None:
    """Texts, values and documents may be written in Python; the bytes are the same."""
    built = Metering(
        aggregation="weighted_sum",
        rounding=QuantityRounding(digits=5, mode="up"),
        where=[Condition(property="region", one_of=["eu"])],
        window=Window.of("day"),
        group_by=iter(["a"]),
    )
    read = Metering.read(
        {
            "aggregation": "weighted_sum",
            "rounding": {"digits": "5", "mode": "up"},
            "where": [{"property": "region", "one_of": ["eu"]}],
            "window": "day",
            "group_by": ["a"],
        }
    )
    assert built == read == Metering.read(read.model_dump(mode="json"))
    assert canonical_bytes(built) == canonical_bytes(read)
    assert '"window":"day"' in read.model_dump_json()


@pytest.mark.parametrize("text", ["hour", "2 hours", "12 hours", "day", "7 days", "366 days"])
def test_a_window_is_written_as_it_is_read(text: str) -> None:
    """A window's text comes back."""
    assert text == str(Window.of(text))
    assert Window.of(text) == Window.of(Window.of(text))


@pytest.mark.parametrize(
    "given",
    [
        "",
        "5 hours",
        "24 hours",
        "2 day",
        "1 hours",
        "0 days",
        "367 days",
        "week",
        "day ",
        "DAY",
        "-1 days",
        "\uff12 days",
        *(None, 5, 2.5, True, ["day"]),
    ],
)
def test_what_is_no_window_is_refused(given: Any) -> None:
    """Hours must divide a day; everything else is days."""
    with pytest.raises(DocumentError) as caught:
        Window.of(given)
    assert "window-unknown" == caught.value.code


@pytest.mark.parametrize(("unit", "count"), [("hour", True), ("day", 2.0), ("week", 1), ("day", 10**10**6), (None, 1)])
def test_a_window_built_by_hand_is_checked(unit: Any, count: Any) -> None:
    """The value checks itself, also where no text is read."""
    with pytest.raises(DocumentError) as caught:
        Window(unit=unit, count=count)
    assert "window-unknown" == caught.value.code
