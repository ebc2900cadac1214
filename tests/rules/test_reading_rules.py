"""Every case of readings, written as data: tables of other engines, findings, falls, and readings side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from billcore.core.document import Document
from billcore.core.steps import exact_text
from billcore.pricing.documents import Price
from billcore.pricing.rating import rate
from billcore.pricing.readings import (
    Stretch,
    cheaper_with_more,
    compare_conventions,
    compare_readings,
    normalize,
    normalize_as,
)

from .toml_cases import check, parameters


class Line(Document):
    """The smallest document with a price in it, as a file would have one."""

    price: Price


def price_of(given: Mapping[str, Any]) -> Any:
    return Line.read({"price": given["price"]}).price


def written(given: Mapping[str, Any]) -> str:
    price = normalize(given["rows"], given["convention"], given["model"]).accepted()
    return rate(price, given["quantity"]).amount


def engine(given: Mapping[str, Any]) -> str:
    return rate(normalize_as(given["preset"], given["rows"], given["model"]).accepted(), given["quantity"]).amount


def findings(given: Mapping[str, Any]) -> dict[str, Any]:
    found = normalize(given["rows"], given["convention"], given.get("model", "graduated"))
    assert all(finding.expected and finding.hint for finding in found.findings)
    texts = [f"{finding.severity} {finding.path} {finding.code}" for finding in found.findings]
    return {"price": "none" if found.price is None else "some", "findings": texts}


def falls(given: Mapping[str, Any]) -> list[str]:
    return [fall_text(stretch) for stretch in cheaper_with_more(price_of(given), given.get("up_to"))]


def fall_text(stretch: Stretch) -> str:
    start = f"{'from' if stretch.includes_start else 'behind'} {exact_text(*stretch.starts)}"
    highest = exact_text(*stretch.highest)
    fall = f"{highest} falls for ever" if stretch.lowest is None else f"{highest} to {exact_text(*stretch.lowest)}"
    back = "never back"
    if stretch.ends is not None:
        back = f"back {'behind' if stretch.includes_end else 'at'} {exact_text(*stretch.ends)}"
    side = "from" if stretch.includes_overpaid else "behind"
    return f"{start}: {fall}, {back}, overpaid {side} {exact_text(*stretch.overpaid_from)}"


def answers(given: Mapping[str, Any]) -> list[str]:
    if "rows" in given:
        table = compare_conventions(given["rows"], given["quantity"], given["model"])
        return [f"{row['convention']} {row['amount'] or ''}" for row in table.to_dicts()]
    return [str(row["amount"] or "") for row in compare_readings(price_of(given), given["quantity"]).to_dicts()]


RULES: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "one_table": written,
    "engines": engine,
    "findings": findings,
    "falls": falls,
    "answers": answers,
}


@pytest.mark.parametrize(("rule", "given", "expect"), parameters("readings"))
def test_a_reading_gives_what_its_engine_gives(rule: str, given: dict[str, Any], expect: Any) -> None:
    """A table, a price or a writing gives the money, findings and falls of the case, or is refused with its code."""
    check(RULES[rule], given, expect)


def test_there_are_cases_of_every_rule() -> None:
    """Each file of cases is run by a rule of its own, and none is without cases."""
    assert {parameter.values[0] for parameter in parameters("readings")} == set(RULES)
    assert len(parameters("readings")) > 150
