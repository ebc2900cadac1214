"""What a tax on an amount is: base, rate and tax, kept with the row that chose it."""

from __future__ import annotations

from datetime import date

from billcore.core.steps import Step
from billcore.core.value import Value
from billcore.money.amount import Amount


class TaxAmount(Value, frozen=True, kw_only=True):
    """The tax that one line bears by one row of the tax table.

    Attributes:
        row: Key of the row.
        name: As the invoice shows it.
        rate: Percent, as plain text.
        reason: Reason code where the rate is zero.
        tax_point: The day that chose the row.
        base: What was taxed.
        tax: Rounded tax.
    """

    row: str
    name: str
    rate: str
    reason: str
    tax_point: date
    base: Amount
    tax: Amount

    @property
    def steps(self) -> tuple[Step, ...]:
        """How the tax was reached."""
        reason = f" ({self.reason})" if self.reason else ""
        text = f"{self.base} x {self.rate} % = {self.tax}{reason}, row {self.row}, tax point {self.tax_point}"
        inputs = (("base", str(self.base)), ("rate", self.rate), ("row", self.row))
        return (Step(rule="tax", text=text, inputs=inputs, numerator=self.tax.minor, denominator=1),)
