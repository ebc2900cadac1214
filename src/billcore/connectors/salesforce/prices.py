"""What an opportunity product says about its price: the structured model that was sold, never the list price.

UnitPrice is the price that was sold. A price in words, a discount that fits no reading of the figures, or a model that
is not known holds the deal. Salesforce computes TotalPrice as UnitPrice less Discount, times Quantity.
Source: rules 10.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from billcore.connectors.salesforce.assembly import Assembly, written
from billcore.connectors.salesforce.dates import day_after
from billcore.connectors.salesforce.header import FREQUENCIES
from billcore.connectors.salesforce.record import Record
from billcore.core.errors import excerpt
from billcore.core.exact import fraction_digits, scaled
from billcore.core.value import Value
from billcore.money.currency import DIGITS
from billcore.money.rounding import round_ratio

MODELS = {
    "Flat": "flat",
    "Per Unit": "per_unit",
    "Graduated": "graduated",
    "Volume": "volume",
    "Overage": "overage",
}
QUANTITY_SOURCES = {"Agreed": False, "Metered": True}


class Figures(Value, frozen=True, kw_only=True):
    """The standard figures of an opportunity product, each None where blank or malformed."""

    quantity: Decimal | None
    unit: Decimal | None
    listed: Decimal | None
    total: Decimal | None
    discount: Decimal | None


def read_figures(line: Record) -> Figures:
    """Read each standard figure once."""
    return Figures(
        quantity=line.number("Quantity"),
        unit=line.number("UnitPrice"),
        listed=line.number("ListPrice"),
        total=line.number("TotalPrice"),
        discount=line.number("Discount"),
    )


def read_price(line: Record, figures: Figures, currency: object, into: Assembly) -> None:
    """Read price, quantity and discounts of a line.

    Args:
        currency: The contract's, for the digits of TotalPrice; None where it could not be read.
    """
    model = line.choice("Pricing_Model__c", MODELS, code="price-unmapped")
    into.fill("price", line, "Pricing_Model__c", lambda: _price(line, figures, into, model))
    if "price" not in into.fields:
        into.unread.add("price")
    is_metered = line.choice("Quantity_Source__c", QUANTITY_SOURCES)
    into.fill("quantity", line, "Quantity", lambda: _quantity(line, figures, model, is_metered))
    if model not in (None, "flat") and (is_metered is None or (not is_metered and figures.quantity is None)):
        into.unread.add("quantity")
    sold = _sold(figures, model, is_metered)
    digits = DIGITS.get(str(currency), 2)
    into.fill("discounts", line, "Discount_Percent__c", lambda: _discounts(line, figures, into, sold, digits))
    if model is not None and sold is None and figures.discount and model != "flat":
        line.note(
            "Discount",
            "price-contradictory",
            found=f"a Discount of {figures.discount} on a price that usage or tiers make",
            expected="a Discount_Percent__c, which comes off what is charged",
        )


def _sold(figures: Figures, model: str | None, is_metered: bool | None) -> Decimal | None:
    """How many UnitPrices make the TotalPrice; None where the standard figures do not make the price.

    A flat price of several is told by its quantity already; its total would be told twice.
    """
    if model == "flat":
        return Decimal(1) if figures.quantity is None or figures.quantity == 1 else None
    return figures.quantity if model == "per_unit" and is_metered is False else None


def _price(line: Record, figures: Figures, into: Assembly, model: str | None) -> dict[str, object] | None:
    structured = line.value("Pricing_Model__c") is not None
    in_words = _words(line)
    per = line.choice("Price_Per__c", FREQUENCIES, code="billing-frequency-unknown")
    is_changed = figures.listed is None or figures.unit != figures.listed
    is_discounted = line.value("Discount_Percent__c") is not None
    by_figures = model in ("flat", "per_unit")
    if in_words and (not structured or (by_figures and not is_changed and not is_discounted)):
        line.note(
            "Custom_Price_Note__c" if line.value("Custom_Price_Note__c") is not None else "Custom_Price__c",
            "price-unmapped",
            found=in_words,
            expected="the negotiated price in structured fields: model, UnitPrice, discount or tiers",
            hint="Enter what was agreed in the price fields; the list price is never billed in its place.",
        )
    elif not structured:
        line.missing("Pricing_Model__c", "price-unmapped", expected=", ".join(MODELS))
    if model is None:
        return None
    price: dict[str, object] = {"kind": model}
    if per is not None:
        price["per"] = per
        into.came_from("price.per", line, "Price_Per__c")
    if by_figures:
        field = "amount" if model == "flat" else "unit_price"
        if figures.unit is None:
            if line.value("UnitPrice") is None:
                line.missing("UnitPrice")
            return None
        price[field] = written(figures.unit)
        into.came_from(f"price.{field}", line, "UnitPrice")
        return price
    if figures.unit:
        line.note(
            "UnitPrice",
            "price-contradictory",
            found=f"a UnitPrice of {figures.unit} beside the model {line.value('Pricing_Model__c')}",
            expected="a UnitPrice of 0: the price stands in its own fields",
        )
    if model == "overage":
        price["included"] = written(line.number("Included_Quantity__c", is_needed=True))
        price["unit_price"] = written(line.number("Overage_Price__c", is_needed=True))
        into.came_from("price.included", line, "Included_Quantity__c")
        into.came_from("price.unit_price", line, "Overage_Price__c")
    else:
        price["tiers"] = _tiers(line, into)
        into.came_from("price.tiers", line, "Price_Tiers__r")
    return price


def _words(line: Record) -> str:
    """What is said about the price outside the price fields, or an empty text."""
    is_custom, note = line.flag("Custom_Price__c"), line.text("Custom_Price_Note__c")
    if note is not None:
        return f"a price in words: {excerpt(note)}"
    return "a custom price without its figures" if is_custom else ""


def _tiers(line: Record, into: Assembly) -> list[dict[str, str]]:
    rows = line.children("Price_Tiers__r", "Price_Tier__c")
    if not rows and line.value("Price_Tiers__r") is None:
        line.missing("Price_Tiers__r", expected="the tiers of the price")
    tiers = []
    for index, row in enumerate(rows):
        tier = {
            "up_to": written(row.number("Up_To__c")),
            "unit_price": written(row.number("Unit_Price__c", is_needed=True)),
            "flat_amount": written(row.number("Flat_Amount__c")),
        }
        for ours, theirs in (("up_to", "Up_To__c"), ("unit_price", "Unit_Price__c"), ("flat_amount", "Flat_Amount__c")):
            into.came_from(f"price.tiers[{index}].{ours}", row, theirs)
        tiers.append({name: value for name, value in tier.items() if value is not None})
    return tiers


def _quantity(line: Record, figures: Figures, model: str | None, is_metered: bool | None) -> str | None:
    """The agreed quantity, or None where usage gives it."""
    if model is None:
        return None
    if model == "flat":
        if figures.quantity is not None and figures.quantity != 1:
            line.note(
                "Quantity",
                "quantity-unexpected",
                found=f"{figures.quantity} of a flat price",
                expected="1: a flat price is one amount whatever the quantity",
                hint="Use the model Per Unit where the quantity counts.",
            )
        return None
    if is_metered is None and line.value("Quantity_Source__c") is None:
        line.missing("Quantity_Source__c", expected=", ".join(QUANTITY_SOURCES))
    if is_metered is not False:
        return None
    if figures.quantity is None and line.value("Quantity") is None:
        line.missing("Quantity")
    return written(figures.quantity)


def _discounts(
    line: Record, figures: Figures, into: Assembly, sold: Decimal | None, digits: int
) -> list[dict[str, object]] | None:
    """The structured discount, or the standard one where TotalPrice shows that it still comes off."""
    percent, until = line.number("Discount_Percent__c"), day_after(line, "Discount_Until__c")
    into.came_from("discounts[0].percent", line, "Discount_Percent__c")
    into.came_from("discounts[0].until", line, "Discount_Until__c")
    if until is not None and line.value("Discount_Percent__c") is None:
        line.missing("Discount_Percent__c", expected="the percentage of the discount that ends")
    reduces_total = _is_taken_off_total(line, figures, sold, digits)
    if figures.discount and percent is not None:
        line.note(
            "Discount",
            "price-contradictory",
            found=f"a Discount of {figures.discount} and a Discount_Percent__c of {percent}",
            expected="one of them",
        )
    if percent:
        discount: dict[str, object] = {"kind": "percent_off", "percent": written(percent)}
        return [discount if until is None else {**discount, "until": until}]
    if reduces_total:
        into.came_from("discounts[0].percent", line, "Discount")
        return [{"kind": "percent_off", "percent": written(figures.discount)}]
    return None


def _is_taken_off_total(line: Record, figures: Figures, sold: Decimal | None, digits: int) -> bool:
    """Whether the standard Discount comes off UnitPrice in TotalPrice; it may also be inside UnitPrice already.

    Both readings are in use. The figures decide; where they fit neither, the deal is held.
    """
    unit, percent = figures.unit, figures.discount or Decimal(0)
    if percent > 100:
        line.note("Discount", "percent-out-of-range", found=str(percent), expected="0 to 100")
    if unit is None or sold is None or percent > 100:
        return False
    kept = Fraction(100 - percent) / 100
    whole = Fraction(unit) * Fraction(sold)
    is_inside = figures.listed is not None and Fraction(figures.listed) * kept == Fraction(unit)
    if _fits(figures.total, whole, digits) and (not percent or is_inside):
        return False
    if percent and figures.total is not None and _fits(figures.total, whole * kept, digits):
        return True
    line.note(
        "Discount" if percent else "TotalPrice",
        "price-contradictory",
        found=f"UnitPrice {unit}, Quantity {sold}, ListPrice {figures.listed}, Discount {percent}, "
        f"TotalPrice {figures.total}",
        expected="a TotalPrice of UnitPrice times Quantity, less the Discount where UnitPrice does not hold it",
    )
    return False


def _fits(total: Decimal | None, whole: Fraction, digits: int) -> bool:
    """Whether a TotalPrice is the exact figure rounded to the currency; no TotalPrice contradicts nothing."""
    if total is None:
        return True
    rounded = round_ratio(whole.numerator * 10**digits, whole.denominator)
    return scaled(total, digits) == rounded if fraction_digits(total) <= digits else False
