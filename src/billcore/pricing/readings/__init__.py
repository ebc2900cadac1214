"""How tier tables are written and read elsewhere, what each reading would charge, and presets of other engines."""

from billcore.pricing.readings.comparison import compare_conventions, compare_readings
from billcore.pricing.readings.detection import Candidate, detect_convention
from billcore.pricing.readings.listing import READINGS, NamedReading, readings_table
from billcore.pricing.readings.monotony import Stretch, cheaper_with_more
from billcore.pricing.readings.normalizer import Model, Normalized, TieredPrice, normalize
from billcore.pricing.readings.presets import PRESETS, PricingPreset, normalize_as, preset
from billcore.pricing.readings.rows import CONVENTIONS, Convention

__all__ = [
    "CONVENTIONS",
    "PRESETS",
    "READINGS",
    "Candidate",
    "Convention",
    "Model",
    "NamedReading",
    "Normalized",
    "PricingPreset",
    "Stretch",
    "TieredPrice",
    "cheaper_with_more",
    "compare_conventions",
    "compare_readings",
    "detect_convention",
    "normalize",
    "normalize_as",
    "preset",
    "readings_table",
]
