"""What the TOML files of a book say: catalogue, legal entities, price book, other plain tables, with path findings."""

from __future__ import annotations

import re
import tomllib
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from billcore.contract.catalogue import Catalogue
from billcore.contract.parties import LegalEntity
from billcore.core.document import Document
from billcore.core.errors import DocumentError
from billcore.core.fields import Items, optional
from billcore.core.findings import Finding, Owner
from billcore.core.json_places import Lines
from billcore.core.limits import DEFAULT, Limits
from billcore.core.source_text import read_text
from billcore.core.value import replaced
from billcore.money.currency import DIGITS
from billcore.pricing.price_book import PriceBook, check_price_book

D = TypeVar("D", bound=Document)

# What a key is made of, apart from texts and comments; one running to the end matches too, so that hostile quotes cost
# one pass.
_KEY = re.compile(
    r'''"""(?:[^\\]|\\.)*?(?:"""|\\?\Z)|\'{3}.*?(?:\'{3}|\Z)|\#[^\n]*|'''
    r"""(?P<part>"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|[A-Za-z0-9_-]+)|(?P<dot>\.)|(?P<blank>[ \t]+)|.""",
    re.DOTALL,
)


class _Entities(Document):
    """The whole entities file."""

    entities: Items[LegalEntity] = optional(default=())


def read_toml(
    data: bytes | str, *, file: str, owner: Owner, limits: Limits = DEFAULT
) -> tuple[dict[str, Any] | None, tuple[Finding, ...]]:
    r"""Read TOML as plain data; a number with a fraction is kept as its text.

    Returns: the data, or None and one finding: ``toml-malformed`` with its line, ``limit-exceeded`` (also of a key of
        more parts than ``limits.depth``), ``encoding-unknown``.

    >>> read_toml("rate = 19.0", file="t.toml", owner="finance")
    ({'rate': '19.0'}, ())
    >>> print(read_toml("a = 1\nb = ", file="t.toml", owner="finance")[1][0].place)
    t.toml:2:5
    """
    text, findings = read_text(data, file=file, owner=owner, limits=limits)
    if findings:
        return None, findings
    deep = _too_deep(text, limits)
    if deep is not None:
        line, column = Lines(text).position(deep)
        found, expected = f"a key of more than {limits.depth} parts", f"at most {limits.depth}"
        return None, (
            Finding(
                code="limit-exceeded", owner=owner, file=file, line=line, column=column, found=found, expected=expected
            ),
        )
    try:
        return tomllib.loads(text, parse_float=str), ()
    except tomllib.TOMLDecodeError as error:
        line, column = _place(str(error), text)
        said = re.sub(r" \(at .*\)$", "", str(error))
        found = f"text that is not TOML ({said[:1].lower()}{said[1:120]})"
    except (RecursionError, ValueError):
        # ValueError: an integer of more digits than Python converts, or a date that no calendar has.
        line, column, found = 0, 0, "nesting too deep, a number too large, or a date that does not exist"
    expected = "a TOML document"
    return None, (
        Finding(
            code="toml-malformed", owner=owner, file=file, line=line, column=column, found=found, expected=expected
        ),
    )


def _too_deep(text: str, limits: Limits) -> int | None:
    """The place at which a dotted key has too many parts: the parser's time grows with their square."""
    if all(line.count(".") < limits.depth for line in text.split("\n")):
        return None  # a key ends with its line
    dots = 0
    for token in _KEY.finditer(text):
        if token.lastgroup == "dot":
            dots += 1
            if dots >= limits.depth:
                return token.start()
        elif token.lastgroup is None:
            dots = 0
    return None


def _place(message: str, text: str) -> tuple[int, int]:
    """The line and column that tomllib names in its message; the end of the text where it says so."""
    match = re.search(r"\(at line ([0-9]+), column ([0-9]+)\)$", message)
    if match:
        return int(match[1]), int(match[2])
    lines = text.split("\n")
    return len(lines), len(lines[-1]) + 1


def _read(kind: type[D], data: object, file: str, owner: Owner) -> tuple[D | None, tuple[Finding, ...]]:
    try:
        return kind.read(data), ()
    except DocumentError as error:
        return None, tuple(replaced(finding, owner=owner, file=file) for finding in error.findings)


def read_catalogue(text: bytes | str, file: str = "catalogue.toml") -> tuple[Catalogue | None, tuple[Finding, ...]]:
    """Read the catalogue: ``[[products]]`` tables with the fields of `Product`.

    Returns: the catalogue, or None with every finding, owner product.
    """
    data, findings = read_toml(text, file=file, owner="product")
    return (None, findings) if data is None else _read(Catalogue, data, file, "product")


def read_price_book(text: bytes | str, file: str = "prices.toml") -> tuple[PriceBook | None, tuple[Finding, ...]]:
    """Read a price book: ``id``, ``currency`` and ``[[entries]]`` tables with the fields of `PriceEntry`.

    Returns: the book with its warnings (``price-gap``), or None with every finding, owner product.

    >>> book, findings = read_price_book('''
    ... id = "main"
    ... currency = "USD"
    ... [[entries]]
    ... id = "api-2026"
    ... sku = "API"
    ... version = "2026-01"
    ... effective_from = 2026-01-01
    ... price = {kind = "per_unit", unit_price = "0.05"}
    ... ''')
    >>> print(book.entries[0])
    api-2026 (list price, version 2026-01, priority 0 by default, from 2026-01-01): per_unit, unit_price 0.05
    """
    data, findings = read_toml(text, file=file, owner="product")
    if data is None:
        return None, findings
    book, findings = _read(PriceBook, data, file, "product")
    if book is None:
        return None, findings
    return book, tuple(replaced(finding, file=file) for finding in check_price_book(book))


def read_entities(
    text: bytes | str, file: str = "entities.toml"
) -> tuple[tuple[LegalEntity, ...], tuple[Finding, ...]]:
    """Read the legal entities: ``[[entities]]`` tables with the fields of `LegalEntity`.

    Returns: the entities, or none with every finding, owner finance. Beside the fields' own: ``id-repeated``,
        ``currency-unknown``, ``zone-unknown`` (a name that the zone data lacks), ``prefix-repeated`` (a number series
        of two entities would not be gapless).
    """
    data, findings = read_toml(text, file=file, owner="finance")
    if data is None:
        return (), findings
    document, findings = _read(_Entities, data, file, "finance")
    if document is None:
        return (), findings
    noted: list[Finding] = []
    prefixes: set[str] = set()
    for index, entity in enumerate(document.entities):
        problems = []
        if entity.id in {other.id for other in document.entities[:index]}:
            problems.append(("id-repeated", "id", entity.id, "each id once"))
        if entity.currency not in DIGITS:
            problems.append(("currency-unknown", "currency", entity.currency, "an ISO 4217 code, such as USD"))
        if not _zone_exists(entity.zone):
            problems.append(("zone-unknown", "zone", entity.zone[:80], "an IANA name, such as Europe/Berlin"))
        for name in ("invoice_prefix", "credit_memo_prefix"):
            prefix: str = getattr(entity, name)
            if prefix in prefixes:
                problems.append(("prefix-repeated", name, prefix, "one prefix for each series"))
            prefixes.add(prefix)
        noted.extend(
            Finding(code=code, owner="finance", file=file, path=f"entities[{index}].{name}", found=found, expected=told)
            for code, name, found, told in problems
        )
    return (() if noted else document.entities), tuple(noted)


def _zone_exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
