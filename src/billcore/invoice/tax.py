"""Which tax a line bears, by a table that finance keeps: jurisdiction, tax class, dates, rate, reason.

Source: rules 6. The tax point of a service is its last day (December at 16 %, January at 19 %: a December service bears
16 %). A table without a row is a finding, never zero: a line that bears no tax says so with a reason code.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from billcore.core.document import Document
from billcore.core.errors import MissingInput
from billcore.core.exact import fraction_digits, scaled, shortest
from billcore.core.fields import Identifier, Items, Name, Note, Percent, optional
from billcore.core.value import Value, replaced
from billcore.money.allocation import cumulative_part
from billcore.money.amount import Amount
from billcore.money.rounding import RoundingMode, round_ratio
from billcore.money.taxed import TaxAmount
from billcore.periods.days import Day


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
    valid_from: Day
    valid_to: Day | None = None
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


class TaxQuestion(Value, frozen=True, kw_only=True):
    """What must be answered before a line can be issued: the tax on a base, at a place, on a day.

    Attributes:
        key: Which line asks.
        jurisdiction, tax_class: The cell.
        tax_point: Last day of the service, or the day of delivery.
        base: Net amount.
    """

    key: str
    jurisdiction: str
    tax_class: str
    tax_point: date
    base: Amount


def answer(table: TaxTable, question: TaxQuestion, mode: RoundingMode = "half_up") -> tuple[TaxAmount, ...]:
    """Answer a tax question from the embedded table.

    Rounding: each tax once, at the currency's minor unit.
    Raises: MissingInput ``tax-row-missing``.
    Source: rules 6, ``tax_rounding=line``.

    >>> row = TaxRow(id="DE-19", jurisdiction="DE", tax_class="saas", name="VAT 19 %", rate="19",
    ...              valid_from=date(2021, 1, 1))
    >>> asked = TaxQuestion(key="x", jurisdiction="DE", tax_class="saas", tax_point=date(2026, 1, 31),
    ...                     base=Amount.of("117.25", "EUR"))
    >>> print(answer(TaxTable(rows=[row]), asked)[0].tax)
    EUR 22.28
    """
    row = table.find(question.jurisdiction, question.tax_class, question.tax_point)
    scale = fraction_digits(row.rate)
    tax = round_ratio(question.base.minor * scaled(row.rate, scale), 100 * 10**scale, mode)
    return (
        TaxAmount(
            row=row.id,
            name=row.name,
            rate=shortest(row.rate),
            reason=row.reason,
            tax_point=question.tax_point,
            base_minor=question.base.minor,
            tax_minor=tax,
            currency=question.base.currency,
        ),
    )


def given_back(taxes: Sequence[TaxAmount], net: int, before: int, through: int) -> tuple[TaxAmount, ...]:
    """Share a line's own taxes to a credit of it: the cumulative share to date minus what was given back before.

    Args:
        taxes: Taxes of the credited line, as issued.
        net: Minor units of the credited line.
        before, through: Minor units credited of it before this credit, and with it.

    Returns: taxes of the credit; a line credited in full has given back exactly its taxes, in any number of steps.
    Source: rules 6, ``credit_tax=line_share``.
    """
    back = []
    for tax in taxes:
        part = cumulative_part(tax.tax_minor, before, through, net) if net else 0
        back.append(replaced(tax, base_minor=through - before, tax_minor=part))
    return tuple(back)
