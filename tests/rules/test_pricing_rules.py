"""Every case of pricing, written as data: a price, a quantity, the exact amount and where the number comes from."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from billcore.core.document import Document
from billcore.core.errors import BillcoreError
from billcore.pricing.documents import Price
from billcore.pricing.lowering import lower
from billcore.pricing.rating import rate, workings
from oracle import pricing as oracle

FILES = sorted((Path(__file__).parent / "pricing").glob("*.toml"))
CASES = [(file.stem, case) for file in FILES for case in tomllib.loads(file.read_text("utf-8"))["case"]]
NAMES = [f"{model}-{case['id']}" for model, case in CASES]
ORACLE_STEPS = 200_000


class Line(Document):
    """The smallest document with a price in it, as a file would have one."""

    price: Price


def rated_cases() -> list[Any]:
    return [pytest.param(case, id=name) for name, (_, case) in zip(NAMES, CASES, strict=True) if "expect" in case]


def counted_cases() -> list[Any]:
    """The cases that counting unit by unit reaches the end of in reasonable time."""
    return [param for param in rated_cases() if steps_to_count(param.values[0]) <= ORACLE_STEPS]


def steps_to_count(case: dict[str, Any]) -> Fraction:
    price = case["price"]
    if price["kind"] == "flat":
        return Fraction(0)
    numbers = [case["quantity"], price.get("included", "0"), *oracle.bounds({"tiers": [], **price})]
    return Fraction(case["quantity"]) * 10 ** oracle.finest(numbers)


def refused_cases() -> list[Any]:
    return [pytest.param(case, id=name) for name, (_, case) in zip(NAMES, CASES, strict=True) if "expect_error" in case]


def test_the_cases_are_whole() -> None:
    """Every case has its own id, a source, and exactly one expectation; every model has a file."""
    models = ["flat", "graduated", "overage", "per_unit", "volume"]
    assert models == [file.stem for file in FILES]
    assert len(set(NAMES)) == len(NAMES) >= 70
    for name, (_, case) in zip(NAMES, CASES, strict=True):
        assert case["source"].strip(), name
        assert ("expect" in case) != ("expect_error" in case), name
        assert {"id", "source", "price", "quantity"} == set(case) - {"expect", "expect_error"}, name


@pytest.mark.parametrize("case", rated_cases())
def test_a_quantity_has_its_exact_amount(case: dict[str, Any]) -> None:
    """A price and a quantity give the amount of the case, and the parts and the last step give it too."""
    price = Line.read({"price": case["price"]}).price
    rated = rate(price, case["quantity"])
    expected = Fraction(case["expect"])
    assert expected == Fraction(rated.numerator, rated.denominator)
    assert expected == sum(Fraction(part.numerator, part.denominator) for part in rated.parts)
    assert expected == Fraction(rated.steps[-1].numerator, rated.steps[-1].denominator)
    assert rated.steps[-1].text.endswith(f" {case['expect']}")
    assert rated.steps == workings(lower(price), case["quantity"])


@pytest.mark.parametrize("case", counted_cases())
def test_the_oracle_agrees_with_the_case(case: dict[str, Any]) -> None:
    """Counting unit by unit gives the amount of the case."""
    assert Fraction(case["expect"]) == oracle.amount(case["price"], case["quantity"])


@pytest.mark.parametrize("case", refused_cases())
def test_bad_input_is_refused_with_its_code(case: dict[str, Any]) -> None:
    """A price or quantity that may not be is refused by billcore's own error, with the code of the case and a place."""
    with pytest.raises(BillcoreError) as refusal:
        rate(Line.read({"price": case["price"]}).price, case["quantity"])
    assert case["expect_error"] == refusal.value.code
    assert refusal.value.path.startswith(("price", "quantity"))
