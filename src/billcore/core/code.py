"""What a code is: a stable slug, the class that raises it, who can act on it, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from billcore.core.value import Value

Actor = Literal["author", "caller", "finance", "sales", "product", "operator", "host", "maintainers"]


class Code(Value, frozen=True, kw_only=True):
    """One code.

    Attributes:
        slug: What ``error.code`` and ``finding.code`` say.
        error: Name of the class that a single call raises, or ``Finding`` where the code is only ever reported.
        actor: Who can mend it.
        meaning: What happened, in one line.
    """

    slug: str
    error: str
    actor: Actor
    meaning: str

    @property
    def remedy(self) -> str:
        """What its actor does; the error's own hint is more exact where it has one."""
        return REMEDIES[self.actor]


REMEDIES: dict[Actor, str] = {
    "author": "Correct the document at `path`; `expected` says what may stand there.",
    "caller": "Pass what `expected` names; `path` says which argument.",
    "finance": "Finance adds or corrects what `expected` names; until then nothing of it posts.",
    "sales": "Sales corrects the deal in the CRM and closes it again; until then nothing is billed.",
    "product": "The product's owner changes the combination; each part is legal, together they are not.",
    "operator": "Make the input smaller, raise the limit, or run the install line of the hint.",
    "host": "Look at the system outside; `retryable` says whether the same call can help.",
    "maintainers": "Report it: billcore contradicts itself, or a value was built by hand against its rules.",
}


def codes_of(error: str, actor: Actor, meanings: Mapping[str, str]) -> tuple[Code, ...]:
    """Make the codes of one class and one actor, in order of their slugs."""
    return tuple(
        Code(slug=slug, error=error, actor=actor, meaning=meaning) for slug, meaning in sorted(meanings.items())
    )
