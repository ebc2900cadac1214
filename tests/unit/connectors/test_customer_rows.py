"""What customers.csv adds to the customers of deals, which accounts it brings alone, and what each bad cell is told."""

from __future__ import annotations

from typing import Any

import pytest

import billcore as bc
from billcore.connectors.csv_rows import read_rows
from billcore.connectors.customer_rows import CUSTOMER_COLUMNS, CUSTOMER_OPTIONAL, Accounts, read_accounts

ACME = bc.Customer(id="acme", name="Acme", currency="USD", tax_jurisdiction="US-NY", address=["1 Main St", "NY"])


def read(text: str, *customers: bc.Customer) -> Accounts:
    rows = read_rows(text, file="customers.csv", columns=CUSTOMER_COLUMNS, optional=CUSTOMER_OPTIONAL, owner="sales")
    return read_accounts(rows, customers)


def told(accounts: Accounts) -> list[tuple[str, int, str, str]]:
    return [(one.code, one.line, one.path, one.severity) for one in accounts.findings]


def test_a_row_completes_the_customer_of_a_deal() -> None:
    """What is empty stays as the deal has it; what is written again the same contradicts nothing."""
    text = 'id,parent,pays,invoices,name,address\nacme,group,parent,,Acme,"1 Main St\nNY"\n'
    accounts = read(text, ACME, ACME)
    assert {ACME: ACME.revised(parent="group", pays="parent")} == accounts.completed
    assert ((), (), frozenset(), True) == (accounts.alone, accounts.findings, accounts.disputed, accounts.is_whole)


def test_an_account_without_a_deal_stands_alone() -> None:
    """A parent that buys nothing itself, with all that its documents show."""
    text = (
        "id;parent;pays;invoices;name;currency;tax_jurisdiction;tax_id;address\n"
        'group;;self;consolidated;Acme Group;USD;US-NY;12-345;"1 Main St\n\nNew York"\n'
    )
    (group,) = read(text, ACME).alone
    assert ("consolidated", "12-345", ("1 Main St", "New York")) == (group.invoices, group.tax_id, group.address)
    assert {} == read(text, ACME).completed


def test_no_file_says_nothing() -> None:
    """A book without customers.csv is as it was."""
    assert Accounts() == read("id,parent,pays,invoices\n")


BAD = [
    ("acme,,both,\n", [("choice-unknown", 2, "pays", "error")]),
    ("acme,,self,together\n", [("choice-unknown", 2, "invoices", "error")]),
    ("acme,a b,self,\n", [("text-malformed", 2, "parent", "error")]),
    ("acme,acme,,\n", [("parents-in-a-circle", 2, "", "error")]),
    ("acme,,parent,\n", [("parent-missing", 2, "", "error")]),
    ("acme,,,\nacme,,,\n", [("id-repeated", 3, "id", "error")]),
    ("gorup,,,consolidated\n", [("customer-unclaimed", 2, "id", "warning")]),
]


@pytest.mark.parametrize(("rows", "findings"), BAD)
def test_a_bad_row_is_told_at_its_place_and_disputes_its_customer(rows: str, findings: list[Any]) -> None:
    """Nobody knows who pays for the customer; the others are read."""
    accounts = read(f"id,parent,pays,invoices\n{rows}", ACME)
    assert findings == told(accounts)
    assert {rows.partition(",")[0]} == accounts.disputed
    assert accounts.is_whole


@pytest.mark.parametrize(
    ("column", "cell"),
    [("name", "Acme Inc"), ("currency", "EUR"), ("tax_jurisdiction", "DE"), ("tax_id", "7"), ("address", "2 Main St")],
)
def test_a_row_contradicts_nothing_that_the_deal_says(column: str, cell: str) -> None:
    """The cell is named with what the deal has; the customer stays as it was."""
    accounts = read(f"id,parent,pays,invoices,{column}\nacme,,,,{cell}\n", ACME)
    assert [("customer-differs", 2, column, "error")] == told(accounts)
    assert ({ACME: ACME}, {"acme"}) == (accounts.completed, accounts.disputed)


@pytest.mark.parametrize(
    "text",
    [
        "id,parent,pays\nacme,,self\n",
        "parent,pays,invoices\n,self,\n",
        "id,parent,pays,invoices\nacme,,\n",
        "id,parent,pays,invoices\n,,parent,\n",
        "id,parent,pays,invoices\nac me,,parent,\n",
        "id,parent,pays,invoices,payer\nacme,,,,group\n",
    ],
)
def test_a_table_of_which_a_row_is_nobody_s_is_not_whole(text: str) -> None:
    """A column or an id is wanting: who was meant to be paid for is not known, so nothing may be issued."""
    accounts = read(text, ACME)
    assert not accounts.is_whole
    assert accounts.findings
