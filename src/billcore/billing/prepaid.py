"""What prepaid credits pay, in which order: draws from a ledger without a clock.

Always: drawn, expired and remaining sum to what was purchased. Source: rules 3 (prepaid credits).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from billcore.billing.minor_units import check_minor
from billcore.billing.prepaid_state import PrepaidBalance, PrepaidState, balances_of
from billcore.contract.prepaid import DrawDown, PrepaidCredit
from billcore.core.checks import check_kind
from billcore.core.errors import DocumentError
from billcore.core.limits import DEFAULT, check_limit
from billcore.core.steps import Step
from billcore.core.value import Value, replaced
from billcore.money.currency import minor_digits
from billcore.periods.days import check_day, shown


class PrepaidLine(Value, frozen=True, kw_only=True):
    """What is to be paid: a line of a document with tax, or a charge before it.

    Attributes:
        id: Of the document line or charge.
        line, sku, meter: What scopes name; the meter may be an empty text.
        minor: Minor units, 0 or more.

    Raises: DocumentError ``argument-wrong``, ``number-negative``, ``number-malformed``, ``float-amount``,
        ``number-too-large``.
    """

    id: str
    line: str
    sku: str
    minor: int
    meter: str = ""

    def __post_init__(self) -> None:
        for name in ("id", "line", "sku", "meter"):
            check_kind(getattr(self, name), str, name)
        check_minor(self.minor, "minor")


class PrepaidPart(Value, frozen=True, kw_only=True):
    """What one credit pays of one line, in minor units.

    Raises: DocumentError ``argument-wrong``, ``number-negative``, ``number-malformed``, ``float-amount``,
        ``number-too-large``.
    """

    credit: str
    line: str
    minor: int

    def __post_init__(self) -> None:
        for name in ("credit", "line"):
            check_kind(getattr(self, name), str, name)
        check_minor(self.minor, "minor")


class PrepaidDraw(Value, frozen=True, kw_only=True):
    """What the credits pay.

    Attributes:
        parts: Line by line, in the order in which the credits were drawn.
        asked_minor: What was to be paid.
        rest_minor: What is left to pay.
        steps: How the credits were drawn.
    """

    parts: tuple[PrepaidPart, ...]
    asked_minor: int
    rest_minor: int
    steps: tuple[Step, ...]

    @property
    def paid_minor(self) -> int:
        """What the credits pay in all."""
        return self.asked_minor - self.rest_minor

    def paid_on(self, line: str) -> int:
        """What they pay of one line."""
        return sum(part.minor for part in self.parts if part.line == line)

    def paid_by(self, credit: str) -> int:
        """What one credit pays."""
        return sum(part.minor for part in self.parts if part.credit == credit)


def draw(
    credits: Sequence[PrepaidCredit],
    state: PrepaidState,
    lines: Sequence[PrepaidLine],
    on: date,
    *,
    draw_down: DrawDown = "payment",
) -> tuple[PrepaidDraw, PrepaidState]:
    """Pay lines from credits, line by line in their order.

    Args:
        credits: All credits of the customer.
        state: What has become of them; `purchased` takes up new ones.
        lines: What is to be paid: with tax for ``payment``, before it for ``before_tax``.
        on: The day. A credit that is not valid yet, or whose expiry has come, is passed over; `expire` settles it.
        draw_down: Only credits of this kind are drawn.

    Returns: what each credit pays of each line, and the state after it. Of several credits for one line the lower
        priority number is drawn first, then the earlier expiry, then the older, then the smaller id.
    Rounding: none.
    Raises: DocumentError ``argument-wrong``, ``date-malformed``, ``id-repeated``, ``choice-unknown``; NotApplicable
        ``currencies-differ``; MissingInput ``credit-missing``; LimitExceeded ``limit-exceeded``.
    Source: rules 3 (order priority, expiry, age; scope by product); Lago's wallets.

    >>> from billcore.billing.prepaid_state import purchased
    >>> bought = [PrepaidCredit(id="a", amount="20.00", currency="EUR", valid_from="2026-01-01", priority=1),
    ...           PrepaidCredit(id="b", amount="25.00", currency="EUR", valid_from="2026-01-01", priority=2)]
    >>> due = [PrepaidLine(id="1", line="seats", sku="S", minor=3_000)]
    >>> paid, after = draw(bought, purchased(bought, PrepaidState(currency="EUR")), due, date(2026, 2, 1))
    >>> [(part.credit, part.minor) for part in paid.parts], after.balance("b").remaining_minor
    ([('a', 2000), ('b', 1000)], 1500)
    """
    _check_lines(lines)
    check_day(on, "on")
    balances = balances_of(credits, state)
    ready = _in_order(credits, balances, on, draw_down)
    rests = {credit.id: balances[credit.id].remaining_minor for credit in ready}
    by_name = _by_name(ready)
    parts: list[PrepaidPart] = []
    rest_minor = 0
    for line in lines:
        due = line.minor
        for place in _may_pay(line, by_name) if due else ():
            credit = ready[place].id
            part = min(due, rests[credit])
            if part:
                parts.append(PrepaidPart(credit=credit, line=line.id, minor=part))
                rests[credit] -= part
                due -= part
        rest_minor += due
    paid = PrepaidDraw(
        parts=tuple(parts),
        asked_minor=sum(line.minor for line in lines),
        rest_minor=rest_minor,
        steps=tuple(_draw_step(part, state) for part in parts),
    )
    return paid, state.replaced(*_changed(state, rests))


def drawable(
    credits: Sequence[PrepaidCredit], state: PrepaidState, on: date, *, draw_down: DrawDown | None = None
) -> tuple[tuple[str, int], ...]:
    """Tell what could be drawn on a day: credit and minor units, in the order of drawing.

    Args:
        draw_down: Only credits of this kind; absent, of both.

    Raises: as `draw`.
    """
    check_day(on, "on")
    balances = balances_of(credits, state)
    ready = _in_order(credits, balances, on, draw_down)
    return tuple((credit.id, balances[credit.id].remaining_minor) for credit in ready)


def given_back(state: PrepaidState, parts: Sequence[PrepaidPart]) -> PrepaidState:
    """Give parts of a draw back to their credits: what they paid was credited or is void.

    Returns: the state after it. What goes back to a credit whose expiry has come is lost by the next `expire`.
    Raises: DocumentError ``argument-wrong``, ``number-negative`` where a credit would get more than it paid;
        MissingInput ``credit-missing``.
    """
    check_kind(state, PrepaidState, "state")
    check_kind(parts, (list, tuple), "parts")
    for number, part in enumerate(parts):
        check_kind(part, PrepaidPart, f"parts[{number}]")
        balance = state.balance(part.credit)
        state = state.replaced(replaced(balance, drawn_minor=balance.drawn_minor - part.minor))
    return state


def _check_lines(lines: object) -> None:
    check_kind(lines, (list, tuple), "lines")
    if isinstance(lines, list | tuple):
        check_limit("lines", len(lines), DEFAULT.lines, path="lines")
        for number, line in enumerate(lines):
            check_kind(line, PrepaidLine, f"lines[{number}]")
        if len({line.id for line in lines}) < len(lines):
            raise DocumentError("id-repeated", found="two lines of one id", expected="each id once", path="lines")


def _in_order(
    credits: Sequence[PrepaidCredit], balances: dict[str, PrepaidBalance], on: date, draw_down: DrawDown | None
) -> list[PrepaidCredit]:
    """The credits that can be drawn on a day, in the order of drawing."""
    if draw_down not in (None, "payment", "before_tax"):
        found, expected = shown(draw_down), "payment or before_tax"
        raise DocumentError("choice-unknown", found=found, expected=expected, path="draw_down")
    ready = []
    for credit in credits:
        balance = balances[credit.id]
        has_expired = balance.expires is not None and balance.expires <= on
        is_asked = draw_down is None or credit.draw_down == draw_down
        if is_asked and credit.valid_from <= on and not has_expired and balance.remaining_minor:
            ready.append(credit)
    # One that does not expire comes after all that do.
    return sorted(ready, key=lambda one: (one.priority, balances[one.id].expires or date.max, one.valid_from, one.id))


def _by_name(ready: Sequence[PrepaidCredit]) -> dict[tuple[str, str], list[int]]:
    """Places of the credits by what their scopes name; under empty names those that may pay everything."""
    places: dict[tuple[str, str], list[int]] = {}
    for place, credit in enumerate(ready):
        named = [(kind, name) for kind, names in credit.scope.names() for name in names]
        for key in named or [("", "")]:
            places.setdefault(key, []).append(place)
    return places


def _may_pay(line: PrepaidLine, by_name: dict[tuple[str, str], list[int]]) -> list[int]:
    """Places of the credits that may pay a line, in the order of drawing."""
    keys = [("", ""), ("line", line.line), ("sku", line.sku), ("meter", line.meter)]
    return sorted({place for key in keys for place in by_name.get(key, ())})


def _changed(state: PrepaidState, rests: dict[str, int]) -> list[PrepaidBalance]:
    return [
        replaced(balance, drawn_minor=balance.drawn_minor + balance.remaining_minor - rests[balance.id])
        for balance in state.balances
        if balance.id in rests
    ]


def _draw_step(part: PrepaidPart, state: PrepaidState) -> Step:
    return Step(
        rule="prepaid",
        text=f"credit {part.credit} pays {state.shown(part.minor)} of {part.line}",
        inputs=(("credit", part.credit), ("line", part.line)),
        numerator=part.minor,
        denominator=10 ** minor_digits(state.currency),
    )
