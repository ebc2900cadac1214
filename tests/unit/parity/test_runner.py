"""The parity runner itself: what passes, fails and does not apply, its exit code, its records, and broken files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from parity.cases import judged
from parity.run import main

TIERS = [{"up_to": "10", "unit_price": "10", "flat_fee": "2"}, {"up_to": None, "unit_price": "5", "flat_fee": "0"}]
GRADUATED = {"model": "graduated", "tier_boundary": "upper_inclusive", "tiers": TIERS}
GIVEN = {"currency": "EUR", "pricing": GRADUATED, "quantity": "12"}


def case(expect: Any, given: Any = GIVEN, kind: str = "usage_rating", name: str = "own") -> dict[str, Any]:
    return {"id": name, "kind": kind, "given": given, "expect": expect}


def written(folder: Path, cases: object, name: str = "lago.json") -> str:
    file = folder / name
    file.write_text(cases if isinstance(cases, str) else json.dumps(cases), encoding="utf-8")
    return str(file)


def outcome_of(*arguments: Any, preset: str = "lago", **named: Any) -> tuple[str, str]:
    found = judged(case(*arguments, **named), preset)
    return found.outcome, found.why


def test_a_file_of_passing_cases_exits_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing differs the exit code is 0 and the totals are passed / failed / not applicable."""
    assert main([written(tmp_path, [case({"amount": "112.00"})])]) == 0
    assert "usage_rating: 1 / 0 / 0" in capsys.readouterr().out


def test_a_case_that_differs_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A case that differs is printed with what was expected, what came out and the convention; the exit code is 1."""
    assert main([written(tmp_path, {"cases": [case({"amount": "112.01"})]})]) == 1
    out = capsys.readouterr().out
    assert "failed: own [usage_rating] expect.amount: expected 112.01, got 112.00 [lago(charge_flat_at_zero=True" in out
    assert "total: 0 / 1 / 0" in out


def test_records_are_written(tmp_path: Path) -> None:
    """--json writes one record a case with id, kind, outcome, convention and why, in the order of the files."""
    cases = [case({"amount": "112.00"}), case({"a": "1"}, kind="tax", name="later")]
    out = tmp_path / "out.json"
    assert main([written(tmp_path, cases), "--json", str(out)]) == 0
    records = json.loads(out.read_text(encoding="utf-8"))
    assert [set(record) for record in records] == [{"id", "kind", "outcome", "convention", "why"}] * 2
    assert [record["outcome"] for record in records] == ["passed", "not_applicable"]
    assert records[1]["why"] == "kind of a later part"


def test_the_preset_is_the_files_unless_told(tmp_path: Path) -> None:
    """Nothing used costs the first flat part at Lago, and nothing at Meteroid; --preset overrides the file's name."""
    cases = [case({"amount": "2.00"}, {**GIVEN, "quantity": "0"})]
    file = written(tmp_path, cases)
    assert main([file]) == 0
    assert main([written(tmp_path, cases, "meteroid-more.json")]) == 1
    assert main([file, "--preset", "meteroid"]) == 1


def test_it_runs_from_a_checkout(tmp_path: Path) -> None:
    """python tests/parity/run.py FILE runs without anything on the path but the library."""
    script = Path(__file__).parents[2] / "parity" / "run.py"
    file = written(tmp_path, [case({"amount": "112.00"})])
    done = subprocess.run([sys.executable, str(script), file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("cases", "told"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("3", "expected a list of cases"),
        ('["x"]', "expected a list of cases"),
        ('[{"id": 1, "kind": "rounding"}]', "case 1 has no id"),
        ('[{"id": "a"}]', "case 1 has no kind"),
    ],
)
def test_a_broken_file_is_one_line(cases: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that holds no cases exits 2 with one line of our own."""
    assert main([written(tmp_path, cases)]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_a_missing_file_and_an_unwritable_record_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be read or written exits 2."""
    assert main([str(tmp_path / "none.json")]) == 2
    assert main([written(tmp_path, []), "--json", str(tmp_path / "no" / "out.json")]) == 2
    assert capsys.readouterr().err.count("\n") == 2


@pytest.mark.parametrize(
    ("expect", "given", "kind", "told"),
    [
        ({"a": "1"}, {}, "astrology", "the kind 'astrology' is unknown"),
        ({"amount": "112"}, {**GIVEN, "moon": "full"}, "usage_rating", "not known: given.moon"),
        ({"amount": "112"}, {**GIVEN, "pricing": {**GRADUATED, "moon": "1"}}, "usage_rating", "given.pricing.moon"),
        ({"amount": "112", "moon": "1"}, GIVEN, "usage_rating", "asserted, but not produced: expect.moon"),
        ({"amount": "1"}, {**GIVEN, "pricing": {"model": "lunar"}}, "usage_rating", "'lunar' is unknown"),
        ({"amount": "1"}, {**GIVEN, "quantity": 1.5}, "usage_rating", "given.quantity is a number"),
        ({"amount": "1"}, {**GIVEN, "minor_unit_digits": 3}, "usage_rating", "EUR has 2 digits"),
        ({"amount": "1"}, {"currency": "EUR"}, "usage_rating", "with none of question"),
        ({"amount": "1"}, [], "usage_rating", "the case has no given"),
        ({}, GIVEN, "usage_rating", "asserts nothing"),
        ({"shares": []}, {"amount": "1"}, "allocation", "without weights"),
        ({"true_up": "1"}, {"currency": "EUR"}, "commitment", "neither a period"),
        (
            {"runs": []},
            {"currency": "USD", "price": {"model": "unit", "amount": "1"}, "runs": [{}]},
            "usage_sequence",
            "given.service_period",
        ),
    ],
)
def test_what_is_not_known_does_not_apply(expect: Any, given: Any, kind: str, told: str) -> None:
    """An unknown kind, shape, field or word is not applicable with a reason that names it, and never passes."""
    found, why = outcome_of(expect, given, kind)
    assert found == "not_applicable"
    assert told in why


def test_a_field_that_differs_counts_more_than_one_that_is_unknown() -> None:
    """A case with a wrong number fails also where another asserted field is not produced."""
    assert outcome_of({"amount": "1", "moon": "1"})[0] == "failed"


def test_a_refusal_of_the_library_is_a_failure() -> None:
    """What the library refuses and the engine prices fails with the refusal's code."""
    found, why = outcome_of({"amount": "1"}, {**GIVEN, "quantity": "-1"})
    assert found == "failed"
    assert "[quantity-negative]" in why


def test_a_mistake_of_the_runner_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A case never ends the run, and a mistake never passes for not applicable."""

    def broken(*arguments: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("parity.cases.HANDLERS", {"usage_rating": broken})
    assert outcome_of({"amount": "1"}) == ("failed", "the runner broke: KeyError: 'x'")


WINDOW = {
    "currency": "USD",
    "price": {"model": "graduated", "tiers": [{"up_to": None, "unit_price": "1"}]},
    "billing_period": {"unit": "month", "count": 1},
    "anchor_day": 1,
    "service_start": "2016-05-01",
    "service_end": None,
    "events": [{"on": "2016-05-03", "quantity": "7"}],
}


def invoices(end: str, amount: str = "7.00", on: str = "2016-06-01") -> dict[str, Any]:
    line = {"start": "2016-05-01", "end": end, "quantity": "7", "amount": amount}
    return {"invoices": [{"on": on, "lines": [line], "total": amount}]}


def test_a_window_that_nothing_given_cuts_cannot_be_judged() -> None:
    """A window's end that no fact gives is not applicable, but only where all else agrees."""
    assert outcome_of(invoices("2016-06-01"), WINDOW, "usage_sequence") == ("passed", "")
    found, why = outcome_of(invoices("2016-05-08"), WINDOW, "usage_sequence")
    assert found == "not_applicable"
    assert "[2016-05-01, 2016-05-08) is no window of the given cadence" in why
    assert outcome_of(invoices("2016-05-08", "7.01"), WINDOW, "usage_sequence")[0] == "failed"
    assert outcome_of(invoices("2016-07-01"), WINDOW, "usage_sequence")[0] == "failed"
    moved = {**WINDOW, "service_end": "2016-05-20"}
    assert outcome_of(invoices("2016-05-08", on="2016-05-20"), moved, "usage_sequence")[0] == "failed"


def test_the_last_window_takes_the_day_on_which_the_service_ends() -> None:
    """Usage of the day of cancellation counts in the closing window."""
    given = {**WINDOW, "service_end": "2016-05-20", "events": [{"on": "2016-05-20", "quantity": "7"}]}
    assert outcome_of(invoices("2016-05-20", on="2016-05-20"), given, "usage_sequence") == ("passed", "")


def test_a_price_change_splits_the_window() -> None:
    """With a new price the window is closed and tiers count afresh."""
    tiers = [{"up_to": "5", "unit_price": "1"}, {"up_to": None, "unit_price": "2"}]
    given = {
        **WINDOW,
        "price": {"model": "graduated", "tiers": tiers},
        "price_changes": [{"on": "2016-05-08", "price": {"model": "graduated", "tiers": tiers}}],
        "events": [{"on": "2016-05-03", "quantity": "5"}, {"on": "2016-05-08", "quantity": "5"}],
    }
    lines = [
        {"on": "2016-05-08", "lines": [{"start": "2016-05-01", "end": "2016-05-08", "amount": "5.00"}]},
        {"on": "2016-06-01", "lines": [{"start": "2016-05-08", "end": "2016-06-01", "amount": "5.00"}]},
    ]
    assert outcome_of({"invoices": lines}, given, "usage_sequence") == ("passed", "")


def test_a_minimum_may_be_left_out() -> None:
    """The period's last line tops up to the minimum, unless the case says that the minimum does not count yet."""
    given = {
        "currency": "USD",
        "price": {"model": "unit", "amount": "10", "minimum_spend": "100"},
        "quantity": "1",
        "line_position": "end_of_period",
    }
    assert outcome_of({"totals": {"charges": "90", "total": "100"}}, given) == ("passed", "")
    without = {**given, "ignore_minimum_spend": True}
    assert outcome_of({"totals": {"charges": "0", "total": "10"}}, without) == ("passed", "")


def test_coupons_of_named_lines_come_first() -> None:
    """Whatever the order of the list: lines, then a subscription, then all."""
    lines = [{"line": "a", "subscription": "s", "gross": "10.00"}, {"line": "b", "subscription": "t", "gross": "10.00"}]
    coupons = [
        {"percent": "10", "applies_to": "all"},
        {"fixed": "4.00", "applies_to_subscription": "s"},
        {"percent": "50", "applies_to_lines": ["a"]},
    ]
    given = {"currency": "EUR", "lines": lines, "coupons": coupons}
    assert outcome_of({"coupon": "10.10", "net": "9.90"}, given, "coupon") == ("passed", "")


def test_a_fixed_coupon_of_one_use_carries_its_rest() -> None:
    """What a one-time coupon leaves is not exhausted; a recurring one loses the rest of each use."""
    given = {"currency": "EUR", "lines": {"a": "1.00"}, "coupon": {"fixed": "3.00"}}
    assert outcome_of({"coupon": "1.00", "exhausted": False}, given, "coupon") == ("passed", "")
    used = {**given, "coupon": {"fixed": "3.00", "already_used": "1.50"}}
    assert outcome_of({"coupon": "1.00", "exhausted": False}, used, "coupon") == ("passed", "")
    recurring = {**given, "coupon": {"fixed": "3.00", "invoices_remaining": "1"}}
    assert outcome_of({"coupon": "1.00", "exhausted": True}, recurring, "coupon") == ("passed", "")


def test_usage_above_the_last_bound_has_no_price() -> None:
    """Kill Bill's last tier may be bounded: what lies above it is not applicable, not free."""
    given = {"model": "graduated", "currency": "USD", "tiers": [{"up_to": "5", "unit_price": "1"}], "quantity": "6"}
    found, why = outcome_of({"total": "5"}, given)
    assert found == "not_applicable"
    assert "above the last tier" in why


def test_lines_are_compared_in_any_order_and_without_empty_ones() -> None:
    """The order of lines is not asserted; one too many, one too few and a wrong one fail."""
    given = {"model": "graduated", "currency": "USD", "tiers": [*TIERS[:1], {"up_to": None, "unit_price": "5"}]}
    given |= {"quantity": "12"}
    first, second = {"tier": 1, "amount": "102.00"}, {"tier": 2, "amount": "10.00"}
    assert outcome_of({"lines": [second, {"tier": 3, "amount": "0.00"}, first]}, given) == ("passed", "")
    for lines in ([first], [first, second, second], [first, {"tier": 2, "amount": "10.01"}], []):
        assert outcome_of({"lines": lines}, given)[0] == "failed"
