"""What one promised thing with one price is."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from billcore.contract.life import ListPrice, RampStep, Trial
from billcore.contract.measures import Measure, Milestone, check_milestones
from billcore.contract.metered import NamedMetering
from billcore.contract.terms import Judgement, Source, StandalonePrice
from billcore.core.document import Document, problem
from billcore.core.fields import Identifier, Items, Name, OptionalNotNegative, optional
from billcore.periods.anchor import BillingAnchor
from billcore.periods.frequency import OptionalEvery
from billcore.periods.period import Period
from billcore.pricing.discounts import Discount
from billcore.pricing.documents import Price
from billcore.pricing.listed import Listed, PriceOrigin
from billcore.pricing.modifiers import Modifiers
from billcore.usage.metering import Metering

Billed = Literal["in_advance", "in_arrears", "once", "on_milestone"]


class ContractLine(Document):
    """One promised thing with one price.

    Attributes:
        id: Stable within the contract, for ever: amendments keep it, pieces are compared by it.
        sku: The product in the catalogue.
        price: One of the price documents, or ``Listed``: a reference to a price book, which `with_prices` replaces.
        billed: ``in_advance`` at the start of each service period, ``in_arrears`` at its exclusive end, ``once`` at the
            start of the line, ``on_milestone`` when each of ``milestones`` is reached.
        quantity: Agreed units. Absent on a price per unit, the quantity is metered: it comes from usage.
        modifiers: Steps before and after the price: conversion, included units, limits, what is below zero.
        metering: How usage records become the quantity; absent, quantities are passed.
        meters: Several, for a price that looks at more than one: a capacity, a formula.
        period: The line's own dates; absent, the contract's term.
        billed_every: The line's own cadence; absent, the contract's.
        discounts: Taken in order, each on the rest.
        milestones: What is billed at which milestone, for ``on_milestone``.
        revenue: How it is earned; absent, it is billed and never recognized (intake refuses that at close).
        obligation: Lines with the same obligation are one performance obligation; absent, the line is its own.
        ssp: Standalone selling price of the obligation over the enforceable term.
        judgement: Whether it is distinct, and why.
        source: Where the line came from.
        price_origin: The entry of the price book that the price was taken from; `with_prices` writes it.
        anchor: The day that this line's bills align to; absent, the contract's.
        base: The line that this one is an add-on of: it ends and pauses with it.
        aligned_to: Where an anchor at the start counts from: the first day of the ``line``, of the ``contract``, or of
            the ``base`` line.
        trial: Days at the beginning that are not billed.
        ramp: Price and quantity in steps, agreed at the start.
        list_prices: Later prices of the price book that the line follows; `with_prices` writes them.
        on_change: What another price within a usage window does: ``restart`` the tiers (the window splits) or
            ``continue`` them (the units used before the change count as used).
    """

    id: Identifier
    sku: Identifier
    price: Annotated[Price | Listed, Field(discriminator="kind")]
    billed: Billed
    name: Name | None = None
    quantity: OptionalNotNegative = optional(default=None)
    modifiers: Modifiers | None = None
    metering: Metering | None = None
    meters: Items[NamedMetering] = optional(default=())
    period: Period | None = None
    billed_every: OptionalEvery = optional(default=None)
    discounts: Items[Discount] = optional(default=())
    milestones: Items[Milestone] = optional(default=())
    revenue: Measure | None = None
    obligation: Identifier | None = None
    ssp: StandalonePrice | None = None
    judgement: Judgement | None = None
    source: Source | None = None
    price_origin: PriceOrigin | None = None
    anchor: BillingAnchor | None = None
    base: Identifier | None = None
    aligned_to: Literal["line", "contract", "base"] = "line"
    trial: Trial | None = None
    ramp: Items[RampStep] = optional(default=())
    list_prices: Items[ListPrice] = optional(default=())
    on_change: Literal["restart", "continue"] = "restart"

    @model_validator(mode="after")
    def _meters_are_distinct(self) -> Self:
        names = [one.name for one in self.meters]
        if len(set(names)) < len(names):
            raise problem("id-repeated", found="a meter twice in meters", expected="each name once")
        return self

    @model_validator(mode="after")
    def _milestones_are_whole(self) -> Self:
        if self.milestones:
            check_milestones(self.milestones)
        return self

    @model_validator(mode="after")
    def _stands_on_another(self) -> Self:
        if self.base == self.id or (self.aligned_to == "base" and self.base is None):
            raise problem(
                "base-unknown", found=f"base {self.base} of line {self.id}", expected="the id of another line as base"
            )
        return self

    @property
    def is_metered(self) -> bool:
        """Whether the quantity comes from usage; a listed price without quantity counts as metered until known."""
        return self.price.kind != "flat" and self.quantity is None

    @property
    def obligation_id(self) -> str:
        """The performance obligation that the line belongs to."""
        return self.obligation or self.id
