"""How Salesforce's dates become half-open periods: there, an end is the last day; here, the first day after it."""

from __future__ import annotations

from datetime import date

from dateutil.relativedelta import relativedelta

from billcore.connectors.salesforce.record import Record
from billcore.core.limits import DEFAULT
from billcore.periods.period import ONE_DAY


def day_after(record: Record, field: str) -> date | None:
    """The first day after a field that holds a last day."""
    last = record.day(field)
    if last is None:
        return None
    if last == date.max:
        record.note(field, "date-malformed", found=str(last), expected="a day before the end of the calendar")
        return None
    return last + ONE_DAY


def contract_term(contract: Record) -> dict[str, date] | None:
    """The term from StartDate and EndDate (the last day), or StartDate and ContractTerm in months.

    Both are given by Salesforce, which computes the EndDate; where they disagree, no one is believed.
    Codes: ``field-missing``, ``date-malformed``, ``term-malformed``, ``term-contradictory``.
    """
    start = contract.day("StartDate", is_needed=True)
    end = day_after(contract, "EndDate")
    months = _months(contract)
    computed = None
    if start is not None and months is not None:
        try:
            computed = start + relativedelta(months=months)
        except (ValueError, OverflowError):
            contract.note("ContractTerm", "term-malformed", found=f"{months} months", expected="a term of the calendar")
    if contract.value("EndDate") is None and contract.value("ContractTerm") is None:
        contract.missing("EndDate", expected="the last day of the contract, or its term in months")
    if end is not None and computed is not None and end != computed:
        contract.note(
            "EndDate",
            "term-contradictory",
            found=f"a last day of {end - ONE_DAY} and a term of {months} months from {start}",
            expected=f"a last day of {computed - ONE_DAY}",
            hint="An EndDate is the last day of the contract.",
        )
    through = end or computed
    return None if start is None or through is None else {"start": start, "end": through}


def _months(contract: Record) -> int | None:
    number = contract.number("ContractTerm")
    if number is None:
        return None
    if number != number.to_integral_value() or not 1 <= number <= DEFAULT.periods:
        expected = f"whole months, 1 to {DEFAULT.periods}"
        contract.note("ContractTerm", "term-malformed", found=str(number), expected=expected)
        return None
    return int(number)


def line_period(line: Record, term: object) -> dict[str, date] | None:
    """A line's own dates from ServiceDate and End_Date__c (the last day); what is blank is the contract's.

    Args:
        term: The contract's term as plain data, or None where it could not be read.
    """
    start, end = line.day("ServiceDate"), day_after(line, "End_Date__c")
    if (start is None and end is None) or not isinstance(term, dict):
        return None
    return {"start": start or term["start"], "end": end or term["end"]}
