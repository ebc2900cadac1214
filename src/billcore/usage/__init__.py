"""What was used: records, how they are counted, and what of them a price needs to know."""

from billcore.usage.aggregation import Measurement, measure, measure_all
from billcore.usage.deduplication import Doubt, Standing, standing
from billcore.usage.lateness import late
from billcore.usage.measured import Group, LevelChange, Measured
from billcore.usage.metering import Aggregation, Condition, Metering, QuantityRounding
from billcore.usage.record_rows import read_records
from billcore.usage.records import UsageRecord, UsageReport
from billcore.usage.windows import Window
from billcore.usage.workings import explain_measured

__all__ = [
    "Aggregation",
    "Condition",
    "Doubt",
    "Group",
    "LevelChange",
    "Measured",
    "Measurement",
    "Metering",
    "QuantityRounding",
    "Standing",
    "UsageRecord",
    "UsageReport",
    "Window",
    "explain_measured",
    "late",
    "measure",
    "measure_all",
    "read_records",
    "standing",
]
