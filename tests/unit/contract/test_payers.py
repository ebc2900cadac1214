"""Who pays a contract: up the parents to the first that pays itself, and what stands in the way is named."""

from __future__ import annotations

from typing import Any

import pytest

import billcore as bc
from billcore.contract.payers import MOST_PARENTS, parent_findings, payer_of
from support import families


def known(*written: dict[str, Any]) -> dict[str, bc.Customer]:
    return {one["id"]: bc.Customer.read({"name": one["id"], **one}) for one in written}


def chain(length: int) -> dict[str, bc.Customer]:
    """a0 is paid by a1, and so on up to the last, which pays itself."""
    rows = [{"id": f"a{n}", "parent": f"a{n + 1}", "pays": "parent"} for n in range(length)]
    return known(*rows, {"id": f"a{length}"})


@pytest.mark.parametrize(
    ("customer", "payer"),
    [("top", "top"), ("middle", "top"), ("leaf", "top"), ("free", "free"), ("below-free", "free")],
)
def test_the_nearest_account_above_that_pays_itself_pays(customer: str, payer: str) -> None:
    """Several floors, an account that pays itself in between, and one that has nobody above it."""
    customers = known(
        {"id": "top"},
        {"id": "middle", "parent": "top", "pays": "parent"},
        {"id": "leaf", "parent": "middle", "pays": "parent"},
        {"id": "free", "parent": "middle"},
        {"id": "below-free", "parent": "free", "pays": "parent"},
    )
    assert payer == payer_of(families.contract("C-1", customer=customer), customers)


def test_a_contract_names_its_payer_and_that_is_the_last_word() -> None:
    """Also where the named customer lets another pay, and where it is the contract's own customer."""
    customers = known({"id": "acme"}, {"id": "acme-de", "parent": "acme", "pays": "parent"}, {"id": "other"})
    assert "acme-de" == payer_of(families.contract("C-1", payer="acme-de"), customers)
    assert "other" == payer_of(families.contract("C-1", payer="other"), customers)
    assert "unknown" == payer_of(families.contract("C-1", customer="unknown"), customers)
    assert "unknown" == payer_of(families.contract("C-1", customer="unknown", payer="unknown"), customers)


def test_the_way_up_has_twenty_accounts_and_no_more() -> None:
    """A line of parents that is longer is a mistake in the list, told with its first account."""
    contract = families.contract("C-1", customer="a0")
    assert f"a{MOST_PARENTS}" == payer_of(contract, chain(MOST_PARENTS))
    with pytest.raises(bc.LimitExceeded) as caught:
        payer_of(contract, chain(MOST_PARENTS + 1))
    assert ("limit-exceeded", "more than 20 accounts above a0") == (caught.value.code, caught.value.found)


BROKEN = [
    ({"id": "a", "parent": "b", "pays": "parent"}, {}, "parent-unknown", "the parent b", "customer a"),
    (
        {"id": "a", "parent": "b", "pays": "parent"},
        {"id": "b", "parent": "a", "pays": "parent"},
        "parents-in-a-circle",
        "a > b > a",
        "customer b",
    ),
]


@pytest.mark.parametrize(("first", "second", "code", "found", "path"), BROKEN)
def test_what_hides_the_payer_is_refused_by_its_name(
    first: dict[str, Any], second: dict[str, Any], code: str, found: str, path: str
) -> None:
    """A parent that is not there, and accounts that pay for each other."""
    customers = known(first, *([second] if second else []))
    with pytest.raises(bc.BillcoreError) as caught:
        payer_of(families.contract("C-1", customer="a"), customers)
    assert (code, found, path) == (caught.value.code, caught.value.found, caught.value.path)


def test_a_circle_above_the_customer_is_told_without_the_way_to_it() -> None:
    """leaf stands below the circle of a and b and is no part of it."""
    customers = known(
        {"id": "leaf", "parent": "a", "pays": "parent"},
        {"id": "a", "parent": "b", "pays": "parent"},
        {"id": "b", "parent": "a", "pays": "parent"},
    )
    with pytest.raises(bc.DocumentError) as caught:
        payer_of(families.contract("C-1", customer="leaf"), customers)
    assert ("parents-in-a-circle", "a > b > a") == (caught.value.code, caught.value.found)


def test_a_named_payer_must_be_a_customer() -> None:
    """Its name would stand on a document that nobody receives."""
    with pytest.raises(bc.MissingInput) as caught:
        payer_of(families.contract("C-1", payer="nobody"), known({"id": "acme-de"}))
    assert ("payer-unknown", "the payer nobody", "contract C-1") == (
        caught.value.code,
        caught.value.found,
        caught.value.path,
    )


@pytest.mark.parametrize(
    ("changes", "code"), [({"parent": "acme"}, "parents-in-a-circle"), ({"pays": "parent"}, "parent-missing")]
)
def test_a_customer_that_contradicts_itself_is_no_document(changes: dict[str, str], code: str) -> None:
    """Its own parent, and a parent who pays and is not named."""
    with pytest.raises(bc.DocumentError) as caught:
        bc.Customer.read({"id": "acme", "name": "Acme", **changes})
    assert code == caught.value.code


@pytest.mark.parametrize("field", ["pays", "invoices"])
def test_a_word_that_is_none_of_ours_is_refused(field: str) -> None:
    """``pays`` and ``invoices`` hold one of two words."""
    with pytest.raises(bc.DocumentError) as caught:
        bc.Customer.read({"id": "acme", "name": "Acme", "parent": "top", field: "both"})
    assert ("choice-unknown", field) == (caught.value.code, caught.value.path)


@pytest.mark.parametrize(("contract", "customers"), [(None, {}), (families.contract("C-1"), [])])
def test_arguments_of_another_kind_are_named(contract: Any, customers: Any) -> None:
    """A contract and a mapping, and nothing else."""
    with pytest.raises(bc.DocumentError) as caught:
        payer_of(contract, customers)
    assert "argument-wrong" == caught.value.code


def test_findings_hold_whom_they_hide_the_payer_of_and_warn_of_the_rest() -> None:
    """An account that pays itself is billed whatever stands above it; a circle is told of each that is in it."""
    customers = known(
        {"id": "a", "parent": "gone", "pays": "parent"},
        {"id": "b", "parent": "gone"},
        {"id": "c", "parent": "d"},
        {"id": "d", "parent": "c"},
        {"id": "fine", "parent": "top"},
        {"id": "top"},
    )
    assert [
        ("parent-unknown", "error", "a"),
        ("parent-unknown", "warning", "b"),
        ("parents-in-a-circle", "warning", "c"),
        ("parents-in-a-circle", "warning", "d"),
    ] == [(one.code, one.severity, one.subject) for one in parent_findings(customers)]
    assert {"sales"} == {one.owner for one in parent_findings(customers)}
