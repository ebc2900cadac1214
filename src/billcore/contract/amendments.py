"""What an amendment is: a dated change that makes a new version, with what, from when, known when, by whom, why."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from billcore.contract.change_policy import ChangePolicy
from billcore.contract.changes import AnyChange
from billcore.contract.terms import Source
from billcore.core.document import Document, problem
from billcore.core.fields import Identifier, Items, Name, Note
from billcore.periods.days import Day
from billcore.periods.instants import Instant
from billcore.periods.zones import local_date


class Amendment(Document):
    """One dated change, or several that belong together.

    Attributes:
        id: Stable within the contract.
        effective: First day on which the changes hold, before or after the day on which they became known.
        known_at: The instant at which they became known, with its zone; it becomes a day in the contract's zone.
        changes: Taken in order.
        actor: Who decided.
        reason: Why, in words that a reviewer will read.
        source: The record that it came from.
        policy: How it is settled; absent, as the contract says for its nature.
        held_for: Why it is not accepted yet; empty where it is. A held amendment changes nothing.

    Source: rules 5.
    """

    id: Identifier
    effective: Day
    known_at: Instant
    changes: Items[AnyChange]
    actor: Name
    reason: Annotated[Note, Field(min_length=3)]
    source: Source | None = None
    policy: ChangePolicy | None = None
    held_for: Note = ""

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.changes:
            raise problem("change-empty", found="no change", expected="at least one change")
        return self

    def known_on(self, zone: str) -> date:
        """The local day on which it became known."""
        return local_date(self.known_at, zone)
