"""The TOML files of a book: every malformed field is a finding with its path, all at once."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billcore.connectors.toml_text import read_catalogue, read_entities, read_toml
from founding_book import BOOK, catalogue, entities

PRODUCT = """
[[products]]
sku = "A"
name = "Product A"
product_class = "subscription"
tax_class = "software"
treatments = ["ratable"]
entities = ["US01"]
"""
ENTITY = """
[[entities]]
id = "US01"
name = "Seller Inc."
country = "US"
currency = "USD"
zone = "America/New_York"
invoice_prefix = "US01-INV-"
credit_memo_prefix = "US01-CM-"
"""


def _told(findings) -> list[tuple[str, str]]:
    return [(finding.code, finding.path) for finding in findings]


def test_the_book_s_catalogue_and_entities_are_read() -> None:
    """Both files of the founding book are whole."""
    assert catalogue().find("PLATFORM").product_class == "subscription"
    assert not catalogue().find("PLATFORM-2019").is_active
    assert [(entity.id, entity.currency) for entity in entities()] == [("US01", "USD"), ("DE01", "EUR")]
    header, findings = read_toml((BOOK / "gl_mapping.toml").read_bytes(), file="gl_mapping.toml", owner="finance")
    assert findings == ()
    assert list(header) == ["id", "effective_from", "author", "approver", "reason"]
    assert header["author"] != header["approver"]


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ('sku = "A"', 'sku = "two words"', "text-malformed", "products[0].sku"),
        ('sku = "A"', "", "field-missing", "products[0].sku"),
        ('sku = "A"', "sku = 7", "text-malformed", "products[0].sku"),
        ('name = "Product A"', 'name = ""', "text-malformed", "products[0].name"),
        ('["ratable"]', '["sometimes"]', "choice-unknown", "products[0].treatments[0]"),
        ('["ratable"]', '"ratable"', "list-malformed", "products[0].treatments"),
        ('["US01"]', '["US 01"]', "text-malformed", "products[0].entities[0]"),
        ('tax_class = "software"', "", "field-missing", "products[0].tax_class"),
        ('sku = "A"', 'sku = "A"\ncolor = "red"', "field-unknown", "products[0].color"),
        ("[[products]]", "[[product]]", "field-unknown", "product"),
        ("[[products]]", "[products]", "list-malformed", "products"),
    ],
)
def test_a_malformed_product_is_found_by_path(old: str, new: str, code: str, path: str) -> None:
    """Each wrong field of the catalogue is the product owner's to mend."""
    read, findings = read_catalogue(PRODUCT.replace(old, new), "catalogue.toml")
    assert read is None
    assert [(code, path)] == _told(findings)
    assert (findings[0].file, findings[0].owner) == ("catalogue.toml", "product")


def test_every_wrong_field_is_found_at_once() -> None:
    """Mistakes in two products are all told."""
    text = PRODUCT.replace('"A"', '"a b"') + PRODUCT.replace('["ratable"]', '["x"]').replace('name = "Product A"', "")
    _, findings = read_catalogue(text)
    assert {
        ("text-malformed", "products[0].sku"),
        ("choice-unknown", "products[1].treatments[0]"),
        ("field-missing", "products[1].name"),
    } == set(_told(findings))


def test_a_sku_stands_once() -> None:
    """Two products of one sku are refused."""
    assert [finding.code for finding in read_catalogue(PRODUCT + PRODUCT)[1]] == ["id-repeated"]


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ('currency = "USD"', 'currency = "usd"', "currency-unknown", "entities[0].currency"),
        ('currency = "USD"', 'currency = "XQX"', "currency-unknown", "entities[0].currency"),
        ('country = "US"', 'country = "USA"', "text-malformed", "entities[0].country"),
        ("America/New_York", "America/Atlantis", "zone-unknown", "entities[0].zone"),
        ("America/New_York", "../../etc/passwd", "zone-unknown", "entities[0].zone"),
        ("America/New_York", "America", "zone-unknown", "entities[0].zone"),
        ("US01-CM-", "US01-INV-", "prefix-repeated", "entities[0].credit_memo_prefix"),
        ('id = "US01"', "", "field-missing", "entities[0].id"),
    ],
)
def test_a_malformed_entity_is_found_by_path(old: str, new: str, code: str, path: str) -> None:
    """Each wrong field of an entity is finance's to mend."""
    read, findings = read_entities(ENTITY.replace(old, new), "entities.toml")
    assert read == ()
    assert [(code, path)] == _told(findings)
    assert (findings[0].file, findings[0].owner) == ("entities.toml", "finance")


def test_an_entity_stands_once_with_its_own_series() -> None:
    """Two entities of one id, or of one number series, are refused."""
    _, findings = read_entities(ENTITY + ENTITY)
    assert [finding.code for finding in findings] == ["id-repeated", "prefix-repeated", "prefix-repeated"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"a = 1\nb = \n", 2),
        (b"[[products]\n", 1),
        (b"a = 1\na = 2\n", 2),
        (b'a = "open', 1),
        (b"a = 2026-13-01", 1),
        (b"a = " + b"[" * 100_000, 0),
        (b"a = " + b"9" * 10_000, 0),
    ],
)
def test_text_that_is_not_toml_is_one_finding(text: bytes, line: int) -> None:
    """A broken file is one finding with the line where it breaks."""
    read, findings = read_toml(text, file="x.toml", owner="finance")
    assert read is None
    assert [finding.code for finding in findings] == ["toml-malformed"]
    assert line in (findings[0].line, 0)


def test_numbers_with_a_fraction_are_their_text() -> None:
    """TOML has floats; a document of ours never sees one."""
    assert read_toml("a = 0.1\nb = 1e5\nc = 3", file="x", owner="finance")[0] == {"a": "0.1", "b": "1e5", "c": 3}
    assert Decimal("0.1") == Decimal(read_toml("a = 0.1", file="x", owner="finance")[0]["a"])


def test_a_file_in_another_encoding_is_found() -> None:
    """Both readers look at the encoding first."""
    assert [finding.code for finding in read_catalogue(b"name = \xff")[1]] == ["encoding-unknown"]
    assert [finding.code for finding in read_entities(b"name = \xff")[1]] == ["encoding-unknown"]


@given(st.text(max_size=80))
def test_random_text_never_raises(text: str) -> None:
    """Text is a catalogue or findings."""
    read, findings = read_catalogue(text)
    assert (read is None) == bool(findings)
    read_entities(text)


def _dotted(parts: int, part: str = "a") -> str:
    return ".".join([part] * parts)


@pytest.mark.parametrize(
    "text",
    [
        f"{_dotted(64)} = 1",
        f"[{_dotted(64)}]",
        f'x = "{_dotted(200)}"',
        f"x = '{_dotted(200)}'",
        f'x = """\n{_dotted(200)}\n"""',
        f"x = '''\n{_dotted(200)}\n'''",
        f"# {_dotted(200)}\nx = 1",
        f"x = [{', '.join(['1.5'] * 200)}]",
        f"x = {{{', '.join(f'a{n}.b = 1.5' for n in range(100))}}}",
    ],
)
def test_dots_that_make_no_deep_key_are_read(text: str) -> None:
    """A key of 64 parts, and any number of points in texts, comments and numbers."""
    data, findings = read_toml(text, file="t.toml", owner="finance")
    assert () == findings
    assert data


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (f"{_dotted(65)} = 1", 1, 128),
        (f"x = 1\n[{_dotted(65)}]", 2, 129),
        (f"x = {{{_dotted(65)} = 1}}", 1, 133),
        (f"{_dotted(65, chr(34) + 'a' + chr(34))} = 1", 1, 256),
        (f"{' . '.join(['a'] * 65)} = 1", 1, 255),
        (f"x = 'it' # it's\n{_dotted(65)} = 1", 2, 128),
    ],
)
def test_a_key_of_too_many_parts_is_refused(text: str, line: int, column: int) -> None:
    """However it is written, the finding says where its 65th part begins to be too much."""
    data, findings = read_toml(text, file="t.toml", owner="finance")
    assert data is None
    assert [("limit-exceeded", line, column)] == [(one.code, one.line, one.column) for one in findings]


@pytest.mark.parametrize(
    "text",
    [
        _dotted(200_000) + " = 1",
        f"[{_dotted(200_000)}]",
        '"""' * 100_001 + _dotted(70),
        ("'" * 5 + '"') * 50_000 + _dotted(70),
        "x = '" + _dotted(70) + "\\" * 100_000,
        '"\\' * 100_000 + _dotted(70),
        'x = """' + _dotted(70) + "\\" * 100_001,
    ],
    ids=["key", "header", "quotes", "mixed quotes", "backslashes", "quoted backslashes", "an open text"],
)
def test_a_hostile_file_is_refused_in_time(text: str) -> None:
    """The parser's time grows with the square of a key's parts; the reader's does not."""
    started = time.process_time()
    data, findings = read_toml(text, file="t.toml", owner="finance")
    assert time.process_time() - started < 1
    assert data is None
    assert findings
