"""Which accounts each legal entity has, and which of them may play which role."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, model_validator

from billcore.core.canonical import digest
from billcore.core.document import Document, problem
from billcore.core.errors import BillcoreError, MissingInput
from billcore.core.fields import Identifier, Items, Name, optional
from billcore.core.findings import Finding
from billcore.gl.roles import AccountRole
from billcore.money.currency import minor_digits

AccountType = Literal["asset", "liability", "equity", "income", "expense"]

# The statement that each role belongs to. A role on another type would misstate the balance sheet in silence.
ROLE_TYPES: dict[AccountRole, AccountType] = {
    "receivable": "asset",
    "unbilled_receivable": "asset",
    "contract_asset": "asset",
    "contract_liability": "liability",
    "revenue": "income",
    "tax_payable": "liability",
    "cash": "asset",
    "unapplied_cash": "liability",
    "unidentified_cash": "liability",
}


def _known_currency(code: str | None) -> str | None:
    if code is not None:
        try:
            minor_digits(code)
        except BillcoreError as error:
            raise problem(error.code, found=error.found, expected=error.expected) from None
    return code


class Account(Document):
    """One account in the chart of one legal entity.

    Attributes:
        entity: The legal entity whose books it stands in.
        number: As finance writes it; unique in the entity.
        name: As reports show it.
        type: Where it stands in the statements.
        is_postable: Whether entries may name it; a heading is not postable.
        is_active: Whether new entries may name it.
        is_control: Whether it is posted only through one subledger.
        currency: The only transaction currency that it takes, or None for any.
    """

    entity: Identifier
    number: Identifier
    name: Name
    type: AccountType
    is_postable: bool = True
    is_active: bool = True
    is_control: bool = False
    currency: Annotated[str | None, AfterValidator(_known_currency)] = None


class Chart(Document):
    """The accounts of all legal entities.

    Raises: DocumentError ``account-repeated``.

    >>> chart = Chart(accounts=[Account(entity="US01", number="1200", name="Receivables", type="asset")])
    >>> chart.find("US01", "1200").name, chart.find("DE01", "1200")
    ('Receivables', None)
    """

    accounts: Items[Account] = optional(default=())

    @model_validator(mode="after")
    def _accounts_are_distinct(self) -> Self:
        seen: set[tuple[str, str]] = set()
        for account in self.accounts:
            key = (account.entity, account.number)
            if key in seen:
                raise problem(
                    "account-repeated",
                    found=f"account {account.number} of {account.entity} twice",
                    expected="each account once in its entity",
                )
            seen.add(key)
        return self

    @cached_property
    def version(self) -> str:
        """Hash of the accounts, whatever their order."""
        return digest(sorted((a.entity, a.number, digest(a)) for a in self.accounts))

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Account]:
        return {(account.entity, account.number): account for account in self.accounts}

    def find(self, entity: str, number: str) -> Account | None:
        """The account of that number in the entity's chart, or None."""
        return self._by_key.get((entity, number))

    def account(self, entity: str, number: str) -> Account:
        """The account of that number in the entity's chart.

        Raises: MissingInput ``account-unknown``.
        """
        account = self.find(entity, number)
        if account is None:
            raise MissingInput(
                "account-unknown",
                found=f"account {number} of {entity}",
                expected="an account of the entity's chart",
                hint="Finance adds the account to the chart, or corrects the row that names it.",
            )
        return account


def account_findings(
    chart: Chart,
    *,
    entity: str,
    number: str,
    role: AccountRole,
    currencies: Collection[str] = (),
    subject: str = "",
) -> tuple[Finding, ...]:
    """List why an account may not play a role; empty where it may.

    Args:
        entity, number: The account.
        role: What it is to be used for.
        currencies: Transaction currencies that will reach it; none given, a restriction is not judged.
        subject: What the findings are about, such as a cell of the mapping.

    Codes: ``account-unknown``, ``account-inactive``, ``account-not-postable``, ``account-type-wrong``,
        ``account-currency-differs``.
    Source: rules 8; chart checks of the mapping design.

    >>> chart = Chart(accounts=[Account(entity="US01", number="1200", name="Receivables", type="asset")])
    >>> [finding.code for finding in account_findings(chart, entity="US01", number="1200", role="revenue")]
    ['account-type-wrong']
    """
    account = chart.find(entity, number)
    name = f"account {number} of {entity}"
    if account is None:
        faults = [("account-unknown", name, "an account of the entity's chart")]
    else:
        faults = _faults(account, name, role, currencies)
    return tuple(
        Finding(code=code, owner="finance", found=found, expected=expected, subject=subject)
        for code, found, expected in faults
    )


def _faults(account: Account, name: str, role: AccountRole, currencies: Collection[str]) -> list[tuple[str, str, str]]:
    faults: list[tuple[str, str, str]] = []
    if not account.is_active:
        faults.append(("account-inactive", name, "an active account"))
    if not account.is_postable:
        faults.append(("account-not-postable", name, "a postable account, not a heading"))
    needed = ROLE_TYPES[role]
    if account.type != needed:
        faults.append(("account-type-wrong", f"{name} of type {account.type}", f"type {needed} for role {role}"))
    others = sorted(set(currencies) - {account.currency}) if account.currency else []
    if others:
        found = f"{name}, which takes {account.currency} only"
        faults.append(("account-currency-differs", found, f"an account that takes {', '.join(others)}"))
    return faults
