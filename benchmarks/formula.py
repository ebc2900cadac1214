"""What a formula price costs: billcore's closed language beside the same price written by hand with Decimal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import cycle
from typing import Any

from benchmarks.timing import Goal, Timed, alternating, table
from billcore.pricing.formula import Formula, FormulaVariable, amount_of_formula, closure_of, explain_formula
from billcore.pricing.kernel import INTEGERS

EXPRESSION = "max(min_fee, quantity * rate * (1 - discount)) + (setup if first else 0)"
NUMBERS = ("rate", "discount", "min_fee", "setup")
# More rows than readings are kept: of the second set every quantity is new.
SEEN, UNSEEN = 1_000, 20_000
BY_HAND, OURS, NEW, CLOSURE = "by hand, Decimal", "billcore", "billcore, every quantity new", "billcore, integers given"


def price() -> Formula:
    """The price as a document: every number of it comes with the period, so that each is read."""
    names = [FormulaVariable(name=name) for name in NUMBERS]
    return Formula(expression=EXPRESSION, variables=[*names, FormulaVariable(name="first", type="truth")])


def rows(count: int) -> list[dict[str, Any]]:
    """Values of so many periods."""
    rest = {name: Decimal(text) for name, text in zip(NUMBERS, ("0.0125", "0.10", "50.00", "200.00"), strict=True)}
    return [{"quantity": Decimal(number) / 4, **rest, "first": number % 2 == 0} for number in range(count)]


def by_hand(values: Mapping[str, Any]) -> Decimal:
    """The same price as a programmer would write it, without a check of anything."""
    fee: Decimal = max(values["min_fee"], values["quantity"] * values["rate"] * (1 - values["discount"]))
    return fee + (values["setup"] if values["first"] else Decimal(0))


def sides() -> dict[str, Callable[[], object]]:
    """One call of each side; each goes through its rows again and again."""
    formula = price()
    scales, row = (2, 4, 1, 0, 0, 0), (12_325, 125, 1, 50, 200, True)
    function = closure_of(formula.tree, INTEGERS, scales).function
    old, seen, unseen = cycle(rows(SEEN)), cycle(rows(SEEN)), cycle(rows(UNSEEN))
    return {
        BY_HAND: lambda: by_hand(next(old)),
        OURS: lambda: amount_of_formula(formula, next(seen)),
        NEW: lambda: amount_of_formula(formula, next(unseen)),
        CLOSURE: lambda: function(row),
    }


def measure() -> tuple[list[str], list[Goal]]:
    """Check that both sides give the same amounts, time them in turn, and report."""
    formula = price()
    for values in rows(SEEN):
        if Fraction(*amount_of_formula(formula, values)) != Fraction(by_hand(values)):
            raise SystemExit(f"the sides give other amounts for {values}")
    timed = alternating(sides())
    goals = [Goal("times the same price by hand with Decimal", timed[OURS].over(timed[BY_HAND]), 5)]
    lines = [f"Formula price: {EXPRESSION}; six values read and checked", ""]
    return [*lines, *_table(timed), "", *_parts(formula), "", *map(str, goals)], goals


def _table(timed: Mapping[str, Timed]) -> list[str]:
    hand = timed[BY_HAND]
    cells = [
        (name, f"{one.median / 1e3:.2f}", f"{one.least / 1e3:.2f} - {one.most / 1e3:.2f}", f"{one.over(hand):.1f}")
        for name, one in timed.items()
    ]
    return table(("side", "us", "least - most", "x by hand"), cells)


def _parts(formula: Formula) -> list[str]:
    """What comes around an evaluation: reading the document, and explaining an amount."""
    names, values = formula.variables, rows(5)[4]
    parts = {
        "the document, read and checked": lambda: Formula(expression=EXPRESSION, variables=names),
        "an explanation": lambda: explain_formula(formula, values),
    }
    timed = alternating(parts, rounds=7)
    return table(("part", "us"), [(name, f"{one.median / 1e3:.1f}") for name, one in timed.items()])
