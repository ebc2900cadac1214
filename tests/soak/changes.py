"""One random life of a contract that changes, by seed and number: what `tests/properties/test_lives.py` tries, at length."""

from __future__ import annotations

import random
from collections import Counter

from support.lives import Kinds, life
from support.living import live

# Most lives are judged to the cent; some settle changes, or count days, in other ways.
KINDS = (Kinds(), Kinds(), Kinds(), Kinds(policies=True), Kinds(conventions=True))
MOST_STEPS = 14


def live_contract(seed: int, number: int) -> Counter[str]:
    """Live one life, and tell what happened in it.

    Raises: Violation where a law does not hold.
    """
    chance = random.Random(f"{seed} {number}")
    kinds = KINDS[number % len(KINDS)]
    told = live(life(chance, kinds, most=MOST_STEPS), kinds, paid=chance)
    return Counter({"histories": 1}) + Counter({name: many for name, many in told.items() if " " not in name})
