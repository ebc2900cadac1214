"""How files of rule cases are read and judged: each problem with its place, each difference with what came."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from billcore.core.errors import DocumentError
from billcore.testing import check_rules
from billcore.testing.price_cases import Given
from billcore.testing.price_outcomes import Outcome
from billcore.testing.price_rules import judged

PRICE = 'price = {kind = "graduated", tiers = [{up_to = 10, unit_price = "5"}, {unit_price = "4"}]}'


def case(*lines: str, name: str = "one", price: str = PRICE) -> str:
    return "\n".join(["[[case]]", f'id = "{name}"', 'source = "by hand"', price, *lines]) + "\n"


def outcome(*lines: str, price: str = PRICE) -> Outcome:
    (only,) = judged(case(*lines, price=price))
    return only


def problems(text: str | bytes) -> list[tuple[str, str]]:
    """The code and path of each finding of a file that is refused."""
    with pytest.raises(DocumentError) as refusal:
        judged(text)
    assert refusal.value.findings
    assert {"product"} == {finding.owner for finding in refusal.value.findings}
    return [(finding.code, finding.path) for finding in refusal.value.findings]


def test_a_case_that_holds_has_no_difference() -> None:
    """Numbers may be written as text or as TOML numbers; the outcome tells the amount and its workings."""
    found = outcome("quantity = 12", 'expect = "58.00"')
    assert found.holds
    assert ("58", "58") == (found.expected, found.came)
    assert found.steps[-1].text == "sum of 2 tiers = 58"
    assert (found.id, found.source, found.line) == ("one", "by hand", 1)


@pytest.mark.parametrize(
    ("lines", "what", "expected", "came"),
    [
        (["quantity = 12", "expect = 57"], "amount", "57", "58"),
        (["quantity = 12", 'currency = "USD"', "expect = 57"], "amount", "USD 57.00", "USD 58.00"),
        (["quantity = 12", 'currency = "USD"', 'expect = "58.001"'], "amount", "USD 58.001", "USD 58.00"),
        (["quantity = 12", 'share = "1/3"', "modifiers = {minimum = 200}", "expect = 66"], "amount", "66", "200/3"),
        (["quantity = 12", "modifiers = {maximum = 50}", "expect = 50", "expect_gross = 57"], "gross", "57", "58"),
        (["quantity = 12", "modifiers = {maximum = 50}", "expect = 50", "expect_discount = 7"], "discount", "7", "8"),
        (["quantity = 12", 'modifiers = {negative = "carry"}', "expect = 58", "expect_carried = -1"], "carried", "-1", "0"),
        (["quantity = 12", "expect = 58", 'expect_steps = ["sum", "tier 1"]'], "steps", "tier 1", "no such step there"),
        (["quantity = 12", "expect = 58", "expect_parts = [{}]"], "parts", "1 parts", "2 parts"),
        (["quantity = 12", "expect = 58", "expect_parts = [{}, {units = 3}]"], "parts", "part 2: units 3", "units 2"),
        (["quantity = 12", "expect = 58", "expect_parts = [{tier = 2}, {}]"], "parts", "part 1: tier 2", "tier 1"),
        (["quantity = 12", "expect = 58", "expect_parts = [{amount = 51}, {}]"], "parts", "part 1: amount 51", "amount 50"),
        (["quantity = 12", "expect = 58", "expect_parts = [{flat = 1}, {}]"], "parts", "part 1: flat 1", "flat 0"),
        (["quantity = 12", "expect = 58", "expect_parts = [{unit_price = 4}, {}]"], "parts", "part 1: unit_price 4", "unit_price 5"),
        (["quantity = 12", "expect = 58", 'expect_parts = [{member = "a"}, {}]'], "parts", "part 1: member 'a'", "member ''"),
        (["quantity = 12", "expect = 58", 'expect_parts = [{limit = "minimum"}, {}]'], "parts", "part 1: limit 'minimum'", "limit ''"),
        (["quantity = 12", 'expect_error = "quantity-negative"'], "refusal", "quantity-negative", "58"),
    ],
)  # fmt: skip
def test_each_difference_says_what_was_expected_and_what_came(
    lines: list[str], what: str, expected: str, came: str
) -> None:
    """An amount, a step, a part or a refusal that comes otherwise is told beside what was expected."""
    found = outcome(*lines)
    assert [(what, expected, came)] == [(one.what, one.expected, one.came) for one in found.differences]
    assert not found.holds


def test_a_refusal_instead_of_an_amount_is_told() -> None:
    """Where billcore refuses, the difference holds the whole message and there are no workings."""
    found = outcome("quantity = -1", "expect = 5")
    assert "quantity-negative" == found.came
    assert found.differences[0].came.startswith("[quantity-negative] at quantity: found -1")
    assert () == found.steps


def test_another_refusal_than_expected_differs() -> None:
    """A case that expects one code and gets another does not hold."""
    assert not outcome("quantity = -1", 'expect_error = "tiers-empty"').holds
    assert outcome("quantity = -1", 'expect_error = "quantity-negative"').holds


@pytest.mark.parametrize(
    ("lines", "code", "path"),
    [
        (["quantity = 1"], "case-malformed", ""),
        (["quantity = 1", "expect = 1", 'expect_error = "tiers-empty"'], "case-malformed", ""),
        (["quantity = 1", "expect_gross = 1", 'expect_error = "tiers-empty"'], "case-malformed", ""),
        (["quantity = 1", "expect_gross = 1"], "case-malformed", ""),
        (["expect = 1"], "case-malformed", ""),
        (["quantity = 1", "values = [1]", "expect = 1"], "case-malformed", ""),
        (["before = 1", "expect = 1"], "case-malformed", ""),
        (["quantity = 1", "expect = 1", "expects = 2"], "field-unknown", "expects"),
        (["quantity = 1", 'expect = "1,0"'], "number-malformed", "expect"),
        (["quantity = 1", 'expect = "1/0"'], "number-malformed", "expect"),
        (["quantity = 1", "expect = true"], "number-malformed", "expect"),
        (["quantity = 1", f'expect = "{"9" * 61}"'], "number-malformed", "expect"),
        (["quantity = 1", f"expect = {'9' * 80}"], "number-malformed", "expect"),
        (["quantity = 1", "expect = [1]"], "number-malformed", "expect"),
        (["quantity = true", "expect = 1"], "number-malformed", "quantity"),
        (['quantity = "1e3"', "expect = 1"], "number-malformed", "quantity"),
        (["quantity = nan", "expect = 1"], "number-malformed", "quantity"),
        (["quantity = 2026-01-01", "expect = 1"], "number-malformed", "quantity"),
        (["quantity = 1", 'currency = "XXX"', "expect = 1"], "currency-unknown", "currency"),
        (["quantity = 1", "currency = 5", "expect = 1"], "text-malformed", "currency"),
        (["quantity = 1", "share = 0", "expect = 1"], "number-not-positive", ""),
        (["quantity = 1", 'share = "-1/2"', "expect = 1"], "number-not-positive", ""),
        (["quantity = 1", "carried = 1", "expect = 1"], "case-malformed", ""),
        (["quantity = 1", 'rounding = "nearest"', "expect = 1"], "choice-unknown", "rounding"),
        (["quantity = 1", 'modifiers = {grain = "segment"}', "expect = 1"], "case-malformed", ""),
        (["quantity = 1", "modifiers = {convert = {}}", "expect = 1"], "conversion-malformed", "modifiers.convert"),
        (["quantity = 1", "discounts = [{percent = 5}]", "expect = 1"], "kind-missing", "discounts[0]"),
        (["quantity = 1", "expect = 1", "expect_parts = [{tiers = 1}]"], "field-unknown", "expect_parts[0].tiers"),
        (["quantity = 1", "expect = 1", 'expect_steps = [""]'], "text-malformed", "expect_steps[0]"),
        (["quantity = 1", 'expect_error = "tier-empty"'], "choice-unknown", "expect_error"),
        (["quantity = 1", 'expect_error = "no spaces"'], "text-malformed", "expect_error"),
        (["changes = [{delta = 1}]", "expect = 1"], "case-malformed", "changes[0]"),
        (["changes = [{delta = 1, share = 1, weighted = 1}]", "expect = 1"], "case-malformed", "changes[0]"),
        (['groups = [{key = ["a"]}]', "expect = 1"], "case-malformed", "groups[0]"),
        (["groups = [{quantity = 1}]", "expect = 1"], "field-missing", "groups[0].key"),
        (["windows = 5", "expect = 1"], "list-malformed", "windows"),
        (['meters = {"a b" = 5}', "expect = 1"], "text-malformed", "meters.a b.[key]"),
    ],
)  # fmt: skip
def test_a_malformed_case_is_refused_with_its_place(lines: list[str], code: str, path: str) -> None:
    """What a case may not say is a finding with a path that begins with its number in the file."""
    text = case("quantity = 1", "expect = 5", name="sound") + case(*lines)
    assert [(code, f"case[1].{path}".rstrip("."))] == problems(text)


@pytest.mark.parametrize(
    ("price", "groups"),
    [
        ('{kind = "grouped", by = ["a"], price = {kind = "flat", amount = 1}}', '{key = ["x"], quantity = 1}, {key = ["x"], quantity = 2}'),
        ('{kind = "grouped", by = ["a"], price = {kind = "flat", amount = 1}}', '{key = ["x", "y"], quantity = 1}'),
        ('{kind = "matrix", dimensions = ["a", "b"], unmatched = "free", cells = [{values = ["x", "y"], price = {kind = "flat", amount = 1}}]}', '{key = ["x"], quantity = 1}'),
        ('{kind = "grouped", by = ["c"], price = {kind = "matrix", dimensions = ["a"], unmatched = "free", cells = [{values = ["x"], price = {kind = "flat", amount = 1}}]}}', '{key = ["x"], groups = [{key = ["x", "z"], quantity = 1}]}'),
    ],
)  # fmt: skip
def test_groups_have_the_keys_of_their_price(price: str, groups: str) -> None:
    """A key with a value too few would match no cell in silence; one that stands twice would begin its tiers anew."""
    text = case(f"groups = [{groups}]", "expect = 1", price=f"price = {price}")
    assert [("case-malformed", "case[0]")] == problems(text)


def test_all_problems_of_a_file_come_at_once() -> None:
    """Findings of several cases and of named prices are told together, each with its line."""
    text = "\n".join(
        [
            '[prices.broken]\nkind = "flat"\namount = "1"\nunit = "x"',
            case("quantity = 1", "expect = 1", price='price = "broken"'),
            case("quantity = 1", "expect = 1", price='price = {kind = "graduated", tiers = [{up_too = 1}, {}]}'),
            case("quantity = 1", "expect = 1", price='price = "absent"', name="three"),
            '[[case]]\nprice = {kind = "flat", amount = "1"}\nquantity = 1\nexpect = 1\n',
        ]
    )
    with pytest.raises(DocumentError) as refusal:
        judged(text, "prices.toml")
    assert [
        ("field-unknown", "case[1].price.tiers[0].up_too", 12),
        ("price-name-unknown", "case[2].price", 19),
        ("field-missing", "case[3].id", 26),
        ("field-missing", "case[3].source", 26),
        ("id-repeated", "case[1].id", 12),
        ("field-unknown", "prices.broken.unit", 0),
    ] == [(finding.code, finding.path, finding.line) for finding in refusal.value.findings]


def test_a_refused_price_may_be_named_by_cases_that_expect_it() -> None:
    """A named price that is refused is no problem of the file where each case that names it expects the refusal."""
    price = '[prices.broken]\nkind = "flat"\n'
    awaited = case("quantity = 1", 'expect_error = "field-missing"', price='price = "broken"')
    assert judged(price + awaited)[0].holds
    other = case("quantity = 1", "expect = 1", price='price = "broken"', name="two")
    assert [("field-missing", "prices.broken.amount")] == problems(price + awaited + other)
    assert [("field-missing", "prices.broken.amount")] == problems(price + case("quantity = 1", "expect = 5"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("field-missing", "case")]),
        ("case = []", [("case-malformed", "case")]),
        ("case = 5", [("list-malformed", "case")]),
        ("case = [5]", [("value-malformed", "case[0]")]),
        ("[case]\nid = 1", [("list-malformed", "case")]),
        ("a = ", [("toml-malformed", "")]),
        (b"\xff", [("encoding-unknown", "")]),
        ("[cases]\n[[case]]", [("field-unknown", "cases")]),
        ("prices = 5\n[[case]]", [("value-malformed", "prices")]),
        ("x = " + "[" * 500, [("toml-malformed", "")]),
        ("x." * 100 + "x = 1", [("limit-exceeded", "")]),
    ],
)
def test_a_malformed_file_is_refused(text: str | bytes, found: list[tuple[str, str]]) -> None:
    """What is no file of rules says why, at its place, and never by an error of Python."""
    assert found == problems(text)


def test_malformed_text_is_told_with_its_line() -> None:
    """A person finds the line that is no TOML."""
    with pytest.raises(DocumentError) as refusal:
        judged(case("quantity = 1") + "expect = ", "prices.toml")
    assert (6, 10) == (refusal.value.findings[0].line, refusal.value.findings[0].column)
    assert "prices.toml:6:10" == refusal.value.path


def test_deep_groups_are_refused_quickly() -> None:
    """Groups inside groups inside groups end with a refusal, not with a full stack."""
    deep = 'groups = [{key = ["a"], ' * 60 + "quantity = 1" + "}]" * 60
    begun = time.process_time()
    found = outcome(deep, 'expect_error = "measure-missing"', price='price = {kind = "grouped", by = ["a"], price = {kind = "flat", amount = "1"}}')  # fmt: skip
    assert time.process_time() - begun < 1
    assert ["1"] == [one.came for one in found.differences]


def test_a_header_in_a_text_does_not_shift_lines() -> None:
    """Where the headers that are seen are not the cases that were read, no line is told rather than a wrong one."""
    text = case("quantity = 1", "expect = 5").replace('"by hand"', '"""by\n[[case]]\nhand"""')
    with pytest.raises(DocumentError) as refusal:
        judged(text)
    assert [("text-hidden-character", 0)] == [(one.code, one.line) for one in refusal.value.findings]


@pytest.mark.parametrize("name", ["absent.toml", ".", "a\0b.toml"])
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, name: str) -> None:
    """An absent file, a folder and an impossible name are refused by our own error."""
    with pytest.raises(DocumentError) as refusal:
        check_rules(tmp_path / name)
    assert "rules-unreadable" == refusal.value.code
    assert "rules-unreadable" == refusal.value.findings[0].code


def test_a_file_is_checked_by_its_path(tmp_path: Path) -> None:
    """A test of a user is one line; text and Path are one."""
    file = tmp_path / "prices.toml"
    file.write_text(case("quantity = 10", "expect = 50"), "utf-8")
    assert all(one.holds for one in check_rules(file))
    assert check_rules(file) == check_rules(str(file))


def test_measures_are_added_up() -> None:
    """Values, windows and groups say the quantity by themselves."""
    assert outcome('values = ["4", "8"]', "expect = 58").holds
    assert outcome("values = []", "expect = 0").holds
    weighted = 'price = {kind = "graduated_time_weighted", tiers = [{unit_price = "10"}]}'
    assert outcome('changes = [{delta = "2", share = "1/2"}, {delta = "-1", weighted = "-0.25"}]', 'expect = "7.5"', price=weighted).holds  # fmt: skip


def test_variables_are_numbers_or_truths() -> None:
    """What a formula looks at beside a quantity is kept by name, in plain text."""
    read = Given.read(
        {"price": {"kind": "flat", "amount": "1"}, "quantity": 1, "variables": {"rate": "0.50", "first": True}}
    )
    assert (("rate", "0.5"), ("first", "true")) == read.measured().variables
    with pytest.raises(DocumentError):
        Given.read({"price": {"kind": "flat", "amount": "1"}, "variables": {"first": "yes"}})


def test_checking_needs_no_pytest() -> None:
    """The command line has its own extra: what checks prices loads neither pytest nor hypothesis."""
    code = "import sys, billcore.cli.check; print({'pytest', 'hypothesis'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "set()\n" == done.stdout


def test_the_suites_are_still_there() -> None:
    """What is loaded when asked for is found under its name, and nothing else is."""
    import billcore.testing

    assert "StoreSuite" == billcore.testing.StoreSuite.__name__
    with pytest.raises(AttributeError):
        billcore.testing.__getattr__("nothing")
