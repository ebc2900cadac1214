"""Which conventions an engine's cases are judged by, and which of them a case used."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

_BASE: Mapping[str, Any] = MappingProxyType(
    {
        "reading": "upper_inclusive",
        "charge_flat_at_zero": True,
        "charge_capacity_at_zero": True,
        "package_rounding": "up",
        "rounding": "half_up",
        "weighted_digits": None,
        "weighted_rounding": "none",
        "end_day": "excluded",
        "stacking": "as_listed",
        "spread": "largest_remainder",
        "share_digits": 5,
    }
)
PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "billcore": _BASE,
        "killbill": {**_BASE, "reading": "blocks", "charge_capacity_at_zero": False},
        "openmeter": _BASE,
        "lago": {
            **_BASE,
            "weighted_digits": 5,
            "weighted_rounding": "up",
            "end_day": "charged",
            "spread": "exact",
        },
        "meteroid": {**_BASE, "charge_flat_at_zero": False, "stacking": "percent_first"},
        "flexprice": {**_BASE, "charge_flat_at_zero": False},
    }
)


class Convention:
    """The named values that a case is judged by: a preset's, single ones replaced by the case; remembers what was used.

    The runner asks for each value by name, so that a case can tell which of them made its result.
    """

    def __init__(self, preset: str) -> None:
        self.preset = preset
        self._values = dict(PRESETS[preset])
        self._used: dict[str, Any] = {}

    def use(self, name: str) -> Any:
        """Give a value, and remember that it was asked for."""
        self._used[name] = self._values[name]
        return self._values[name]

    def replace(self, name: str, value: Any) -> Any:
        """Take the case's own value in the preset's place."""
        self._values[name] = value
        return self.use(name)

    def name(self, name: str, value: Any) -> None:
        """Remember a convention that the shape of the case alone decides."""
        self._used[name] = value

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in sorted(self._used.items()))
        return f"{self.preset}({told})"


def preset_named_by(file: Path) -> str | None:
    """Give the preset that a file's name begins with, or None."""
    return next((name for name in PRESETS if file.stem.lower().startswith(name)), None)
