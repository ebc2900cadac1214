"""Strict JSON: no digit, no duplicate key and no place of a mistake is lost, and nothing hostile costs time."""

from __future__ import annotations

import json
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billcore.core.errors import DocumentError
from billcore.core.exact import exact
from billcore.core.json_places import nearest, places
from billcore.core.json_text import NumberText, read_json
from billcore.core.limits import Limits


def _only(data: bytes | str, **options: object):
    reading = read_json(data, file="a.json", **options)
    assert len(reading.findings) == 1
    assert reading.content is None
    return reading.findings[0]


def test_a_document_of_ours_is_plain_data() -> None:
    """Whole numbers are integers, amounts are texts, a byte order mark is no part of it."""
    reading = read_json(b'\xef\xbb\xbf{"days": 30, "amount": "12.50", "note": null, "on": true, "list": [1]}')
    assert reading.content == {"days": 30, "amount": "12.50", "note": None, "on": True, "list": [1]}
    assert reading.findings == ()


def test_every_fraction_in_a_document_of_ours_is_refused() -> None:
    """A JSON number with a fraction or exponent is float-amount, each with its place."""
    reading = read_json('{"a": 12.50,\n "b": [1, 2e3],\n "c": 7}', file="a.json")
    assert [(finding.code, finding.path, finding.line, finding.column) for finding in reading.findings] == [
        ("float-amount", "a", 1, 7),
        ("float-amount", "b[1]", 2, 11),
    ]
    assert reading.findings[0].hint == 'Write "12.50".'


def test_a_whole_number_beyond_our_digits_is_refused() -> None:
    """18 digits are read, more are not; a million digits take no time."""
    assert read_json(b"[999999999999999999]").content[0] == 10**18 - 1
    assert _only(b"[" + b"9" * 1_000_000 + b"]").code == "number-too-large"


def test_a_payload_keeps_the_literal_text_of_numbers() -> None:
    """Every number of another system is its text, and no text."""
    content = read_json(
        b'{"a": 120000.0, "b": 7, "c": "7", "d": 12345678901234567890.123456789}', numbers="literal"
    ).content
    assert all(isinstance(content[key], NumberText) for key in "abd")
    assert not isinstance(content["c"], NumberText)
    assert content["d"].plain == "12345678901234567890.123456789"


@pytest.mark.parametrize(
    ("literal", "plain"),
    [
        ("120000.0", "120000"),
        ("0", "0"),
        ("-0.00", "0"),
        ("-12.50", "-12.5"),
        ("1.2E5", "120000"),
        ("1e-3", "0.001"),
        ("123.45e1", "1234.5"),
        ("5E+0", "5"),
        ("0.05", "0.05"),
        ("1E999999", "1E999999"),
    ],
)
def test_a_literal_number_is_spelled_plainly(literal: str, plain: str) -> None:
    """Exponents of bounded size are resolved exactly; larger ones stay as they are and are refused by `exact`."""
    assert plain == NumberText(literal).plain


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9),
    st.integers(-6, 6),
)
def test_a_plain_number_has_the_literal_s_value(number: Decimal, exponent: int) -> None:
    """Spelling a number plainly never changes it."""
    literal = NumberText(f"{number:f}E{exponent}")
    assert number * Decimal(10) ** exponent == exact(literal.plain)


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"", 1, 1),
        (b'{\n  "a": 1,\n  "b": ]\n}', 3, 8),
        (b'{"a": 1} x', 1, 10),
        (b"{'a': 1}", 1, 2),
        (b'["a\nb"]', 1, 4),
        (b"[1,]", 1, 4),
    ],
)
def test_a_syntax_error_has_line_and_column(data: bytes, line: int, column: int) -> None:
    """What is not JSON is one finding where it stops being JSON."""
    found = _only(data)
    assert ("json-malformed", "a.json", line) == (found.code, found.file, found.line)
    assert abs(found.column - column) <= 1  # Python releases differ by one in what they point at


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_is_none_is_refused(word: str) -> None:
    """NaN and Infinity are no JSON, though Python reads them; inside a text they are letters."""
    found = _only(f'{{"a":\n {word}}}')
    assert ("number-not-finite", word, 2, 2) == (found.code, found.found, found.line, found.column)
    assert {"a": word} == read_json(f'{{"a": "{word}"}}').content


def test_repeated_keys_are_refused_each_with_its_place() -> None:
    """The last of two keys would win in silence."""
    reading = read_json('{"a": 1, "b": {"c": 1, "c": 2},\n "a": 3, "\\u0061": 4}', file="a.json")
    assert [(f.path, f.line, f.column) for f in reading.findings] == [("b.c", 1, 29), ("a", 2, 7), ("a", 2, 20)]
    assert {"key-repeated"} == {f.code for f in reading.findings}


def test_a_byte_that_is_not_utf_8_is_found_by_line() -> None:
    """A file in another encoding is refused where it first differs."""
    found = _only(b'{"a":\n "M\xfcller"}')
    assert (found.code, found.line, found.column) == ("encoding-unknown", 2, 4)


def test_half_a_surrogate_pair_is_refused() -> None:
    """Text that no encoding can write is found at its place, as value and as key; a whole pair is a character."""
    assert _only('{"a": "\\ud83d"}').path == "a"
    assert _only('{"\\ud83d": 1}', numbers="literal").code == "text-malformed"
    assert read_json('["\\ud83d\\ude00"]').content == ["\U0001f600"]


def test_size_and_depth_are_limited() -> None:
    """Both are checked before the parser works; a host may raise them."""
    assert _only(b" " * 11, limits=Limits(file_bytes=10)).code == "limit-exceeded"
    deep = b"[" * 65 + b"]" * 65
    assert _only(deep).code == "limit-exceeded"
    assert read_json(deep, limits=Limits(depth=65)).findings == ()
    assert read_json(json.dumps("[" * 1_000)).findings == ()


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 1_000_000,
        b'{"a":' * 1_000_000,
        b'"' + b'\\"' * 2_000_000,
        b'"' * 2_000_001,
        b'"\\' * 1_000_000,
        b"NaN" * 1_000_000,
    ],
    ids=["arrays", "objects", "escaped quotes", "quotes", "backslashes", "words"],
)
def test_hostile_text_costs_one_pass(data: bytes) -> None:
    """Megabytes of brackets, quotes or backslashes are refused in time proportional to their size."""
    began = time.process_time()
    assert read_json(data).findings
    assert time.process_time() - began < 5


def test_what_is_neither_bytes_nor_text_is_refused() -> None:
    """A parsed dict has lost the digits of its numbers already."""
    with pytest.raises(DocumentError) as caught:
        read_json({"a": 1.5})
    assert caught.value.code == "bytes-expected"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=15,
)


def _walk(node: object, path: tuple[str | int, ...] = ()):
    yield path, node
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, item in items:
        yield from _walk(item, (*path, key))


@given(JSON, st.sampled_from([None, 2]), st.booleans())
def test_places_points_at_every_value(content: object, indent: int | None, ascii_only: bool) -> None:
    """At the place of each path stands the text of exactly that value, and no other path is named."""
    text = json.dumps(content, indent=indent, ensure_ascii=ascii_only)
    lines, where = text.split("\n"), places(text)
    expected = dict(_walk(content))
    assert set(expected) == set(where)
    for path, node in expected.items():
        line, column = where[path]
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        assert node == json.JSONDecoder().raw_decode(rest)[0]


def test_the_place_of_what_is_missing_is_what_is_around_it() -> None:
    """A missing field is shown at its record."""
    assert nearest(places('{\n"a": {"b": 1}}'), ("a", "c", 0)) == (2, 6)
    assert nearest({}, ("a",)) == (0, 0)


@given(st.binary(max_size=100))
def test_random_bytes_never_raise(data: bytes) -> None:
    """Bytes are content or findings."""
    reading = read_json(data)
    assert (reading.content is None) or not reading.findings
