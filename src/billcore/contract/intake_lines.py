"""What each line of a deal must mean by itself: its product, its treatment, its dates, its way of being billed."""

from __future__ import annotations

from collections.abc import Iterator

from billcore.contract.drafts import Draft
from billcore.contract.intake_desk import Desk, Rule, refusal
from billcore.contract.measures import milestone_problems
from billcore.core.findings import Finding

# What finance writes, by the kind of the measure.
TREATMENT_NAMES = {
    "ratable": "ratable",
    "point_in_time": "point in time",
    "as_used": "as used",
    "milestones": "milestones",
}


def product_is_sold(draft: Draft, desk: Desk) -> Iterator[Finding]:
    """The product is in the catalogue, active, and sold by the contract's entity."""
    for index, line in enumerate(draft.lines):
        if line.sku is None:
            continue
        product, path = desk.product(line.sku), f"lines[{index}].sku"
        if product is None:
            yield refusal(
                "sku-unknown",
                "product",
                path,
                found=line.sku,
                expected="a sku of the catalogue",
                hint="Add the product to the catalogue, or correct the product code in the CRM.",
            )
            continue
        if not product.is_active:
            yield refusal("product-inactive", "product", path, found=line.sku, expected="an active product")
        if desk.entity(draft.entity) is not None and draft.entity not in product.entities:
            yield refusal(
                "product-not-sold-by-entity",
                "product",
                path,
                found=f"{line.sku}, sold by {draft.entity}",
                expected=f"an entity that sells it: {', '.join(product.entities) or 'none does'}",
            )


def treatment_is_given_and_allowed(draft: Draft, desk: Desk) -> Iterator[Finding]:
    """Finance has said how the line is earned, in a way that it allows for the product."""
    for index, line in enumerate(draft.lines):
        path = f"lines[{index}].revenue"
        if line.revenue is None:
            if "revenue" not in line.unread:
                yield refusal(
                    "revenue-treatment-missing",
                    "finance",
                    path,
                    found="no revenue treatment",
                    expected=", ".join(TREATMENT_NAMES.values()),
                    hint="Finance records the treatment on the line; nothing of the deal is billed before.",
                )
            continue
        product = desk.product(line.sku)
        if product is not None and line.revenue.kind not in product.treatments:
            allowed = ", ".join(TREATMENT_NAMES[kind] for kind in product.treatments)
            yield refusal(
                "treatment-not-allowed",
                "finance",
                path,
                found=f"{TREATMENT_NAMES[line.revenue.kind]} for {line.sku}",
                expected=f"a treatment that the catalogue allows for it: {allowed or 'none'}",
            )


def treatment_fits_price(draft: Draft, desk: Desk) -> Iterator[Finding]:
    """Metered quantity is earned as used, and nothing else is."""
    for index, line in enumerate(draft.lines):
        product = desk.product(line.sku)
        if line.revenue is None or line.is_metered is None:
            continue
        if product is not None and line.revenue.kind not in product.treatments:
            continue  # told by the rule before
        if line.is_metered != (line.revenue.kind == "as_used"):
            yield refusal(
                "treatment-not-applicable",
                "finance",
                f"lines[{index}].revenue",
                found=f"{TREATMENT_NAMES[line.revenue.kind]} for "
                f"{'a metered quantity' if line.is_metered else 'an agreed price'}",
                expected="as used" if line.is_metered else "ratable, point in time or milestones",
            )


def line_lies_in_term(draft: Draft, desk: Desk) -> Iterator[Finding]:
    """A line's own dates lie in the contract's term."""
    for index, line in enumerate(draft.lines):
        if line.period is not None and draft.term is not None and not draft.term.covers(line.period):
            yield refusal(
                "line-outside-term",
                "sales",
                f"lines[{index}].period",
                found=f"{line.period} and the term {draft.term}",
                expected="line dates within the term",
            )


def billing_fits_price(draft: Draft, desk: Desk) -> Iterator[Finding]:
    """What is metered is billed in arrears; what is billed on milestones is one agreed amount."""
    for index, line in enumerate(draft.lines):
        if line.billed is None or line.is_metered is None:
            continue
        if line.is_metered and line.billed != "in_arrears":
            yield refusal(
                "billing-not-applicable",
                "billing",
                f"lines[{index}].billed",
                found=f"{line.billed} for a metered quantity",
                expected="in_arrears: usage is known after the period",
            )
        elif line.billed == "on_milestone" and line.price is not None and line.price.kind != "flat":
            yield refusal(
                "billing-not-applicable",
                "billing",
                f"lines[{index}].billed",
                found=f"on_milestone with a {line.price.kind} price",
                expected="one flat amount, shared by the milestones",
            )


def milestones_are_whole(draft: Draft, desk: Desk) -> Iterator[Finding]:
    """A line billed on milestones has them, each once, 100 percent in all; no other line has any."""
    for index, line in enumerate(draft.lines):
        path, steps = f"lines[{index}].milestones", line.milestones
        if line.billed is None or "milestones" in line.unread:
            continue
        if line.billed != "on_milestone":
            if steps:
                yield refusal(
                    "milestones-unexpected",
                    "billing",
                    path,
                    found=f"{len(steps)} milestones on a line billed {line.billed}",
                    expected="milestones only where the line is billed on_milestone",
                )
            continue
        if not steps:
            yield refusal(
                "milestones-missing", "billing", path, found="no milestone", expected="the milestones it is billed on"
            )
            continue
        for code, found, expected in milestone_problems(steps):
            yield refusal(code, "billing", path, found=found, expected=expected)


LINE_RULES: tuple[Rule, ...] = (
    product_is_sold,
    treatment_is_given_and_allowed,
    treatment_fits_price,
    line_lies_in_term,
    billing_fits_price,
    milestones_are_whole,
)
