"""What part of a period some time is, and what it costs or gives back, by the shape of the case."""

from __future__ import annotations

from typing import Any

from billcore.core.exact import plain
from billcore.core.ratio import Ratio, ratio_of, times
from billcore.money.amount import Amount, total
from billcore.money.currency import minor_digits
from billcore.money.rounding import round_ratio
from billcore.periods.day_count import count_days
from billcore.periods.instants import InstantPeriod
from billcore.periods.period import Period
from billcore.periods.zones import local_date
from billcore.proration.amounts import part_amount, share_of
from billcore.proration.convention import ProrationConvention
from billcore.proration.credits import unused_credit
from billcore.proration.named_days import parts_around_change
from billcore.proration.shares import Share
from parity.amounts import currency_of, money, written
from parity.cycles import cycles_billed, stub_share
from parity.given import Given, NotKnown
from parity.located import first_or_last_period
from parity.periods import instants_of_case, period_of_case, written_period
from parity.presets import Convention


def proration(given: Given, convention: Convention) -> dict[str, Any]:
    """Share time, by the shape of the case."""
    for name, handler in _SHAPES.items():
        if name in given:
            return handler(given, convention)
    raise NotKnown(f"proration with none of {', '.join(_SHAPES)}")


def _fee(given: Given, convention: Convention) -> dict[str, Any]:
    """A flat fee over instants; a fee at one instant is one-time and never shared."""
    currency, amount = currency_of(given), ratio_of(given.text("amount"))
    service, full = given.inner("service_period"), given.inner("full_period")
    prorates = given.raw("prorate", True) is True
    taken: Ratio = (1, 1)
    for one in (service, full):
        if one.instant("start") == one.instant("end"):
            convention.name("service", "at one instant")
            prorates = False
    if prorates:
        sharing = convention.sharing()
        part, whole = instants_of_case(service), instants_of_case(full)
        taken = share_of(part, whole, sharing) if whole.covers(part) else _at_most_whole(part, whole)
    exact = times(amount, taken)
    return {"amount": Amount.rounded(exact[0], exact[1], currency, convention.use("rounding")).text}


def _at_most_whole(part: InstantPeriod, full: InstantPeriod) -> Ratio:
    """Time that passes beyond the full period never costs more than the whole."""
    found = Share(numerator=min(part.microseconds, full.microseconds), denominator=full.microseconds)
    return found.numerator, found.denominator


def _part(given: Given, convention: Convention) -> dict[str, Any]:
    """A part of a period: its days, and what a price for the whole comes to."""
    given.text("timezone", "UTC")
    given.raw("note_dates")
    counted = given.text("day_count", "actual days")
    if not counted.startswith("actual days"):
        raise NotKnown(f"{given.path}.day_count {counted[:40]!r} is unknown")
    full, part = (period_of_case(given.inner(name)) for name in ("full_period", "billed_period"))
    if given.has("trial_period"):
        trial = period_of_case(given.inner("trial_period"))
        part = Period(start=max(part.start, trial.end), end=part.end) if trial.start <= part.start else part
    sharing = convention.sharing()
    found = {"days": str(part.days), "of_days": str(full.days)}
    return {**found, **_priced(given, part, full, sharing, convention)} if given.has("price") else found


def _priced(
    given: Given, part: Period, full: Period, sharing: ProrationConvention, convention: Convention
) -> dict[str, Any]:
    currency, price = currency_of(given), ratio_of(given.text("price"))
    amount = part_amount(price, part, full, sharing, currency=currency, rounding=convention.use("rounding"))
    top, bottom = times(price, share_of(part, full, sharing))
    exact = written((top * 10 ** minor_digits(currency), bottom))
    return {"amount": amount.text, "amount_unrounded_minor_units": exact}


def _located(given: Given, convention: Convention) -> dict[str, Any]:
    """The period of a subscription that starts, or ends, at an instant in a zone."""
    sharing = convention.sharing()
    part = first_or_last_period(given, sharing)
    found = {"full_period": written_period(part.full), "billed_period": written_period(part.service)}
    return {**found, **_priced(given, part.service, part.full, sharing, convention)} if given.has("price") else found


def _weighted(given: Given, convention: Convention) -> dict[str, Any]:
    """A quantity held for a part of a period."""
    given.text("timezone", "UTC")
    full, part = (period_of_case(given.inner(name)) for name in ("reference_period", "active_period"))
    exact = times(ratio_of(given.text("quantity")), share_of(part, full, convention.sharing()))
    digits, mode = convention.use("weighted_digits"), convention.use("weighted_rounding")
    if digits is None or mode == "none":
        return {"time_weighted_quantity": written(exact)}
    return {"time_weighted_quantity": plain(round_ratio(exact[0] * 10**digits, exact[1], mode), digits)}


def _change(given: Given, convention: Convention) -> dict[str, Any]:
    """A change of components within a period: a credit for each old one, a charge for each new one."""
    currency, period = currency_of(given), period_of_case(given.inner("period"))
    sharing, rounding = convention.sharing(), convention.use("rounding")
    _, rest = parts_around_change(period, given.day("change_date"), sharing)
    lines: list[tuple[str, str, Amount]] = []
    removed, added = (given.each(name) if given.has(name) else [] for name in _COMPONENTS)
    for one in removed:
        name, price = one.text("line"), money(one.text("price"), currency, convention)
        if rest is not None:
            credit = unused_credit(rest, period, sharing, billed=price, paid=price, list_price=price, rounding=rounding)
            lines.append((name, "credit", -credit.amount))
    for one in added:
        name, exact = one.text("line"), ratio_of(one.text("price"))
        if rest is not None:
            amount = part_amount(exact, rest, period, sharing, currency=currency, rounding=rounding)
            lines.append((name, "charge", amount))
    return {
        "lines": [{"line": name, "kind": kind, "amount": amount.text} for name, kind, amount in lines],
        "net": total([amount for _, _, amount in lines], currency).text,
    }


_COMPONENTS = ("components_removed_or_old", "components_added_or_new")


def _change_of_amount(given: Given, convention: Convention) -> dict[str, Any]:
    """A change of one amount for the rest of a period, its credit capped by what is paid."""
    currency = currency_of(given)
    full, rest = (period_of_case(given.inner(name)) for name in ("full_period", "remaining_period"))
    _check_facts(given, full, rest)
    sharing, rounding = convention.sharing(), convention.use("rounding")
    if not given.has("amount_paid_cap") and sharing.credit_cap == "paid":
        sharing = convention.sharing(credit_cap="rest")
    lines: list[tuple[str, Amount]] = []
    if given.has("old_amount"):
        old = money(given.text("old_amount"), currency, convention)
        paid, before = (
            money(given.text(name), currency, convention) if given.has(name) else None
            for name in ("amount_paid_cap", "already_credited")
        )
        found = unused_credit(
            rest, full, sharing, billed=old, credited=before, paid=paid, list_price=old, rounding=rounding
        )
        lines.append(("credit", -found.amount))
    if given.has("new_amount"):
        exact = ratio_of(given.text("new_amount"))
        amount = part_amount(exact, rest, full, sharing, currency=currency, rounding=rounding)
        lines.append(("charge", amount))
    return {
        "lines": [{"kind": kind, "amount": amount.text} for kind, amount in lines],
        "net": total([amount for _, amount in lines], currency).text,
    }


def _check_facts(given: Given, full: Period, rest: Period) -> None:
    """What a case says twice must agree, or it is another shape than the one that is read here."""
    if given.has("peer_period_end_inclusive") and given.day("peer_period_end_inclusive") != full.last_day:
        raise NotKnown(f"{given.path}.peer_period_end_inclusive is not the last day of {full}")
    if given.has("change_date") and given.day("change_date") != rest.start:
        raise NotKnown(f"{given.path}.change_date is not the first day of {rest}")


def _days(given: Given, convention: Convention) -> dict[str, Any]:
    """Days of the calendar between two local dates."""
    given.text("timezone", "UTC")
    dates = given.inner("local_dates")
    return {"days": str(count_days("day", dates.day("start"), dates.day("end")))}


def _grant(given: Given, convention: Convention) -> dict[str, Any]:
    """Credits granted for the rest of a period, by the second or by the day."""
    by_second = given.choice("strategy", {"seconds": True, "second": True, "days": False, "day": False})
    period, zone_name = given.inner("period"), given.text("timezone", "UTC")
    start = given.instant("from_instant")
    if by_second:
        full = instants_of_case(period)
        sharing = convention.sharing(unit="second")
        taken = share_of(InstantPeriod(start=start, end=full.end), full, sharing)
    else:
        days = period_of_case(period)
        taken = share_of(Period(start=local_date(start, zone_name), end=days.end), days, convention.sharing())
    top, bottom = times(ratio_of(given.text("credits")), taken)
    digits = convention.use("credit_digits")
    return {"credits": plain(round_ratio(top * 10**digits, bottom, convention.use("rounding")), digits)}


# By the field that only this shape has, the most telling first.
_SHAPES = {
    "stub_start": stub_share,
    "billing_period": cycles_billed,
    "service_period": _fee,
    "components_removed_or_old": _change,
    "components_added_or_new": _change,
    "remaining_period": _change_of_amount,
    "reference_period": _weighted,
    "local_dates": _days,
    "credits": _grant,
    "billed_period": _part,
    "start_instant": _located,
}
