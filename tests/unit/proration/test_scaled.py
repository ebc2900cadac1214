"""What a part of a period does not scale is taken whole, is told so, and is another agreement."""

from __future__ import annotations

from datetime import date

import billcore as bc
from billcore.contract.resolution import resolve
from billcore.core.canonical import plain_data
from billcore.pricing.modifiers import Modifiers
from billcore.pricing.net_amounts import net_steps
from billcore.pricing.resolved_modifiers import NO_MODIFIERS, resolve_modifiers

LIMITS = Modifiers(minimum="62.00", maximum="93.00")


def contract(**proration):
    return bc.Contract.read(
        {
            "id": "C-1",
            "customer": "acme",
            "entity": "US01",
            "currency": "USD",
            "billed_every": "month",
            "term": {"start": date(2026, 1, 15), "end": date(2026, 3, 1)},
            "anchor": {"kind": "day_of_month", "day": 1},
            "proration": proration,
            "lines": [
                {
                    "id": "u",
                    "sku": "U",
                    "billed": "in_arrears",
                    "price": {"kind": "per_unit", "unit_price": "1"},
                    "modifiers": {"minimum": "62.00"},
                }
            ],
        }
    )


def test_a_limit_taken_whole_is_told_without_a_share():
    """The working names the share of a limit only where one is taken."""
    (scaled,) = net_steps((8, 1), (), resolve_modifiers(LIMITS), (17, 31))
    (whole,) = net_steps((8, 1), (), resolve_modifiers(LIMITS, ["maximum"]), (17, 31))
    (most,) = net_steps((99, 1), (), resolve_modifiers(LIMITS, ["minimum"]), (17, 31))
    assert scaled.text.startswith("at least 62 x ")
    assert (whole.text, most.text) == ("at least 62 = 62", "at most 93 = 93")


def test_what_is_scaled_as_ever_has_the_bytes_it_had():
    """Modifiers that scale their limits are what they were before there was a choice; others have other terms."""
    usual = resolve_modifiers(LIMITS)
    assert not {"is_minimum_scaled", "is_maximum_scaled"} & set(plain_data(usual))
    assert plain_data(resolve_modifiers(LIMITS, []))["is_minimum_scaled"] is False
    # A limit that is not there cannot be scaled or not.
    assert resolve_modifiers(Modifiers(), []) == NO_MODIFIERS
    terms = [resolve(contract(**how)).lines[0].terms for how in ({}, {"scaled": ["minimum"]}, {"scaled": []})]
    assert terms[0] == terms[1] != terms[2]
