"""What is to be recognized now: entitled to date minus recognized to date, so that nothing posted is ever rewritten.

Source: rules 7. A change that reaches back lands in the first row that is not posted yet, as a catch-up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from billcore.core.errors import DocumentError
from billcore.core.value import replaced
from billcore.periods.period import ONE_DAY, Period
from billcore.revrec.schedules import RevenueRow, RevenueSchedule


def due_rows(
    schedule: RevenueSchedule, recognized: Sequence[RevenueRow], through: date, *, known_in_part: Collection[str] = ()
) -> tuple[RevenueRow, ...]:
    """List the rows to post through a date.

    Args:
        schedule: What the contract entitles to, as known now.
        recognized: Rows of the contract that stand posted.
        through: Posting dates up to and including this day.
        known_in_part: Obligations of which a period's usage is not reported: what is known is the least that is
            entitled, and nothing is taken back because the rest is absent.

    Returns: new rows in order of posting date; recognized and new together are what is entitled through the date. A
        change with no row left to carry it gets a row of its own, dated ``through``. An obligation of which a later row
        stands gets none: a run through an earlier day adds nothing and takes nothing back.
    Source: rules 7; rules 5 (absent usage is not zero).
    """
    stood: dict[str, list[RevenueRow]] = {}
    seen: set[tuple[str, int]] = set()
    for row in recognized:
        if (row.obligation, row.number) in seen:
            raise DocumentError(
                "revenue-repeated",
                found=f"row {row.number} of {row.obligation} twice",
                expected="each posted row once",
                path="recognized",
            )
        seen.add((row.obligation, row.number))
        stood.setdefault(row.obligation, []).append(row)
    planned: dict[str, list[RevenueRow]] = {}
    for row in schedule.rows:
        if row.posting_date <= through:
            planned.setdefault(row.obligation, []).append(row)
    new: list[RevenueRow] = []
    for obligation in dict.fromkeys([*planned, *stood]):
        mine = _of_obligation(
            planned.get(obligation, []),
            stood.get(obligation, []),
            through,
            only_more=obligation in known_in_part,
        )
        new.extend(mine)
    return tuple(sorted(new, key=lambda row: (row.posting_date, row.obligation, row.number)))


def _of_obligation(
    planned: Sequence[RevenueRow], stood: Sequence[RevenueRow], through: date, *, only_more: bool
) -> list[RevenueRow]:
    number, new = len(stood), []
    if any(row.posting_date > through for row in stood):
        # A later row may carry a change that reaches back before this day; carried twice, it would be wrong.
        return []
    done = sum(row.amount_minor for row in stood)
    last = max((row.posting_date for row in stood), default=date.min)
    fresh = [row for row in planned if row.posting_date > last]
    for row in fresh:
        off = row.entitled_minor - done
        if off > 0 or (off and not only_more):
            new.append(replaced(row, amount_minor=off, catch_up_minor=off - row.amount_minor, number=number))
            number, done = number + 1, row.entitled_minor
    if not fresh and (planned or stood):
        entitled = planned[-1].entitled_minor if planned else 0
        if entitled > done or (entitled != done and not only_more):
            new.append(_late(planned[-1] if planned else stood[-1], entitled, entitled - done, through, number))
    return new


def _late(row: RevenueRow, entitled: int, off: int, through: date, number: int) -> RevenueRow:
    return replaced(
        row,
        posting_date=through,
        earned=Period(start=through, end=through + ONE_DAY),
        amount_minor=off,
        catch_up_minor=off,
        entitled_minor=entitled,
        what=f"change known on {through}",
        number=number,
    )
