"""What the founding book bills and earns, worked out from its raw files in the most naive way.

It reads the deals as JSON and the facts as CSV and knows nothing of billcore: fractions, one month, one day, one unit
price after the other. It knows only what the founding book uses, and refuses the rest.
"""

from __future__ import annotations

import csv
import json
import tomllib
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

DAY = timedelta(days=1)
MONTHS = {"Monthly": 1, "Annual": 12}
Plain = dict[str, Any]


def half_up(value: Fraction) -> int:
    """Cents to whole cents, half a cent away from zero; the book has no negative amount."""
    assert value >= 0
    return int(value + Fraction(1, 2))


def cents(value: object) -> Fraction:
    """Money as fractions of a cent."""
    return Fraction(str(value)) * 100


def months_later(day: date, count: int) -> date:
    """The same day of a later month; the book only has firsts of a month."""
    assert day.day == 1
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, 1)


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return months_later(day.replace(day=1), 1) - DAY


def read(folder: Path, deal: str) -> Plain:
    """A deal with its facts and its tax, from the files."""
    data = json.loads((folder / "deals" / deal).read_text(encoding="utf-8"), parse_float=str, parse_int=str)
    head = data["Contract"]
    contract = head["ContractNumber"]
    classes = {
        p["sku"]: p["tax_class"] for p in tomllib.loads((folder / "catalogue.toml").read_text("utf-8"))["products"]
    }
    return {
        "id": contract,
        "start": date.fromisoformat(head["StartDate"]),
        "end": date.fromisoformat(head["EndDate"]) + DAY,
        "frequency": head["Billing_Frequency__c"],
        "lines": data["OpportunityLineItem"]["records"],
        "usage": {
            (row["line"], row["period"]): Fraction(row["quantity"])
            for row in _rows(folder / "usage.csv")
            if row["contract"] == contract
        },
        "delivered": {
            (row["line"], row["milestone"]): date.fromisoformat(row["on"])
            for row in _rows(folder / "deliveries.csv")
            if row["contract"] == contract
        },
        "taxes": [r for r in _rows(folder / "tax.csv") if r["jurisdiction"] == data["Account"]["Tax_Jurisdiction__c"]],
        "classes": classes,
    }


def _rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def charges(deal: Plain) -> list[Plain]:
    """Every charge: line, service, invoice date, net and tax in cents."""
    found = []
    for line in deal["lines"]:
        for start, end, day, net in _charges_of(deal, line):
            tax = half_up(Fraction(net) * rate(deal, line, end - DAY) / 100)
            found.append({"line": line["Line_Key__c"], "start": start, "end": end, "on": day, "net": net, "tax": tax})
    return found


def _charges_of(deal: Plain, line: Plain) -> list[tuple[date, date, date, int]]:
    key, model, billed = line["Line_Key__c"], line["Pricing_Model__c"], line["Billed__c"]
    start, end = deal["start"], deal["end"]
    if billed == "Once":
        return [(start, end, start, half_up(cents(line["UnitPrice"])))]
    if billed == "On Milestone":
        steps = [(s["Milestone_Key__c"], Fraction(s["Percent__c"])) for s in line["Milestones__r"]["records"]]
        whole = [(deal["delivered"][key, name], cents(line["UnitPrice"]) * percent / 100) for name, percent in steps]
        return [(start, end, day, half_up(amount)) for day, amount in whole]
    count = MONTHS[line["Billing_Frequency__c"] or deal["frequency"]]
    found = []
    first = start
    while first < end:
        after = months_later(first, count)
        if model == "Flat":
            assert MONTHS[line["Price_Per__c"]] == count and billed == "In Advance"
            amount = cents(line["UnitPrice"])
            if line["Discount_Percent__c"] and first <= date.fromisoformat(line["Discount_Until__c"]):
                amount = amount * (100 - Fraction(line["Discount_Percent__c"])) / 100
            found.append((first, after, first, half_up(amount)))
        else:
            assert billed == "In Arrears"
            amount = used(line, deal["usage"][key, first.strftime("%Y-%m")])
            found.append((first, after, after, half_up(amount)))
        first = after
    return found


def used(line: Plain, quantity: Fraction) -> Fraction:
    """The price of a whole quantity: each unit is counted at the price of the tier it falls in."""
    assert quantity.denominator == 1
    table = tiers(line)
    counted = [0] * len(table)
    for unit in range(1, int(quantity) + 1):
        counted[next(n for n, (bound, _) in enumerate(table) if bound is None or unit <= bound)] += 1
    return sum((count * price for count, (_, price) in zip(counted, table, strict=True)), Fraction(0))


def tiers(line: Plain) -> list[tuple[int | None, Fraction]]:
    """Upper bounds, whole in the book, and prices of a unit in cents."""
    if line["Pricing_Model__c"] == "Overage":
        return [(_whole(line["Included_Quantity__c"]), Fraction(0)), (None, cents(line["Overage_Price__c"]))]
    assert line["Pricing_Model__c"] == "Graduated"
    rows = line["Price_Tiers__r"]["records"]
    return [(_whole(row["Up_To__c"]) if row["Up_To__c"] else None, cents(row["Unit_Price__c"])) for row in rows]


def _whole(text: str) -> int:
    number = Fraction(text)
    assert number.denominator == 1
    return int(number)


def rate(deal: Plain, line: Plain, day: date) -> Fraction:
    """The tax rate on the last day of service, in percent."""
    tax_class = deal["classes"][line["Product2"]["ProductCode"]]
    (row,) = [
        one
        for one in deal["taxes"]
        if one["tax_class"] == tax_class
        and date.fromisoformat(one["valid_from"]) <= day
        and (not one["valid_to"] or day < date.fromisoformat(one["valid_to"]))
    ]
    return Fraction(row["rate"])


def revenue(deal: Plain) -> list[Plain]:
    """Every row that is not zero: obligation, posting date, amount in cents."""
    found = []
    prices = allocated(deal)
    for line in deal["lines"]:
        key = line["Line_Key__c"]
        if line["Revenue_Treatment__c"] == "As Used":
            steps = [(month_end(start), net) for start, _, _, net in _charges_of(deal, line)]
        else:
            before, steps = 0, []
            for day, share in progress(deal, line):
                entitled = half_up(prices[key] * share)
                steps.append((day, entitled - before))
                before = entitled
        found += [{"obligation": key, "on": day, "amount": amount} for day, amount in steps if amount]
    return found


def allocated(deal: Plain) -> dict[str, Fraction]:
    """The fixed price by standalone prices where the lines have them; the book's shares are whole cents."""
    fixed = [line for line in deal["lines"] if line["Revenue_Treatment__c"] != "As Used"]
    stated = {one["Line_Key__c"]: sum(net for *_, net in _charges_of(deal, one)) for one in fixed}
    if len(fixed) == 1:
        return {key: Fraction(amount) for key, amount in stated.items()}
    alone = {one["Line_Key__c"]: cents(one["Standalone_Price__c"]) for one in fixed}
    shares = {key: sum(stated.values()) * ssp / sum(alone.values()) for key, ssp in alone.items()}
    assert all(share.denominator == 1 for share in shares.values())
    return shares


def progress(deal: Plain, line: Plain) -> list[tuple[date, Fraction]]:
    """Posting dates with the share of the whole that is earned by then."""
    key, treatment = line["Line_Key__c"], line["Revenue_Treatment__c"]
    if treatment == "Point in Time":
        return [(deal["delivered"][key, ""], Fraction(1))]
    if treatment == "Milestones":
        done, steps = Fraction(0), []
        for step in sorted(
            line["Milestones__r"]["records"], key=lambda s: deal["delivered"][key, s["Milestone_Key__c"]]
        ):
            done += Fraction(step["Percent__c"]) / 100
            steps.append((deal["delivered"][key, step["Milestone_Key__c"]], done))
        return steps
    assert treatment == "Ratable"
    days = [deal["start"] + DAY * n for n in range((deal["end"] - deal["start"]).days)]
    ends = sorted({month_end(day) for day in days})
    if line["Revenue_Grain__c"] == "Service Month Even":
        return [(end, Fraction(number, len(ends))) for number, end in enumerate(ends, 1)]
    assert line["Revenue_Grain__c"] == "Day"
    return [(end, Fraction(sum(day <= end for day in days), len(days))) for end in ends]
