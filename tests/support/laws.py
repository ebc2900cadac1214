"""How often a law is tried: the same few examples on every machine in `make test`, many and new ones in `make soak`.

The environment decides: ``SOAK=50`` tries fifty times the examples, drawn by chance from ``SOAK_SEED``. Without a seed
one is chosen; it is shown at the end of the run, and the same SOAK and SOAK_SEED replay what was tried.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings

RELAXED = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
# A failing book is shown as found: shrinking one takes minutes.
AS_FOUND = (Phase.explicit, Phase.generate)


def multiplier(text: str) -> int:
    """How many times the examples of `make test` are tried; 0 stands for `make test` itself.

    Raises: ValueError where SOAK is written and is no whole number above 0: a soak that is none must not pass for one.
    """
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ValueError(f"SOAK is {text!r}, expected a whole number above 0, such as 50")
    return int(text)


SOAK = multiplier(os.environ.get("SOAK", ""))
SEED = int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(2**32)) if SOAK else 0


def settings_of(examples: int, *, shrinks: bool = True) -> settings:
    """Settings of a law that is tried so often in `make test`."""
    return settings(
        max_examples=examples * max(SOAK, 1),
        derandomize=not SOAK,
        database=None,
        deadline=None,
        suppress_health_check=RELAXED,
        phases=AS_FOUND if SOAK or not shrinks else tuple(Phase),
        print_blob=True,
    )


def law(examples: int, *, shrinks: bool = True) -> Callable[[Any], Any]:
    """Make a test with ``@given`` a law.

    Args:
        examples: How many are tried in `make test`.
        shrinks: Whether a failing example is made smaller before it is shown.
    """

    def decorate(test: Any) -> Any:
        told = settings_of(examples, shrinks=shrinks)(test)
        return seed(SEED)(told) if SOAK else told

    return decorate


def said() -> str:
    """What a soak tells of itself, or nothing in `make test`."""
    return f"laws: {SOAK} times the examples, drawn from SOAK_SEED={SEED}" if SOAK else ""
