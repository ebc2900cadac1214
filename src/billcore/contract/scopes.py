"""Which charges of a contract a discount, a minimum, a commitment or a prepaid credit reaches."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Self

from pydantic import model_validator

from billcore.core.document import Document, problem
from billcore.core.fields import Identifier, Items, optional
from billcore.core.limits import DEFAULT


class Scope(Document):
    """The charges that are meant, by contract line, product or meter; with none of them written, all.

    A charge is in scope if any of the three names it.

    Attributes:
        lines: Ids of contract lines.
        skus: Products.
        meters: Meters.

    Raises: DocumentError ``value-repeated``, ``limit-exceeded``.
    Source: rules 3 (scope line, product, contract).

    >>> Scope(skus=["API"]).covers(line="calls", sku="API"), Scope(lines=["seats"]).covers(line="calls", sku="API")
    (True, False)
    >>> Scope().covers(line="calls", sku="API")
    True
    """

    lines: Items[Identifier] = optional(default=())
    skus: Items[Identifier] = optional(default=())
    meters: Items[Identifier] = optional(default=())

    @model_validator(mode="after")
    def _names_are_distinct(self) -> Self:
        for kind, names in self.names():
            if len(names) > DEFAULT.lines:
                raise problem("limit-exceeded", found=f"{len(names)} {kind}s", expected=f"at most {DEFAULT.lines}")
            seen: set[str] = set()
            for name in names:
                if name in seen:
                    raise problem("value-repeated", found=f"{kind} {name} twice", expected=f"each {kind} once")
                seen.add(name)
        return self

    def names(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """What is written, by kind: line, sku, meter."""
        yield "line", self.lines
        yield "sku", self.skus
        yield "meter", self.meters

    @property
    def is_whole(self) -> bool:
        """Whether it reaches every charge."""
        return not (self.lines or self.skus or self.meters)

    def covers(self, *, line: str, sku: str, meter: str = "") -> bool:
        """Tell whether a charge is in scope; a charge without a meter has the empty one."""
        lines, skus, meters = self._sets
        return self.is_whole or line in lines or sku in skus or (bool(meter) and meter in meters)

    @cached_property
    def _sets(self) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        # Made once: a scope of many lines is asked for each of many charges.
        return frozenset(self.lines), frozenset(self.skus), frozenset(self.meters)
