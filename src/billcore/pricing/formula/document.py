"""What a formula price is when people write it: its expression, what comes with each period, and its constants."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ValidationError, field_validator, model_validator
from pydantic_core import InitErrorDetails

from billcore.core.document import Document, problem
from billcore.core.errors import BillcoreError, DocumentError, excerpt
from billcore.core.exact import fraction_digits, scaled
from billcore.core.fields import Exact, Items, optional
from billcore.core.findings import finding_of
from billcore.core.ratio import Ratio
from billcore.core.steps import Step
from billcore.periods.frequency import OptionalEvery
from billcore.pricing.formula.evaluation import Given, value_of
from billcore.pricing.formula.explanation import steps_of_tree
from billcore.pricing.formula.nodes import FormulaTree, Parameter
from billcore.pricing.formula.reading import read_formula
from billcore.pricing.formula.words import MOST_NAMES, QUANTITY, RESERVED, Kind

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")


def _name(given: str) -> str:
    if not _NAME.fullmatch(given):
        expected = "1 to 40 ASCII letters, digits or _, beginning with a letter"
        raise problem("text-malformed", found=excerpt(given) or "an empty text", expected=expected)
    if given in RESERVED:
        raise problem("formula-name-reserved", found=given, expected="a name that is no word of the language")
    return given


Name = Annotated[str, AfterValidator(_name)]


class FormulaVariable(Document):
    """A value that comes with each period.

    Attributes:
        name: As the expression uses it.
        type: ``number`` or ``truth``.
    """

    name: Name
    type: Kind = "number"


class FormulaParameter(Document):
    """A constant of the price.

    Attributes:
        name: As the expression uses it.
        value: An exact number.
    """

    name: Name
    value: Exact


class Formula(Document):
    """A price in the closed expression language.

    Attributes:
        expression: The text; it gives an amount in major units. The name ``quantity`` is always declared: the
            aggregated quantity.
        variables: What else comes with each period.
        parameters: Named constants.
        per: As in `Flat`.

    Raises: DocumentError ``formula-malformed``, ``formula-character-foreign``, ``formula-name-unknown``,
        ``formula-name-reserved``, ``formula-type-wrong``, ``formula-literal-out-of-range``, ``formula-divisor-zero``,
        ``rounding-mode-unknown``, ``number-malformed``, ``number-too-large``, ``limit-exceeded``, ``id-repeated``,
        ``text-malformed``, all at their path.
    Source: rules 3.

    >>> price = Formula(
    ...     expression="max(min_fee, quantity * rate) + (setup if first else 0)",
    ...     variables=[FormulaVariable(name="first", type="truth")],
    ...     parameters=[FormulaParameter(name="min_fee", value="50.00"), FormulaParameter(name="rate", value="0.125"),
    ...         FormulaParameter(name="setup", value="200.00")])
    >>> amount_of_formula(price, {"quantity": 1_000, "first": True})
    (325000, 1000)
    """

    kind: Literal["formula"] = "formula"
    expression: str
    variables: Items[FormulaVariable] = optional(default=())
    parameters: Items[FormulaParameter] = optional(default=())
    per: OptionalEvery = optional(default=None)

    @field_validator("variables", "parameters", mode="before")
    @classmethod
    def _list_is_not_too_long(cls, given: object) -> object:
        # Before they are read: 10,000 of them take longer to read than a refusal may.
        if isinstance(given, list | tuple) and len(given) > MOST_NAMES:
            raise problem("limit-exceeded", found=f"{len(given)} names", expected=f"at most {MOST_NAMES}")
        return given

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        _check_names(self)
        try:
            _ = self.tree
        except BillcoreError as error:
            raise _problems(error, self.expression) from None
        return self

    @cached_property
    def tree(self) -> FormulaTree:
        """The expression, read and checked, with its names."""
        declared: dict[str, Kind] = {QUANTITY: "number", **{one.name: one.type for one in self.variables}}
        constants: dict[str, Kind] = {one.name: "number" for one in self.parameters}
        return FormulaTree(
            root=read_formula(self.expression, declared | constants),
            variables=tuple(declared.items()),
            parameters=tuple(_parameter(one) for one in self.parameters),
        )


def _parameter(one: FormulaParameter) -> Parameter:
    scale = fraction_digits(one.value)
    return Parameter(name=one.name, unscaled=scaled(one.value, scale), scale=scale)


def _check_names(formula: Formula) -> None:
    """Refuse a name that stands for two things."""
    seen = {QUANTITY}
    variables, parameters = [one.name for one in formula.variables], [one.name for one in formula.parameters]
    for field, names in (("variables", variables), ("parameters", parameters)):
        if len(names) > MOST_NAMES:
            raise problem("limit-exceeded", found=f"{len(names)} {field}", expected=f"at most {MOST_NAMES}")
        for index, name in enumerate(names):
            if name in seen:
                hint = f"The name {QUANTITY} is always declared." if name == QUANTITY else ""
                found = f"{name} again in {field}[{index}]"
                raise problem("id-repeated", found=found, expected="each name once", hint=hint)
            seen.add(name)


def _problems(error: BillcoreError, expression: str) -> ValidationError:
    """Turn all problems of the expression into what pydantic tells at their place."""
    return ValidationError.from_exception_data(
        "Formula",
        [
            InitErrorDetails(
                type=problem(one.code, found=one.found, expected=one.expected, hint=one.hint),
                loc=("expression",),
                input=expression,
            )
            for one in error.findings or (finding_of(error),)
        ],
    )


def amount_of_formula(formula: Formula, values: Given) -> Ratio:
    """Work out what a formula price asks for one period.

    Args:
        formula: The price.
        values: ``quantity`` and each declared variable: ``Decimal``, ``int`` or text for a number; ``bool``,
            ``"true"`` or ``"false"`` for a truth.

    Returns: the exact amount in major units, as numerator and positive denominator.
    Rounding: only where the expression says so; the charge is rounded by the caller like that of any price.
    Raises: MissingInput ``variable-missing``; DocumentError ``kind-unknown``, ``variable-unknown``, ``argument-wrong``,
        ``float-amount``, ``number-malformed``, ``number-too-large``; LimitExceeded ``limit-exceeded``; NotApplicable
        ``division-by-zero``.
    Source: rules 3.

    >>> amount_of_formula(Formula(expression="div(quantity, 3, 2, half_up)"), {"quantity": 10})
    (333, 100)
    """
    if not isinstance(formula, Formula):
        raise _no_formula(formula)
    return value_of(formula.tree, values)


def explain_formula(formula: Formula, values: Given) -> tuple[Step, ...]:
    """Tell how a formula price came to its amount: a step for each operation, in the order of evaluation.

    Args:
        formula: The price.
        values: As `amount_of_formula` takes them.

    Returns: the steps; the last one is the amount.
    Rounding: as `amount_of_formula`.
    Raises: as `amount_of_formula`.
    Source: rules 3.

    >>> [step.text for step in explain_formula(Formula(expression="quantity * 0.5 + 10"), {"quantity": 12})]
    ['quantity * 0.5 = 12 x 0.5 = 6', 'quantity * 0.5 + 10 = 6 + 10 = 16']
    """
    if not isinstance(formula, Formula):
        raise _no_formula(formula)
    return steps_of_tree(formula.tree, values)


def _no_formula(given: object) -> DocumentError:
    found = f"a value of type {type(given).__name__}"
    return DocumentError("kind-unknown", found=found, expected="a Formula", path="formula")
