"""What a formula price costs: billcore's closed language beside the same price written by hand with Decimal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import cycle
from typing import Any

from simpleeval import SimpleEval

from benchmarks.timing import Goal, Timed, alternating, table
from billcore.pricing.formula import (
    Formula,
    FormulaParameter,
    FormulaVariable,
    amount_of_formula,
    closure_of,
    explain_formula,
)
from billcore.pricing.kernel import INTEGERS

EXPRESSION = "max(min_fee, quantity * rate * (1 - discount)) + (setup if first else 0)"
CONSTANTS = {"rate": "0.0125", "discount": "0.10", "min_fee": "50.00", "setup": "200.00"}
# More rows than readings are kept: of the second number of them every quantity is new.
SEEN, UNSEEN = 1_000, 20_000
BY_HAND = "by hand, Decimal"
PRICE, ALL_GIVEN, NEW = "a price with its parameters", "all six values given", "all six, each quantity new"
CLOSURE = "integers given to the closure"
SIMPLEEVAL = "simpleeval, parsed before"


def price(*, with_parameters: bool) -> Formula:
    """The price as a document: its fees and rates are its parameters, or come with each period like the quantity."""
    first = FormulaVariable(name="first", type="truth")
    if with_parameters:
        parameters = [FormulaParameter(name=name, value=value) for name, value in CONSTANTS.items()]
        return Formula(expression=EXPRESSION, variables=[first], parameters=parameters)
    return Formula(expression=EXPRESSION, variables=[*(FormulaVariable(name=name) for name in CONSTANTS), first])


def rows(count: int, *, with_parameters: bool = False) -> list[dict[str, Any]]:
    """Values of so many periods."""
    rest = {} if with_parameters else {name: Decimal(text) for name, text in CONSTANTS.items()}
    return [{"quantity": Decimal(number) / 4, **rest, "first": number % 2 == 0} for number in range(count)]


def by_hand(values: Mapping[str, Any]) -> Decimal:
    """The same price as a programmer would write it, without a check of anything."""
    fee: Decimal = max(values["min_fee"], values["quantity"] * values["rate"] * (1 - values["discount"]))
    return fee + (values["setup"] if values["first"] else Decimal(0))


def by_simpleeval() -> Callable[[Mapping[str, Any]], Any]:
    """The same expression by a general evaluator of Python's syntax, parsed once."""
    judge = SimpleEval(functions={"max": max})
    parsed = judge.parse(EXPRESSION)

    def evaluate(values: Mapping[str, Any]) -> Any:
        judge.names = values
        return judge.eval(EXPRESSION, previously_parsed=parsed)

    return evaluate


def sides() -> dict[str, Callable[[], object]]:
    """One call of each side; each goes through its rows again and again."""
    whole, bare = price(with_parameters=True), price(with_parameters=False)
    scales, row = (2, 4, 1, 0, 0, 0), (12_325, 125, 1, 50, 200, True)
    function = closure_of(bare.tree, INTEGERS, scales).function
    general, others = by_simpleeval(), cycle(rows(SEEN))
    old, few = cycle(rows(SEEN)), cycle(rows(SEEN, with_parameters=True))
    seen, unseen = cycle(rows(SEEN)), cycle(rows(UNSEEN))
    return {
        BY_HAND: lambda: by_hand(next(old)),
        PRICE: lambda: amount_of_formula(whole, next(few)),
        ALL_GIVEN: lambda: amount_of_formula(bare, next(seen)),
        NEW: lambda: amount_of_formula(bare, next(unseen)),
        CLOSURE: lambda: function(row),
        SIMPLEEVAL: lambda: general(next(others)),
    }


def measure() -> tuple[list[str], list[Goal]]:
    """Check that all sides give the same amounts, time them in turn, and report."""
    check()
    every = sides()
    # By itself: it drives the readings of the others out of where they are kept.
    new = {NEW: every.pop(NEW)}
    timed = alternating(every)
    timed[NEW] = alternating(new)[NEW]
    goals = [
        Goal(f"times the same price by hand with Decimal: {name}", timed[name].over(timed[BY_HAND]), 5)
        for name in (PRICE, ALL_GIVEN)
    ]
    goals.append(
        Goal("times faster than simpleeval", timed[SIMPLEEVAL].over(timed[ALL_GIVEN]), 1, at_least=True),
    )
    lines = [f"Formula price: {EXPRESSION}; values are read and checked", ""]
    return [*lines, *_table(timed), "", *_parts(), "", *map(str, goals)], goals


def check() -> None:
    """Stop where the sides give other amounts."""
    general = by_simpleeval()
    for values in rows(SEEN):
        if general(values) != by_hand(values):
            raise SystemExit(f"simpleeval gives another amount for {values}")
    for with_parameters in (True, False):
        formula = price(with_parameters=with_parameters)
        for values, own in zip(rows(SEEN), rows(SEEN, with_parameters=with_parameters), strict=True):
            if Fraction(*amount_of_formula(formula, own)) != Fraction(by_hand(values)):
                raise SystemExit(f"the sides give other amounts for {values}")


def _table(timed: Mapping[str, Timed]) -> list[str]:
    hand = timed[BY_HAND]
    cells = [
        (name, f"{one.median / 1e3:.2f}", f"{one.least / 1e3:.2f} - {one.most / 1e3:.2f}", f"{one.over(hand):.1f}")
        for name, one in timed.items()
    ]
    return table(("side", "us", "least - most", "x by hand"), cells)


def _parts() -> list[str]:
    """What comes around an evaluation: reading the document, and explaining an amount."""
    formula, values = price(with_parameters=False), rows(5)[4]
    names = formula.variables
    parts = {
        "the document, read and checked": lambda: Formula(expression=EXPRESSION, variables=names),
        "an explanation": lambda: explain_formula(formula, values),
    }
    timed = alternating(parts, rounds=7)
    return table(("part", "us"), [(name, f"{one.median / 1e3:.1f}") for name, one in timed.items()])
