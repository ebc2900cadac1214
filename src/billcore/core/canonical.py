"""How a value becomes bytes: the one encoder, so that equal content has equal bytes and equal ids everywhere.

Sorted keys, no blanks, decimals without trailing zeros or exponent, dates in ISO form, sets sorted, floats refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from pydantic import BaseModel

from billcore.core.errors import InvariantBroken
from billcore.core.exact import shortest

T = TypeVar("T")

_AS_THEY_ARE = frozenset({str, int, bool, type(None)})
# json.dumps with these arguments makes an encoder at each call, which costs more than most encodings.
_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def plain_data(value: object) -> Any:
    """Reduce a value or document to dicts, lists, texts, integers, booleans and None.

    Raises: InvariantBroken ``not-canonical`` for a float or a foreign object.

    >>> plain_data({"b": Decimal("1.50"), "a": date(2026, 1, 1)})
    {'b': '1.5', 'a': '2026-01-01'}
    """
    if type(value) in _AS_THEY_ARE:
        return value
    if value is None or (isinstance(value, str | bool) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return plain_data(value.value)
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal):
        return _decimal_text(value)
    if isinstance(value, date):  # datetime is a date; both have one ISO form
        return value.isoformat()
    if isinstance(value, msgspec.Struct):
        plain = {name: plain_data(getattr(value, name)) for name in value.__struct_fields__}
        return _without_later(value, plain) if getattr(value, "LATER", ()) else plain
    if isinstance(value, BaseModel):
        return {name: plain_data(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, list | tuple):
        return [plain_data(item) for item in value]
    if isinstance(value, frozenset | set):
        return sorted((plain_data(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    raise InvariantBroken("not-canonical", found=type(value).__name__, expected="a value, document or plain data")


def _without_later(value: msgspec.Struct, plain: dict[str, Any]) -> dict[str, Any]:
    """Leave out fields that came in a later version and say nothing new, so that ids of before stay what they are."""
    for name, default in _later(type(value)):
        if getattr(value, name) == default:
            del plain[name]
    return plain


# Kept by class: msgspec works the annotations out anew each time, which costs more than the bytes themselves.
@lru_cache(maxsize=256)
def _later(kind: type[msgspec.Struct]) -> tuple[tuple[str, object], ...]:
    later: tuple[str, ...] = getattr(kind, "LATER", ())
    return tuple((field.name, field.default) for field in msgspec.structs.fields(kind) if field.name in later)


def _decimal_text(number: Decimal) -> str:
    try:
        return shortest(number)
    except ArithmeticError:  # NaN, infinity, or more digits than the context holds
        raise InvariantBroken("not-canonical", found="a Decimal out of range", expected="a finite number") from None


def _mapping(value: Mapping[object, object]) -> dict[str, Any]:
    made = {_key(key): plain_data(item) for key, item in value.items()}
    if len(made) < len(value):
        raise InvariantBroken("not-canonical", found="two keys with one text", expected="keys that stay apart")
    return made


def _key(key: object) -> str:
    if isinstance(key, str):
        return key
    if isinstance(key, date):
        return key.isoformat()
    raise InvariantBroken("not-canonical", found=f"a key of type {type(key).__name__}", expected="a text or date key")


def canonical_bytes(value: object) -> bytes:
    """Encode to the canonical bytes.

    >>> canonical_bytes({"b": 1, "a": [Decimal("2.0")]})
    b'{"a":["2"],"b":1}'
    """
    try:
        plain = plain_data(value)
        text = _ENCODE(plain)
        return text.encode()
    except (UnicodeEncodeError, RecursionError, ValueError) as error:
        if isinstance(error, InvariantBroken):
            raise
        found = f"content that has no bytes ({type(error).__name__})"
        raise InvariantBroken(
            "not-canonical", found=found, expected="valid Unicode, finite numbers, no loops"
        ) from None


def digest(value: object) -> str:
    """Hash the canonical bytes: 64 hexadecimal digits of SHA-256."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def decode(data: bytes, kind: type[T]) -> T:
    """Read canonical bytes back as the value they were made from.

    Raises: InvariantBroken ``not-canonical`` where the bytes are not such a value.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.MsgspecError as error:
        raise InvariantBroken("not-canonical", found=str(error), expected=f"the bytes of {kind.__name__}") from None
