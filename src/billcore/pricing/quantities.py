"""What is left of a metered quantity when the price sees it: converted, rounded, without what is included or given.

Source: rules 3: convert units and round quantity -> included quantity -> usage discount in units.
"""

from __future__ import annotations

from collections.abc import Iterator

from billcore.core.exact import unscaled
from billcore.core.ratio import Ratio, decimal_text, ratio_of, times
from billcore.core.steps import Step, exact_text
from billcore.money.rounding import round_ratio
from billcore.pricing.modifiers import UnitConversion
from billcore.pricing.resolved_modifiers import ResolvedConversion, ResolvedModifiers, resolve_conversion
from billcore.pricing.totals import refuse_negative


def priced_quantity(quantity: str, modifiers: ResolvedModifiers) -> tuple[str, tuple[Step, ...]]:
    """Take the steps before the price.

    Args:
        quantity: Metered units, as plain text, 0 or more.
        modifiers: What is done to them.

    Returns: the units that the price sees, as plain text, and a step for each thing that was done.
    Rounding: the converted quantity, by the conversion's mode and digits; nothing else.
    Raises: DocumentError ``number-malformed``; NotApplicable ``quantity-negative``.
    Source: rules 3.

    >>> from billcore.pricing.modifiers import Modifiers
    >>> from billcore.pricing.resolved_modifiers import resolve_modifiers
    >>> convert = UnitConversion(divide_by=1000, rounding="up")
    >>> left, steps = priced_quantity("1400", resolve_modifiers(Modifiers(convert=convert, usage_discount="0.5")))
    >>> left, [step.text for step in steps]
    ('1.5', ['1400 / 1000 = 1.4, rounded up = 2 units', 'less 0.5 units given = 1.5 units'])
    """
    steps = tuple(_steps(ratio_of(quantity), modifiers))
    if not steps:
        return quantity, ()
    # Before anything is taken away: less than nothing is not the same as all included.
    refuse_negative(*unscaled(quantity, path="quantity"))
    last = steps[-1]
    return decimal_text((last.numerator, last.denominator)), steps


def _steps(quantity: Ratio, modifiers: ResolvedModifiers) -> Iterator[Step]:
    if modifiers.convert is not None:
        step = _converted(quantity, modifiers.convert)
        quantity = (step.numerator, step.denominator)
        yield step
    for units, word in ((modifiers.included, "included"), (modifiers.usage_discount, "given")):
        if units[0]:
            rest = quantity[0] * units[1] - units[0] * quantity[1]
            quantity = (max(rest, 0), quantity[1] * units[1])
            text = f"less {exact_text(*units)} units {word} = {exact_text(*quantity)} units"
            inputs = ((word, exact_text(*units)),)
            yield Step(rule="quantity", text=text, inputs=inputs, numerator=quantity[0], denominator=quantity[1])


def converted(quantity: str, conversion: UnitConversion) -> str:
    """Convert and round a quantity of any sign.

    Rounding: by the conversion's mode and digits.
    Raises: DocumentError ``number-malformed``, ``number-too-large``.

    >>> converted("2500", UnitConversion(divide_by=1000, rounding="half_up"))
    '3'
    >>> converted("4.2", UnitConversion(multiply_by="1.5"))
    '6.3'
    """
    step = _converted(ratio_of(quantity, path="quantity"), resolve_conversion(conversion))
    return decimal_text((step.numerator, step.denominator))


def _converted(quantity: Ratio, conversion: ResolvedConversion) -> Step:
    exact = times(quantity, conversion.factor)
    text = f"{exact_text(*quantity)} {conversion.text} = {exact_text(*exact)}"
    inputs: tuple[tuple[str, str], ...] = (("quantity", exact_text(*quantity)), ("factor", conversion.text))
    if conversion.rounding == "none":
        return Step(rule="convert", text=f"{text} units", inputs=inputs, numerator=exact[0], denominator=exact[1])
    one = 10**conversion.digits
    whole = round_ratio(exact[0] * one, exact[1], conversion.rounding)
    remainder = exact_text(exact[0] * one - whole * exact[1], exact[1] * one)
    return Step(
        rule="convert",
        text=f"{text}, rounded {conversion.rounding} = {exact_text(whole, one)} units",
        inputs=(*inputs, ("unrounded", exact_text(*exact)), ("remainder", remainder)),
        numerator=whole,
        denominator=one,
    )
