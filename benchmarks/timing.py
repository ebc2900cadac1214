"""How two sides are compared: alternating in one run, and the median of the rounds' own ratios.

A machine is noisy, and noisier from minute to minute than within one; so no side is timed alone, and ratios are what is
worth quoting.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import perf_counter_ns, process_time_ns
from typing import NamedTuple

ROUNDS = 21
# One round of one side lasts about this long: far above the clock's step, short enough to alternate often.
ROUND_NS = 15_000_000


class Timed(NamedTuple):
    """Times of one call, one for each round; in nanoseconds."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return median(self.rounds)

    @property
    def least(self) -> float:
        """The best round."""
        return min(self.rounds)

    @property
    def most(self) -> float:
        """The worst round."""
        return max(self.rounds)

    def over(self, other: Timed) -> float:
        """How many times the other it takes: the median of the rounds' own ratios, each taken side by side."""
        return median(mine / theirs for mine, theirs in zip(self.rounds, other.rounds, strict=True))


def alternating(sides: Mapping[str, Callable[[], object]], *, rounds: int = ROUNDS) -> dict[str, Timed]:
    """Time each side once per round, in turn; each function is one call of what is measured."""
    loops = {name: _loops(side) for name, side in sides.items()}
    times: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            gc.collect()
            times[name].append(_per_call(side, loops[name]))
    return {name: Timed(tuple(taken)) for name, taken in times.items()}


def _loops(side: Callable[[], object]) -> int:
    """How many calls fill a round; the calls that find it out warm the caches."""
    loops = 1
    while True:
        started = perf_counter_ns()
        for _ in range(loops):
            side()
        taken = perf_counter_ns() - started
        if taken > ROUND_NS // 4:
            return max(1, loops * ROUND_NS // taken)
        loops *= 4


def _per_call(side: Callable[[], object], loops: int) -> float:
    # The processor's time of this process: what a neighbour on the machine takes is not counted.
    started = process_time_ns()
    for _ in range(loops):
        side()
    return (process_time_ns() - started) / loops


class Goal(NamedTuple):
    """A ratio that is held: what is measured, over what, and how much it may be."""

    text: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the ratio is on the right side of its limit."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        return f"  {'met   ' if self.is_met else 'MISSED'}  {self.text:<66} {self.value:>7.2f}  {sign} {self.limit:g}"


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Lay out rows as aligned text: the first column to the left, the others to the right."""
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]
    lines = []
    for row in [head, tuple("-" * width for width in widths), *rows]:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        lines.append("  " + "  ".join(cells).rstrip())
    return lines
