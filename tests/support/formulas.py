"""Formulas by chance: trees of the oracle's form, with values for their names."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from billcore.core.exact import plain

Tree = tuple[Any, ...]
NUMBERS = ("quantity", "rate", "fee")
TRUTHS = ("first", "renewed")
KINDS = {**dict.fromkeys(NUMBERS, "number"), **dict.fromkeys(TRUTHS, "truth")}
MODES = ("half_up", "half_even", "up", "down")

_LITERALS = st.sampled_from(["0", "1", "2", "3", "10", "0.5", "0.05", "0.125", "1.10", "99.995", "7", "1000"])
_LARGE = st.just("9" * 18 + "." + "9" * 12)
_LEAVES = st.sampled_from([("name", name) for name in NUMBERS]) | st.tuples(st.just("number"), _LITERALS)


def _numbers(numbers: Any, truths: Any) -> Any:
    chains = st.sampled_from(["+", "*", "min", "max"])
    return st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*", "min", "max"]), numbers, numbers),
        st.builds(lambda what, parts: (what, *parts), chains, st.lists(numbers, min_size=3, max_size=4)),
        st.tuples(st.sampled_from(["neg", "abs", "ceil", "floor"]), numbers),
        st.tuples(st.just("**"), numbers, st.integers(0, 3)),
        st.tuples(st.just("if"), numbers, truths, numbers),
        st.tuples(st.just("round"), numbers, st.integers(0, 4)),
        st.tuples(st.just("div"), numbers, numbers, st.integers(0, 4), st.sampled_from(MODES)),
    )


def _truths(numbers: Any, truths: Any) -> Any:
    compared = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    return st.one_of(
        st.tuples(compared, numbers, numbers),
        st.tuples(compared, numbers, numbers),
        st.tuples(st.sampled_from(["and", "or"]), truths, truths),
        st.builds(
            lambda what, parts: (what, *parts),
            st.sampled_from(["and", "or"]),
            st.lists(truths, min_size=3, max_size=3),
        ),
        st.tuples(st.just("not"), truths),
        st.tuples(st.just("if"), truths, truths, truths),
    )


def _levels(depth: int) -> tuple[Any, Any]:
    numbers, truths = _LEAVES, st.sampled_from([("name", name) for name in TRUTHS])
    for _ in range(depth):
        numbers, truths = (
            _LEAVES | _numbers(numbers, truths) | _numbers(numbers, truths),
            st.sampled_from([("name", name) for name in TRUTHS]) | _truths(numbers, truths),
        )
    return numbers, truths


TREES = _levels(3)[0]


def _decimals(digits: int, scale: int) -> st.SearchStrategy[str]:
    top = 10 ** (digits + scale)
    return st.builds(plain, st.integers(-top, top), st.just(scale))


SMALL_NUMBERS = st.integers(0, 3).flatmap(lambda scale: _decimals(2, scale)) | st.sampled_from(["0", "1", "-1", "0.5"])
ANY_NUMBERS = SMALL_NUMBERS | SMALL_NUMBERS | st.integers(0, 12).flatmap(lambda scale: _decimals(17, scale)) | _LARGE


def values_of(numbers: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    """A value for each name: texts, and truths."""
    return st.fixed_dictionaries({**dict.fromkeys(NUMBERS, numbers), **dict.fromkeys(TRUTHS, st.booleans())})


def scale_of(text: str) -> int:
    """Digits after the point that carry value."""
    return len(text.partition(".")[2].rstrip("0"))


def unscaled(value: str | bool, scale: int) -> int:
    """A value as an integer at a scale."""
    return value if isinstance(value, bool) else int(Fraction(value) * 10**scale)
