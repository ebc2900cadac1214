"""Which fields a document allows at a place inside it: what an error says beside an unknown one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, get_args, get_type_hints

import msgspec
from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo


def allowed_fields(shape: Any, place: Sequence[int | str]) -> tuple[str, ...]:
    """Give the names of the fields of the object at a place.

    Args:
        shape: The class of the whole document, or what a field is declared as.
        place: As pydantic gives it: names and indexes, and the kind that was chosen where there are several.

    Returns: the names in the order of their declaration; nothing where the place is of no single kind of object.

    >>> from billcore.pricing.documents import Graduated
    >>> allowed_fields(Graduated, ("tiers", 2))[:3]
    ('up_to', 'unit_price', 'flat_amount')
    """
    kinds = list(_kinds(shape))
    for part in place:
        if isinstance(part, int):
            continue  # an element of a list is of the kinds that the list may hold
        inside = [one for kind in kinds for name, hint in _fields(kind).items() if name == part for one in _kinds(hint)]
        chosen = [kind for kind in kinds if part in get_args(_fields(kind).get("kind"))]
        kinds = inside or chosen or kinds
    return tuple(_fields(kinds[0])) if len(set(kinds)) == 1 else ()


def nearest(name: str, names: Sequence[str]) -> str:
    """Give the name that is most like an unknown one, or nothing where none is.

    >>> nearest("upto", ("up_to", "unit_price")), nearest("colour", ("up_to", "unit_price"))
    ('up_to', '')
    """
    return next(iter(get_close_matches(name, names, n=1, cutoff=0.7)), "")


def _fields(kind: type) -> dict[str, Any]:
    if issubclass(kind, BaseModel):
        return {_written(name, field): field.annotation for name, field in kind.model_fields.items()}
    if not issubclass(kind, msgspec.Struct):
        return {}
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in msgspec.structs.fields(kind)}


def _written(name: str, field: FieldInfo) -> str:
    """The name by which a document is written; of several the first."""
    alias = field.validation_alias
    first = alias.choices[0] if isinstance(alias, AliasChoices) else alias
    return first if isinstance(first, str) else name


def _kinds(hint: Any) -> Iterator[type]:
    """The documents and values that a field may hold, inside lists and unions too."""
    if isinstance(hint, type) and issubclass(hint, BaseModel | msgspec.Struct):
        yield hint
    for one in get_args(hint):
        yield from _kinds(one)
