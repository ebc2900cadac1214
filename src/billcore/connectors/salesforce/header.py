"""What Account, Opportunity and Contract say about the deal as a whole."""

from __future__ import annotations

import re

from billcore.connectors.salesforce.assembly import Assembly
from billcore.connectors.salesforce.dates import contract_term, day_after
from billcore.connectors.salesforce.record import Record
from billcore.core.errors import excerpt
from billcore.money.currency import DIGITS

FREQUENCIES = {
    "Monthly": "month",
    "Quarterly": "quarter",
    "Semiannual": "6 months",
    "Annual": "year",
    "Whole Term": "term",
    "One-Time": "once",
}
PRORATIONS = {
    "Daily": {"unit": "day"},
    "30-Day Months": {"unit": "month30e"},
    "Actual Months": {"unit": "month_actual"},
    "None": {"unit": "none"},
}
_NET = re.compile(r"Net ([0-9]{1,3})", re.ASCII)
ADDRESS = ("BillingStreet", "BillingPostalCode", "BillingCity", "BillingState", "BillingCountry")


def read_header(contract: Record, opportunity: Record, account: Record, into: Assembly) -> None:
    """Read the contract's own fields; each independent of the others."""
    key = "Contract_Key__c" if contract.value("Contract_Key__c") is not None else "ContractNumber"
    into.fill("id", contract, key, lambda: contract.text(key, is_needed=True))
    customer_key = _customer_key(account)
    into.came_from("customer", account, customer_key)
    into.fill("name", opportunity, "Name", lambda: opportunity.text("Name"))
    into.fill(
        "entity",
        contract,
        "Legal_Entity__c",
        lambda: contract.text("Legal_Entity__c", is_needed=True, code="legal-entity-unresolved"),
    )
    into.fill("term", contract, "StartDate", lambda: contract_term(contract))
    into.came_from("term.end", contract, "EndDate" if contract.value("EndDate") is not None else "ContractTerm")
    into.fill(
        "billed_every",
        contract,
        "Billing_Frequency__c",
        lambda: contract.choice(
            "Billing_Frequency__c", FREQUENCIES, code="billing-frequency-unknown", missing="billing-frequency-unknown"
        ),
    )
    into.fill("proration", contract, "Proration__c", lambda: contract.choice("Proration__c", PRORATIONS))
    into.fill("payment_terms", contract, "Payment_Terms__c", lambda: _payment_terms(contract))
    into.fill("enforceable", contract, "Enforceable_Until__c", lambda: _enforceable(contract, into))
    if "enforceable" not in into.fields:
        into.unread.add("enforceable")  # what is missing has been told; without a term there is nothing to tell
    into.came_from("enforceable.reason", contract, "Enforceable_Reason__c")
    status = contract.text("Status", is_needed=True)
    if status is not None and status != "Activated":
        contract.note("Status", "contract-not-activated", found=excerpt(status), expected="Activated")


def read_currencies(
    contract: Record, opportunity: Record, account: Record, lines: tuple[Record, ...], into: Assembly
) -> tuple[tuple[str, str, str], ...]:
    """Every currency that a record of the deal states: by whom, which, and under what path of ours it is remembered."""
    into.fill("currency", contract, "CurrencyIsoCode", lambda: _currency(contract, is_needed=True))
    stated = []
    own = into.fields.get("currency")
    named = [("account", account), ("opportunity", opportunity)]
    named += [(f"line {index + 1}", line) for index, line in enumerate(lines)]
    for who, record in named:
        is_line = record.kind == "OpportunityLineItem"
        code = _currency(record, is_needed=not is_line)
        # A line that agrees adds nothing: the finding names the records that matter.
        if code is not None and not (is_line and code == own):
            into.came_from(f"currencies.{who}", record, "CurrencyIsoCode")
            stated.append((who, code, f"currencies.{who}"))
    return (("contract", own, "currency"), *stated) if isinstance(own, str) else tuple(stated)


def _currency(record: Record, *, is_needed: bool) -> str | None:
    code = record.text("CurrencyIsoCode", is_needed=is_needed)
    if code is not None and code not in DIGITS:
        expected = "an ISO 4217 code, such as USD"
        record.note("CurrencyIsoCode", "currency-unknown", found=excerpt(code), expected=expected)
        return None
    return code


def read_customer(account: Record, into: Assembly) -> None:
    """Read the customer; its id is a key of ours where the account has one, else the Salesforce id."""
    key = _customer_key(account)
    into.fill("id", account, key, lambda: account.text(key, is_needed=True))
    into.fill("name", account, "Name", lambda: account.text("Name", is_needed=True))
    into.fill(
        "tax_jurisdiction",
        account,
        "Tax_Jurisdiction__c",
        lambda: account.text("Tax_Jurisdiction__c", is_needed=True, code="tax-jurisdiction-missing"),
    )
    into.fill("tax_id", account, "VAT_Number__c", lambda: account.text("VAT_Number__c"))
    into.fill("address", account, "BillingStreet", lambda: _address(account, into))


def _customer_key(account: Record) -> str:
    return "Customer_Key__c" if account.value("Customer_Key__c") is not None else "Id"


def _address(account: Record, into: Assembly) -> list[str]:
    lines: list[str] = []
    for field in ADDRESS:
        # A street of several lines is one text in Salesforce.
        for part in (account.text(field) or "").splitlines():
            if part.strip():
                into.came_from(f"address[{len(lines)}]", account, field)
                lines.append(part.strip())
    return lines


def _payment_terms(contract: Record) -> dict[str, object] | None:
    text = contract.text("Payment_Terms__c", is_needed=True, code="payment-terms-unknown")
    if text is None:
        return None
    if text == "Due on Receipt":
        return {"kind": "net_days", "days": 0}
    if text == "End of Month":
        return {"kind": "end_of_month"}
    match = _NET.fullmatch(text)
    if match is None or int(match[1]) > 366:
        expected = "Net and a number of days (Net 30), Due on Receipt, or End of Month"
        contract.note("Payment_Terms__c", "payment-terms-unknown", found=excerpt(text), expected=expected)
        return None
    return {"kind": "net_days", "days": int(match[1])}


def _enforceable(contract: Record, into: Assembly) -> dict[str, object] | None:
    """The enforceable term from the first day of the term through its last enforceable day, with its reason."""
    reason = contract.text("Enforceable_Reason__c")
    if contract.value("Enforceable_Until__c") is None:
        contract.missing(
            "Enforceable_Until__c",
            "enforceable-term-missing",
            expected="the last day that the customer cannot leave without substantive penalty, and why",
            hint="Record the day and the reason; revenue needs the judgement.",
        )
    elif contract.value("Enforceable_Reason__c") is None:
        contract.missing("Enforceable_Reason__c", "reason-missing", expected="why the term is enforceable")
    end, term = day_after(contract, "Enforceable_Until__c"), into.fields.get("term")
    if end is None or reason is None or not isinstance(term, dict):
        return None
    return {"period": {"start": term["start"], "end": end}, "reason": reason}
