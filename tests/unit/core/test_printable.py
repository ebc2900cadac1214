"""Texts on one line: widths, cuts, wraps and groups of digits."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billcore.core.printable import columns, grouped, left, one_line, right, shortened, wrapped
from support.payloads import HOSTILE

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=60)


@given(ANY_TEXT)
def test_one_line_has_no_hidden_character(text: str) -> None:
    """Whatever is given, one line of visible characters and single blanks comes back, and once is enough."""
    shown = one_line(text)
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert len(shown.splitlines()) <= 1
    assert "  " not in shown
    assert shown == one_line(shown)
    shown.encode()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_tamed(text: str) -> None:
    """No payload keeps an escape or a line break."""
    assert not set(one_line(text)) & set("\x1b\x07\x9b\r\n\t\u2028\u2029\u202e\u200b")


@given(ANY_TEXT, st.integers(min_value=0, max_value=30))
def test_a_field_has_its_width(text: str, width: int) -> None:
    """A text at the left fills its field exactly; a shortened text never passes it."""
    shown = one_line(text)
    assert columns(shortened(shown, width)) <= width
    assert width == columns(left(shown, width))


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("Müller", 6), ("東京", 4), ("e\u0301", 1), ("", 0), ("한국", 4), ("🧾", 2)]
)
def test_columns_are_counted_as_a_terminal_counts(text: str, width: int) -> None:
    """Wide characters take two columns, combining marks none."""
    assert width == columns(text)


def test_a_wide_character_is_not_cut_in_half() -> None:
    """Where half a character would fit, none is shown and the field is filled with a blank."""
    assert "東 " == left("東京", 3)
    assert "東..." == shortened("東京都庁", 5)


def test_a_number_is_never_cut() -> None:
    """A number wider than its column is kept whole: a cut number would be another number."""
    assert "1234567" == right("1234567", 3)
    assert "  1" == right("1", 3)


@given(ANY_TEXT, st.integers(min_value=2, max_value=30))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    """All visible characters are there, in order, and no line is too wide."""
    shown = one_line(text)
    lines = list(wrapped(shown, width))
    assert shown.replace(" ", "") == "".join(lines).replace(" ", "")
    assert all(columns(line) <= width for line in lines)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("0", "0"),
        ("999", "999"),
        ("1000", "1,000"),
        ("-1234567.80", "-1,234,567.80"),
        ("-0.05", "-0.05"),
        ("12345678901234.5678", "12,345,678,901,234.5678"),
        ("61234", "61,234"),
    ],
)
def test_digits_stand_in_groups_of_three(number: str, shown: str) -> None:
    """Thousands are set apart; sign and every digit stay."""
    assert shown == grouped(number)
