"""How a result of the contract stage is put on the lines that bear it, so that the parts always sum to it.

Source: rules 1 (largest remainder) and 3 (results are spread on the lines by largest remainder of their net).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

from billcore.billing.minor_units import check_size
from billcore.billing.stage_lines import StageAmount, StageComponent, StageLine, StagePart
from billcore.billing.stage_window import StageWindow
from billcore.core.errors import LimitExceeded, MissingInput
from billcore.core.ratio import Ratio, is_less, plus, times
from billcore.core.steps import Step, exact_text
from billcore.core.value import Value
from billcore.money.allocation import split_by_weight

# Unrounded shares of shares: a denominator of this length takes dozens of discounts on overlapping charges.
MOST_BITS = 2_000
_SHOWN = 8


class Rests(Value, frozen=True, kw_only=True):
    """What the lines come to at one point of the stage.

    Attributes:
        lines: As they came in.
        minor: What each comes to, in whole minor units, 0 or more.
        exact: The same with unrounded shares; equal to ``minor`` unless ``is_exact``.
        added: What each bears of minimum, true-up and overage so far.
        is_exact: Whether unrounded shares are kept.
    """

    lines: tuple[StageLine, ...]
    minor: tuple[int, ...]
    exact: tuple[Ratio, ...]
    added: tuple[int, ...]
    is_exact: bool

    @classmethod
    def of(cls, lines: tuple[StageLine, ...], *, is_exact: bool) -> Rests:
        """The start: each line at its net."""
        minor = tuple(line.net_minor for line in lines)
        return cls(
            lines=lines, minor=minor, exact=tuple((one, 1) for one in minor), added=(0,) * len(lines), is_exact=is_exact
        )

    def sum_of(self, chosen: Sequence[int]) -> int:
        """What some lines come to together."""
        return sum(self.minor[number] for number in chosen)


def spread(
    rests: Rests,
    amount: int,
    chosen: Sequence[int],
    *,
    name: str,
    component: StageComponent,
    window: StageWindow,
    steps: tuple[Step, ...],
) -> tuple[Rests, StageAmount]:
    """Put an amount on lines in proportion to what each comes to.

    Args:
        rests: What the lines come to.
        amount: Minor units; a reduction is negative and never more than the lines come to.
        chosen: Places of the lines that bear it. Where all of them are at zero, their gross weighs; where that is zero
            too, they bear the same.
        name, component, steps: Of the result.
        window: For the workings.

    Returns: what the lines come to after it, and the result.
    Rounding: largest remainder, ties to the earlier line; unrounded shares are kept beside.
    Raises: MissingInput ``stage-line-missing`` where there is no line to bear it; LimitExceeded ``limit-exceeded``,
        ``amount-too-large``.
    """
    if not chosen:
        raise MissingInput(
            "stage-line-missing",
            found=f"{component} {name} of {window.shown(amount)} and no line in its scope",
            expected="every line of the contract, with 0 where nothing was charged",
            path="lines",
        )
    check_size(amount, window.currency, component)
    weights = _weights(rests, chosen)
    whole = split_by_weight(amount, weights)
    shares = _exact_shares(rests, amount, chosen, weights)
    minor, exact, added = list(rests.minor), list(rests.exact), list(rests.added)
    parts = []
    for number, part, share in zip(chosen, whole, shares, strict=True):
        minor[number] += part
        exact[number] = _reduced(plus(exact[number], share)) if rests.is_exact else (minor[number], 1)
        added[number] += part if component != "discount" else 0
        if part or share[0]:
            parts.append(StagePart(line=rests.lines[number].id, minor=part, exact=share))
    after = Rests(
        lines=rests.lines, minor=tuple(minor), exact=tuple(exact), added=tuple(added), is_exact=rests.is_exact
    )
    told = StageAmount(
        id=name,
        component=component,
        minor=amount,
        parts=tuple(parts),
        steps=(*steps, _spread_step(amount, parts, window)),
    )
    return after, told


def _weights(rests: Rests, chosen: Sequence[int]) -> list[int]:
    for weights in (
        [rests.minor[number] for number in chosen],
        [rests.lines[number].gross_minor for number in chosen],
    ):
        if any(weights):
            return weights
    return [1] * len(chosen)


def _exact_shares(rests: Rests, amount: int, chosen: Sequence[int], weights: Sequence[int]) -> list[Ratio]:
    """The unrounded shares; a reduction takes no more of a line than its unrounded rest."""
    if not rests.is_exact or not any(rests.exact[number][0] for number in chosen):
        total = sum(weights)
        return [(amount * weight, total) for weight in weights]
    whole: Ratio = (0, 1)
    for number in chosen:
        whole = _reduced(plus(whole, rests.exact[number]))
    if whole[1].bit_length() > MOST_BITS:
        raise LimitExceeded(
            "limit-exceeded",
            found=f"unrounded shares with a denominator of {whole[1].bit_length()} bits",
            expected=f"at most {MOST_BITS}",
            hint="Spread by largest remainder, or take fewer discounts on overlapping charges.",
        )
    shares = []
    for number in chosen:
        rest = rests.exact[number]
        share = _reduced(times((amount, 1), times(rest, (whole[1], whole[0]))))
        # Only where scopes overlap in part can a share be above the unrounded rest, by what roundings moved.
        shares.append((-rest[0], rest[1]) if is_less(share, (-rest[0], rest[1])) else share)
    return shares


def _reduced(ratio: Ratio) -> Ratio:
    divisor = gcd(*ratio)
    return ratio[0] // divisor, ratio[1] // divisor


def _spread_step(amount: int, parts: Sequence[StagePart], window: StageWindow) -> Step:
    shown = [
        f"{part.line} {window.shown(part.minor)} (unrounded {exact_text(*part.exact)} minor units)"
        for part in parts[:_SHOWN]
    ]
    more = f", and {len(parts) - _SHOWN} more" if len(parts) > _SHOWN else ""
    return Step(
        rule="stage-spread",
        text=f"{window.shown(amount)} by largest remainder: {', '.join(shown)}{more}",
        inputs=tuple((part.line, window.shown(part.minor)) for part in parts[:_SHOWN]),
        numerator=amount,
        denominator=10**window.digits,
    )
