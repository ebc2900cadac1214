"""How a contract's timeline is shown in a notebook: the picture, and the table of its rows below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from billcore.billing.billed import Billed
from billcore.billing.usage import Usage
from billcore.contract.contract import Contract
from billcore.core.table import Table
from billcore.engine.timeline import timeline as timeline_of
from billcore.engine.timeline_rows import Mark, Timeline
from billcore.render.timeline_svg import timeline_svg
from billcore.render.timeline_tables import timeline_table, totals_table


@dataclass(frozen=True, kw_only=True)
class TimelinePicture:
    """A timeline that a notebook shows.

    Attributes:
        timeline: What is shown, as a value.
    """

    timeline: Timeline

    @property
    def svg(self) -> str:
        """The picture, to be kept in a file."""
        return timeline_svg(self.timeline)

    @property
    def table(self) -> Table:
        """The rows; also a table of its own in a notebook."""
        return timeline_table(self.timeline)

    @property
    def totals(self) -> Table:
        """What the rows of each invoice date come to."""
        return totals_table(self.timeline)

    def __str__(self) -> str:
        return self.table.to_text()

    def _repr_svg_(self) -> str:
        """The picture alone, where a front end asks for one."""
        return self.svg

    def _repr_html_(self) -> str:
        """The picture with the table below it; of more rows than 200 the table counts the rest."""
        return f'<div>{self.svg}</div>\n<div style="overflow-x:auto">{self.table._repr_html_()}</div>'


def timeline(
    contract: Contract,
    through: date | None = None,
    usage: Usage | None = None,
    delivered: Mapping[str, Mapping[str, date]] | None = None,
    billed: Billed | None = None,
    marks: Iterable[Mark] = (),
) -> TimelinePicture:
    """Show what a contract bills when.

    Args:
        contract, through, usage, delivered, billed, marks: As `billcore.engine.timeline.timeline`.

    Returns: what a notebook shows as picture and table; ``print`` shows the table as text.
    Rounding: as `bill`.
    Raises: as `billcore.engine.timeline.timeline`.

    >>> deal = Contract.read({"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD",
    ...     "term": {"start": date(2026, 1, 1), "end": date(2026, 3, 1)}, "billed_every": "month", "lines": [
    ...     {"id": "seats", "sku": "SEATS", "billed": "in_advance", "price": {"kind": "flat", "amount": "310"}}]})
    >>> shown = timeline(deal, through=date(2026, 1, 31))
    >>> [row.status for row in shown.timeline.rows]
    ['due', 'planned']
    >>> shown._repr_svg_()[:4], "<table>" in shown._repr_html_()
    ('<svg', True)
    """
    laid = timeline_of(contract, through=through, usage=usage, delivered=delivered, billed=billed, marks=marks)
    return TimelinePicture(timeline=laid)
