"""What one opportunity product says: product, dates, billing, milestones and how it is earned."""

from __future__ import annotations

from billcore.connectors.salesforce.assembly import Assembly, written
from billcore.connectors.salesforce.dates import line_period
from billcore.connectors.salesforce.header import FREQUENCIES
from billcore.connectors.salesforce.prices import Figures, read_price
from billcore.connectors.salesforce.record import Record

BILLED = {
    "In Advance": "in_advance",
    "In Arrears": "in_arrears",
    "Once": "once",
    "On Milestone": "on_milestone",
}
TREATMENTS = {
    "Ratable": "ratable",
    "Point in Time": "point_in_time",
    "As Used": "as_used",
    "Milestones": "milestones",
}
GRAINS = {"Day": "day", "Service Month Even": "service_month_even"}


def read_line_item(line: Record, figures: Figures, header: Assembly, into: Assembly) -> None:
    """Read one line; each field independent of the others."""
    key = "Line_Key__c" if line.value("Line_Key__c") is not None else "Id"
    into.fill("id", line, key, lambda: line.text(key, is_needed=True))
    into.fill("sku", line, "Product2", lambda: _sku(line, into))
    into.fill("name", line, "Description", lambda: line.text("Description"))
    into.fill("period", line, "ServiceDate", lambda: line_period(line, header.fields.get("term")))
    into.came_from("period.end", line, "End_Date__c" if line.value("End_Date__c") is not None else "ServiceDate")
    into.fill(
        "billed",
        line,
        "Billed__c",
        lambda: line.choice("Billed__c", BILLED, code="billing-timing-unknown", missing="billing-timing-unknown"),
    )
    into.fill(
        "billed_every",
        line,
        "Billing_Frequency__c",
        lambda: line.choice("Billing_Frequency__c", FREQUENCIES, code="billing-frequency-unknown"),
    )
    read_price(line, figures, header.fields.get("currency"), into)
    is_stepwise = into.fields.get("billed") == "on_milestone" or line.value("Revenue_Treatment__c") == "Milestones"
    steps = _milestones(line, into, is_needed=is_stepwise)
    if into.fields.get("billed") == "on_milestone" and "milestones" not in into.unread:
        into.fields["milestones"] = steps
    into.fill("revenue", line, "Revenue_Treatment__c", lambda: _revenue(line, into, steps))
    if "revenue" not in into.fields:
        into.unread.add("revenue")  # told already, by the treatment or by its milestones
    into.fill("obligation", line, "Performance_Obligation__c", lambda: line.text("Performance_Obligation__c"))
    into.fill("ssp", line, "Standalone_Price__c", lambda: _standalone_price(line))
    into.fill("judgement", line, "Distinct_Reason__c", lambda: _judgement(line))


def _sku(line: Record, into: Assembly) -> str | None:
    product = line.child("Product2", "Product2")
    if product is None:
        if line.value("Product2") is None:
            line.missing("Product2", "sku-unknown", expected="a product of the catalogue")
        return None
    into.came_from("sku", product, "ProductCode")
    return product.text("ProductCode", is_needed=True, code="sku-unknown")


def _milestones(line: Record, into: Assembly, *, is_needed: bool) -> list[dict[str, object]]:
    before = len(line.notes)
    if is_needed and line.value("Milestones__r") is None:
        line.missing("Milestones__r", "milestones-missing", expected="the milestones, 100 percent in all")
    steps: list[dict[str, object]] = []
    for index, row in enumerate(line.children("Milestones__r", "Milestone__c")):
        name, percent = row.text("Milestone_Key__c", is_needed=True), row.number("Percent__c", is_needed=True)
        for owner in ("milestones", "revenue.steps"):
            into.came_from(f"{owner}[{index}].id", row, "Milestone_Key__c")
            into.came_from(f"{owner}[{index}].percent", row, "Percent__c")
        steps.append({"id": name, "percent": written(percent)})
    into.came_from("milestones", line, "Milestones__r")
    into.came_from("revenue.steps", line, "Milestones__r")
    if len(line.notes) > before:
        into.unread.add("milestones")
    return steps


def _revenue(line: Record, into: Assembly, steps: list[dict[str, object]]) -> dict[str, object] | None:
    if line.value("Revenue_Treatment__c") is None:
        line.missing(
            "Revenue_Treatment__c",
            "revenue-treatment-missing",
            expected=", ".join(TREATMENTS),
            hint="Finance records the treatment on the line; nothing of the deal is billed before.",
        )
    treatment = line.choice("Revenue_Treatment__c", TREATMENTS)
    # The grain is judged where it is used, and where it is written.
    needs_grain = treatment == "ratable"
    grain = line.choice("Revenue_Grain__c", GRAINS, missing="revenue-grain-missing" if needs_grain else "")
    into.came_from("revenue.by", line, "Revenue_Grain__c")
    if treatment is None or (treatment == "milestones" and "milestones" in into.unread):
        return None
    measure: dict[str, object] = {"kind": treatment}
    if needs_grain:
        measure["by"] = grain
    elif treatment == "milestones":
        measure["steps"] = steps
    return measure


def _standalone_price(line: Record) -> dict[str, object] | None:
    amount = line.number("Standalone_Price__c")
    return None if amount is None else {"amount": written(amount)}


def _judgement(line: Record) -> dict[str, object] | None:
    """Whether the promise is distinct. A checkbox is never blank in Salesforce, so that only the reason shows that
    someone has judged: unchecked without a reason is no judgement."""
    is_distinct, reason = line.flag("Is_Distinct__c"), line.text("Distinct_Reason__c")
    if is_distinct and line.value("Distinct_Reason__c") is None:
        line.missing("Distinct_Reason__c", "reason-missing", expected="why the promise is distinct")
    if reason is None or is_distinct is None:
        if reason is not None and line.value("Is_Distinct__c") is None:
            line.missing("Is_Distinct__c")
        return None
    return {"is_distinct": is_distinct, "reason": reason}
