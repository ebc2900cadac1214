"""What becomes of a first or last period that is shorter than the frequency.

The example of each convention is the span [2026-01-15, 2026-09-15), 8 months, at a frequency of 3 months, once with
the anchor at the contract's start and once with the anchor on the first day of the month. ``A+B`` is one row made of
two parts. A span that is a whole number of steps has no stub, and every convention gives the same rows.

``short_last`` (default): rows count from the anchor; a rest at the end is a row of its own.
    Contract start: [01-15, 04-15) [04-15, 07-15) [07-15, 09-15), the last 2 months of a full [07-15, 10-15).
    First of month: [01-15, 04-01) of a full [01-01, 04-01), [04-01, 07-01), [07-01, 09-15) of a full [07-01, 10-01).

``long_last``: the rest at the end joins the row before it; it stays a part with its own full period.
    Contract start: [01-15, 04-15) [04-15, 07-15)+[07-15, 09-15): the second row is 1 + 2/3 periods.
    First of month: [01-15, 04-01) [04-01, 07-01)+[07-01, 09-15).

``short_first``: the rest lies at the beginning. With the anchor at the contract's start the rows count back from the
    span's end, else the anchor says where they lie and a rest at the end stays a short row.
    Contract start: [01-15, 03-15) of a full [12-15, 03-15), [03-15, 06-15) [06-15, 09-15).
    First of month: the same as ``short_last``.

``long_first``: as ``short_first``, and the rest at the beginning joins the row after it.
    Contract start: [01-15, 03-15)+[03-15, 06-15), [06-15, 09-15).
    First of month: [01-15, 04-01)+[04-01, 07-01), [07-01, 09-15).

``to_anchor_day``: the first row runs to the first anchor day on or after the start, and the steps count from there; a
    rest at the end is a short row. It differs from ``short_last`` where a step is longer than a month and the anchor
    is a day of the month: the steps count from the next such day, not from the one in the month of the start.
    Contract start: the same as ``short_last``.
    First of month: [01-15, 02-01) of a full [11-01, 02-01), [02-01, 05-01) [05-01, 08-01) [08-01, 09-15).

A span that lies within one full period is one short row under every convention. Where a rest has no regular neighbor,
a long stub takes the neighbor that there is, so that two rests alone become one row.

Source: rules 2; the way of telling a convention by its example is that of OpenGamma Strata's StubConvention.
"""

from __future__ import annotations

from typing import Literal

StubConvention = Literal["short_first", "long_first", "short_last", "long_last", "to_anchor_day"]
STUBS: tuple[StubConvention, ...] = ("short_first", "long_first", "short_last", "long_last", "to_anchor_day")
