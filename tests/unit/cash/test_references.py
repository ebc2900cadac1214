"""Normal forms and tokens of a remittance text."""

from __future__ import annotations

import pytest

from billcore.cash.references import alphanumeric, digits, tokens


@pytest.mark.parametrize(
    ("text", "form_a", "form_b"),
    [
        ("INV/2019/00001", "INV201900001", "201900001"),
        ("inv-2019.00001", "INV201900001", "201900001"),
        ("0000123456", "0000123456", "123456"),
        ("000001", "000001", ""),
        ("A-17", "", ""),
        ("A-175", "", ""),
        ("AB-175", "AB175", ""),
        ("\uff12\uff10\uff12\uff15\uff10\uff10\uff10\uff17", "20250007", "20250007"),
        ("Rechnung№12345", "RECHNUNGNO12345", "12345"),
        ("١٢٣٤٥٦", "", ""),
        ("straße1", "STRASSE1", ""),
        ("", "", ""),
    ],
)
def test_the_two_forms(text, form_a, form_b):
    """Letters and digits in upper case; digits without leading zeros; nothing under five characters."""
    assert (alphanumeric(text), digits(text)) == (form_a, form_b)


def texts(text):
    return [token.text for token in tokens(text)]


def test_whole_words_come_first_then_joins_in_the_order_of_the_text():
    """Up to three neighbours are joined, four are not."""
    assert texts("11111 22222 33333 44444") == [
        "11111",
        "22222",
        "33333",
        "44444",
        "11111 22222",
        "11111 22222 33333",
        "22222 33333",
        "22222 33333 44444",
        "33333 44444",
    ]


def test_words_are_split_on_blank_comma_semicolon_and_slash():
    """A word with slashes is kept whole and cut."""
    assert texts("11111,22222;33333/44444")[:3] == ["11111", "22222", "33333/44444"]
    assert {"33333", "44444"} <= set(texts("33333/44444"))


@pytest.mark.parametrize("day", ["2025-03-01", "2025/03/01", "01.03.2025", "1.3.25", "01/03/25", "01.03.2025:"])
def test_a_date_is_removed_and_nothing_is_joined_across_it(day):
    """Neither the date nor a join over it is a token."""
    assert texts(f"12345 {day} 67890") == ["12345", "67890"]


@pytest.mark.parametrize("number", ["2019-00001", "01.2025.00017", "2025-03-011", "1-2-3-4567"])
def test_what_only_resembles_a_date_stays(number):
    """An invoice number with separators is no date."""
    assert number in texts(number)


def test_places_are_those_of_the_text():
    """Each token is the stretch of the text that it names."""
    text = "INV / 2019 / 00001, INV-10001/INV-10002"
    for token in tokens(text):
        pieces = token.text.split()
        assert text[token.start : token.start + len(pieces[0])] == pieces[0]
        assert text[token.end - len(pieces[-1]) : token.end] == pieces[-1]


def test_the_longest_text_gives_a_bounded_number_of_tokens():
    """Two thousand characters of one-letter words and slashes stay small work."""
    assert len(tokens("1/" * 1_000)) + len(tokens("12345 " * 333)) < 3_000
