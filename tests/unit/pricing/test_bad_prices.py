"""Bad prices and quantities of every kind: refused by billcore's own error, with code and place, at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from billcore.core.document import Document
from billcore.core.errors import BillcoreError, DocumentError, NotApplicable
from billcore.pricing.documents import Flat, Graduated, Grouped, Matrix, Overage, PerUnit, Price, Tier, Volume
from billcore.pricing.lowering import lower
from billcore.pricing.rating import rate, workings
from billcore.pricing.totals import amount_of

SECONDS = 0.1
MILLION_DIGITS = 10**1_000_000
MILLION_DIGITS_DECIMAL = Decimal("9" * 1_000_000)


class Line(Document):
    """The smallest document with a price in it, as a file would have one."""

    price: Price


def in_file(price: object) -> Callable[[], object]:
    return lambda: Line.read({"price": price})


def tiers(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "graduated", "tiers": list(rows)}


def cell(*values: str) -> dict[str, Any]:
    return {"values": list(values), "price": PER_UNIT}


def matrix(dimensions: list[str], cells: list[Any], unmatched: str = "refuse") -> dict[str, Any]:
    return {"kind": "matrix", "dimensions": dimensions, "cells": cells, "unmatched": unmatched}


PER_UNIT = {"kind": "per_unit", "unit_price": "1"}
CAPACITY = {"amount": "1", "limits": [{"meter": "a", "up_to": "5"}]}
OPEN_TIER: dict[str, Any] = {"unit_price": "1"}
LADDER = [{"up_to": str(bound + 1), "unit_price": "0.01"} for bound in range(10_000)]

IN_FILES: list[tuple[str, object, str, str]] = [
    ("float-price", {"kind": "per_unit", "unit_price": 0.1}, "float-amount", "price.unit_price"),
    ("float-whole", {"kind": "flat", "amount": 1200.0}, "float-amount", "price.amount"),
    ("float-nan", {"kind": "flat", "amount": float("nan")}, "float-amount", "price.amount"),
    ("text-nan", {"kind": "flat", "amount": "NaN"}, "number-malformed", "price.amount"),
    ("decimal-nan", {"kind": "flat", "amount": Decimal("NaN")}, "number-malformed", "price.amount"),
    ("decimal-infinite", {"kind": "flat", "amount": Decimal("-Infinity")}, "number-malformed", "price.amount"),
    ("exponent", {"kind": "flat", "amount": "1e5"}, "number-malformed", "price.amount"),
    ("decimal-exponent", {"kind": "flat", "amount": Decimal("1e999999")}, "number-too-large", "price.amount"),
    ("decimal-tiny", {"kind": "flat", "amount": Decimal("1e-999999")}, "number-too-large", "price.amount"),
    ("million-digits-text", {"kind": "flat", "amount": "9" * 1_000_000}, "number-malformed", "price.amount"),
    ("million-digits-integer", {"kind": "flat", "amount": MILLION_DIGITS}, "number-too-large", "price.amount"),
    ("million-digits-decimal", {"kind": "flat", "amount": MILLION_DIGITS_DECIMAL}, "number-too-large", "price.amount"),
    ("bool-amount", {"kind": "flat", "amount": True}, "number-malformed", "price.amount"),
    ("null-amount", {"kind": "flat", "amount": None}, "number-malformed", "price.amount"),
    ("list-amount", {"kind": "flat", "amount": ["1"]}, "number-malformed", "price.amount"),
    ("separator", {"kind": "flat", "amount": "1,200"}, "number-malformed", "price.amount"),
    ("blank", {"kind": "flat", "amount": "1200 "}, "number-malformed", "price.amount"),
    ("newline", {"kind": "flat", "amount": "1200\n"}, "number-malformed", "price.amount"),
    ("plus", {"kind": "flat", "amount": "+1200"}, "number-malformed", "price.amount"),
    ("leading-zero", {"kind": "flat", "amount": "007"}, "number-malformed", "price.amount"),
    ("other-script", {"kind": "flat", "amount": "\uff11\uff12"}, "number-malformed", "price.amount"),
    ("empty-text", {"kind": "flat", "amount": ""}, "number-malformed", "price.amount"),
    ("no-amount", {"kind": "flat"}, "field-missing", "price.amount"),
    ("no-unit-price", {"kind": "per_unit"}, "field-missing", "price.unit_price"),
    ("no-tiers", {"kind": "volume"}, "field-missing", "price.tiers"),
    ("no-included", {"kind": "overage", "unit_price": "1"}, "field-missing", "price.included"),
    (
        "negative-included",
        {"kind": "overage", "included": "-1", "unit_price": "1"},
        "number-negative",
        "price.included",
    ),
    ("unknown-field", {"kind": "flat", "amount": "1", "currency": "USD"}, "field-unknown", "price.currency"),
    ("unknown-kind", {"kind": "slab", "amount": "1"}, "kind-unknown", "price"),
    ("missing-kind", {"amount": "1"}, "kind-missing", "price"),
    ("null-kind", {"kind": None, "amount": "1"}, "kind-unknown", "price"),
    ("price-of-text", "1200.00", "value-malformed", "price"),
    ("unknown-frequency", {"kind": "flat", "amount": "1", "per": "fortnight"}, "frequency-unknown", "price.per"),
    ("tiers-text", {"kind": "graduated", "tiers": "10"}, "list-malformed", "price.tiers"),
    ("tiers-object", {"kind": "graduated", "tiers": {"up_to": "10"}}, "list-malformed", "price.tiers"),
    ("tiers-empty", tiers(), "tiers-empty", "price"),
    ("tiers-10000", {"kind": "graduated", "tiers": LADDER}, "limit-exceeded", "price.tiers"),
    ("tiers-10000-volume", {"kind": "volume", "tiers": tuple(LADDER)}, "limit-exceeded", "price.tiers"),
    ("no-open-tier", tiers({"up_to": "10"}), "last-tier-not-open", "price"),
    ("open-in-the-middle", tiers(OPEN_TIER, OPEN_TIER), "tier-not-last-open", "price"),
    ("falling", tiers({"up_to": "9"}, {"up_to": "8.9"}, OPEN_TIER), "tier-bounds-not-increasing", "price"),
    ("standing", tiers({"up_to": "9"}, {"up_to": "9.00"}, OPEN_TIER), "tier-bounds-not-increasing", "price"),
    ("zero-twice", tiers({"up_to": "0"}, {"up_to": "0"}, OPEN_TIER), "tier-bounds-not-increasing", "price"),
    ("negative-bound", tiers({"up_to": "-1"}, OPEN_TIER), "number-negative", "price.tiers[0].up_to"),
    ("gap-by-from", tiers({"up_to": "9"}, {"from": "20"}), "field-unknown", "price.tiers[1].from"),
    (
        "package-of-nothing",
        {"kind": "package", "package_size": "0", "package_price": "1"},
        "number-not-positive",
        "price",
    ),
    (
        "package-at-least-and-included",
        {
            "kind": "package",
            "package_size": "5",
            "package_price": "1",
            "included": "2",
            "package_rounding": "at_least_one",
        },
        "package-parts-do-not-fit",
        "price",
    ),
    ("tier-package-of-nothing", tiers({"package_size": "0"}), "number-not-positive", "price.tiers[0]"),
    ("tier-limits-crossed", tiers({"minimum": "5", "maximum": "4"}), "minimum-above-maximum", "price.tiers[0]"),
    ("reading-unknown", {**tiers(OPEN_TIER), "reading": "roughly"}, "choice-unknown", "price.reading"),
    (
        "integer-rows-with-fraction",
        {**tiers({"up_to": "9.5"}, OPEN_TIER), "reading": "integer_rows"},
        "tier-bound-not-whole",
        "price",
    ),
    (
        "lower-inclusive-empty-tier",
        {**tiers({"up_to": "0"}, OPEN_TIER), "reading": "lower_inclusive"},
        "tier-part-does-not-fit",
        "price",
    ),
    ("stairstep-per-unit", {"kind": "stairstep", "tiers": [OPEN_TIER]}, "stairstep-unit-price", "price"),
    ("stairstep-packages", {"kind": "stairstep", "tiers": [{"package_size": "5"}]}, "stairstep-unit-price", "price"),
    ("percentage-negative", {"kind": "percentage", "percent": "-1"}, "number-negative", "price.percent"),
    (
        "percentage-limits-crossed",
        {"kind": "percentage", "percent": "1", "minimum": "5", "maximum": "4"},
        "minimum-above-maximum",
        "price",
    ),
    (
        "percentage-free-events-half",
        {"kind": "percentage", "percent": "1", "free_events": "1.5"},
        "number-malformed",
        "price.free_events",
    ),
    ("percent-tiers-empty", {"kind": "graduated_percentage", "tiers": []}, "tiers-empty", "price"),
    (
        "percent-tiers-10000",
        {"kind": "graduated_percentage", "tiers": [{"percent": "1"}] * 10_000},
        "limit-exceeded",
        "price.tiers",
    ),
    (
        "weighted-packages",
        {"kind": "graduated_time_weighted", "tiers": [{"package_size": "5"}]},
        "tier-part-does-not-fit",
        "price",
    ),
    (
        "weighted-maximum",
        {"kind": "graduated_time_weighted", "tiers": [{"maximum": "5"}]},
        "tier-part-does-not-fit",
        "price",
    ),
    (
        "weighted-blocks",
        {"kind": "graduated_time_weighted", "tiers": [OPEN_TIER], "reading": "blocks"},
        "tier-part-does-not-fit",
        "price",
    ),
    ("matrix-no-dimension", matrix([], [cell()]), "matrix-malformed", "price"),
    ("matrix-three-dimensions", matrix(["a", "b", "c"], [cell("x", "y", "z")]), "matrix-malformed", "price"),
    ("matrix-same-dimension", matrix(["a", "a"], [cell("x", "y")]), "matrix-malformed", "price"),
    ("matrix-no-cell", matrix(["a"], []), "matrix-malformed", "price"),
    ("matrix-cell-too-long", matrix(["a"], [cell("x", "y")]), "matrix-malformed", "price"),
    ("matrix-cell-twice", matrix(["a"], [cell("x"), cell("x")]), "matrix-malformed", "price"),
    (
        "matrix-silent",
        {"kind": "matrix", "dimensions": ["a"], "cells": [cell("x")]},
        "field-missing",
        "price.unmatched",
    ),
    ("matrix-default-missing", matrix(["a"], [cell("x")], unmatched="default"), "matrix-malformed", "price"),
    ("matrix-10000", matrix(["a"], [cell("x")] * 10_000), "limit-exceeded", "price.cells"),
    ("capacity-empty", {"kind": "capacity", "tiers": []}, "tiers-empty", "price"),
    ("capacity-closed", {"kind": "capacity", "tiers": [CAPACITY]}, "last-tier-not-open", "price"),
    (
        "capacity-meter-twice",
        {"kind": "capacity", "tiers": [{"amount": "1", "limits": CAPACITY["limits"] * 2}, {"amount": "2"}]},
        "id-repeated",
        "price",
    ),
    ("grouped-by-nothing", {"kind": "grouped", "by": [], "price": PER_UNIT}, "group-malformed", "price"),
    ("grouped-twice", {"kind": "grouped", "by": ["a", "a"], "price": PER_UNIT}, "group-malformed", "price"),
    (
        "grouped-in-grouped",
        {"kind": "grouped", "by": ["a"], "price": {"kind": "grouped", "by": ["b"], "price": PER_UNIT}},
        "kind-unknown",
        "price.price",
    ),
    (
        "cumulative-flat",
        {"kind": "cumulative", "price": {"kind": "flat", "amount": "1"}},
        "kind-unknown",
        "price.price",
    ),
    ("float-bound", tiers({"up_to": 9.5}, OPEN_TIER), "float-amount", "price.tiers[0].up_to"),
    ("infinite-bound", tiers({"up_to": "inf"}, OPEN_TIER), "number-malformed", "price.tiers[0].up_to"),
    (
        "float-in-third",
        tiers({"up_to": "1"}, {"up_to": "2"}, {"unit_price": 0.1}),
        "float-amount",
        "price.tiers[2].unit_price",
    ),
]


def refused(call: Callable[[], object]) -> tuple[BillcoreError, float]:
    """Run the call twice: the first builds what is built once, the second is timed."""
    with pytest.raises(BillcoreError):
        call()
    start = time.process_time()
    with pytest.raises(BillcoreError) as refusal:
        call()
    return refusal.value, time.process_time() - start


@pytest.mark.parametrize(("price", "code", "path"), [row[1:] for row in IN_FILES], ids=[row[0] for row in IN_FILES])
def test_a_bad_price_in_a_file_is_refused(price: object, code: str, path: str) -> None:
    """A bad price is a document error with its code and its place, said in under 100 ms and 1,000 characters."""
    error, seconds = refused(in_file(price))
    assert isinstance(error, DocumentError)
    assert (code, path) == (error.code, error.path)
    assert len(str(error)) <= 1_000
    assert seconds < SECONDS


IN_PYTHON: list[tuple[str, Callable[[], object], str, str]] = [
    ("flat", lambda: Flat(amount=0.1), "float-amount", "amount"),  # type: ignore[arg-type]
    ("per-unit", lambda: PerUnit(unit_price="1e3"), "number-malformed", "unit_price"),
    ("tier", lambda: Tier(up_to="-5"), "number-negative", "up_to"),
    ("graduated", lambda: Graduated(tiers=[Tier(up_to=5)]), "last-tier-not-open", "Graduated"),
    ("volume", lambda: Volume(tiers=[]), "tiers-empty", "Volume"),
    ("overage", lambda: Overage(included="x", unit_price="1"), "number-malformed", "included"),
    (
        "tiers-by-generator",
        lambda: Graduated(tiers=(Tier(up_to=n) for n in range(1_001))),
        "limit-exceeded",
        "Graduated",
    ),
]


@pytest.mark.parametrize(("call", "code", "path"), [row[1:] for row in IN_PYTHON], ids=[row[0] for row in IN_PYTHON])
def test_a_bad_price_in_python_is_refused(call: Callable[[], object], code: str, path: str) -> None:
    """A document built by keyword raises the same codes, with the place from the document's own root."""
    error, _ = refused(call)
    assert (code, path) == (error.code, error.path)


QUANTITIES: list[tuple[str, object, type[BillcoreError], str]] = [
    ("negative-integer", -1, NotApplicable, "quantity-negative"),
    ("negative-text", "-0.5", NotApplicable, "quantity-negative"),
    ("negative-decimal", Decimal("-0.000000000001"), NotApplicable, "quantity-negative"),
    ("float", 1.5, DocumentError, "float-amount"),
    ("float-nan", float("nan"), DocumentError, "float-amount"),
    ("bool", True, DocumentError, "number-malformed"),
    ("none", None, DocumentError, "number-malformed"),
    ("list", [1], DocumentError, "number-malformed"),
    ("decimal-nan", Decimal("NaN"), DocumentError, "number-malformed"),
    ("decimal-signaling-nan", Decimal("sNaN"), DocumentError, "number-malformed"),
    ("exponent", "1e3", DocumentError, "number-malformed"),
    ("million-digits-text", "9" * 1_000_000, DocumentError, "number-malformed"),
    ("million-digits-integer", MILLION_DIGITS, DocumentError, "number-too-large"),
    ("million-digits-decimal", MILLION_DIGITS_DECIMAL, DocumentError, "number-too-large"),
]


@pytest.mark.parametrize(("quantity", "kind", "code"), [q[1:] for q in QUANTITIES], ids=[q[0] for q in QUANTITIES])
def test_a_bad_quantity_is_refused(quantity: Any, kind: type[BillcoreError], code: str) -> None:
    """Rating and its workings refuse a quantity that is no exact number of 0 or more, and name it."""
    price = PerUnit(unit_price="2")
    for call in (lambda: rate(price, quantity), lambda: workings(lower(price), quantity)):
        error, seconds = refused(call)
        assert (kind, code, "quantity") == (type(error), error.code, error.path)
        assert seconds < SECONDS


def test_the_fast_path_refuses_a_negative_quantity() -> None:
    """The amount alone is guarded as well, and the refusal shows the quantity in words."""
    with pytest.raises(NotApplicable) as refusal:
        amount_of(lower(PerUnit(unit_price="2")), -125, 2)
    assert (refusal.value.code, refusal.value.found) == ("quantity-negative", "-1.25")


@pytest.mark.parametrize("price", [{"kind": "flat", "amount": "1"}, "1200.00", None, Tier(), Flat])
def test_what_is_no_price_is_refused(price: Any) -> None:
    """Plain data, or another document, is not taken for a price."""
    with pytest.raises(DocumentError) as refusal:
        rate(price, 1)
    assert (refusal.value.code, refusal.value.path) == ("kind-unknown", "price")


def test_every_problem_of_a_price_is_found_at_once() -> None:
    """Two bad tiers are two findings, in the order of the document."""
    with pytest.raises(DocumentError) as refusal:
        Line.read({"price": tiers({"up_to": "-1"}, {"unit_price": 0.5})})
    expected = [("number-negative", "price.tiers[0].up_to"), ("float-amount", "price.tiers[1].unit_price")]
    assert expected == [(finding.code, finding.path) for finding in refusal.value.findings]


def test_a_group_of_too_many_properties_is_refused() -> None:
    """A hundred properties make a group at most, as in a metering."""
    names = [f"p{number}" for number in range(101)]
    price = {"kind": "per_unit", "unit_price": "1"}
    assert 100 == len(Grouped.read({"kind": "grouped", "by": names[:100], "price": price}).by)
    for many in (names, iter(names), ["two words"] * 100_000):
        begun = time.process_time()
        with pytest.raises(DocumentError) as refusal:
            Grouped.read({"kind": "grouped", "by": many, "price": price})
        assert time.process_time() - begun < SECONDS
        assert "limit-exceeded" == refusal.value.code


def test_the_cells_of_a_matrix_have_so_many_tiers_together() -> None:
    """1,000 cells of 100 tiers are refused before one of them is read; 100 cells of 100 are read."""

    def matrix(cells: int) -> dict[str, Any]:
        price = {"kind": "graduated", "tiers": [*({"up_to": bound} for bound in range(1, 100)), {}]}
        return {
            "kind": "matrix",
            "dimensions": ["a"],
            "cells": [{"values": [str(number)], "price": price} for number in range(cells)],
            "unmatched": "free",
        }

    begun = time.process_time()
    with pytest.raises(DocumentError) as refusal:
        Matrix.read(matrix(1000))
    assert time.process_time() - begun < SECONDS
    assert ("limit-exceeded", "cells") == (refusal.value.code, refusal.value.path)
    assert 100 == len(Matrix.read(matrix(100)).cells)
