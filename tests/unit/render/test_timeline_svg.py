"""Pictures of timelines: what stands in them, that no text covers another, that foreign texts stay texts."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import billcore as bc
from billcore.engine.timeline import timeline
from billcore.engine.timeline_rows import STATUSES, Mark, Timeline
from billcore.render.timeline_axis import Axis
from billcore.render.timeline_labels import broken, fitted, places, text_width
from billcore.render.timeline_page import timeline_page
from billcore.render.timeline_shapes import LOOKS
from billcore.render.timeline_svg import LANES, timeline_svg
from support.contracts import contracts
from support.golden import golden
from support.payloads import HOSTILE
from support.svg import boxes, numbers, outside, parsed, said, titles, touching
from support.timelines import deal, line, project, seats_and_calls

JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in (1, 2, 3, 4))


def stub_and_usage() -> Timeline:
    """A stub, usage that is billed, due and awaited, on two lines."""
    contract, usage = seats_and_calls(start=date(2026, 1, 15)), {"calls": {date(2026, 1, 15): 400, FEBRUARY: 120}}
    run = bc.bill(contract, usage=usage, through=FEBRUARY)
    return timeline(contract, through=MARCH, usage=usage, billed=run.next_billed)


def long(months: int, lines: int, per: str | None = None) -> Timeline:
    """A contract of many months and lines, from the tenth."""
    price = {"kind": "flat", "amount": "299.50"} | ({"per": per} if per else {})
    end = date(2026 + (months + 0) // 12, months % 12 + 1, 10)
    every = [line(f"line-{n}", "usage" if n % 3 == 0 else "in_advance") for n in range(lines)]
    priced = [one if one["billed"] == "in_arrears" else one | {"price": price} for one in every]
    return timeline(deal(*priced, start=date(2026, 1, 10), end=end), through=date(2026, 6, 1))


def test_the_small_picture_is_the_one_that_a_person_has_looked_at() -> None:
    """Byte for byte."""
    assert golden("timeline/stub-and-usage.svg") == timeline_svg(stub_and_usage())


def test_a_picture_says_what_it_is() -> None:
    """Its first element is a title; it has the role of an image, and a description."""
    picture = timeline_svg(stub_and_usage())
    root = parsed(picture)
    assert ("img", "Billing timeline of C-1") == (root.attrib["role"], titles(picture)[0])
    assert root[0].tag.endswith("title")
    assert root[1].tag.endswith("desc")


def test_amounts_stand_in_their_bands() -> None:
    """170.00 for the stub, 310.00, usage of 40.00 and 12.00; what is not known is by usage; totals stand below."""
    texts = said(timeline_svg(stub_and_usage()))
    for expected in ("170.00", "310.00", "40.00", "12.00", "by usage", "350.00", "322.00"):
        assert expected in texts, expected


def test_pointing_at_a_band_tells_everything() -> None:
    """The period, what it is a part of, quantity, price, amount, status, date and document."""
    told = [title for title in titles(timeline_svg(stub_and_usage())) if title.startswith("CALLS: 2026-01-15")]
    assert [
        "CALLS: 2026-01-15 to 2026-01-31; of 2026-01-01 to 2026-01-31; quantity 400; 0.1 a unit; USD 40.00; billed; "
        "invoice date 2026-02-01"
    ] == [title.rpartition("; ")[0] for title in told]


@pytest.mark.parametrize(("months", "lines"), [(3, 3), (13, 2), (36, 10), (60, 4), (99, 1), (48, 45)])
@pytest.mark.parametrize("per", [None, "year"])
def test_no_label_covers_another(months: int, lines: int, per: str | None) -> None:
    """From 3 months to 8 years, from 1 line to 45: every text stands free and inside the picture."""
    picture = timeline_svg(long(months, lines, per))
    assert [] == touching(picture)
    assert [] == outside(picture)


def test_neighbors_that_are_equal_share_a_text() -> None:
    """36 months: no band has room for its amount, so a run says how many there are; so do the totals."""
    texts = said(timeline_svg(long(36, 2)))
    assert "5 x 299.50" in texts
    assert "30 x 299.50" in texts
    assert "35 x by usage" in texts
    assert "35 x 299.50 + ?" in texts


def test_amounts_that_change_by_a_cent_are_told_from_least_to_most() -> None:
    """299.50 a year by months is 24.95 or 24.96: the run says both ends, totals are those of quarters, or years."""
    texts = said(timeline_svg(long(36, 2, "year")))
    assert "30 x 24.95 to 24.96" in texts
    assert "Q2 2026: 74.87 + ?" in texts
    assert "2027: 299.50 + ?" in said(timeline_svg(long(99, 2, "year")))


def test_bands_that_share_their_days_stand_below_each_other() -> None:
    """Two milestones of one line: each on a level of its own, named."""
    texts = {box.said: box for box in boxes(timeline_svg(timeline(project())))}
    assert texts["go-live 700.00"].top - texts["design 300.00"].bottom > 10


def test_groups_of_one_period_are_one_band() -> None:
    """Two regions of January are 7.00 and 3.00: one band of 10.00, as the total says."""
    price = {"kind": "grouped", "by": ["region"], "price": {"kind": "per_unit", "unit_price": "0.10"}}
    contract = deal(line("calls", "usage", price=price), end=FEBRUARY)
    used = of_regions({"eu": "70", "us": "30"})
    laid = timeline(contract, usage={"calls": {JANUARY: used}})
    assert 2 == len(laid.rows)
    assert ["10.00", "10.00"] == [text for text in said(timeline_svg(laid)) if text == "10.00"]


def of_regions(groups: dict[str, str]) -> Any:
    """What was used of each region."""
    from billcore.usage.measured import Group, Measured

    parts = tuple(Group(key=(name,), measured=Measured(quantity=quantity)) for name, quantity in groups.items())
    return Measured(quantity=str(sum(map(int, groups.values()))), groups=parts)


def test_a_correction_says_both_amounts() -> None:
    """15.00 should stand and 10.00 stands; a withdrawn line says what still stands."""
    contract = deal(line("calls", "usage"), line("extra"))
    run = bc.bill(contract, usage={"calls": {JANUARY: 100}}, through=FEBRUARY)
    kept = deal(line("calls", "usage"))
    laid = timeline(kept, usage={"calls": {JANUARY: 150}}, billed=run.next_billed)
    texts = said(timeline_svg(laid))
    assert "15.00 (10.00 stands)" in texts
    assert "withdrawn, 310.00 stands" in texts


def test_marks_have_their_words_beside_them() -> None:
    """Marks of one day share a line; many of them find levels or leave their words to the pointer."""
    marks = [Mark(on=FEBRUARY, text="price changed", line="seats"), Mark(on=FEBRUARY, text="paused", line="seats")]
    marks += [Mark(on=date(2026, 3, day), text=f"mark {day}") for day in range(1, 29)]
    picture = timeline_svg(timeline(deal(line("seats")), marks=marks))
    assert "paused, price changed" in said(picture)
    assert [] == touching(picture)
    assert {f"2026-03-{day:02}: mark {day}" for day in range(1, 29)} <= set(titles(picture))


def test_a_picture_of_too_many_lines_says_so() -> None:
    """45 lines: 40 lanes, and a note that counts the rest."""
    picture = timeline_svg(timeline(deal(*(line(f"line-{n}") for n in range(LANES + 5)), end=FEBRUARY)))
    assert "5 more lines: not in the picture, but in the table." in said(picture)


def test_pieces_that_no_lane_holds_are_counted() -> None:
    """50 milestones of 2 percent: 12 levels, and a note for 38 more."""
    steps = [{"id": f"m{n}", "percent": "2"} for n in range(50)]
    laid = timeline(deal(line("project", "on_milestone", milestones=steps)))
    assert "38 more pieces of these lines: not in the picture, but in the table." in said(timeline_svg(laid))


def test_every_status_has_its_look() -> None:
    """No two statuses are drawn alike, also for who sees no color: fill and dashes differ."""
    assert set(STATUSES) == set(LOOKS)
    assert len(STATUSES) == len({(look.fill, look.dash) for look in LOOKS.values()})


@pytest.mark.parametrize("text", [*HOSTILE, "\ufffe", "\uffff", "M" * 200, "W " * 80, "東京" * 40, "]]>"])
def test_foreign_texts_stay_texts(text: str) -> None:
    """Names, marks and prices of any kind: well-formed XML without a new element, and nothing covers anything."""
    laid = timeline(deal(line("seats"), end=FEBRUARY))
    named = Timeline(
        **{name: getattr(laid, name) for name in ("contract", "currency", "term", "through", "totals")},
        name=text,
        lines=(("seats", text),),
        rows=laid.rows,
        marks=(Mark(on=date(2026, 1, 9), text=text), Mark(on=date(2026, 1, 9), text=text, line="seats")),
    )
    picture = timeline_svg(named)
    plain = {node.tag for node in parsed(timeline_svg(laid)).iter()}
    assert plain == {node.tag for node in parsed(picture).iter()}
    assert [] == touching(picture)
    assert [] == outside(picture)
    page = timeline_page(named)
    assert "<script" not in page
    assert "onerror=" not in page.replace("&quot;", "").replace("&gt;", "") or "&lt;img" in page


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


def test_a_page_holds_the_picture_and_every_row() -> None:
    """360 rows are 360 rows: a page is not cut as a notebook's table is."""
    reader = _Tags()
    laid = long(36, 10)
    reader.feed(timeline_page(laid))
    assert 1 == reader.tags.count("svg")
    assert 2 + len(laid.rows) + len(laid.totals) == reader.tags.count("tr")
    assert not {"script", "link", "img", "iframe"} & set(reader.tags)


@given(contracts(), st.integers(-40, 900))
def test_any_contract_has_a_picture(plain: dict[str, Any], days: int) -> None:
    """Whole pixels, well formed, no text over another, the same bytes twice."""
    contract = bc.Contract.read(plain)
    laid = timeline(contract, through=date.fromordinal(contract.term.start.toordinal() + days))
    picture = timeline_svg(laid)
    assert all("." not in number and "e" not in number for number in numbers(picture))
    assert [] == touching(picture)
    assert [] == outside(picture)
    assert picture == timeline_svg(laid)


@pytest.mark.parametrize("first", [date(1, 1, 1), date(2026, 1, 31), date(9998, 12, 31)])
@pytest.mark.parametrize("days", [1, 2, 27, 40, 95, 200, 400, 4_000, 40_000, 400_000])
def test_labels_of_an_axis_stand_apart(first: date, days: int) -> None:
    """From a day to a thousand years, also at both ends of the calendar: ticks of one row have room for their texts."""
    last = date.fromordinal(min(first.toordinal() + days, date.max.toordinal()))
    axis = Axis(first=first, last=last, left=240, width=936)
    for is_year, size in ((True, 11), (False, 11)):
        row = sorted((axis.x(tick.on), tick.text) for tick in axis.ticks if tick.is_year == is_year)
        for (x, text), (following, _) in pairwise(row):
            assert x + text_width(text, size) < following, (text, row)
    assert any(tick.is_year for tick in axis.ticks)


# Advance widths of DejaVu Sans, a wide font, in thousandths of the size.
DEJAVU = {"0": 636, "1": 636, "9": 636, ",": 318, ".": 318, " ": 318, "m": 974, "w": 818, "M": 863, "W": 989, "%": 950}
DEJAVU |= {"a": 613, "o": 612, "s": 521, "i": 278, "l": 278, "t": 392, "r": 411, "A": 684, "O": 787, "Q": 787, "x": 592}


@pytest.mark.parametrize("character", DEJAVU)
def test_a_text_is_no_wider_than_it_is_taken_for(character: str) -> None:
    """Ten of each character in a wide font fit into the room that is reserved."""
    assert text_width(character * 10, 11) * 1000 >= DEJAVU[character] * 10 * 11


def test_texts_are_cut_and_broken_at_their_width() -> None:
    """A text that fits is whole; one that does not ends with dots, within the width; a long word is cut too."""
    assert "Seats" == fitted("Seats", text_width("Seats", 11), 11)
    for text in ("Platform subscription", "M" * 50, "x", ""):
        for width in (0, 1, 9, 30, 100):
            assert text_width(fitted(text, width, 11), 11) <= width
            assert all(text_width(part, 11) <= width for part in broken(text, width, 11, lines=3))
            assert len(broken(text, width, 11, lines=3)) <= 3


@given(st.lists(st.tuples(st.integers(-50, 350), st.integers(1, 120)), max_size=30), st.booleans())
def test_placed_labels_never_touch(labels: list[tuple[int, int]], is_centered: bool) -> None:
    """On each level they stand apart and inside; one that is wider than the room is left out."""
    found = places(labels, low=0, high=300, levels=3, is_centered=is_centered)
    for level in range(3):
        taken = sorted(
            (place.left, place.left + width)
            for place, (_, width) in zip(found, labels, strict=True)
            if place is not None and place.level == level
        )
        assert all(left >= 0 and right <= 300 for left, right in taken)
        assert all(one[1] < other[0] for one, other in pairwise(taken))
