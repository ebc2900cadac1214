"""``billcore check``: what it prints of cases that differ, its page, its data, and what it ends with."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from billcore.cli.app import app
from billcore.core.errors import InvariantBroken

EXAMPLE = Path(__file__).parents[3] / "examples" / "prices" / "rules.toml"
HOLDS = """
[[case]]
id = "ten"
source = "by hand: 10 x 5"
price = {kind = "per_unit", unit_price = "5"}
quantity = 10
expect = "50"
"""
DIFFERS = """
[[case]]
id = "third <b>"
source = "by hand [red]: 1 x 33.335, less 10 %"
price = {kind = "per_unit", unit_price = "33.335"}
quantity = 1
currency = "USD"
discounts = [{kind = "percent_off", percent = "10"}]
expect = "30.01"
"""


def call(*arguments: object) -> Any:
    """Run the command line; anything but an exit is shown as itself."""
    result = CliRunner().invoke(app, ["check", *(str(one) for one in arguments)], prog_name="billcore")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    file = tmp_path / "rules.toml"
    file.write_text(HOLDS + DIFFERS, "utf-8")
    return file


def test_the_example_holds() -> None:
    """The example of the repository holds, and says so in one line."""
    result = call(EXAMPLE)
    assert (0, "") == (result.exit_code, result.stderr)
    assert result.stdout.strip().endswith(" hold, 0 differ")
    assert 20 <= int(result.stdout.split()[0])


def test_a_difference_is_shown_with_its_workings(rules: Path) -> None:
    """Id, place, source, expected, came and each step stand there, then the numbers; the exit code is 1."""
    result = call(rules)
    assert 1 == result.exit_code
    lines = [line.strip() for line in result.stdout.strip().splitlines()]
    assert [
        f"third <b> differs  {rules}:9",
        "by hand [red]: 1 x 33.335, less 10 %",
        "expected amount: USD 30.01",
        "came: USD 30.00",
        "per unit: 1 x 33.335 = 33.335",
        "less 10 % = 30.0015",
        "30.0015 rounded half_up (remainder 0.0015) = USD 30.00",
        "",
        "2 cases: 1 hold, 1 differ",
    ] == [line for line in lines if str(rules) not in line or "differs" in line]


def test_explain_shows_cases_that_hold(rules: Path) -> None:
    """With --explain the workings of each case stand there."""
    assert "per unit: 10 x 5 = 50" not in call(rules).stdout
    shown = call(rules, "--explain").stdout
    assert "ten holds" in shown
    assert "per unit: 10 x 5 = 50" in shown


def test_data_tell_every_case(rules: Path) -> None:
    """JSON holds every case with its workings, also those that hold."""
    result = call(rules, "--format", "json")
    assert 1 == result.exit_code
    data = json.loads(result.stdout)
    assert (2, 1, 1, []) == (data["cases"], data["hold"], data["differ"], data["findings"])
    first, second = data["outcomes"]
    assert (True, "50", "50", 2) == (first["holds"], first["expected"], first["came"], first["line"])
    assert [{"what": "amount", "expected": "USD 30.01", "came": "USD 30.00"}] == second["differences"]
    rounding = second["steps"][-1]
    assert ("30.0015", "0.0015") == (rounding["inputs"]["unrounded"], rounding["inputs"]["remainder"])


class Page(HTMLParser):
    """Reads a page: its tags, its texts, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_a_page_shows_everything_escaped(rules: Path, tmp_path: Path) -> None:
    """Every text of a case is text on the page; unrounded value, rounding and remainder stand beside the step."""
    out = tmp_path / "out.html"
    assert 1 == call(rules, "--html", out).exit_code
    text = out.read_text("utf-8")
    page = Page(text)
    assert [] == page.open
    assert not {"b", "script", "link", "img"} & set(page.tags)
    for shown in ("third <b>: differs", "ten: holds", "30.0015", "half_up", "0.0015", "USD 30.01", "USD 30.00"):
        assert shown in page.texts, shown
    assert text.index("third &lt;b&gt;") < text.index("ten: holds")


def test_a_page_never_replaces_rules(rules: Path) -> None:
    """A slip in the arguments does not cost the file of rules."""
    before = rules.read_bytes()
    result = call(rules, "--html", rules.parent / ".." / rules.parent.name / rules.name)
    assert 2 == result.exit_code
    assert "output-is-rules" in result.stderr
    assert before == rules.read_bytes()


def test_a_page_that_cannot_be_written_is_told(rules: Path, tmp_path: Path) -> None:
    """A folder that is not there is an error in one line."""
    result = call(rules, "--html", tmp_path / "absent" / "out.html")
    assert 2 == result.exit_code
    assert "output-not-writable" in result.stderr
    assert 1 == len(result.stderr.strip().splitlines())


def test_problems_of_files_are_all_shown(rules: Path, tmp_path: Path) -> None:
    """A file that cannot be read ends with 2 and every problem of it; the other files are still checked."""
    broken = tmp_path / "broken.toml"
    broken.write_text(HOLDS.replace('unit_price = "5"', "unit_prize = 5") + HOLDS, "utf-8")
    result = call(broken, rules, tmp_path / "absent.toml")
    assert 2 == result.exit_code
    for shown in (
        "case[0].price.unit_prize",
        "case[0].price.unit_price",
        "id-repeated",
        "rules-unreadable",
        "expected amount: USD 30.01",
        "2 cases: 1 hold, 1 differ, 4 problems in files that cannot be read",
    ):
        assert shown in result.stdout, shown
    data = json.loads(call(broken, "--format", "json").stdout)
    assert {"field-unknown", "field-missing", "id-repeated"} == {one["code"] for one in data["findings"]}


def test_a_contradiction_is_not_a_difference(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where billcore contradicts itself the exit code is 3, and no case is blamed."""

    def broken(*arguments: object) -> None:
        raise InvariantBroken("rate-table-malformed", found="a test", expected="none")

    monkeypatch.setattr("billcore.testing.price_outcomes.rate", broken)
    assert 3 == call(rules).exit_code


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    """Markup, escapes and direction marks of a file neither style nor move anything."""
    file = tmp_path / "hostile.toml"
    file.write_text(
        HOLDS.replace('"ten"', '"\\u001b[31m\\u202e<script>"').replace("expect = ", "expect = 1 #"), "utf-8"
    )
    out = tmp_path / "page.html"
    shown = call(file, "--html", out).stdout
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "<script" not in out.read_text("utf-8")
