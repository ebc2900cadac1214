"""What became of a rule case: the amount that came, what differs from what a person expected, and the workings."""

from __future__ import annotations

from collections.abc import Iterator

from billcore.core.errors import BillcoreError, DocumentError, InvariantBroken
from billcore.core.ratio import ZERO, Ratio, is_less, minus
from billcore.core.steps import Step, exact_text
from billcore.core.value import Value, replaced
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits
from billcore.pricing.line_stage import price_line
from billcore.pricing.priced import Priced
from billcore.pricing.rated import RatedPart
from billcore.pricing.rating import rate
from billcore.testing.price_cases import Expected, ExpectedPart, Given, PriceCase
from billcore.testing.price_measures import read_ratio

# Where a case has no currency the exact amounts are compared, and what this one rounds is not looked at.
_UNSEEN = "USD"


class Difference(Value, frozen=True, kw_only=True):
    """What a case expected, and what came.

    Attributes:
        what: ``amount``, ``gross``, ``discount``, ``carried``, ``steps``, ``parts`` or ``refusal``.
    """

    what: str
    expected: str
    came: str


class Outcome(Value, frozen=True, kw_only=True):
    """What became of a case.

    Attributes:
        id, source, file, line: Of the case; line 0 where it cannot be told.
        expected: Its amount or refusal as written.
        came: What came: an amount with its currency where it has one, or a refusal.
        differences: What came otherwise; none where the case holds.
        steps: The workings, to the rounding where there is a currency.
    """

    id: str
    source: str
    file: str
    line: int
    expected: str
    came: str
    differences: tuple[Difference, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether everything came as expected."""
        return not self.differences


class _Came(Value, frozen=True, kw_only=True):
    """What working a case out gave: amounts to compare, and the workings."""

    net: Ratio
    gross: Ratio
    carried: Ratio
    parts: tuple[RatedPart, ...]
    steps: tuple[Step, ...]


def judge(case: PriceCase) -> Outcome:
    """Work out one case and compare."""
    expected, given = case.expected, case.given
    written = expected.expect_error or _shown(expected.expect or ZERO, given)
    outcome = Outcome(id=case.id, source=case.source, file=case.file, line=case.line, expected=written, came="")
    try:
        if given is None:
            raise case.refusal or DocumentError("field-missing", found="nothing", expected="a price", path="price")
        came = _worked(given)
    except InvariantBroken:
        raise
    except BillcoreError as error:
        what = "amount" if expected.expect_error is None else "refusal"
        difference = Difference(what=what, expected=written, came=str(error))
        refused: Outcome = replaced(
            outcome, came=error.code, differences=() if error.code == expected.expect_error else (difference,)
        )
        return refused
    found: Outcome = replaced(
        outcome,
        came=_shown(came.net, given),
        differences=tuple(_differences(expected, came, given)),
        steps=came.steps,
    )
    return found


def _worked(given: Given) -> _Came:
    """Work out a case: the bare price where it names no more, else the whole line.

    Raises: as `price_line`.
    """
    measured = given.measured()
    if not given.is_line:
        rated = rate(given.price, measured)
        amount = (rated.numerator, rated.denominator)
        return _Came(net=amount, gross=amount, carried=ZERO, parts=rated.parts, steps=rated.steps)
    priced = price_line(
        given.price,
        measured,
        currency=given.currency or _UNSEEN,
        modifiers=given.modifiers,
        discounts=given.discounts,
        rounding=given.rounding,
        share=given.share,
        carried=given.carried,
    )
    if given.currency is None:
        net, gross, steps = priced.exact_net, priced.exact_gross, _unrounded(priced)
    else:
        net, gross, steps = _major(priced.net), _major(priced.gross), priced.steps
    return _Came(net=net, gross=gross, carried=priced.carried, parts=priced.rated.parts, steps=steps)


def _unrounded(priced: Priced) -> tuple[Step, ...]:
    """The workings of a line in no currency: as they are, without roundings."""
    steps = tuple(step for step in priced.steps if step.rule not in ("round", "groups"))
    if len(steps) == len(priced.steps) - 1:
        return steps
    text = f"sum of the groups = {exact_text(*priced.exact_net)}"
    return (*steps, Step(rule="groups", text=text, numerator=priced.exact_net[0], denominator=priced.exact_net[1]))


def _major(amount: Amount) -> Ratio:
    return amount.minor, 10 ** minor_digits(amount.currency)


def _differences(expected: Expected, came: _Came, given: Given) -> Iterator[Difference]:
    if expected.expect_error is not None:
        yield Difference(what="refusal", expected=expected.expect_error, came=_shown(came.net, given))
        return
    for what, wanted, found in (
        ("amount", expected.expect, came.net),
        ("gross", expected.expect_gross, came.gross),
        ("discount", expected.expect_discount, minus(came.gross, came.net)),
    ):
        if wanted is not None and not _is_equal(wanted, found):
            yield Difference(what=what, expected=_shown(wanted, given), came=_shown(found, given))
    carried = expected.expect_carried
    if carried is not None and not _is_equal(carried, came.carried):
        yield Difference(what="carried", expected=exact_text(*carried), came=exact_text(*came.carried))
    missing = _missing_step(expected.expect_steps, came.steps)
    if missing:
        yield Difference(what="steps", expected=missing, came="no such step there")
    if expected.expect_parts is not None:
        yield from _part_differences(expected.expect_parts, came.parts)


def _is_equal(left: Ratio, right: Ratio) -> bool:
    return not is_less(left, right) and not is_less(right, left)


def _shown(amount: Ratio, given: Given | None) -> str:
    """Spell an amount: with its currency and all of its digits where it has one and is no finer."""
    text = exact_text(*amount)
    if given is None or given.currency is None:
        return text
    one = 10 ** minor_digits(given.currency)
    if amount[0] * one % amount[1]:
        return f"{given.currency} {text}"
    return str(Amount(minor=amount[0] * one // amount[1], currency=given.currency))


def _missing_step(wanted: tuple[str, ...], steps: tuple[Step, ...]) -> str:
    """The first text that stands in no step behind the one before, or nothing."""
    rest = iter(steps)
    return next((text for text in wanted if not any(text in step.text for step in rest)), "")


def _part_differences(wanted: tuple[ExpectedPart, ...], parts: tuple[RatedPart, ...]) -> Iterator[Difference]:
    if len(wanted) != len(parts):
        yield Difference(what="parts", expected=f"{len(wanted)} parts", came=f"{len(parts)} parts")
        return
    for number, (expected, part) in enumerate(zip(wanted, parts, strict=True), start=1):
        texts = (("limit", expected.limit, part.limit), ("member", expected.member, part.member))
        numbers = (
            ("tier", None if expected.tier is None else (expected.tier, 1), (part.index + 1, 1)),
            ("units", expected.units, read_ratio(part.units)),
            ("unit_price", expected.unit_price, read_ratio(part.unit_price)),
            ("flat", expected.flat, read_ratio(part.flat)),
            ("amount", expected.amount, (part.numerator, part.denominator)),
        )
        for name, text, found in texts:
            if text is not None and text != found:
                yield Difference(what="parts", expected=f"part {number}: {name} {text!r}", came=f"{name} {found!r}")
        for name, ratio, came in numbers:
            if ratio is not None and not _is_equal(ratio, came):
                told = f"part {number}: {name} {exact_text(*ratio)}"
                yield Difference(what="parts", expected=told, came=f"{name} {exact_text(*came)}")
