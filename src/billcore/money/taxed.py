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
        base_minor: What was taxed, in minor units.
        tax_minor: Rounded tax, in minor units.
        currency: Of both.
    """

    row: str
    name: str
    rate: str
    reason: str
    tax_point: date
    base_minor: int
    tax_minor: int
    currency: str

    @property
    def base(self) -> Amount:
        """What was taxed."""
        return Amount(minor=self.base_minor, currency=self.currency)

    @property
    def tax(self) -> Amount:
        """Rounded tax."""
        return Amount(minor=self.tax_minor, currency=self.currency)

    @property
    def steps(self) -> tuple[Step, ...]:
        """How the tax was reached."""
        reason = f" ({self.reason})" if self.reason else ""
        text = f"{self.base} x {self.rate} % = {self.tax}{reason}, row {self.row}, tax point {self.tax_point}"
        inputs = (("base", str(self.base)), ("rate", self.rate), ("row", self.row))
        return (Step(rule="tax", text=text, inputs=inputs, numerator=self.tax_minor, denominator=1),)
