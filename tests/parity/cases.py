"""How a file of cases is read and each case is judged: passed, failed or not applicable, with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from billcore.core.errors import BillcoreError
from parity.charges import charge
from parity.commitments import commitment
from parity.comparison import compared
from parity.component_timelines import component_timeline, discounted_cycles, usage_of_an_addon
from parity.consolidation import renewals_together
from parity.coupons import coupon
from parity.cycles import QUESTIONS as CYCLE_QUESTIONS
from parity.cycles import cycles_listed
from parity.given import Given, NotKnown
from parity.instant_items import events_invoiced, item_steps, items_invoiced
from parity.instant_windows import answered, lines_scheduled, windows_listed
from parity.ledgers import account_credit, left_of_items, reconciled
from parity.levels import weighted
from parity.located import period
from parity.meters import window_of_meters
from parity.plan_steps import plan_sequence
from parity.presets import PRESETS, Convention, preset_named_by
from parity.prorations import proration
from parity.questions import answer
from parity.refusals import refusal
from parity.roundings import allocation, rounding
from parity.runs import booked_by_runs
from parity.seats import seat_sequence
from parity.split_lines import split_line
from parity.thresholds import progressive_billing
from parity.timelines import subscription_timeline
from parity.wallets import wallet
from parity.windows import billed_by_windows, underivable

Result = Literal["passed", "failed", "not_applicable"]
Handler = Callable[[Given, Convention], dict[str, Any]]


class Outcome(NamedTuple):
    """What became of a case."""

    id: str
    kind: str
    outcome: Result
    convention: str
    why: str


class BrokenFile(Exception):
    """A file that holds no cases, told in one line."""


def usage_rating(given: Given, convention: Convention) -> dict[str, Any]:
    """Rate one period or one line of it, by the shape of the case."""
    if "question" in given:
        return answer(given, convention)
    if "price" in given:
        return split_line(given, convention)
    if "pricing" in given:
        return charge(given, convention)
    if "aggregation" in given:
        return weighted(given, convention)
    if "model" in given:
        return window_of_meters(given, convention)
    raise NotKnown("usage_rating with none of question, price, pricing, aggregation and model")


def usage_sequence(given: Given, convention: Convention) -> dict[str, Any]:
    """Bill usage of several runs or windows, by the shape of the case."""
    return booked_by_runs(given, convention) if "runs" in given else billed_by_windows(given, convention)


def schedule(given: Given, convention: Convention) -> dict[str, Any]:
    """List what is due when, by the shape of the case."""
    if "question" in given:
        asked = given.text("question")
        return cycles_listed(given, convention) if asked in CYCLE_QUESTIONS else answered(given, convention)
    if "steps" in given:
        return lines_scheduled(given, convention)
    if "billing_cadence" in given:
        return windows_listed(given, convention)
    if "billing_period" in given:
        return cycles_listed(given, convention)
    raise NotKnown("schedule with none of question, steps, billing_cadence and billing_period")


def invoice_sequence(given: Given, convention: Convention) -> dict[str, Any]:
    """Bill an agreement whose terms change, by the shape of the case."""
    if "plans" in given and "steps" in given:
        return plan_sequence(given, convention)
    if "timeline" in given and "billing" in given:
        return _timeline_of(given)(given, convention)
    if "usage_addon" in given:
        return usage_of_an_addon(given, convention)
    if "coupon" in given and "price" in given:
        return discounted_cycles(given, convention)
    if "steps" in given:
        return item_steps(given, convention)
    if "events" in given and "invoices" in given:
        return events_invoiced(given, convention)
    if "items" in given and "invoices" in given:
        return items_invoiced(given, convention)
    if "subscriptions" in given:
        return renewals_together(given, convention)
    if "seat_adds" in given:
        return seat_sequence(given, convention)
    raise NotKnown("invoice_sequence of an unknown shape")


def _timeline_of(given: Given) -> Handler:
    """Which timeline it is: of a plan's components, or of a fee with its usage and fixed items."""
    first = given.data["timeline"][0] if given.data["timeline"] else {}
    billing = given.data["billing"]
    has_components = "anchor_day" in billing or any(name in first for name in ("rate", "lines", "price"))
    return component_timeline if has_components else subscription_timeline


HANDLERS: Mapping[str, Handler] = {
    "usage_rating": usage_rating,
    "flat_rating": usage_rating,
    "usage_sequence": usage_sequence,
    "rounding": rounding,
    "allocation": allocation,
    "commitment": commitment,
    "coupon": coupon,
    "wallet": wallet,
    "progressive_billing": progressive_billing,
    "proration": proration,
    "period": period,
    "schedule": schedule,
    "error": refusal,
    "invoice_sequence": invoice_sequence,
    "reconcile": reconciled,
    "net_charges": left_of_items,
    "account_credit": account_credit,
}
LATER = (
    *("credit_note", "tax", "cash", "modification", "variable_consideration", "transaction_price", "progress"),
    *("milestone", "usage", "material_right", "breakage", "license", "significant_financing", "contract_balance"),
    *("refund_liability", "refund", "cancellation", "write_off", "contract_cost", "principal_agent", "fx", "rpo"),
    *("rollforward", "waterfall", "end_to_end"),
)


def read_cases(file: Path) -> tuple[Mapping[str, Any], ...]:
    """Read a file of cases: a list, or an object that holds one under ``cases``.

    Raises: BrokenFile.
    """
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BrokenFile(f"{file}: {error.strerror or 'cannot be read'}") from None
    except (ValueError, RecursionError) as error:
        raise BrokenFile(f"{file}: no JSON: {str(error).splitlines()[0][:120]}") from None
    # The cases of cash carry no kind of their own.
    default = "cash" if isinstance(held, dict) and "policy" in held.get("defaults", {}) else None
    cases = held.get("cases") if isinstance(held, dict) else held
    if not isinstance(cases, list) or not all(isinstance(case, dict) for case in cases):
        raise BrokenFile(f"{file}: expected a list of cases, or an object with cases")
    for number, case in enumerate(cases):
        case.setdefault("kind", default)
        for name, kind in (("id", str), ("kind", str)):
            if not isinstance(case.get(name), kind):
                raise BrokenFile(f"{file}: case {number + 1} has no {name}")
    return tuple(cases)


def preset_of(file: Path, case: Mapping[str, Any], chosen: str | None) -> str:
    """Give the preset that a case is judged by: the chosen one, else the file's, else the named engine's."""
    if chosen is not None:
        return chosen
    peer = case.get("peer")
    return preset_named_by(file) or (peer if isinstance(peer, str) and peer in PRESETS else "billcore")


def judged(case: Mapping[str, Any], preset: str) -> Outcome:
    """Run a case and compare it. Never fails itself: whatever goes wrong is an outcome with its reason."""
    convention = Convention(preset)
    try:
        result, why = _judged(case, convention)
    except NotKnown as error:
        result, why = "not_applicable", str(error)
    except BillcoreError as error:
        result, why = "failed", f"refused: {error}"
    except Exception as error:  # a case must never end the run
        result, why = "failed", f"the runner broke: {type(error).__name__}: {error}"
    return Outcome(case["id"], case["kind"], result, str(convention), why)


def _judged(case: Mapping[str, Any], convention: Convention) -> tuple[Result, str]:
    kind = case["kind"]
    handler = HANDLERS.get(kind)
    if handler is None:
        return "not_applicable", "kind of a later part" if kind in LATER else f"the kind {kind[:40]!r} is unknown"
    if not isinstance(case.get("given"), Mapping):
        raise NotKnown("the case has no given")
    if not isinstance(case.get("expect"), Mapping) or not case["expect"]:
        raise NotKnown("the case asserts nothing")
    given = Given(case["given"])
    got = handler(given, convention)
    unread = given.unread()
    if unread:
        raise NotKnown(f"not known: {', '.join(unread)}")
    verdict = compared(case["expect"], got)
    if verdict.different:
        reason = underivable(case["expect"], got, case["given"]) if "invoices" in got else None
        if reason is not None:
            raise NotKnown(reason)
        return "failed", "; ".join(verdict.different)
    if verdict.missing:
        raise NotKnown(f"asserted, but not produced: {', '.join(verdict.missing)}")
    return "passed", ""
