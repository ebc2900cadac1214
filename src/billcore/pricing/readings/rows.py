"""What a row of a tier table looks like in each of the ways in which other engines write such tables.

Rows are plain data. What they say of money is the same everywhere: ``unit_price``, ``flat_amount``, ``package_size``,
``minimum``, ``maximum``, as in `Tier`. Only how they say where a tier ends differs. Source: peers 2.2.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import AliasChoices, Field, field_validator

from billcore.core.document import Document, problem
from billcore.core.errors import DocumentError, excerpt
from billcore.core.fields import Exact, Items, NotNegative, OptionalExact, OptionalNotNegative, optional
from billcore.core.whole import Whole
from billcore.pricing.tiers import check_length

# How a table is written. `CONVENTIONS` says what each is.
Convention = Literal["up_to", "from_to_steps", "from_to_touching", "first_unit", "sizes", "blocks", "lower_inclusive"]

CONVENTIONS: dict[Convention, str] = {
    "up_to": "cumulative upper bounds, each in its row; the last is left out or `inf`",
    "from_to_steps": "first and last unit of each row, a row begins a whole unit behind the one before: 0-10, 11-20",
    "from_to_touching": "lower and upper bound of each row, a row begins where the one before ends: 0-10, 10-20",
    "first_unit": "only the first unit of each row, which reaches to the first unit of the next",
    "sizes": "how many units each row holds; the last has no size",
    "blocks": "size of a block and how many blocks a row holds at most; units are sold in whole blocks",
    "lower_inclusive": "only the lower bound of each row, and it is in that row: 10 is in the row from 10",
}


class PricedRow(Document):
    """What every row says of money, as in `Tier`; amounts in major units."""

    unit_price: Exact = optional(default="0")
    flat_amount: Exact = optional(default="0")
    package_size: OptionalNotNegative = optional(default=None)
    minimum: OptionalExact = optional(default=None)
    maximum: OptionalExact = optional(default=None)


def _open_where_infinite(given: object) -> object:
    return None if isinstance(given, str) and given == "inf" else given


class UpToRow(PricedRow):
    """A row of ``up_to``: upper bound in units, in the row; absent, null or ``inf`` in the last."""

    up_to: OptionalNotNegative = optional(default=None)

    @field_validator("up_to", mode="before")
    @classmethod
    def _read_open(cls, given: object) -> object:
        return _open_where_infinite(given)


class FromToRow(PricedRow):
    """A row of ``from_to_steps`` or ``from_to_touching``: ``from`` and ``to`` in units; no ``to`` in the last."""

    lower: NotNegative = Field(alias="from")
    upper: OptionalNotNegative = Field(alias="to", default=None, validate_default=True)

    @field_validator("upper", mode="before")
    @classmethod
    def _read_open(cls, given: object) -> object:
        return _open_where_infinite(given)


class LowerRow(FromToRow):
    """A row of ``lower_inclusive``: ``from``, in the row; ``to`` may be written and must be the next row's ``from``."""


class FirstUnitRow(PricedRow):
    """A row of ``first_unit``: the first unit of the row, also written ``from``."""

    first_unit: NotNegative = Field(validation_alias=AliasChoices("first_unit", "from"))


class SizeRow(PricedRow):
    """A row of ``sizes``: how many units it holds; absent, null or ``inf`` in the last."""

    size: OptionalNotNegative = optional(default=None)

    @field_validator("size", mode="before")
    @classmethod
    def _read_open(cls, given: object) -> object:
        return _open_where_infinite(given)


class BlockRow(Document):
    """A row of ``blocks``.

    Attributes:
        block_size: Units in a block, more than 0.
        max_blocks: Most blocks of the row; absent, null, ``inf`` or -1 where it is not limited.
        block_price: Money for a block, a started one counting whole, in major units.
        flat_amount: Money due once when the row is reached, in major units.
    """

    block_size: NotNegative
    max_blocks: Annotated[Whole, Field(ge=1)] | None = None
    block_price: Exact = optional(default="0")
    flat_amount: Exact = optional(default="0")

    @field_validator("block_size")
    @classmethod
    def _has_size(cls, given: Decimal) -> Decimal:
        if given == 0:
            raise problem("number-not-positive", found="a block size of 0", expected="more than 0 units in a block")
        return given

    @field_validator("max_blocks", mode="before")
    @classmethod
    def _read_open(cls, given: object) -> object:
        is_unlimited = given == "-1" or (type(given) is int and given == -1)
        return None if is_unlimited else _open_where_infinite(given)


Row: TypeAlias = UpToRow | FromToRow | FirstUnitRow | SizeRow | BlockRow


class _Rows(Document):
    """Rows of one convention, so that a problem's place begins with ``rows``."""

    @field_validator("rows", mode="before", check_fields=False)
    @classmethod
    def _table_is_not_too_long(cls, given: object) -> object:
        check_length(given, "rows")
        return given


class _UpToRows(_Rows):
    rows: Items[UpToRow]


class _FromToRows(_Rows):
    rows: Items[FromToRow]


class _LowerRows(_Rows):
    rows: Items[LowerRow]


class _FirstUnitRows(_Rows):
    rows: Items[FirstUnitRow]


class _SizeRows(_Rows):
    rows: Items[SizeRow]


class _BlockRows(_Rows):
    rows: Items[BlockRow]


_TABLES: dict[Convention, type[_UpToRows | _FromToRows | _LowerRows | _FirstUnitRows | _SizeRows | _BlockRows]] = {
    "up_to": _UpToRows,
    "from_to_steps": _FromToRows,
    "from_to_touching": _FromToRows,
    "first_unit": _FirstUnitRows,
    "sizes": _SizeRows,
    "blocks": _BlockRows,
    "lower_inclusive": _LowerRows,
}


def read_rows(rows: object, convention: Convention) -> tuple[Row, ...]:
    """Read plain rows as those of a convention.

    Raises: DocumentError ``field-unknown``, ``field-missing``, ``float-amount``, ``number-malformed`` and the like with
        the place (``rows[2].to``), ``list-malformed``, ``limit-exceeded``, ``tiers-empty``, ``choice-unknown`` for a
        convention that is none.

    >>> read_rows([{"up_to": "10", "unit_price": "10.00"}, {"unit_price": "5.00"}], "up_to")[0].up_to
    Decimal('10')
    """
    check_choice(convention, tuple(_TABLES), "convention")
    if not isinstance(rows, list | tuple):  # an iterator may have no end
        raise DocumentError("list-malformed", found=excerpt(rows), expected="a list", path="rows")
    read: tuple[Row, ...] = _TABLES[convention].read({"rows": rows}).rows
    if not read:
        raise DocumentError("tiers-empty", found="no row", expected="at least one row", path="rows")
    return read


def check_choice(given: object, known: tuple[str, ...], path: str) -> None:
    """Refuse a name that is not one of those known.

    Raises: DocumentError ``choice-unknown``.
    """
    if not isinstance(given, str) or given not in known:
        raise DocumentError("choice-unknown", found=excerpt(given), expected=", ".join(known), path=path)
