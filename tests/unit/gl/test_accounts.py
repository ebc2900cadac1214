"""Tests of the chart and of which account may play which role."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from billcore.core.errors import BillcoreError, DocumentError, MissingInput
from billcore.gl import ROLE_TYPES, Account, AccountRole, Chart, account_findings
from support.ledger import chart

AR = {"entity": "US01", "number": "1200", "name": "Receivables", "type": "asset"}


def test_duplicates_refused() -> None:
    """An account number stands once in the chart of an entity, and may stand in another entity's."""
    with pytest.raises(DocumentError) as raised:
        Chart(accounts=[Account(**AR), Account(**AR | {"name": "Other"})])
    assert raised.value.code == "account-repeated"
    assert "1200" in raised.value.found
    assert "US01" in raised.value.found
    assert len(Chart(accounts=[Account(**AR), Account(**AR | {"entity": "DE01"})]).accounts) == 2


def test_find_and_account() -> None:
    """find gives None for an account that is not there, account refuses and names it."""
    assert chart().account("US01", "1200").name == "Accounts receivable"
    assert chart().find("FR01", "1200") is None
    with pytest.raises(MissingInput) as raised:
        chart().account("FR01", "1200")
    assert (raised.value.code, raised.value.found) == ("account-unknown", "account 1200 of FR01")


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"type": "revenue"}, "choice-unknown", "type"),
        ({"currency": "XXY"}, "currency-unknown", "currency"),
        ({"currency": ""}, "currency-unknown", "currency"),
        ({"number": "12 00"}, "text-malformed", "number"),
        ({"number": 1200}, "text-malformed", "number"),
        ({"name": "Receiv\u202eables"}, "text-hidden-character", "name"),
        ({"is_active": "perhaps"}, "value-malformed", "is_active"),
        ({"owner": "me"}, "field-unknown", "owner"),
    ],
)
def test_bad_account(change: dict[str, Any], code: str, path: str) -> None:
    """A malformed account is refused by our own error that names the field."""
    with pytest.raises(DocumentError) as raised:
        Account.read(AR | change)
    assert (code, path) == (raised.value.code, raised.value.path)


def test_texts_of_a_spreadsheet_are_read() -> None:
    """true and false as text are read as such."""
    account = Account.read(AR | {"is_postable": "false", "is_active": "true"})
    assert (account.is_postable, account.is_active) == (False, True)


def test_every_role_has_a_type() -> None:
    """No role is without the account type that it may stand on."""
    assert set(get_args(AccountRole)) == set(ROLE_TYPES)


@pytest.mark.parametrize("role", get_args(AccountRole))
@pytest.mark.parametrize("kind", ["asset", "liability", "equity", "income", "expense"])
def test_role_against_type(role: AccountRole, kind: Any) -> None:
    """A role stands on accounts of one type alone."""
    one = Chart(accounts=[Account(**AR | {"type": kind})])
    expected = {
        "receivable": "asset",
        "unbilled_receivable": "asset",
        "contract_asset": "asset",
        "cash": "asset",
        "contract_liability": "liability",
        "tax_payable": "liability",
        "unapplied_cash": "liability",
        "unidentified_cash": "liability",
        "revenue": "income",
    }[role]
    codes = [finding.code for finding in account_findings(one, entity="US01", number="1200", role=role)]
    assert ([] if kind == expected else ["account-type-wrong"]) == codes


@pytest.mark.parametrize(
    ("change", "currencies", "codes"),
    [
        ({}, ("USD", "EUR"), []),
        ({"is_active": False}, (), ["account-inactive"]),
        ({"is_postable": False}, (), ["account-not-postable"]),
        ({"is_postable": False, "is_active": False}, (), ["account-inactive", "account-not-postable"]),
        ({"currency": "EUR"}, ("EUR",), []),
        ({"currency": "EUR"}, (), []),
        ({"currency": "EUR"}, ("EUR", "USD"), ["account-currency-differs"]),
    ],
)
def test_account_faults(change: dict[str, Any], currencies: tuple[str, ...], codes: list[str]) -> None:
    """An account that cannot take what is mapped to it is named with every reason, to finance."""
    one = Chart(accounts=[Account(**AR | change)])
    findings = account_findings(
        one, entity="US01", number="1200", role="receivable", currencies=currencies, subject="cell"
    )
    assert codes == [finding.code for finding in findings]
    assert {("finance", "cell")} >= {(finding.owner, finding.subject) for finding in findings}


def test_chart_version_ignores_order() -> None:
    """The chart's version is its content: order is none of it, a name is."""
    listed = chart().accounts
    assert chart().version == Chart(accounts=listed[::-1]).version
    assert chart().version != chart(changes={("US01", "1200"): {"name": "AR"}}).version


def test_errors_are_ours() -> None:
    """A chart that is no list is refused by our own error."""
    with pytest.raises(BillcoreError) as raised:
        Chart.read({"accounts": "1200"})
    assert raised.value.code == "list-malformed"
