"""How a number was reached: one applied rule with its inputs and its exact, unrounded result."""

from __future__ import annotations

from fractions import Fraction

from billcore.core.exact import plain
from billcore.core.value import Value


class Step(Value, frozen=True, kw_only=True):
    """One rule applied.

    Attributes:
        rule: Slug of the rule (``graduated``, ``share-of-period``, ``round``), listed in docs/rules.
        text: The step in words and numbers, as `explain` prints it.
        inputs: Names and plain texts of what went in, in the order of the formula.
        numerator: Exact result, top; in major units of the currency unless the rule says otherwise.
        denominator: Exact result, bottom; positive.
    """

    rule: str
    text: str
    inputs: tuple[tuple[str, str], ...] = ()
    numerator: int = 0
    denominator: int = 1

    @property
    def result(self) -> str:
        """The exact result: a plain decimal where it ends, else a fraction.

        >>> Step(rule="x", text="", numerator=188085, denominator=1000).result
        '188.085'
        >>> Step(rule="x", text="", numerator=10, denominator=31).result
        '10/31'
        """
        return exact_text(self.numerator, self.denominator)


def exact_text(numerator: int, denominator: int) -> str:
    """Spell an exact rational: a plain decimal where it ends within 18 digits, else ``n/d`` in lowest terms.

    >>> exact_text(3, 8), exact_text(1, 3), exact_text(-14, 4)
    ('0.375', '1/3', '-3.5')
    """
    ratio = Fraction(numerator, denominator)
    for places in range(19):
        if (10**places) % ratio.denominator == 0:
            return plain(ratio.numerator * (10**places // ratio.denominator), places)
    return f"{ratio.numerator}/{ratio.denominator}"
