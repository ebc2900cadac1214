"""How many days count between two dates."""

from __future__ import annotations

from typing import Literal

DayCount = Literal["day", "month30e", "month30us", "month_actual", "none"]
