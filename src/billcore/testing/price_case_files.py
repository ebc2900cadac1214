"""What a file of rule cases holds: ``[[case]]`` tables in TOML, and ``[prices.NAME]`` that several cases name.

Every problem of a file is found at once, each with its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import Field, StringConstraints, field_validator

from billcore.connectors.toml_text import read_toml
from billcore.core.document import Document, problem
from billcore.core.errors import DocumentError, excerpt
from billcore.core.fields import Identifier, Items, Note, optional
from billcore.core.findings import Finding, Owner
from billcore.core.value import replaced
from billcore.pricing.documents import Price
from billcore.testing.price_cases import Expected, Given, PriceCase

D = TypeVar("D", bound=Document)
Named = dict[str, "Price | DocumentError"]  # a price that was refused is no problem where each case expects that

_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*case[ \t]*\]\]", re.MULTILINE)
_OWNER: Owner = "product"


class _Head(Document):
    """What every case says of itself, whatever becomes of its price; `Given` and `Expected` are the rest."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    source: Annotated[Note, Field(min_length=1)]
    price: Any


class _File(Document):
    """The whole file."""

    case: Items[Any]
    prices: dict[Identifier, Any] = optional(default={})

    @field_validator("case")
    @classmethod
    def _has_cases(cls, cases: tuple[object, ...]) -> tuple[object, ...]:
        if not cases:
            raise problem("case-malformed", found="no case", expected="at least one [[case]]")
        return cases


class _Priced(Document):
    """The smallest document with a price in it."""

    price: Price


def read_cases(data: bytes | str, file: str = "rules.toml") -> tuple[tuple[PriceCase, ...], tuple[Finding, ...]]:
    r"""Read a file of rule cases.

    Args:
        data: The file, TOML.
        file: Its name, for findings.

    Returns: the cases and no finding, or no case and every finding, each with its path: ``case[3].price.tiers[0]``,
        counted from 0. Beside the fields' own codes: ``toml-malformed``, ``case-malformed``, ``id-repeated``,
        ``price-name-unknown``.

    >>> cases, _ = read_cases('[[case]]\nid = "seats"\nsource = "by hand"\nquantity = "3"\nexpect = "30"\n'
    ...                       'price = {kind = "per_unit", unit_price = "10"}')
    >>> cases[0].id, cases[0].given.price.unit_price
    ('seats', Decimal('10'))
    """
    table, findings = read_toml(data, file=file, owner=_OWNER)
    if table is None:
        return (), findings
    whole, error = _tried(_File, table)
    if whole is None or error is not None:
        return (), _placed(error, "", file, 0)
    lines = _lines(data if isinstance(data, str) else data.decode("utf-8-sig"), len(whole.case))
    prices = {name: _price(price, name) for name, price in whole.prices.items()}
    cases: list[PriceCase] = []
    noted: list[Finding] = []
    for index, (given, line) in enumerate(zip(whole.case, lines, strict=True)):
        try:
            cases.append(_case(given, prices, file, line))
        except DocumentError as error:
            noted.extend(_placed(error, f"case[{index}]", file, line))
    noted.extend(_repeated(whole.case, file, lines))
    noted.extend(_unexcused(prices, whole.case, file))
    return ((), tuple(noted)) if noted else (tuple(cases), ())


def _price(given: object, name: str) -> Price | DocumentError:
    read, error = _tried(_Priced, {"price": given})
    if read is not None:
        return read.price
    findings = () if error is None else error.findings
    return _error(replaced(one, path=f"prices.{name}{one.path.removeprefix('price')}") for one in findings)


def _case(given: object, prices: Named, file: str, line: int) -> PriceCase:
    """Read one case; what it is worked out from may be refused where the case expects that.

    Raises: DocumentError with every finding of the case.
    """
    if not isinstance(given, dict):
        raise _error([Finding(code="value-malformed", found=excerpt(given), expected="a table [[case]]")])
    expectation = {name: value for name, value in given.items() if name in Expected.model_fields}
    content = {name: value for name, value in given.items() if name in Given.model_fields}
    # A field that nobody knows is told by the head.
    head = {name: value for name, value in given.items() if name not in {**expectation, **content} or name == "price"}
    named, refusal = _named(content, prices)
    read_head, head_error = _tried(_Head, head)
    expected, expectation_error = _tried(Expected, expectation)
    read = None
    if refusal is None and "price" in content:
        read, refusal = _tried(Given, {**content, "price": named})
    is_awaited = expected is not None and expected.expect_error is not None
    is_told_elsewhere = refusal is not None and refusal is named
    content_error = None if is_awaited or is_told_elsewhere else refusal
    errors = [error for error in (head_error, expectation_error, content_error) if error is not None]
    if errors or read_head is None or expected is None:
        raise _error(finding for error in errors for finding in error.findings)
    return PriceCase(
        id=read_head.id, source=read_head.source, file=file, line=line, expected=expected, given=read, refusal=refusal
    )


def _named(content: Mapping[str, object], prices: Named) -> tuple[object, DocumentError | None]:
    """The price of a case, looked up where it is a name; and why it was refused, where it was."""
    price = content.get("price")
    if not isinstance(price, str):
        return price, None
    found = prices.get(price)
    if found is None:
        known = f"one of {', '.join(sorted(prices))}" if prices else "a price, or [prices.NAME] in the file"
        code, told = "price-name-unknown", f"the price {excerpt(price)}"
        return price, _error([Finding(code=code, path="price", found=told, expected=known[:300])])
    return found, found if isinstance(found, DocumentError) else None


def _repeated(cases: tuple[object, ...], file: str, lines: list[int]) -> list[Finding]:
    """Find each id that stands twice."""
    found: list[Finding] = []
    seen: set[object] = set()
    for index, (case, line) in enumerate(zip(cases, lines, strict=True)):
        name = case.get("id") if isinstance(case, dict) else None
        if not isinstance(name, str):
            continue
        if name in seen:
            path, told = f"case[{index}].id", f"{excerpt(name)} again"
            finding = Finding(code="id-repeated", owner=_OWNER, path=path, found=told, expected="each id once")
            found.append(replaced(finding, file=file, line=line))
        seen.add(name)
    return found


def _unexcused(prices: Named, cases: tuple[object, ...], file: str) -> list[Finding]:
    """Find what is wrong with named prices, but for those of which every case expects a refusal."""
    users: dict[object, list[bool]] = {}
    for case in cases:
        if isinstance(case, dict) and isinstance(case.get("price"), str):
            users.setdefault(case["price"], []).append("expect_error" in case)
    return [
        finding
        for name, price in prices.items()
        if isinstance(price, DocumentError) and not all(users.get(name, [False]))
        for finding in _placed(price, "", file, 0)
    ]


def _tried(kind: type[D], given: object) -> tuple[D | None, DocumentError | None]:
    try:
        return kind.read(given), None
    except DocumentError as error:
        return None, error


def _error(findings: Iterable[Finding]) -> DocumentError:
    """One error that tells the first of several findings and holds all."""
    found = tuple(findings)
    first = found[0]
    return DocumentError(
        first.code, found=first.found, expected=first.expected, path=first.path, hint=first.hint, findings=found
    )


def _placed(error: DocumentError | None, before: str, file: str, line: int) -> tuple[Finding, ...]:
    findings = () if error is None else error.findings
    return tuple(
        replaced(one, path=".".join(part for part in (before, one.path) if part), file=file, line=line, owner=_OWNER)
        for one in findings
    )


def _lines(text: str, count: int) -> list[int]:
    """The line of each ``[[case]]``; zeros where the headers that are seen are not the cases that were read."""
    found, line, place = [], 1, 0
    for match in _HEADER.finditer(text):
        line += text.count("\n", place, match.start())
        place = match.start()
        found.append(line)
    return found if len(found) == count else [0] * count
