"""What may be written in a document's field and what is read back, where the two differ.

To a type checker `Exact` and `Items` are descriptors (write ``str | int | Decimal``, read ``Decimal``); at run time
they are annotated pydantic types. So ``Flat(amount="1200.00")`` passes mypy strict and ``flat.amount`` is a Decimal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, StringConstraints, WithJsonSchema

from billcore.core.document import optional as optional
from billcore.core.document import problem
from billcore.core.errors import BillcoreError, excerpt
from billcore.core.exact import exact

T = TypeVar("T")

_PATTERN = r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?$"


def _read_exact(given: object) -> Decimal:
    try:
        return exact(given)
    except BillcoreError as error:
        raise problem(error.code, found=error.found, expected=error.expected, hint=error.hint) from None


def _written(number: Decimal) -> str:
    # str() would write 0.0000001 as 1E-7, which no reader of ours accepts.
    return format(number, "f")


def _read_items(given: object) -> object:
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        hint = "Write [[name]] above it in TOML, [{...}] in JSON." if isinstance(given, Mapping) else ""
        raise problem("list-malformed", found=excerpt(given), expected="a list", hint=hint)
    return tuple(given)


def _not_negative(number: Decimal) -> Decimal:
    if number < 0:
        raise problem("number-negative", found=str(number), expected="0 or more")
    return number


def _percent(number: Decimal) -> Decimal:
    if not 0 <= number <= 100:
        raise problem("percent-out-of-range", found=str(number), expected="0 to 100")
    return number


if TYPE_CHECKING:

    class Exact:
        """A number: write text, int or Decimal; read Decimal."""

        def __get__(self, instance: object, owner: type) -> Decimal: ...
        def __set__(self, instance: object, value: str | int | Decimal) -> None: ...

    class OptionalExact:
        """A number that may be absent."""

        def __get__(self, instance: object, owner: type) -> Decimal | None: ...
        def __set__(self, instance: object, value: str | int | Decimal | None) -> None: ...

    NotNegative = Exact
    OptionalNotNegative = OptionalExact
    Percent = Exact

    class Items(Generic[T]):
        """A list: write any iterable; read a tuple."""

        def __get__(self, instance: object, owner: type) -> tuple[T, ...]: ...
        def __set__(self, instance: object, value: Iterable[T]) -> None: ...

else:
    Exact = Annotated[
        Decimal,
        BeforeValidator(_read_exact),
        PlainSerializer(_written, return_type=str),
        WithJsonSchema({"type": "string", "pattern": _PATTERN}),
    ]
    OptionalExact = Exact | None
    NotNegative = Annotated[Exact, AfterValidator(_not_negative)]
    OptionalNotNegative = NotNegative | None
    Percent = Annotated[Exact, AfterValidator(_percent)]

    class Items:
        def __class_getitem__(cls, item: Any) -> Any:
            return Annotated[tuple[item, ...], BeforeValidator(_read_items)]


# Machine names are ASCII by pattern: two ids that look alike are alike.
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,119}$")]

_HIDDEN = re.compile("[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")


def _readable(text: str) -> str:
    hidden = _HIDDEN.search(text)
    if hidden:
        raise problem(
            "text-hidden-character",
            found=f"the hidden character U+{ord(hidden.group()):04X}",
            expected="text without control or direction characters",
        )
    return text


# Human names keep their script, but no control or direction characters: they end on legal documents.
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_readable)]
Note = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(_readable)]
