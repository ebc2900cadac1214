"""Tables of other engines: what is refused with which place, what a finding says, what comes out side by side."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from billcore.core.errors import BillcoreError, DocumentError, LimitExceeded
from billcore.pricing.documents import Graduated, GraduatedTimeWeighted, Stairstep, Tier, Volume
from billcore.pricing.readings import (
    CONVENTIONS,
    READINGS,
    compare_conventions,
    compare_readings,
    detect_convention,
    normalize,
    normalize_as,
    readings_table,
)
from hostile import HUGE, show

SECONDS = 0.1
Rows = list[dict[str, Any]]
STEPS: Rows = [{"from": 0, "to": 10, "unit_price": "10.00"}, {"from": 11, "unit_price": "5.00"}]
TOUCHING: Rows = [{"from": 0, "to": 10, "unit_price": "10.00"}, {"from": 10, "unit_price": "5.00"}]
LARGE = Tier(unit_price="999999999999999999.999999999999", flat_amount="999999999999999999.999999999999")

REFUSED: list[tuple[Any, Any, str, str]] = [
    ([*STEPS, {"from": 21, "two": 30}], "from_to_steps", "field-unknown", "rows[2].two"),
    ([STEPS[0], {"to": 20}], "from_to_steps", "field-missing", "rows[1].from"),
    ([STEPS[0], {"from": 11, "to": 20.0}], "from_to_steps", "float-amount", "rows[1].to"),
    ([{"up_to": float("inf")}], "up_to", "float-amount", "rows[0].up_to"),
    ([{"up_to": "Infinity"}], "up_to", "number-malformed", "rows[0].up_to"),
    ([{"up_to": "INF"}], "up_to", "number-malformed", "rows[0].up_to"),
    ([{"up_to": "1e3"}], "up_to", "number-malformed", "rows[0].up_to"),
    ([{"up_to": True}], "up_to", "number-malformed", "rows[0].up_to"),
    ([{"up_to": Decimal("NaN")}], "up_to", "number-malformed", "rows[0].up_to"),
    ([{"up_to": HUGE}], "up_to", "number-too-large", "rows[0].up_to"),
    ([{"up_to": "-1"}], "up_to", "number-negative", "rows[0].up_to"),
    ([{"size": "-1"}], "sizes", "number-negative", "rows[0].size"),
    ([{"first_unit": "inf"}], "first_unit", "number-malformed", "rows[0].first_unit"),
    ([{"first_unit": 0, "to": 3}], "first_unit", "field-unknown", "rows[0].to"),
    ([{"first_unit": 0, "from": 0}], "first_unit", "field-unknown", "rows[0].from"),
    ([{"lower": 0}], "lower_inclusive", "field-missing", "rows[0].from"),
    ([{"block_size": 1, "max_blocks": 0}], "blocks", "value-malformed", "rows[0].max_blocks"),
    ([{"block_size": 1, "max_blocks": "2.5"}], "blocks", "number-malformed", "rows[0].max_blocks"),
    ([{"block_size": 1, "max_blocks": -2}], "blocks", "value-malformed", "rows[0].max_blocks"),
    ([{"block_size": 1, "unit_price": "1"}], "blocks", "field-unknown", "rows[0].unit_price"),
    (
        [{"block_size": 0, "max_blocks": 3}, {"block_size": 1}],
        "blocks",
        "number-not-positive",
        "rows[0].block_size",
    ),
    ([{"block_size": 0}], "blocks", "number-not-positive", "rows[0].block_size"),
    ([{"size": "999999999999999999"}] * 2 + [{}], "sizes", "number-too-large", "rows[1]"),
    ([{"size": 0}, {}], "sizes", "tier-bounds-not-increasing", "rows[0].size"),
    ([7], "up_to", "value-malformed", "rows[0]"),
    ([], "up_to", "tiers-empty", "rows"),
    ({}, "up_to", "list-malformed", "rows"),
    ("rows", "up_to", "list-malformed", "rows"),
    (None, "up_to", "list-malformed", "rows"),
    (iter(STEPS), "from_to_steps", "list-malformed", "rows"),
    ([{}] * 100_000, "up_to", "limit-exceeded", "rows"),
    ([{"no": 1}] * 1_000, "up_to", "field-unknown", "rows[0].no"),
    (STEPS, "steps", "choice-unknown", "convention"),
    (STEPS, None, "choice-unknown", "convention"),
    (STEPS, ["up_to"], "choice-unknown", "convention"),
]


@pytest.mark.parametrize(
    ("rows", "convention", "code", "path"), REFUSED, ids=lambda value: show(value)[:60] if show(value) else None
)
def test_a_bad_table_is_refused_with_its_place(rows: Any, convention: Any, code: str, path: str) -> None:
    """What is no table of the convention raises billcore's own error, with code and place, at once."""
    start = time.process_time()
    with pytest.raises(DocumentError) as refusal:
        normalize(rows, convention).accepted()
    assert time.process_time() - start < SECONDS
    assert (code, path) == (refusal.value.code, refusal.value.path)
    assert len(str(refusal.value)) <= 1_000


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda: normalize(STEPS, "from_to_steps", "flat"), "model"),  # type: ignore[arg-type]
        (lambda: normalize(STEPS, "from_to_steps", charge_flat_at_zero="no"), "charge_flat_at_zero"),  # type: ignore[arg-type]
        (lambda: compare_conventions(STEPS, "1", "flat"), "model"),  # type: ignore[arg-type]
        (lambda: compare_conventions(STEPS, 1.5), "quantity"),  # type: ignore[arg-type]
        (lambda: compare_readings(Volume(tiers=[LARGE]), float("nan")), "quantity"),  # type: ignore[arg-type]
        (lambda: compare_readings(GraduatedTimeWeighted(tiers=[Tier()]), 1), "price"),  # type: ignore[arg-type]
        (lambda: compare_readings(STEPS, 1), "price"),  # type: ignore[arg-type]
        (lambda: detect_convention([]), "rows"),
        (lambda: detect_convention("up_to"), "rows"),
        (lambda: compare_conventions([{}] * 1_001, 1), "rows"),
    ],
)
def test_a_bad_argument_is_refused_by_name(call: Callable[[], object], path: str) -> None:
    """Each argument of the wrong kind is named."""
    with pytest.raises(BillcoreError) as refusal:
        call()
    assert path == refusal.value.path


def test_all_errors_come_at_once() -> None:
    """A table with several flaws is refused with all of them; warnings do not count."""
    rows: Rows = [{"from": 0, "to": 10}, {"from": 15, "to": 20}, {"from": 19, "to": 30, "unit_price": "1"}]
    found = normalize(rows, "from_to_steps")
    assert ["tier-gap", "tier-overlap", "last-tier-opened"] == [finding.code for finding in found.findings]
    assert found.price is None
    with pytest.raises(DocumentError) as refusal:
        found.accepted()
    assert found.errors == refusal.value.findings
    assert ["tier-gap", "tier-overlap"] == [finding.code for finding in refusal.value.findings]


def test_a_finding_is_the_owner_of_the_product_s() -> None:
    """A finding says row, found, expected and what to do."""
    [finding] = normalize(TOUCHING, "from_to_steps").findings
    assert str(finding) == (
        "rows[1].from: [tier-overlap] found 10 behind a row that ends at 10, expected 11. "
        "Read the table as from_to_touching, or move the bound. (product)"
    )


@pytest.mark.parametrize(
    ("rows", "convention", "model", "hint"),
    [
        ([{"block_size": 1, "max_blocks": 5}], "blocks", "graduated", "Kill Bill charges nothing for blocks beyond"),
        ([{"block_size": 1, "max_blocks": 5}], "blocks", "volume", "Kill Bill does the same"),
        ([{"up_to": 5}], "up_to", "volume", "others refuse the table"),
        ([{"first_unit": 0}, {"first_unit": 11}], "first_unit", "graduated", "11 units are at the first price"),
        ([STEPS[0], {"from": 10, "to": 15}, {"from": 16}], "from_to_steps", "volume", "Lago counts one unit twice"),
    ],
)
def test_a_finding_says_what_the_engine_does(rows: Any, convention: Any, model: Any, hint: str) -> None:
    """Where billcore reads otherwise than the engine, the finding says how the engine reads."""
    findings = normalize(rows, convention, model).findings
    assert any(hint in finding.hint for finding in findings)


def test_the_document_holds_the_reading() -> None:
    """The price says how it is read, so that nobody has to know where the table came from."""
    blocks = normalize([{"block_size": 100, "max_blocks": 10, "block_price": "3"}, {"block_size": 500}], "blocks")
    assert blocks.price == Graduated(
        tiers=[Tier(up_to=1000, unit_price="3", package_size=100), Tier(package_size=500)], reading="blocks"
    )
    halves = normalize([{"block_size": "0.5"}], "blocks").accepted()
    assert halves.reading == "upper_inclusive"  # a block of half a unit is not a whole unit
    lower = normalize([{"from": 0}, {"from": "10.5"}], "lower_inclusive", "volume")
    assert lower.price == Volume(tiers=[Tier(up_to="10.5"), Tier()], reading="lower_inclusive")
    whole = normalize([{"first_unit": 1, "flat_amount": 4}], "first_unit", "stairstep")
    assert whole.price == Stairstep(
        tiers=[Tier(up_to=0), Tier(flat_amount=4)], reading="integer_rows", charge_flat_at_zero=False
    )


@pytest.mark.parametrize("at_zero", [True, False])
def test_the_flat_part_at_zero_can_be_told(at_zero: bool) -> None:
    """The caller's word goes before the convention's."""
    for convention, field in (("up_to", "up_to"), ("first_unit", "first_unit")):
        rows = [{field: 0}, {field: 5}] if field == "first_unit" else [{field: 5}, {}]
        price = normalize(rows, convention, charge_flat_at_zero=at_zero).accepted()  # type: ignore[arg-type]
        assert price.charge_flat_at_zero is at_zero


@pytest.mark.parametrize(
    ("rows", "candidates"),
    [
        (STEPS, ["from_to_steps"]),
        (TOUCHING, ["from_to_touching", "lower_inclusive"]),
        ([{"from": 0}, {"from": 11}], ["first_unit", "lower_inclusive"]),
        ([{"first_unit": 0}, {"first_unit": 11}], ["first_unit"]),
        ([{"up_to": 10}, {"up_to": "inf"}], ["up_to"]),
        ([{"size": 10}, {}], ["sizes"]),
        ([{"unit_price": "2"}], ["up_to", "sizes"]),
        ([{"from": 0}], ["from_to_steps", "from_to_touching", "first_unit", "lower_inclusive"]),
        ([{"block_size": 1, "max_blocks": 10}, {"block_size": 1}], ["blocks"]),
        ([{"from": 0, "to": 10}, {"from": 10, "to": 20}, {"from": 21}], []),
        ([{"above": 10}], []),
    ],
)
def test_every_candidate_is_listed(rows: Any, candidates: list[str]) -> None:
    """More than one writing can fit; then all are listed with their reason, and none is chosen."""
    found = detect_convention(rows)
    assert candidates == [candidate.convention for candidate in found]
    assert all(CONVENTIONS[candidate.convention] in candidate.reason for candidate in found)


def test_a_candidate_counts_its_warnings() -> None:
    """The number of warnings helps a person to choose."""
    found = detect_convention([{"from": 0}, {"from": 11}])
    assert [("first_unit", 1), ("lower_inclusive", 0)] == [(one.convention, one.warnings) for one in found]


def test_a_comparison_shows_what_each_reading_would_charge() -> None:
    """The table is one for people and notebooks; the default and the price's own reading are marked."""
    price = Volume(tiers=[Tier(up_to=10, unit_price="10.00"), Tier(unit_price="5.00")], reading="blocks")
    table = compare_readings(price, "10.50")
    assert ["0", "0", "2.5", "-52.5"] == [row["difference"] for row in table.to_dicts()]
    assert ["the default", "", "of this price", ""] == [row["note"] for row in table.to_dicts()]
    assert table.name == "Readings of 10.5 units"
    assert "<table" in table._repr_html_()


def test_a_comparison_says_why_a_convention_gives_no_price() -> None:
    """A convention whose fields fit and whose rules do not is shown with its error."""
    [steps, touching, lower] = compare_conventions(TOUCHING, 10, "volume").to_dicts()
    assert (None, "rows[1].from: tier-overlap") == (steps["amount"], steps["note"])
    assert ("100", "0", "upper_inclusive") == (touching["amount"], touching["difference"], touching["reading"])
    assert ("50", "-50", "lower_inclusive") == (lower["amount"], lower["difference"], lower["reading"])


def test_an_amount_that_no_table_shows_is_refused() -> None:
    """An amount of more digits than a table's cell holds is refused, not rounded."""
    price = Graduated(tiers=[LARGE.revised(up_to="0.000000000001"), LARGE])
    with pytest.raises(LimitExceeded) as refusal:
        compare_readings(price, "999999999999999999.999999999999")
    assert refusal.value.code == "amount-too-large"


def test_a_long_table_is_read_in_time() -> None:
    """A thousand rows are normalized, and their falls found, without a walk for each row."""
    rows = [{"up_to": row + 1, "unit_price": str(1_000 - row)} for row in range(999)]
    start = time.process_time()
    found = normalize([*rows, {"unit_price": "1"}], "up_to", "volume")
    assert time.process_time() - start < 5
    assert len(found.findings) > 400


def test_lago_decides_by_the_rows() -> None:
    """Rows that all touch are read so under the preset, and what is neither is refused as the first writing."""
    assert normalize_as("lago", STEPS).convention == "from_to_steps"
    assert normalize_as("lago", TOUCHING).convention == "from_to_touching"
    mixed = normalize_as("lago", [*TOUCHING[:1], {"from": 10, "to": 20}, {"from": 21}])
    assert ("from_to_steps", "convention-mixed") == (mixed.convention, mixed.errors[0].code)


def test_the_listing_names_each_reading_once() -> None:
    """Every question has one default, and the table for people has a row for each name."""
    names = [(reading.question, reading.name) for reading in READINGS]
    assert len(set(names)) == len(names)
    defaults = [reading.question for reading in READINGS if reading.is_default]
    assert sorted({reading.question for reading in READINGS}) == sorted(defaults)
    assert len(READINGS) == len(readings_table())


def test_an_unknown_field_of_a_row_is_told_the_names_that_are_written() -> None:
    """A row is written with from and to, whatever they are called inside."""
    with pytest.raises(DocumentError) as refusal:
        normalize([{"from": 0, "to": 10, "foo": 1}, {"from": 11}], "from_to_steps").accepted()
    assert refusal.value.expected.endswith("maximum, from, to")


def test_every_row_but_the_last_has_an_end() -> None:
    """Also the first of two."""
    findings = normalize([{"from": 0}, {"from": 11}], "from_to_steps").findings
    assert [("tier-not-last-open", "rows[0].to")] == [(finding.code, finding.path) for finding in findings]


def test_two_ways_of_writing_are_told_with_both_rows() -> None:
    """One row touches the row before, one begins a whole unit behind it: each is named, and the later is the place."""
    rows = [{"from": 0, "to": 10}, {"from": 10, "to": 20}, {"from": 21}]
    (finding,) = [one for one in normalize(rows, "from_to_steps").findings if one.code == "convention-mixed"]
    assert "rows[2].from" == finding.path
    assert "rows[1] begins where the row before ends, rows[2] a whole unit behind it" == finding.found


def test_one_row_from_its_first_unit_needs_no_warning() -> None:
    """A table of one row has no row that could be one unit wider."""
    assert () == normalize([{"first_unit": 0, "unit_price": "1"}], "first_unit").findings


def test_the_first_reading_of_each_question_is_the_default() -> None:
    """Of each question one name is the default, and it is the one that stands first."""
    first = {}
    for one in READINGS:
        first.setdefault(one.question, one.name)
    assert first == {one.question: one.name for one in READINGS if one.is_default}


def test_a_gap_between_fractions_tells_where_the_row_should_begin() -> None:
    """Steps of a whole unit: behind 0.5 comes 1.5."""
    (finding,) = normalize([{"from": "0", "to": "0.5"}, {"from": "2"}], "from_to_steps").findings
    assert ("tier-gap", "rows[1].from", "1.5") == (finding.code, finding.path, finding.expected)
