"""What items of a subscription that begins, changes and ends at instants are billed (OpenMeter's form).

A fee is a line for each window of its cadence; a change cuts the window. In advance a line is invoiced when its billing
period begins, in arrears when that ends; a phase that begins or ends within the period moves both. What is listed is
what the billing period of the run holds: a run on a boundary looks back at the period that ends there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from billcore.core.ratio import ratio_of
from billcore.periods.frequency import Frequency
from billcore.periods.instant_grid import instant_boundary, period_at, tile_instants
from billcore.periods.instants import InstantPeriod
from billcore.pricing.documents import PerUnit
from billcore.pricing.progressive import details_between
from billcore.proration.amounts import part_amount
from parity.amounts import added, currency_of, money
from parity.given import Given, NotKnown
from parity.instant_windows import MANY, cadence_of
from parity.periods import instants_of_case, written_instant
from parity.presets import Convention
from parity.split_lines import split_line

_TICK = timedelta(microseconds=1)
_NEVER = datetime(9000, 1, 1, tzinfo=UTC)


class _Item:
    """A fee from an instant on, until it is replaced or its phase ends."""

    def __init__(self, given: Given, phase: str, start: datetime) -> None:
        name = given.text("item")
        self.name = f"{phase}/{name}" if phase else name
        self.amount = given.text("amount")
        self.in_advance = given.choice("payment_term", {"in_advance": True, "in_arrears": False}, "in_advance")
        self.cadence: Frequency = cadence_of(given, "billing_period")
        self.given = given
        self.phase = phase
        self.start, self.end = start, _NEVER
        self.phase_start, self.phase_end = start, _NEVER


def item_steps(given: Given, convention: Convention) -> dict[str, Any]:
    """List the lines of fees."""
    through, zone_name = given.instant("bill_through"), given.text("time_zone", "UTC")
    items = _items_of(given)
    if not items:
        raise NotKnown("no item is subscribed to")
    anchor = given.instant("anchor") if given.has("anchor") else items[0].start
    billing = cadence_of(given, "billing_cadence") if given.has("billing_cadence") else items[0].cadence
    last = period_at(through - _TICK, billing, anchor, zone_name=zone_name).end
    is_shared = given.raw("prorate", True) is not False
    sharing = convention.sharing()
    currency, rounding = currency_of(given), convention.use("rounding")
    if not is_shared:
        convention.name("prorate", "none")
    lines = []
    for item in items:
        # Far enough that every window which is due is whole.
        reach = max(
            instant_boundary(max(item.start, last), one, 2, zone_name=zone_name) for one in (billing, item.cadence)
        )
        span_end = min(item.end, reach)
        if item.start >= span_end:
            continue
        span = InstantPeriod(start=item.start, end=span_end)
        for part in tile_instants(span, item.cadence, anchor=anchor, zone_name=zone_name, limit=MANY):
            service = part.service
            if item.in_advance:
                bill = period_at(service.start, billing, anchor, zone_name=zone_name)
                at = max(bill.start, item.phase_start)
            else:
                bill = period_at(service.end - _TICK, billing, anchor, zone_name=zone_name)
                at = min(bill.end, item.phase_end)
            if at > last:
                continue
            price = ratio_of(item.amount)
            amount = money(item.amount, currency, convention)
            if is_shared:
                amount = part_amount(price, service, part.full, sharing, currency=currency, rounding=rounding)
            lines.append(
                {
                    "item": item.name,
                    "start": written_instant(service.start),
                    "end": written_instant(service.end),
                    "invoice_at": written_instant(at),
                    "amount": amount.text,
                }
            )
    return {"lines": lines}


def _items_of(given: Given) -> list[_Item]:
    found: list[_Item] = []
    alive: list[_Item] = []
    for step in given.each("steps"):
        at = step.instant("on")
        action = step.choice("op", {name: name for name in ("subscribe", "replace_item", "phase_change", "cancel")})
        if action == "cancel":
            end = step.instant("effective") if step.has("effective") else at
            for item in alive:
                item.end = item.phase_end = end
            alive = []
            continue
        phase = step.text("phase").partition(",")[0].strip() if step.has("phase") else ""
        new = list(_new_items(step, phase, at, alive))
        if action == "phase_change":
            for item in alive:
                item.end = item.phase_end = at
            alive = []
        for place, item in enumerate(new if action == "replace_item" else []):
            # Items are replaced in the order in which they stand; the phase goes on.
            if place >= len(alive):
                raise NotKnown(f"{step.path} replaces an item that is not there")
            alive[place].end = at
            item.phase_start = alive[place].phase_start
            alive[place] = item
        if action != "replace_item":
            alive = [*alive, *new]
        found += new
    return found


def _new_items(step: Given, phase: str, at: datetime, alive: list[_Item]) -> Iterator[_Item]:
    if not step.has("items"):
        yield _Item(step, phase, at)
    elif step.raw("items") == "same":
        for item in alive:
            yield _Item(item.given, phase, at)
    else:
        for one in step.each("items"):
            yield _Item(one, phase, at)


def items_invoiced(given: Given, convention: Convention) -> dict[str, Any]:
    """Bill the use of a service period by one invoice or several; each goes on where the one before it stopped."""
    given.raw("progressive_billing")
    items = given.each("items")
    invoices = given.each("invoices")
    end = instants_of_case(given.inner("service_period")).end if given.has("service_period") else None
    state = {one.text("item"): ("0", "0") for one in items}
    written = []
    for number, invoice in enumerate(invoices):
        through = invoice.instant("bill_through") if invoice.has("bill_through") else None
        is_last = through >= end if end is not None and through is not None else number + 1 == len(invoices)
        position = _POSITIONS[number == 0, is_last]
        rated = []
        for item in items:
            name = item.text("item")
            quantity = _used(invoice, name, len(items))
            before, billed = state[name]
            line = {
                "price": item.raw("price"),
                "quantity": quantity,
                "line_position": position,
                "quantity_before_line": before,
                "amount_billed_before_line": billed,
                "currency": given.text("currency", "USD"),
            }
            if not isinstance(line["price"], dict):
                raise NotKnown(f"{item.path} has no price")
            if line["price"].get("model") == "flat":
                line |= {"quantity": "1", "quantity_before_line": "0"}
            inner = Given(line, item.path)
            found = split_line(inner, convention)
            if inner.unread():
                raise NotKnown(f"not known: {', '.join(inner.unread())}")
            # A maximum counts what was billed before it was reached; a top-up of a minimum is in no later line.
            state[name] = (added([before, quantity]), added([billed, found["totals"]["total"]]))
            rated.append({"item": name, **found})
        totals = {
            field: added([one["totals"][field] for one in rated])
            for field in ("amount", "charges", "discounts", "credits", "total")
        }
        written.append(
            {
                "index": str(number + 1),
                "items": rated,
                "lines": [line for one in rated for line in one["lines"]],
                "totals": totals,
                "total": totals["total"],
            }
        )
    return {"invoices": written}


# (is the first, is the last) -> what the cases call it.
_POSITIONS = {
    (True, True): "whole_period",
    (True, False): "start_of_period",
    (False, False): "middle_of_period",
    (False, True): "end_of_period",
}


def _used(invoice: Given, item: str, count: int) -> str:
    used = invoice.raw("usage_in_window", {})
    if isinstance(used, dict):
        return invoice.inner("usage_in_window").text(item, "0") if used else "0"
    if count > 1:
        raise NotKnown(f"{invoice.path}.usage_in_window does not say of which item it is")
    return invoice.text("usage_in_window")


def events_invoiced(given: Given, convention: Convention) -> dict[str, Any]:
    """Bill dated use by invoices that split a period; what was used at the end of a window is the next one's."""
    given.raw("progressive_billing")
    (item,) = given.each("items") if len(given.each("items")) == 1 else (None,)
    if item is None:
        raise NotKnown("events of several items")
    item.text("item")
    zone_name, currency = given.text("time_zone", "UTC"), currency_of(given)
    anchor, cadence = given.instant("anchor"), cadence_of(item, "billing_period")
    price = PerUnit(unit_price=item.text("unit_amount"))
    events = [(one.instant("at"), one.text("quantity")) for one in given.each("events")]
    start, before, written = anchor, "0", []
    for invoice in given.each("invoices"):
        end = invoice.instant("bill_through")
        full = period_at(start, cadence, anchor, zone_name=zone_name)
        if not start < end <= full.end:
            raise NotKnown(f"{invoice.path}.bill_through is not within the period that is open")
        quantity = added(value for at, value in events if start <= at < end)
        details = details_between(
            price,
            before,
            quantity,
            currency=currency,
            is_first=start == full.start,
            is_last=end == full.end,
            rounding=convention.use("rounding"),
        )
        written.append(
            {
                "start": written_instant(start),
                "end": written_instant(end),
                "quantity": quantity,
                "total": added(detail.total.text for detail in details),
            }
        )
        start, before = end, "0" if end == full.end else added([before, quantity])
    rest = period_at(start, cadence, anchor, zone_name=zone_name)
    ahead = period_at(rest.end, cadence, anchor, zone_name=zone_name)
    pending = [(start, rest.end), (ahead.start, ahead.end)]
    return {
        "invoices": written,
        "pending": [{"start": written_instant(one), "end": written_instant(other)} for one, other in pending],
    }
