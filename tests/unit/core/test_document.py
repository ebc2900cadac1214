"""How a document refuses: our error, every problem at once, each at its place in the input."""

from __future__ import annotations

import pickle
import time
from typing import Annotated, Literal

import pytest
from pydantic import Field, ValidationError

from billcore.connectors.salesforce.fields import FieldMap, RenamedField
from billcore.core.document import Document, path_text
from billcore.core.errors import DocumentError, InvariantBroken
from billcore.core.fields import Exact, Identifier, Items, Name, NotNegative, Percent, optional
from billcore.core.whole import Whole
from billcore.pricing.documents import Graduated, PerUnit, Price, Tier


class Cat(Document):
    kind: Literal["cat"] = "cat"
    lives: Whole = 9
    names: Items[Name] = ()


class Dog(Document):
    kind: Literal["dog"] = "dog"
    owner: Identifier


class House(Document):
    id: Identifier
    rent: NotNegative = optional(default="0")
    pets: Items[Annotated[Cat | Dog, Field(discriminator="kind")]] = optional(default=())
    price: Price | None = None
    share: Percent = optional(default="100")


def problems(given):
    with pytest.raises(DocumentError) as caught:
        House.read(given)
    return [(finding.path, finding.code) for finding in caught.value.findings]


def test_all_problems_come_at_once():
    """Every problem of a document is found in one reading, in order of the fields, unknown fields last."""
    given = {
        "rent": 12.5,
        "pets": [{"kind": "cat", "lives": True}, {"kind": "dog"}, {"kind": "cow"}, {}, {"kind": "cat", "names": "Tom"}],
        "share": "101",
        "color": "red",
    }
    assert problems(given) == [
        ("id", "field-missing"),
        ("rent", "float-amount"),
        ("pets[0].lives", "number-malformed"),
        ("pets[1].owner", "field-missing"),
        ("pets[2]", "kind-unknown"),
        ("pets[3]", "kind-missing"),
        ("pets[4].names", "list-malformed"),
        ("share", "percent-out-of-range"),
        ("color", "field-unknown"),
    ]


def test_the_first_problem_speaks():
    """The error itself is the first problem, tells how many more there are, and every one says what may stand there."""
    with pytest.raises(DocumentError) as caught:
        House.read({"rent": "-1"})
    error = caught.value
    assert (error.code, error.path, error.found) == ("field-missing", "id", "nothing")
    assert "1 more finding" in str(error)
    assert all(finding.expected for finding in error.findings)


def test_a_price_inside_a_document_has_its_own_place():
    """The kind that pydantic puts into a place is no part of the path; an index is."""
    given = {"id": "a", "price": {"kind": "graduated", "tiers": [{"up_to": "1,5"}, {"unit_price": 0.5}]}}
    assert problems(given) == [
        ("price.tiers[0].up_to", "number-malformed"),
        ("price.tiers[1].unit_price", "float-amount"),
    ]


def test_a_document_built_in_python_refuses_the_same_way():
    """A constructor call raises our error and never pydantic's, also where a document is nested in it."""
    for build in (
        lambda: House(id="a", pets=[{"kind": "cat", "lives": "x"}]),
        lambda: House(id="a", pets=[Cat(lives="x")]),
        lambda: Graduated(tiers=[Tier(up_to=5)]),
        lambda: House(id="no spaces"),
    ):
        with pytest.raises(DocumentError) as caught:
            build()
        assert not isinstance(caught.value, ValidationError)
        assert caught.value.findings


@pytest.mark.parametrize("given", [None, 1, "text", [], [("id", "a")], True])
def test_what_is_no_object_is_refused(given):
    """Plain data that is no object is refused with the document's name as the place."""
    with pytest.raises(DocumentError) as caught:
        House.read(given)
    assert caught.value.path == "House"


def test_a_document_does_not_change():
    """No field of a document can be set; a revision is a new document, and is checked whole."""
    house = House(id="a", rent="5.00")
    with pytest.raises(DocumentError):
        house.rent = "6"
    assert house.revised(rent="6.00").rent != house.rent
    with pytest.raises(DocumentError) as caught:
        house.revised(rent="-6")
    assert (caught.value.code, caught.value.path) == ("number-negative", "rent")


def test_hidden_characters_are_refused_in_names():
    """A direction or control character in a human name is refused and named by its code point."""
    with pytest.raises(DocumentError) as caught:
        Cat(names=["Tom\u202etxt"])
    assert (caught.value.code, caught.value.path) == ("text-hidden-character", "names[0]")
    assert "U+202E" in caught.value.found


@pytest.mark.parametrize("given", [{"id": "x" * 10**6}, {"id": "a", "z" * 10**6: 1}, {"id": "a\x00\u202e"}])
def test_a_message_is_short_and_printable(given):
    """However large or strange the input, the message stays below 1,000 printable characters."""
    with pytest.raises(DocumentError) as caught:
        House.read(given)
    assert len(str(caught.value)) <= 1000
    assert str(caught.value).isprintable()


def test_an_error_crosses_processes_whole():
    """An error that is pickled keeps its code, place and findings."""
    with pytest.raises(DocumentError) as caught:
        House.read({"rent": "-1"})
    back = pickle.loads(pickle.dumps(caught.value))
    assert (back.code, back.path, back.findings) == (caught.value.code, caught.value.path, caught.value.findings)
    assert str(back) == str(caught.value)


def test_a_broken_invariant_is_not_the_author_s_mistake():
    """billcore's own contradiction raised inside a validator passes through and is no document error."""

    class Odd(Document):
        amount: Exact

        def model_post_init(self, context):
            raise InvariantBroken("odd", found="x", expected="y")

    with pytest.raises(InvariantBroken):
        Odd(amount="1")


@pytest.mark.parametrize(
    ("place", "given", "expected"),
    [
        (("pets", 0, "cat", "lives"), {"pets": [{"kind": "cat"}]}, "pets[0].lives"),
        (("pets", 0, "dog"), {"pets": [{"kind": "dog"}]}, "pets[0]"),
        (("cat",), {"cat": 1}, "cat"),
        ((), {}, ""),
        ((0, "a"), [{"a": 1}], "[0].a"),
        (("pets", 5, "x"), {"pets": []}, "pets[5].x"),
    ],
)
def test_kinds_are_left_out_of_paths(place, given, expected):
    """A part of a place is left out only where the input shows that it is the kind."""
    assert path_text(place, given) == expected


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (True, "number-malformed"),
        (5.0, "float-amount"),
        ("5.0", "number-malformed"),
        ("05", "number-malformed"),
        ("", "number-malformed"),
        (None, "number-malformed"),
        (10**18, "number-too-large"),
        ("1" * 19, "number-malformed"),
    ],
)
def test_a_whole_number_is_an_int_or_its_text(given, code):
    """A whole number takes no bool, float or padded text for an int."""
    with pytest.raises(DocumentError) as caught:
        Cat(lives=given)
    assert (caught.value.code, caught.value.path) == (code, "lives")
    assert Cat(lives="7").lives == 7


def test_an_assignment_to_a_field_is_our_own_error() -> None:
    """A document is made anew, never changed; the error says how."""
    row = RenamedField(object="Contract", field="Status", name="State__c")
    with pytest.raises(DocumentError) as caught:
        row.name = "Other__c"
    assert ("document-frozen", "RenamedField.name") == (caught.value.code, caught.value.path)
    assert "revised(name=...)" in caught.value.hint
    assert "State__c" == row.name


def test_what_pydantic_says_becomes_words() -> None:
    """A pattern and a wrong kind of value are told in words that a person who writes files knows."""
    with pytest.raises(DocumentError) as caught:
        RenamedField.read({"object": "two words", "field": "Status", "name": "State__c"})
    assert "1 to 120 letters, digits, . _ : / -, beginning with a letter or digit" == caught.value.expected
    with pytest.raises(DocumentError) as caught:
        FieldMap.read({"id": "x", "renamed": ["Status"]})
    assert caught.value.expected.startswith("an object such as")


def test_no_more_problems_are_told_than_anybody_reads() -> None:
    """20,000 unknown fields: a hundred are named, the others counted; the answer does not take a second."""
    begun = time.process_time()
    with pytest.raises(DocumentError) as caught:
        PerUnit.read({"kind": "per_unit", "unit_price": "1", **{f"field{n}": 1 for n in range(20_000)}})
    assert time.process_time() - begun < 1
    findings = caught.value.findings
    assert 101 == len(findings)
    assert ("problems-not-listed", "19900 more problems") == (findings[-1].code, findings[-1].found)
    assert {"field-unknown"} == {finding.code for finding in findings[:-1]}


def test_one_table_in_the_place_of_a_list_is_told_how_to_be_one() -> None:
    """[case] for [[case]], or {...} for [{...}]."""
    with pytest.raises(DocumentError) as caught:
        Graduated.read({"kind": "graduated", "tiers": {"unit_price": "1"}})
    assert ("list-malformed", "tiers") == (caught.value.code, caught.value.path)
    assert "[[" in caught.value.hint
