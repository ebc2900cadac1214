"""Which tax a line bears, by a table that finance keeps: jurisdiction, tax class, dates, rate, reason.

Source: rules 6. The tax point of a service is its last day (December at 16 %, January at 19 %: a December service bears
16 %). A table without a row is a finding, never zero: a line that bears no tax says so with a reason code.
"""

from __future__ import annotations

from datetime import date

from billcore.core.document import Document
from billcore.core.errors import MissingInput
from billcore.core.fields import Identifier, Items, Name, Note, Percent, optional


class TaxRow(Document):
    """One cell of the tax table over an interval of dates.

    Attributes:
        id: Row key, kept in the workings.
        jurisdiction, tax_class: The cell.
        name: As the invoice shows it (``VAT 19 %``).
        rate: Percent of the net.
        valid_from: First day.
        valid_to: First day after it, or None for open.
        reason: Reason code where the rate is zero (``reverse-charge``, ``not-taxable``).
    """

    id: Identifier
    jurisdiction: Identifier
    tax_class: Identifier
    name: Name
    rate: Percent
    valid_from: date
    valid_to: date | None = None
    reason: Note = ""


class TaxTable(Document):
    """The rows that finance keeps."""

    rows: Items[TaxRow] = optional(default=())

    def find(self, jurisdiction: str, tax_class: str, on: date) -> TaxRow:
        """The row of a cell on a tax point.

        Raises: MissingInput ``tax-row-missing``.
        """
        for row in self.rows:
            in_cell = row.jurisdiction == jurisdiction and row.tax_class == tax_class
            if in_cell and row.valid_from <= on and (row.valid_to is None or on < row.valid_to):
                return row
        raise MissingInput(
            "tax-row-missing",
            found=f"no tax row for jurisdiction {jurisdiction}, class {tax_class} on {on}",
            expected="one row; a rate of 0 with a reason where no tax is due",
            hint="Add the row to the tax table.",
        )
