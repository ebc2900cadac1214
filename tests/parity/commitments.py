"""What a customer still owes up to a commitment: of a period, of a charge, of a window, in a unit of its own."""

from __future__ import annotations

from typing import Any

from billcore.billing.commitments import unit_true_up
from billcore.billing.contract_stage import apply_stage
from billcore.billing.stage_window import parameter
from billcore.billing.window_commitments import commit_windows
from billcore.contract.commitments import MinimumCommitment, WindowCommitment
from billcore.contract.stage_terms import StageTerms
from billcore.money.amount import Amount
from billcore.money.units import Unit
from billcore.pricing.lowering import lower
from parity.amounts import currency_of, rounded
from parity.given import Given, NotKnown
from parity.periods import active_share
from parity.presets import Convention
from parity.prices import price_of
from parity.stages import stage_lines, stage_window


def commitment(given: Given, convention: Convention) -> dict[str, Any]:
    """Hold use to a commitment, by the shape of the case."""
    given.raw("timezone"), given.raw("alignment")
    if "commitment_per_window" in given or "commitment_quantity_per_window" in given:
        return _by_window(given, convention)
    if "charge_unit" in given:
        return _in_unit(given, convention)
    if "minimum_commitment_per_period" in given:
        return _of_period(given, convention)
    if "charge_minimum" in given:
        return _of_charge(given, convention)
    raise NotKnown("a commitment of neither a period, a charge nor a window")


def _of_period(given: Given, convention: Convention) -> dict[str, Any]:
    """The fee and the use of a period count; the fee as it was invoiced."""
    given.raw("price")
    if "fee_for_period" not in given:
        raise NotKnown("a commitment without fee_for_period: what was invoiced of the price is not said")
    counted = {"fee": given.text("fee_for_period"), "usage": given.text("usage_charges_in_period", "0")}
    convention.name("commitment_counts", "as_invoiced")
    return _trued_up(given, given.text("minimum_commitment_per_period"), counted, convention)


def _of_charge(given: Given, convention: Convention) -> dict[str, Any]:
    return _trued_up(given, given.text("charge_minimum"), {"usage": given.text("used")}, convention)


def _trued_up(given: Given, amount: str, counted: dict[str, str], convention: Convention) -> dict[str, Any]:
    currency = currency_of(given)
    full, share = active_share(given)
    committed = MinimumCommitment(id="commitment", amount=amount, per="period", counts="as_invoiced")
    window = stage_window(currency, convention, full, share)
    staged = apply_stage(stage_lines(counted, currency, convention), StageTerms(commitments=[committed]), window)
    due, _ = parameter(committed.amount, "commitment", window)
    return {
        "commitment_for_period": Amount(minor=due, currency=currency).text,
        "true_up": Amount(minor=staged.of_component("true_up"), currency=currency).text,
    }


def _in_unit(given: Given, convention: Convention) -> dict[str, Any]:
    """A commitment in a unit that is no currency: only what is missing is converted."""
    given.raw("charge_unit")
    currency = currency_of(given)
    _, share = active_share(given)
    unit = Unit(
        code="CHARGE_UNIT",
        digits=given.whole("minor_unit_digits", 2),
        worth=given.text("conversion_rate_to_currency"),
        currency=currency,
    )
    found = unit_true_up(
        given.text("charge_minimum"), given.text("used"), unit, share=share, rounding=convention.use("rounding")
    )
    return {
        "true_up_in_charge_unit": found.units,
        "true_up": Amount(minor=found.minor, currency=currency).text,
    }


def _by_window(given: Given, convention: Convention) -> dict[str, Any]:
    currency = currency_of(given)
    price = price_of(given.inner("pricing") if "pricing" in given else given, convention, "per_unit").price
    held = commit_windows(
        lower(price),  # type: ignore[arg-type]
        given.texts("window_quantities"),
        WindowCommitment(
            amount=given.text("commitment_per_window") if given.has("commitment_per_window") else None,
            quantity=given.text("commitment_quantity_per_window")
            if given.has("commitment_quantity_per_window")
            else None,
            is_trued_up=given.raw("true_up", True) is True,
            overage_factor=given.text("overage_factor") if given.has("overage_factor") else None,
        ),
    )
    parts = {
        "within_commitment": held.within,
        "overage": held.overage,
        "true_up": held.true_up,
        "total": held.total,
    }
    return {name: rounded(exact, currency, convention).text for name, exact in parts.items()}
