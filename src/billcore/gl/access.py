"""By which keys an account is looked up: ordered key sets, from the most specific to the most general.

There is no wildcard. A more general key set is a table of its own, consulted after the more specific ones, and every
key set holds the entity, so that a new entity or product class reopens the proof of coverage.
Source: rules 8; the shape of condition tables in access order is SAP SD account determination.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from billcore.core.document import Document, problem
from billcore.core.errors import excerpt
from billcore.core.fields import Items
from billcore.core.value import Value
from billcore.gl.roles import AccountRole, EventKind

Dimension = Literal["entity", "product_class", "revenue_treatment", "tax_jurisdiction", "tax_row"]
DIMENSIONS: tuple[Dimension, ...] = (
    "entity",
    "product_class",
    "revenue_treatment",
    "tax_jurisdiction",
    "tax_row",
)


class Cell(Value, frozen=True, kw_only=True):
    """One combination for which an account is asked.

    Attributes:
        event, role: The business event and what the line is for.
        entity: The legal entity in whose books it posts.
        product_class, revenue_treatment, tax_jurisdiction, tax_row: Values of the other dimensions; empty where the
            line has none (a cash line has no product class), and then no key set that names it can hold a row.

    >>> print(Cell(event="invoice_issued", role="receivable", entity="US01"))
    event invoice_issued, role receivable, entity US01
    """

    event: EventKind
    role: AccountRole
    entity: str
    product_class: str = ""
    revenue_treatment: str = ""
    tax_jurisdiction: str = ""
    tax_row: str = ""

    def __str__(self) -> str:
        known = [f"{name} {excerpt(getattr(self, name))}" for name in DIMENSIONS if getattr(self, name)]
        return ", ".join([f"event {self.event}", f"role {self.role}", *known])

    def key(self, dimensions: tuple[Dimension, ...]) -> tuple[str, ...]:
        """The values of some dimensions, in their order."""
        return tuple([getattr(self, name) for name in dimensions])


class AccessStep(Document):
    """One key set: the dimensions by which the rows of one table are keyed.

    Raises: DocumentError ``access-without-entity``, ``access-key-repeated``.
    """

    keys: Items[Dimension]

    @model_validator(mode="after")
    def _keys_hold_the_entity(self) -> Self:
        if "entity" not in self.keys:
            raise problem(
                "access-without-entity",
                found=f"the keys {'+'.join(self.keys) or '(none)'}",
                expected="entity among the keys",
                hint="Each legal entity has its own chart: no account is found without naming the entity.",
            )
        if len(set(self.keys)) < len(self.keys):
            raise problem("access-key-repeated", found=f"the keys {'+'.join(self.keys)}", expected="each key once")
        return self

    def __str__(self) -> str:
        return "+".join(self.keys)


class AccessSequence(Document):
    """The key sets of one role in one event, in the order in which they are tried.

    Raises: DocumentError ``access-steps-empty``, ``access-step-repeated``, ``access-order-wrong``.
    """

    event: EventKind
    role: AccountRole
    steps: Items[AccessStep]

    @model_validator(mode="after")
    def _steps_run_from_specific_to_general(self) -> Self:
        place = f"{self.event}, {self.role}"
        if not self.steps:
            raise problem("access-steps-empty", found=f"no step for {place}", expected="at least one step")
        for later, step in enumerate(self.steps):
            for earlier in self.steps[:later]:
                if set(earlier.keys) == set(step.keys):
                    raise problem(
                        "access-step-repeated", found=f"{step} twice for {place}", expected="each key set once"
                    )
                if set(earlier.keys) < set(step.keys):
                    raise problem(
                        "access-order-wrong",
                        found=f"{earlier} before {step} for {place}",
                        expected="the more specific key set first",
                        hint="The first table with a row wins: a general one tried first would hide the specific one.",
                    )
        return self
