"""Presets of other engines: which there are, that each says where its values come from, and that it reads as it says."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from billcore.core.errors import DocumentError
from billcore.pricing.documents import Reading
from billcore.pricing.modifiers import Grain, Modifiers, Negative, Order
from billcore.pricing.readings import CONVENTIONS, PRESETS, READINGS, PricingPreset, normalize_as, preset
from billcore.pricing.readings.presets import PackageRounding

TABLES: dict[str, list[dict[str, Any]]] = {
    "up_to": [{"up_to": 10}, {}],
    "from_to_steps": [{"from": 0, "to": 10}, {"from": 11}],
    "from_to_touching": [{"from": 0, "to": 10}, {"from": 10}],
    "first_unit": [{"first_unit": 0}, {"first_unit": 11}],
    "sizes": [{"size": 10}, {}],
    "blocks": [{"block_size": 1, "max_blocks": 10}, {"block_size": 1}],
}


def test_there_are_ten() -> None:
    """Every engine that peers name for migration has one."""
    assert set(PRESETS) == {
        *("killbill", "openmeter", "lago", "meteroid", "flexprice", "stripe", "orb", "metronome", "zuora", "chargebee")
    }


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_says_where_each_value_comes_from(name: str) -> None:
    """Each field has a source, and what differs from billcore's default is never "not stated"."""
    found = preset(name)
    assert found.name == name
    told = {source.field: source.source for source in found.sources}
    assert len(told) == len(found.sources)
    for field, info in PricingPreset.model_fields.items():
        if field in ("name", "sources"):
            continue
        value = getattr(found, field)
        assert field in told or value is None
        if value != info.default:
            assert "not stated" not in told[field], field
    assert PricingPreset.read(found.model_dump()) == found


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_reads_as_it_says(name: str) -> None:
    """A table in the engine's writing becomes a price with the readings of the preset."""
    found = preset(name)
    assert found.convention in CONVENTIONS
    graduated = normalize_as(name, TABLES[found.convention]).accepted()
    volume = normalize_as(name, TABLES[found.convention], "volume").accepted()
    assert (found.reading, found.volume_reading) == (graduated.reading, volume.reading)
    assert found.charge_flat_at_zero == graduated.charge_flat_at_zero


@pytest.mark.parametrize(
    ("question", "known"),
    [
        ("boundary", Reading),
        ("packages", PackageRounding),
        ("negative", Negative),
        ("grain", Grain),
        ("order", Order),
    ],
)
def test_the_listing_has_every_value_that_a_preset_may_have(question: str, known: Any) -> None:
    """What a field allows and what the listing explains are the same names in the same order, the default first."""
    assert list(get_args(known)) == [reading.name for reading in READINGS if reading.question == question]


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_what_modifiers_take(name: str) -> None:
    """Order, negative and grain of a preset can stand in the modifiers of a price."""
    found = preset(name)
    modifiers = Modifiers(order=found.order, negative=found.negative, grain=found.grain)
    assert (found.order, found.negative, found.grain) == (modifiers.order, modifiers.negative, modifiers.grain)


def test_what_is_known_of_the_engines() -> None:
    """The values in which the engines differ."""
    assert ("blocks", "blocks", "rounded_up") == (
        preset("killbill").reading,
        preset("killbill").volume_reading,
        preset("killbill").fraction,
    )
    assert ("integer_rows", False, "in_no_row") == (
        preset("meteroid").volume_reading,
        preset("meteroid").charge_flat_at_zero,
        preset("meteroid").fraction,
    )
    assert preset("openmeter").grain == "segment"
    assert preset("chargebee").package_rounding == "at_least_one"
    assert [name for name in PRESETS if preset(name).second_convention] == ["lago", "zuora"]


@pytest.mark.parametrize("name", ["killbil", "", "LAGO", None, 5, ["lago"], {}, float("nan")])
def test_an_unknown_preset_is_refused_with_the_known_ones(name: Any) -> None:
    """The refusal lists what there is."""
    for call in (preset, lambda given: normalize_as(given, TABLES["up_to"])):
        with pytest.raises(DocumentError) as refusal:
            call(name)
        assert refusal.value.code == "preset-unknown"
        assert all(known in refusal.value.expected for known in PRESETS)
