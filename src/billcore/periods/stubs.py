"""What becomes of a first or last period that is shorter than the frequency."""

from __future__ import annotations

from typing import Literal

StubConvention = Literal["short_first", "long_first", "short_last", "long_last", "to_anchor_day"]
