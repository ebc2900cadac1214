"""Unit tests of rounding and splitting: what is refused, each argument alone, and the edges that laws seldom draw."""

from __future__ import annotations

from typing import Any

import pytest

from billcore.core.errors import DocumentError
from billcore.money.allocation import cumulative_part, split_by_time, split_by_weight
from billcore.money.rounding import round_ratio

NO_INTEGERS = [(2.0, "float-amount"), (True, "number-malformed"), ("2", "number-malformed"), (None, "number-malformed")]
GOOD = {"numerator": 4, "denominator": 2, "increment": 1}
PROGRESS = {"total": 10, "before": 0, "through": 1, "whole": 2}


@pytest.mark.parametrize(("given", "code"), NO_INTEGERS)
@pytest.mark.parametrize("name", GOOD)
def test_rounding_refuses_what_is_no_integer(name: str, given: Any, code: str) -> None:
    """Each argument alone: a float would round in silence, a truth is a mistake; the error names which."""
    with pytest.raises(DocumentError) as raised:
        round_ratio(**GOOD | {name: given})
    assert (code, name) == (raised.value.code, raised.value.path)


@pytest.mark.parametrize(("given", "code"), NO_INTEGERS)
@pytest.mark.parametrize("split", [split_by_weight, split_by_time])
def test_splitting_refuses_a_total_that_is_no_integer(split: Any, given: Any, code: str) -> None:
    """The total is judged as the weights are."""
    with pytest.raises(DocumentError) as raised:
        split(given, [1, 2])
    assert (code, "total") == (raised.value.code, raised.value.path)


@pytest.mark.parametrize(("given", "code"), NO_INTEGERS)
@pytest.mark.parametrize("split", [split_by_weight, split_by_time])
def test_splitting_refuses_a_weight_that_is_no_integer(split: Any, given: Any, code: str) -> None:
    """The error says which weight."""
    with pytest.raises(DocumentError) as raised:
        split(10, [1, given])
    assert (code, "weights[1]") == (raised.value.code, raised.value.path)


@pytest.mark.parametrize(("given", "code"), NO_INTEGERS)
@pytest.mark.parametrize("name", PROGRESS)
def test_a_part_refuses_progress_that_is_no_integer(name: str, given: Any, code: str) -> None:
    """Each argument alone."""
    with pytest.raises(DocumentError) as raised:
        cumulative_part(**PROGRESS | {name: given})
    assert (code, name) == (raised.value.code, raised.value.path)


@pytest.mark.parametrize("split", [split_by_weight, split_by_time])
@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ([], "weights-empty"),
        ([0, 0], "weights-sum-to-zero"),
        ([2, -1], "weight-negative"),
        ([1, -1], "weight-negative"),
    ],
)
def test_splitting_refuses_weights_that_say_nothing(split: Any, weights: list[int], code: str) -> None:
    """No weight, only zeros, one below zero."""
    with pytest.raises(DocumentError) as raised:
        split(10, weights)
    assert code == raised.value.code


@pytest.mark.parametrize(
    ("before", "through", "whole", "code"),
    [
        (-1, 1, 2, "share-above-whole"),
        (2, 1, 2, "share-above-whole"),
        (0, 3, 2, "share-above-whole"),
        (0, 0, 0, "weights-sum-to-zero"),
    ],
)
def test_a_part_refuses_progress_outside_the_whole(before: int, through: int, whole: int, code: str) -> None:
    """Progress runs from zero to the whole, forward; a whole of nothing has no parts."""
    with pytest.raises(DocumentError) as raised:
        cumulative_part(10, before, through, whole)
    assert code == raised.value.code


@pytest.mark.parametrize(
    ("total", "whole", "more", "parts"),
    [
        (17, 4, {"increment": 5}, [5, 5, 5, 0]),
        (10, 4, {"increment": 5, "mode": "down"}, [0, 5, 0, 5]),
        (4, 8, {"mode": "half_even"}, [0, 1, 1, 0, 0, 1, 1, 0]),
        (4, 8, {}, [1, 0, 1, 0, 1, 0, 1, 0]),
    ],
)
def test_a_part_takes_its_mode_and_increment_at_both_ends(
    total: int, whole: int, more: dict[str, Any], parts: list[int]
) -> None:
    """Both cumulatives are rounded alike: 4.25, 8.5, 12.75 and 17 in steps of 5 are 5, 10, 15 and 15."""
    assert parts == [cumulative_part(total, n, n + 1, whole, **more) for n in range(whole)]


def test_ties_decide_who_gets_the_unit() -> None:
    """Equal remainders go by the ties that are given, else by place; a bigger remainder goes before any tie."""
    assert (1, 0, 0) == split_by_weight(1, [1, 1, 1])
    assert (0, 0, 1) == split_by_weight(1, [1, 1, 1], ties=["c", "b", "a"])
    assert (0, 1) == split_by_weight(1, [1, 2], ties=["a", "b"])
    with pytest.raises(DocumentError) as raised:
        split_by_weight(1, [1, 1], ties=["a"])
    assert "ties-do-not-match" == raised.value.code


@pytest.mark.parametrize("total", [-1, -2, -100])
def test_what_is_given_back_is_split_as_what_was_charged(total: int) -> None:
    """One unit below zero too: the parts of a credit are those of the charge with the other sign."""
    assert tuple(-part for part in split_by_weight(-total, [3, 2, 2])) == split_by_weight(total, [3, 2, 2])


def test_a_ratio_is_rounded_to_single_units_half_away_from_zero_unless_told_otherwise() -> None:
    """What is not said is what invoices do."""
    assert [1, 1, 2, 3, 3] == [round_ratio(n, 2) for n in (1, 2, 3, 5, 6)]
    assert [-1, -3] == [round_ratio(n, 2) for n in (-1, -5)]
