"""The document of a formula price: what it declares, what it refuses at which path, and that it is a good document."""

from __future__ import annotations

import json
import pickle
import time
from typing import Annotated, Any

import pytest
from pydantic import Field

from billcore.core.canonical import digest
from billcore.core.document import Document
from billcore.core.errors import BillcoreError, DocumentError
from billcore.pricing.documents import Flat
from billcore.pricing.formula import Formula, FormulaParameter, FormulaVariable, amount_of_formula, explain_formula

SECONDS = 0.1


class Line(Document):
    """The smallest document with a formula in it."""

    price: Formula


def plain(expression: Any = "quantity * rate", **more: Any) -> dict[str, Any]:
    parameters = [{"name": "rate", "value": "0.125"}]
    return {"kind": "formula", "expression": expression, "parameters": parameters} | more


def names(*found: str) -> list[dict[str, str]]:
    return [{"name": name} for name in found]


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    (plain("quantity * rates"), "formula-name-unknown", "price.expression"),
    (plain("quantity >"), "formula-malformed", "price.expression"),
    (plain("quantity > rate"), "formula-type-wrong", "price.expression"),
    (plain("quantit\u0443"), "formula-character-foreign", "price.expression"),
    (plain("1e5"), "number-malformed", "price.expression"),
    (plain("9" * 30), "number-too-large", "price.expression"),
    (plain("(" * 500), "limit-exceeded", "price.expression"),
    (plain("9" * 10_000_000), "limit-exceeded", "price.expression"),
    (plain("div(rate, 0, 2, up)"), "formula-divisor-zero", "price.expression"),
    (plain("div(rate, 2, 2, x)"), "rounding-mode-unknown", "price.expression"),
    (plain("round(rate, 99)"), "formula-literal-out-of-range", "price.expression"),
    (plain("999999999999999999 ** 8"), "limit-exceeded", "price.expression"),
    (plain(5), "text-malformed", "price.expression"),
    (plain(1.5), "text-malformed", "price.expression"),
    (plain(None), "text-malformed", "price.expression"),
    ({"kind": "formula"}, "field-missing", "price.expression"),
    (plain(amount="1"), "field-unknown", "price.amount"),
    (plain(per="fortnight"), "frequency-unknown", "price.per"),
    (plain(variables="fee"), "list-malformed", "price.variables"),
    (plain(variables={"name": "fee"}), "list-malformed", "price.variables"),
    (plain(variables=names("fee", "fee")), "id-repeated", "price"),
    (plain(variables=names("rate")), "id-repeated", "price"),
    (plain(variables=names("quantity")), "id-repeated", "price"),
    (plain(parameters=[{"name": "quantity", "value": "1"}]), "id-repeated", "price"),
    (plain(variables=names("max")), "formula-name-reserved", "price.variables[0].name"),
    (plain(variables=names("fee", "lambda")), "formula-name-reserved", "price.variables[1].name"),
    (plain(variables=names("_fee")), "text-malformed", "price.variables[0].name"),
    (plain(variables=names("__class__")), "text-malformed", "price.variables[0].name"),
    (plain(variables=names("")), "text-malformed", "price.variables[0].name"),
    (plain(variables=names("fee\n")), "text-malformed", "price.variables[0].name"),
    (plain(variables=names("a" * 41)), "text-malformed", "price.variables[0].name"),
    (plain(variables=names("a" * 1_000_000)), "text-malformed", "price.variables[0].name"),
    (plain(variables=names("f\u0435e")), "text-malformed", "price.variables[0].name"),
    (plain(variables=[{"name": "fee", "type": "text"}]), "choice-unknown", "price.variables[0].type"),
    (plain(variables=[{"name": "fee", "type": None}]), "choice-unknown", "price.variables[0].type"),
    (plain(variables=[{"type": "truth"}]), "field-missing", "price.variables[0].name"),
    (plain(variables=["fee"]), "value-malformed", "price.variables[0]"),
    (plain(variables=names(*(f"v{n}" for n in range(101)))), "limit-exceeded", "price.variables"),
    (plain(variables=names(*(f"v{n}" for n in range(100_000)))), "limit-exceeded", "price.variables"),
    (plain(parameters=[{"name": "rate", "value": 0.1}]), "float-amount", "price.parameters[0].value"),
    (plain(parameters=[{"name": "rate", "value": True}]), "number-malformed", "price.parameters[0].value"),
    (plain(parameters=[{"name": "rate", "value": "NaN"}]), "number-malformed", "price.parameters[0].value"),
    (plain(parameters=[{"name": "rate", "value": "1e5"}]), "number-malformed", "price.parameters[0].value"),
    (plain(parameters=[{"name": "rate", "value": 10**1_000_000}]), "number-too-large", "price.parameters[0].value"),
    (plain(parameters=[{"name": "rate"}]), "field-missing", "price.parameters[0].value"),
]


@pytest.mark.parametrize(("price", "code", "path"), REFUSED, ids=map(str, range(len(REFUSED))))
def test_a_bad_formula_in_a_file_is_refused(price: dict[str, Any], code: str, path: str) -> None:
    """A document error with its code and place, said in under 100 ms and 1,000 characters."""
    with pytest.raises(DocumentError):
        Line.read({"price": price})
    started = time.process_time()
    with pytest.raises(DocumentError) as caught:
        Line.read({"price": price})
    assert time.process_time() - started < SECONDS
    assert (code, path) == (caught.value.code, caught.value.path)
    assert len(str(caught.value)) <= 1_000


def test_a_generator_of_names_is_held_to_the_limit() -> None:
    """A list that has no length before it is read is counted when it is."""
    with pytest.raises(DocumentError) as caught:
        Formula(expression="1", variables=(FormulaVariable(name=f"v{n}") for n in range(101)))
    assert "limit-exceeded" == caught.value.code


def test_all_problems_of_an_expression_come_at_once() -> None:
    """Each is a finding at the expression, whether the formula is read alone or inside another document."""
    text = "fees + round(rates, 99)"
    with pytest.raises(DocumentError) as alone:
        Formula(expression=text)
    with pytest.raises(DocumentError) as inside:
        Line.read({"price": plain(text)})
    codes = ["formula-name-unknown", "formula-name-unknown", "formula-literal-out-of-range"]
    assert codes == [one.code for one in alone.value.findings] == [one.code for one in inside.value.findings]
    assert {"expression"} == {one.path for one in alone.value.findings}
    assert {"price.expression"} == {one.path for one in inside.value.findings}


class Sale(Document):
    """A document in which a formula is one of several kinds of price."""

    price: Annotated[Flat | Formula, Field(discriminator="kind")]


def test_a_formula_may_be_one_of_several_prices() -> None:
    """Chosen by its kind, it is read and refused at the same path."""
    assert isinstance(Sale.read({"price": plain()}).price, Formula)
    with pytest.raises(DocumentError) as caught:
        Sale.read({"price": plain("quantity *")})
    assert ("formula-malformed", "price.expression") == (caught.value.code, caught.value.path)
    assert "formula" in json.dumps(Sale.model_json_schema())


def price(**more: Any) -> Formula:
    return Formula(
        expression="quantity * rate + (setup if first else 0)",
        variables=[FormulaVariable(name="first", type="truth")],
        parameters=[FormulaParameter(name="rate", value="0.1250"), FormulaParameter(name="setup", value=200)],
        **more,
    )


def test_a_formula_is_a_good_document() -> None:
    """It survives JSON, pickling and revising, is hashable, and equals what is written alike."""
    one, other = price(per="month"), price(per="month")
    assert one == other
    assert hash(one) == hash(other)
    assert digest(one) == digest(other)
    _ = one.tree
    again = Formula.read(json.loads(one.model_dump_json()))
    assert one == again == pickle.loads(pickle.dumps(one))
    assert one.tree == again.tree == pickle.loads(pickle.dumps(one.tree))
    assert {"kind", "expression", "variables", "parameters", "per"} == set(json.loads(one.model_dump_json()))
    shorter = one.revised(expression="quantity * rate + (0 if first else setup)")
    assert one.tree != shorter.tree
    with pytest.raises(DocumentError, match="document-frozen"):
        one.expression = "1"


def test_equal_formulas_are_evaluated_alike() -> None:
    """Parameters are constants: the same text with another rate is another price."""
    dear = price().revised(parameters=[{"name": "rate", "value": "2"}, {"name": "setup", "value": "0"}])
    values = {"quantity": 8, "first": False}
    assert ((1000, 1000), (16, 1)) == (amount_of_formula(price(), values), amount_of_formula(dear, values))
    assert amount_of_formula(price(), {"quantity": 8, "first": True}) == (201_000, 1000)


@pytest.mark.parametrize("call", [amount_of_formula, explain_formula])
@pytest.mark.parametrize("given", [None, "quantity", {"kind": "formula", "expression": "1"}])
def test_what_is_no_formula_document_is_refused(call: Any, given: object) -> None:
    """Plain data is read by the document's ``read`` first."""
    with pytest.raises(BillcoreError) as caught:
        call(given, {"quantity": 1})
    assert "kind-unknown" == caught.value.code


def test_a_name_twice_is_told_why() -> None:
    """``quantity`` is always there; another name is only written twice."""
    hints = []
    for name in ("quantity", "fee"):
        with pytest.raises(DocumentError) as refusal:
            Formula(expression="1", variables=[FormulaVariable(name=name), FormulaVariable(name="fee")])
        hints.append(refusal.value.hint)
    assert ["The name quantity is always declared.", ""] == hints
