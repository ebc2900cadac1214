"""What was used: records, how they are counted, and what of them a price needs to know."""

from billcore.usage.measured import Group, LevelChange, Measured
