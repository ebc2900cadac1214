"""Documents as JSON, with the workings of every line."""

from __future__ import annotations

import json
from datetime import date

import pytest

from billcore.core.value import replaced
from billcore.render import document_data, document_json
from support import founding
from support.golden import golden
from support.payloads import HOSTILE


def run_and_workings() -> tuple[dict[str, object], dict[str, object]]:
    """The first year's documents by number, and the workings by line."""
    run = founding.founding_run(date(2026, 12, 31))
    return {one.number: one for one in run.documents}, {one.line: one.steps for one in run.workings}


def test_an_invoice_with_usage_and_discount_is_exact() -> None:
    """Amounts beside their currency, periods half-open with the last day, and steps tier by tier to the rounding."""
    documents, workings = run_and_workings()
    for number in ("US01-INV-2026-000001", "US01-INV-2026-000005"):
        assert golden(f"render/{number}.json") == document_json(documents[number], workings)


def test_every_line_explains_itself() -> None:
    """Each line of each founding document has workings that end in its own net amount, then its tax."""
    documents, workings = run_and_workings()
    for document in documents.values():
        for line in document_data(document, workings)["lines"]:
            rules = [step["rule"] for step in line["workings"]]
            assert "tax" == rules[-1]
            assert "round" == rules[-2]
            assert float(line["workings"][-2]["result"]) == float(line["net"]["amount"])


def test_amounts_add_up_in_the_data() -> None:
    """Net and tax of a document are the sums of its lines, and their sum is the total."""
    documents, _ = run_and_workings()
    for document in documents.values():
        data = document_data(document)
        cents = {key: int(data[key]["amount"].replace(".", "")) for key in ("net", "tax", "total")}
        lines = data["lines"]
        assert cents["net"] == sum(int(line["net"]["amount"].replace(".", "")) for line in lines)
        assert cents["tax"] == sum(
            int(tax["tax"]["amount"].replace(".", "")) for line in lines for tax in line["taxes"]
        )
        assert cents["total"] == cents["net"] + cents["tax"]


def test_without_workings_a_line_still_has_its_taxes() -> None:
    """Workings that were not passed are not invented; the tax step is the document's own."""
    documents, _ = run_and_workings()
    data = document_data(documents["DE01-RE-2026-000001"])
    assert ["tax"] == [step["rule"] for step in data["lines"][0]["workings"]]


@pytest.mark.parametrize("text", [one for one in HOSTILE if "\ud800" not in one])
def test_hostile_text_comes_back_as_it_was(text: str) -> None:
    """JSON carries any text exactly: quoting is the encoder's, and the file stays one document."""
    documents, workings = run_and_workings()
    made = replaced(documents["US01-INV-2026-000001"], customer_address=(text,), terms_text=text)
    read = json.loads(document_json(made, workings))
    assert [text] == read["buyer"]
    assert text == read["terms"]
