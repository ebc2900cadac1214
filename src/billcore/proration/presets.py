"""How engines that people migrate from share time: each as a convention, with the published example it reproduces.

A preset says what the engine's own tests or pages state. What they do not state is billcore's default, and the preset
says so. How an engine reads and rounds a price is no part of it: that is `billcore.pricing.readings.presets`.

Each example is the engine's published one, or says that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from billcore.core.errors import DocumentError, excerpt
from billcore.proration.convention import ProrationConvention


def killbill() -> ProrationConvention:
    """Kill Bill: days of the anchored cycle, the fraction rounded half up to 9 digits before it meets the price.

    The day of a change belongs to the new plan. Unused time is credited as a share of what the item was billed, rounded
    alone and capped by what is left of the item, so two routes to the same plan may differ in the last cent. It is
    given back by the run that first knows of the change, also for days that are still to come.

    Anchors: a day of the month, without a month of its own: `periods.boundaries.tile` with `DayOfMonth`, or
    ``rebase_month=True`` for a date; in a contract each change of plan, pause and resume says
    `Change.billing(rebase_month=True)`. The cycle that a leading stub is measured by is stepped back from its end.

    Source: Kill Bill's tests GenericProRationTestBase and TestProRation (inAdvance); peers 3.

    >>> from datetime import date
    >>> from billcore.periods.period import Period
    >>> from billcore.proration.shares import share
    >>> january = Period(start=date(2011, 1, 1), end=date(2011, 2, 1))
    >>> share(Period(start=date(2011, 1, 1), end=date(2011, 1, 15)), january, killbill()).fraction * 10**9
    Fraction(451612903, 1)
    """
    return ProrationConvention(
        parts="each", fraction_digits=9, credit_rounding="each", credit_when="known", leading="stepped_back"
    )


def killbill_fixed_30() -> ProrationConvention:
    """Kill Bill with 30 fixed days a month: the divisor is 30, and a month whose end is crossed counts 30 days.

    Within one month the days are those of the calendar. Over several months Kill Bill corrects the first alone; here
    each month counts 30.

    Source: Kill Bill's test TestInvoiceDateUtilsWithFixedProration (23 February to 15 March is 22 of 30).

    >>> from datetime import date
    >>> from billcore.periods.period import Period
    >>> from billcore.proration.shares import share
    >>> cycle = Period(start=date(2023, 2, 23), end=date(2023, 3, 23))
    >>> share(Period(start=date(2023, 2, 23), end=date(2023, 3, 15)), cycle, killbill_fixed_30()).fraction * 10**9
    Fraction(733333333, 1)
    """
    return killbill().revised(unit="month30", denominator="30")


def lago() -> ProrationConvention:
    """Lago: days of the whole period in the customer's time zone; the day of termination is charged.

    On an upgrade the day of change belongs to the new plan and is credited on the old one. A credit is a share of what
    was billed; each is rounded alone, and the one that exhausts a line takes the rest.

    Source: Lago's tests of subscription fees and terminations (terminated on 20 December, 15 to 20 December charged:
    6 of 31 days of 10.00 are 1.94; upgraded from 10.00 on 12 March: 24 of 31 days, 7.74, are given back); peers 3.

    >>> from datetime import date
    >>> from billcore.periods.period import Period
    >>> from billcore.proration.amounts import part_amount
    >>> from billcore.proration.named_days import end_of_service
    >>> december = Period(start=date(2022, 12, 1), end=date(2023, 1, 1))
    >>> served = Period(start=date(2022, 12, 15), end=end_of_service(date(2022, 12, 20), lago()))
    >>> part_amount((10, 1), served, december, lago(), currency="EUR").text
    '1.94'
    """
    return ProrationConvention(parts="each", end_day="charged", credit_rounding="each")


def openmeter() -> ProrationConvention:
    """OpenMeter: elapsed time over elapsed time of the full period, each fee rounded alone.

    Instants, half-open; the share is measured here to the microsecond, there to the nanosecond. It does not credit an
    issued invoice, so the credit's values are billcore's defaults.

    Source: OpenMeter's tests of flat fees (10 of 31 days of 100 are 32.26).

    >>> from datetime import UTC, datetime
    >>> from billcore.periods.instants import InstantPeriod
    >>> from billcore.proration.amounts import part_amount
    >>> def january(day, month=1):
    ...     return InstantPeriod(start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2026, month, day, tzinfo=UTC))
    >>> part_amount((100, 1), january(11), january(1, 2), openmeter(), currency="USD").text
    '32.26'
    """
    return ProrationConvention(unit="second", parts="each")


def meteroid() -> ProrationConvention:
    """Meteroid: days of the current period, half-open; a credit and a charge for each component, rounded alone.

    The day of a change belongs to the new terms, the day of removal is not charged. A component whose cadence is not
    the period's is shared over a nominal 30, 91, 182 or 365 days there; that reading is not reproduced. Whether its
    credit is a share of what was billed or of the old price is the same for a period that was billed whole; for others
    it is not stated.

    Source: Meteroid's test test_immediate_plan_change_upgrade (29.00 to 99.00 on 16 January: -14.97 and 51.10); peers
    3.

    >>> from datetime import date
    >>> from billcore.money.amount import Amount
    >>> from billcore.periods.period import Period
    >>> from billcore.proration.amounts import part_amount
    >>> from billcore.proration.credits import unused_credit
    >>> january = Period(start=date(2024, 1, 1), end=date(2024, 2, 1))
    >>> rest = Period(start=date(2024, 1, 16), end=date(2024, 2, 1))
    >>> credit = unused_credit(rest, january, meteroid(), billed=Amount.of("29.00", "EUR"))
    >>> credit.amount.text, part_amount((99, 1), rest, january, meteroid(), currency="EUR").text
    ('14.97', '51.10')
    """
    return ProrationConvention(parts="each", credit_rounding="each")


def flexprice() -> ProrationConvention:
    """Flexprice, strategy by day: both ends of an inclusive period count; a credit never exceeds what is paid.

    1 to 31 March written inclusively is [1 March, 1 April) here, so the day named as the end is charged. Its strategy
    by second is ``flexprice().revised(unit="second")``. Where an inclusive count meets an exclusive end, Flexprice
    counts a day more (peers 3); that is not reproduced.

    Source: Flexprice's test calculator_test.go, removal with credit (40.00, 15 to 31 March: 17 of 31 days, 21.94).

    >>> from datetime import date
    >>> from billcore.money.amount import Amount
    >>> from billcore.periods.period import Period
    >>> from billcore.proration.credits import unused_credit
    >>> march = Period(start=date(2024, 3, 1), end=date(2024, 4, 1))
    >>> rest, forty = Period(start=date(2024, 3, 15), end=date(2024, 4, 1)), Amount.of("40.00", "USD")
    >>> unused_credit(rest, march, flexprice(), billed=forty, paid=forty).amount.text
    '21.94'
    """
    return ProrationConvention(parts="each", end_day="charged", credit_rounding="each", credit_cap="paid")


def stripe() -> ProrationConvention:
    """Stripe: seconds of the period; a credit for unused time and a charge for the remaining time, rounded apart.

    Under flexible billing mode a credit is a share of what was debited; under classic mode of the price that stands at
    the change: ``stripe().revised(credit_basis="list_price")``. How the last cent is rounded is not stated; half away
    from zero is billcore's.

    Source: Stripe's pages "Prorations" (10 USD to 20 USD halfway: -5 and +10) and "Compare billing modes".

    >>> from datetime import UTC, datetime
    >>> from billcore.money.amount import Amount
    >>> from billcore.periods.instants import InstantPeriod
    >>> from billcore.proration.amounts import part_amount
    >>> from billcore.proration.credits import unused_credit
    >>> month = InstantPeriod(start=datetime(2026, 4, 1, tzinfo=UTC), end=datetime(2026, 5, 1, tzinfo=UTC))
    >>> rest = InstantPeriod(start=datetime(2026, 4, 16, tzinfo=UTC), end=month.end)
    >>> credit = unused_credit(rest, month, stripe(), billed=Amount.of("10.00", "USD"))
    >>> credit.amount.text, part_amount((20, 1), rest, month, stripe(), currency="USD").text
    ('5.00', '10.00')
    """
    return ProrationConvention(unit="second", parts="each", credit_rounding="each")


def zuora_30_actual() -> ProrationConvention:
    """Zuora, "Assume 30 days - Actual / 360": the days of the calendar over 30.

    Each part is its own days over 30, so the parts of a month of 31 days are more than the month. A whole month is
    never shared here and is 30/30, where Zuora's table shows February as 29/30. What Zuora credits is not on the page:
    here the same share of what was billed, so that a change to the same price costs nothing.

    Source: Zuora's page "Prorating - 30 days or actual days" (27 to 31 January, both served: 5/30).

    >>> from datetime import date
    >>> from billcore.periods.period import Period
    >>> from billcore.proration.amounts import part_amount
    >>> january = Period(start=date(2021, 1, 1), end=date(2021, 2, 1))
    >>> days = Period(start=date(2021, 1, 27), end=date(2021, 2, 1))
    >>> part_amount((30, 1), days, january, zuora_30_actual(), currency="USD").text
    '5.00'
    """
    return ProrationConvention(denominator="30", parts="each", credit_rounding="each")


def zuora_30_strict() -> ProrationConvention:
    """Zuora, "Assume 30 days - Strict 30 / 360": every month has 30 days.

    Source: Zuora's page "Prorating - 30 days or actual days" (27 to 28 February, both served: 4/30). As for the others,
    rounding and credit are not on the page.

    >>> from datetime import date
    >>> from billcore.periods.period import Period
    >>> from billcore.proration.shares import share
    >>> february = Period(start=date(2021, 2, 1), end=date(2021, 3, 1))
    >>> str(share(Period(start=date(2021, 2, 27), end=date(2021, 3, 1)), february, zuora_30_strict()))
    '4/30'
    """
    return ProrationConvention(unit="month30", denominator="30")


def zuora_actual() -> ProrationConvention:
    """Zuora, "Use actual number of days": days over the days of that month.

    The page speaks of the month; for a period that does not begin on the 1st it is read here as the billing period.
    Rounding and credit are not on the page: billcore's defaults.

    Source: Zuora's page "Prorating - 30 days or actual days" (27 to 28 February, both served: 2/28).

    >>> from datetime import date
    >>> from billcore.periods.period import Period
    >>> from billcore.proration.shares import share
    >>> february = Period(start=date(2021, 2, 1), end=date(2021, 3, 1))
    >>> str(share(Period(start=date(2021, 2, 27), end=date(2021, 3, 1)), february, zuora_actual()))
    '2/28'
    """
    return ProrationConvention()


def chargebee_day() -> ProrationConvention:
    """Chargebee, day-based billing: plan price over the days of the current term, times the days taken away.

    A credit is a share of the plan's price. When a term is extended, Chargebee divides by the days of a period that
    would start that day: pass that period as the full one. Whether the day of cancellation is billed is a setting of
    the site; here it is not: ``.revised(end_day="charged")`` says the other. How the last cent is rounded is not
    stated.

    Source: Chargebee's article "If I change the next billing date/time, on what basis is the charge/credit calculated?"
    The page gives the formula without numbers; the example is 31.00 over a term of 31 days, 10 days taken away.

    >>> from datetime import date
    >>> from billcore.money.amount import Amount
    >>> from billcore.periods.period import Period
    >>> from billcore.proration.credits import unused_credit
    >>> term = Period(start=date(2026, 1, 1), end=date(2026, 2, 1))
    >>> rest, price = Period(start=date(2026, 1, 22), end=date(2026, 2, 1)), Amount.of("31.00", "USD")
    >>> unused_credit(rest, term, chargebee_day(), billed=price, list_price=price).amount.text
    '10.00'
    """
    return ProrationConvention(parts="each", credit_basis="list_price", credit_rounding="each")


# Each preset by its name.
PRESETS: Mapping[str, Callable[[], ProrationConvention]] = MappingProxyType(
    {
        made.__name__: made
        for made in (
            killbill,
            killbill_fixed_30,
            lago,
            openmeter,
            meteroid,
            flexprice,
            stripe,
            zuora_30_actual,
            zuora_30_strict,
            zuora_actual,
            chargebee_day,
        )
    }
)


def preset(name: str) -> ProrationConvention:
    """Give the convention of a name.

    Args:
        name: One of `PRESETS`.

    Raises: DocumentError ``preset-unknown``.

    >>> preset("lago") == lago()
    True
    """
    given: object = name
    made = PRESETS.get(given) if isinstance(given, str) else None
    if made is None:
        raise DocumentError("preset-unknown", found=excerpt(name), expected=", ".join(PRESETS), path="name")
    return made()
