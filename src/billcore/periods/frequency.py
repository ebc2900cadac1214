"""How often something recurs: n days, weeks, months, quarters or years, the whole term, or once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from billcore.core.errors import DocumentError
from billcore.core.value import Value
from billcore.periods.days import shown

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

Unit = Literal["day", "week", "month", "quarter", "year", "term", "once"]
UNITS: tuple[Unit, ...] = ("day", "week", "month", "quarter", "year", "term", "once")
MONTHS = {"month": 1, "quarter": 3, "year": 12}
DAYS = {"day": 1, "week": 7}
_COUNT_LIMIT = 1_200
_TEXT = re.compile(r"(?:([1-9][0-9]{0,3}) )?(day|week|month|quarter|year|term|once)(s?)")


class Frequency(Value, frozen=True, kw_only=True):
    """A step of the calendar, written ``"month"``, ``"3 months"``, ``"year"``, ``"term"`` or ``"once"``.

    Attributes:
        unit: ``day``, ``week``, ``month``, ``quarter``, ``year``, ``term`` (the whole term) or ``once``.
        count: How many units one step is; 1 for ``term`` and ``once``.

    Raises: DocumentError ``frequency-unknown``.
    Source: rules 2.

    >>> Frequency.of("3 months").months, Frequency.of("year").months, Frequency.of("2 weeks").days
    (3, 12, 14)
    """

    unit: Unit
    count: int = 1

    def __post_init__(self) -> None:
        whole = self.unit in ("term", "once")
        if (
            self.unit not in UNITS
            or type(self.count) is not int
            or not 1 <= self.count <= (1 if whole else _COUNT_LIMIT)
        ):
            # The count is not shown: an integer of more than 4,300 digits has no text.
            raise DocumentError(
                "frequency-unknown",
                found=f"the unit {shown(self.unit)} and its count",
                expected="1 to 1200 days, weeks, months, quarters or years; or term; or once",
            )

    @classmethod
    def of(cls, text: str | Frequency) -> Frequency:
        """Read ``"month"``, ``"3 months"``, ``"term"``.

        Raises: DocumentError ``frequency-unknown``.
        """
        if isinstance(text, Frequency):
            return text
        given: object = text
        match = _TEXT.fullmatch(given) if isinstance(given, str) else None
        if match is None or bool(match[3]) != (int(match[1] or 1) > 1):
            raise DocumentError(
                "frequency-unknown",
                found=shown(given),
                expected="day, week, month, quarter, year, term, once, or a count such as 3 months",
            )
        return cls(unit=match[2], count=int(match[1] or 1))  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.unit if self.count == 1 else f"{self.count} {self.unit}s"

    @property
    def months(self) -> int:
        """Calendar months in one step; 0 where it is counted in days or is the term or once."""
        return MONTHS.get(self.unit, 0) * self.count

    @property
    def days(self) -> int:
        """Days in one step; 0 where it is counted in months or is the term or once."""
        return DAYS.get(self.unit, 0) * self.count

    @property
    def recurs(self) -> bool:
        """Whether there is a next step."""
        return self.unit not in ("term", "once")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """In documents a frequency is its text."""
        from billcore.core.written_text import text_schema  # pydantic is loaded when a document asks for it

        return text_schema(cls.of)


if TYPE_CHECKING:

    class Every:
        """A field of a document: write ``"month"`` or a `Frequency`; read a `Frequency`."""

        def __get__(self, instance: object, owner: type) -> Frequency: ...
        def __set__(self, instance: object, value: str | Frequency) -> None: ...

    class OptionalEvery:
        """A frequency that may be absent."""

        def __get__(self, instance: object, owner: type) -> Frequency | None: ...
        def __set__(self, instance: object, value: str | Frequency | None) -> None: ...

else:
    Every = Frequency
    OptionalEvery = Frequency | None
