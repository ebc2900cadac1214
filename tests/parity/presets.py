"""Which conventions an engine's cases are judged by, and which of them a case used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from billcore.pricing.readings import presets
from billcore.proration import presets as sharing
from billcore.proration.convention import ProrationConvention

# What billcore does unless told; how it reads a price, then levels, capacity and coupons.
_BASE: Mapping[str, Any] = MappingProxyType(
    {
        "reading": "upper_inclusive",
        "volume_reading": "upper_inclusive",
        "charge_flat_at_zero": True,
        "package_rounding": "up",
        "rounding": "half_up",
        "charge_capacity_at_zero": True,
        "weighted_digits": None,
        "weighted_rounding": "none",
        "end_day": "excluded",
        "stacking": "as_listed",
        "spread": "largest_remainder",
        "share_digits": 5,
        "leading": "anchored",
        "credit_digits": 8,
    }
)
# What an engine does where the library's preset, which is of prices alone, is silent.
_BEYOND: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "killbill": {"charge_capacity_at_zero": False, "leading": "stepped_back"},
        "lago": {"weighted_digits": 5, "weighted_rounding": "up", "end_day": "charged", "spread": "exact"},
        "meteroid": {"stacking": "percent_first"},
    }
)


def _values(name: str) -> Mapping[str, Any]:
    found = presets.preset(name)
    stated = {field: getattr(found, field) for field in _BASE if field in type(found).model_fields}
    return {**_BASE, **stated, "rounding": found.rounding_mode, **_BEYOND.get(name, {})}


PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {"billcore": _BASE, **{name: _values(name) for name in presets.PRESETS}}
)


class Convention:
    """The named values that a case is judged by: a preset's, single ones replaced by the case; remembers what was used.

    The runner asks for each value by name, so that a case can tell which of them made its result.
    """

    def __init__(self, name: str) -> None:
        self.preset = name
        self._values = dict(PRESETS[name])
        self._used: dict[str, Any] = {}

    def use(self, name: str) -> Any:
        """Give a value, and remember that it was asked for."""
        self._used[name] = self._values[name]
        return self._values[name]

    def replace(self, name: str, value: Any) -> Any:
        """Take the case's own value in the preset's place."""
        self._values[name] = value
        return self.use(name)

    def sharing(self, name: str = "", **changes: Any) -> ProrationConvention:
        """Give how time is shared: by the library's preset of a name (the engine's own unless told), then as changed.

        An engine of which the library has no such preset shares by billcore's defaults.
        """
        chosen = name or self.preset
        found = sharing.preset(chosen) if chosen in sharing.PRESETS else ProrationConvention()
        self._used["proration"] = chosen if chosen in sharing.PRESETS else "default"
        self._used.update(changes)
        return found.revised(**changes) if changes else found

    def name(self, name: str, value: Any) -> None:
        """Remember a convention that the shape of the case alone decides."""
        self._used[name] = value

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in sorted(self._used.items()))
        return f"{self.preset}({told})"


def preset_named_by(file: Path) -> str | None:
    """Give the preset that a file's name begins with, or None."""
    name = re.split("[^a-z]", file.stem.lower())[0]
    return name if name in PRESETS else None
