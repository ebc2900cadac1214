"""How large the numbers of a formula can get: its own closures, run on bounds in place of numbers.

So every number on the way is bounded, and a bound that holds proves that no step can leave its limits.
"""

from __future__ import annotations

from billcore.pricing.formula.closures import check_counts, closure_of
from billcore.pricing.formula.nodes import FormulaTree
from billcore.pricing.kernel import Operations

# Beyond every limit; bounds stop growing there, because a power of a power would fill memory.
_HIGHEST = 10**200


class Bound:
    """What a number is at most, whatever its sign.

    Attributes:
        size: Bound on the number; 1 for a truth.
        high: Bound on every number that it was made from.
    """

    __slots__ = ("high", "size")

    def __init__(self, size: int, *sources: Bound) -> None:
        # At least one: a product with a number of zero is not smaller on the way.
        self.size: int = min(max(size, 1), _HIGHEST)
        self.high: int = max([self.size, *(source.high for source in sources)])

    def __add__(self, other: Bound) -> Bound:
        return Bound(self.size + other.size, self, other)

    __sub__ = __add__

    def __mul__(self, other: Bound) -> Bound:
        return Bound(self.size * other.size, self, other)

    def __lt__(self, other: Bound) -> Bound:
        return Bound(1, self, other)

    __and__ = __or__ = __lt__


def _larger(one: Bound, other: Bound) -> Bound:
    return Bound(max(one.size, other.size), one, other)


BOUNDS = Operations(
    minimum=_larger,
    maximum=_larger,
    where=lambda truth, yes, no: Bound(max(yes.size, no.size), truth, yes, no),
    floor_div=lambda number, divisor: Bound(number.size, number, divisor),
    constant=lambda number: Bound(abs(number)),
)


def highest(tree: FormulaTree, scales: tuple[int, ...], sizes: tuple[int, ...]) -> int:
    """Bound every number on the way, the result among them.

    Args:
        tree: The formula.
        scales: For each variable the digits after the point that its integers carry.
        sizes: For each variable what its integers are at most, whatever their sign.

    Raises: LimitExceeded ``limit-exceeded`` as `closure_of`.
    """
    row = [Bound(size) for size in sizes]
    closure = closure_of(tree, BOUNDS, scales)
    found: int = closure.function(row).high
    return max(found, closure.faults(row).high) if closure.faults else found


def digits_needed(tree: FormulaTree, scales: tuple[int, ...], digits: tuple[int, ...]) -> int:
    """Tell how many digits integers need so that no step of a formula leaves them: 18 fit into 64 bits.

    Args:
        tree: The formula.
        scales: For each variable the digits after the point that its integers carry.
        digits: For each variable how many digits its integers have at most, those after the point included.

    Returns: a number that is enough; 200 or more stands for no bound.
    Raises: as `closure_of`.
    Source: rules 3.

    >>> from billcore.pricing.formula.reading import read_formula
    >>> names = (("quantity", "number"), ("rate", "number"))
    >>> tree = FormulaTree(root=read_formula("quantity * rate", dict(names)), variables=names)
    >>> digits_needed(tree, (0, 4), (6, 5))
    11
    """
    check_counts("digits", digits, len(tree.variables))
    return len(str(highest(tree, scales, tuple(10**count - 1 for count in digits))))
