"""Which readings together give the money of an engine that people migrate from.

A preset says how an engine's tables are written, read and rounded; how it shares time is no part of it. What an engine
does not state is billcore's default, and ``sources`` says so field by field. Source: peers 2.1 to 2.5 and 4.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

from billcore.core.document import Document
from billcore.core.errors import DocumentError, excerpt
from billcore.core.fields import Identifier, Items, Note
from billcore.money.rounding import RoundingMode
from billcore.pricing.documents import Reading
from billcore.pricing.modifiers import Grain, Negative, Order
from billcore.pricing.readings.normalizer import Model, Normalized, normalize
from billcore.pricing.readings.rows import Convention

PackageRounding = Literal["up", "down", "at_least_one"]
Fraction = Literal["exact", "rounded_up", "in_no_row"]


class FieldSource(Document):
    """Where one field's value comes from."""

    field: Identifier
    source: Note


class PricingPreset(Document):
    """How one engine reads a price.

    Attributes:
        name: The engine.
        convention: How its tier tables are written; a name of `CONVENTIONS`.
        second_convention: How they may be written as well, where the engine looks at the rows and decides.
        reading: How a quantity falls into a graduated table; `Tiered.reading`.
        volume_reading: The same where the total chooses the row: volume and stairstep.
        charge_flat_at_zero: Whether the first tier's flat part is due where nothing is used.
        package_rounding: How packages are counted; `Package.package_rounding`.
        fraction: What a fraction of a unit does between two whole rows: it counts as it is, is rounded up first, or is
            in no row and costs nothing (where the total chooses the row).
        negative, grain, order: What a charge below zero does, what is rounded alone, and whether discounts come before
            maximum and minimum; as in `Modifiers`.
        rounding_mode: How a charge is rounded to the currency.
        sources: Where each value comes from; what is not stated by the engine says so.
    """

    name: Identifier
    convention: Convention
    second_convention: Convention | None = None
    reading: Reading = "upper_inclusive"
    volume_reading: Reading = "upper_inclusive"
    charge_flat_at_zero: bool = True
    package_rounding: PackageRounding = "up"
    fraction: Fraction = "exact"
    negative: Negative = "refuse"
    grain: Grain = "line"
    order: Order = "discounts_first"
    rounding_mode: RoundingMode = "half_up"
    sources: Items[FieldSource]


NOT_STATED = "not stated by the engine's sources at hand; billcore's default"

# What differs from the defaults of `PricingPreset`, then what is known of each field.
_PRESETS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "killbill": (
        {"convention": "blocks", "reading": "blocks", "volume_reading": "blocks", "fraction": "rounded_up"},
        {
            "convention": "peers 2.2, Kill Bill: block size and most blocks of each tier (code, doc)",
            "reading": "peers 2.2 and 2.3, Kill Bill: up to a whole block first, bound inclusive in blocks (code, doc)",
            "volume_reading": "peers 2.3, Kill Bill: 10.5 units cost 55.00 (code, doc)",
            "package_rounding": "peers 2.1 row 10, Kill Bill: a started block counts (code, doc)",
            "fraction": "peers 2.2, Kill Bill: rounded up to a whole block first (code, doc)",
            "rounding_mode": "peers 4, Kill Bill: half up at the digits of the currency",
        },
    ),
    "openmeter": (
        {"convention": "up_to", "grain": "segment"},
        {
            "convention": "peers 2.2, OpenMeter: up_to, last open (code)",
            "reading": "peers 2.2, OpenMeter: upper bound inclusive, lower exclusive (code)",
            "volume_reading": "peers 2.2, OpenMeter: upper bound inclusive, lower exclusive (code)",
            "charge_flat_at_zero": "peers 2.4, OpenMeter: a zero range is added on purpose (code)",
            "package_rounding": "peers 2.4, OpenMeter: nothing used, nothing charged (code)",
            "fraction": "peers 2.2, OpenMeter: exact (code)",
            "grain": "OpenMeter's rating tests: one line for each tier, each rounded",
            "order": "peers 2.5, OpenMeter: percentage discount, maximum, minimum (code)",
            "rounding_mode": "OpenMeter's rating tests: half away from zero for each line",
        },
    ),
    "lago": (
        {"convention": "from_to_steps", "second_convention": "from_to_touching"},
        {
            "convention": "peers 2.2, Lago: from and to, in whole steps (code)",
            "second_convention": "peers 0 finding 3 and 2.2, Lago: where every row begins at the end before (code)",
            "reading": "peers 2.2, Lago graduated: inclusive (code)",
            "volume_reading": "peers 2.2, Lago volume: inclusive, lower bound against the quantity rounded up (code)",
            "charge_flat_at_zero": "peers 2.4, Lago: the flat part is returned (code)",
            "package_rounding": "peers 2.4, Lago: nothing used, nothing charged (code)",
            "fraction": "peers 2.2, Lago: exact; rounded up to choose a volume row only (code)",
            "grain": "peers 4, Lago: rounds each fee",
            "rounding_mode": "Lago's rating tests: half away from zero to the minor unit, at the fee",
        },
    ),
    "meteroid": (
        {
            "convention": "first_unit",
            "volume_reading": "integer_rows",
            "charge_flat_at_zero": False,
            "fraction": "in_no_row",
        },
        {
            "convention": "peers 2.2, Meteroid: first unit of each row (code)",
            "reading": "peers 2.2, Meteroid graduated: by width (code)",
            "volume_reading": "peers 2.2, Meteroid volume: last unit is the next first less one (code, not run)",
            "charge_flat_at_zero": "peers 2.4, Meteroid: no; on the total where the first row starts at 0 (code)",
            "fraction": "peers 2.2, Meteroid volume: between rows, amount 0 (code, not run); graduated is exact",
            "rounding_mode": "Meteroid's invoice tests: half away from zero for each line",
        },
    ),
    "flexprice": (
        {"convention": "up_to", "charge_flat_at_zero": False},
        {
            "charge_flat_at_zero": "Flexprice's price service: zero units cost nothing, whatever the tiers say",
            "convention": "peers 2.2, Flexprice: up_to, last null (code)",
            "reading": "peers 2.2, Flexprice: inclusive; 1000.001 is in the next tier (code)",
            "volume_reading": "peers 2.2, Flexprice: inclusive in both modes (code)",
            "package_rounding": "peers 2.4, Flexprice: nothing used, nothing charged (code)",
            "fraction": "peers 2.2, Flexprice: exact (code)",
            "rounding_mode": "Flexprice's rating tests: half away from zero at each line",
        },
    ),
    "stripe": (
        {"convention": "up_to"},
        {
            "convention": "peers 2.2, Stripe: up_to, a whole number or inf (sdk)",
            "reading": "peers 2.2, Stripe: inclusive, the next row begins one unit behind (sdk)",
            "volume_reading": "peers 2.2, Stripe: inclusive, the next row begins one unit behind (sdk)",
            "package_rounding": "peers 2.1 row 10, Stripe: up, or down where the price says so (sdk)",
            "fraction": "peers 2.2, Stripe: its wording leaves it open (sdk); billcore's default",
        },
    ),
    "orb": (
        {"convention": "from_to_touching"},
        {
            "convention": "peers 2.2, Orb: first_unit and last_unit (sdk); tiered with proration is lower_inclusive",
            "reading": "peers 2.2, Orb tiered: first_unit exclusive, last_unit inclusive (sdk)",
            "fraction": "peers 2.2, Orb: a binary number (sdk); exact here",
            "order": "peers 2.5, Orb: adjustments in the order in which they are listed; billcore's default order",
        },
    ),
    "metronome": (
        {"convention": "sizes"},
        {
            "convention": "peers 2.2, Metronome: size of each tier, last without (sdk)",
            "reading": "peers 2.2, Metronome: bounds follow from the sizes (sdk)",
            "volume_reading": "peers 2.1 row 7, Metronome: has no volume price; billcore's default",
            "fraction": "peers 2.2, Metronome: a binary number (sdk); exact here",
        },
    ),
    "zuora": (
        {"convention": "from_to_steps", "second_convention": "from_to_touching"},
        {
            "convention": "peers 2.2, Zuora: starting and ending unit; 1-100, 101-200 in one example (doc)",
            "second_convention": "peers 0 finding 2, Zuora: 1-500, 500-1000 in another example (doc)",
            "reading": "peers 2.2, Zuora: examples disagree (doc); billcore's default",
            "volume_reading": "peers 2.2, Zuora: examples disagree (doc); billcore's default",
            "fraction": "peers 2.2, Zuora: decimal quantities are allowed (doc)",
            "grain": "peers 2.1 row 2, Zuora: only amounts are rounded, no price (doc)",
            "rounding_mode": "peers 4, Zuora: mode and increment are set for each currency; billcore's default",
        },
    ),
    "chargebee": (
        {"convention": "from_to_steps", "package_rounding": "at_least_one"},
        {
            "convention": "peers 2.2, Chargebee: rows in whole units, plus one (sdk, unverified)",
            "package_rounding": "peers 2.1 row 10 and 2.4, Chargebee: at least one package each period (doc)",
        },
    ),
}

PRESETS = tuple(_PRESETS)


def preset(name: str) -> PricingPreset:
    """Give the preset of an engine.

    Args:
        name: One of `PRESETS`.

    Raises: DocumentError ``preset-unknown``.
    Source: peers 2.1 to 2.5.

    >>> preset("killbill").reading, preset("chargebee").package_rounding
    ('blocks', 'at_least_one')
    """
    _check_name(name)
    return _preset(name)


def _check_name(name: object) -> None:
    if not isinstance(name, str) or name not in _PRESETS:
        raise DocumentError("preset-unknown", found=excerpt(name), expected=", ".join(PRESETS), path="name")


@lru_cache(maxsize=len(_PRESETS))
def _preset(name: str) -> PricingPreset:
    values, known = _PRESETS[name]
    stated = [field for field in PricingPreset.model_fields if field not in ("name", "sources")]
    if "second_convention" not in values:
        stated.remove("second_convention")
    sources = [FieldSource(field=field, source=known.get(field, NOT_STATED)) for field in stated]
    return PricingPreset(name=name, sources=sources, **values)


def normalize_as(name: str, rows: object, model: Model = "graduated") -> Normalized:
    """Read a tier table that was copied from an engine as that engine does.

    Args:
        name: One of `PRESETS`.
        rows: Plain rows with the fields of the engine's convention.
        model: ``graduated``, ``volume`` or ``stairstep``.

    Raises: DocumentError ``preset-unknown``, and as `normalize`.
    Source: peers 2.2 to 2.4.

    >>> rows = [{"first_unit": 0, "unit_price": "10.00"}, {"first_unit": 11, "unit_price": "5.00"}]
    >>> normalize_as("meteroid", rows, "volume").accepted().reading
    'integer_rows'
    """
    found = preset(name)
    # The rows decide where the preset charges a flat part at zero, because those that begin at 1 leave zero out, and
    # under first_unit, where unit by unit differs from the total.
    at_zero = None if found.charge_flat_at_zero or found.convention == "first_unit" else False
    first = normalize(rows, found.convention, model, charge_flat_at_zero=at_zero)
    if first.price is not None or found.second_convention is None:
        return first
    second = normalize(rows, found.second_convention, model, charge_flat_at_zero=at_zero)
    return first if second.price is None else second
