"""What goes into the contract stage and what comes out of it: rounded charges, and amounts with their parts by line.

All amounts are whole minor units of the contract's currency; what reduces is negative. Source: rules 3 and 5.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from billcore.billing.minor_units import check_minor
from billcore.billing.stage_state import StageState
from billcore.contract.scopes import Scope
from billcore.core.checks import check_kind
from billcore.core.errors import DocumentError, NotApplicable
from billcore.core.limits import DEFAULT, check_limit
from billcore.core.ratio import Ratio
from billcore.core.steps import Step, exact_text
from billcore.core.value import Value

StageComponent = Literal["discount", "minimum", "true_up", "overage"]


class StageLine(Value, frozen=True, kw_only=True):
    """One charge as it enters the stage, rounded.

    Attributes:
        id: Of the charge; each once in a call.
        line, sku, meter: The contract line, its product, its meter or an empty text: what scopes name.
        gross_minor, net_minor: Before and after the line's own discounts, 0 or more.
        invoiced_minor: What was invoiced for the period so far, before its credits; absent, the net.

    Raises: DocumentError ``argument-wrong``, ``float-amount``, ``number-malformed``, ``number-too-large``;
        NotApplicable ``charge-negative``.
    """

    id: str
    line: str
    sku: str
    gross_minor: int
    net_minor: int
    meter: str = ""
    invoiced_minor: int | None = None

    def __post_init__(self) -> None:
        for name in ("id", "line", "sku", "meter"):
            check_kind(getattr(self, name), str, name)
        for name in ("gross_minor", "net_minor", "invoiced_minor"):
            minor = getattr(self, name)
            if name == "invoiced_minor" and minor is None:
                continue
            if type(minor) is int and minor < 0:
                raise NotApplicable(
                    "charge-negative",
                    found="an amount below 0",
                    expected="0 or more minor units",
                    path=f"{self.id[:40]}.{name}",
                    hint="The contract stage takes charges; a credit is settled by difference.",
                )
            check_minor(minor, name)

    @property
    def counted_as_invoiced(self) -> int:
        """What counts where a commitment counts what was invoiced."""
        return self.net_minor if self.invoiced_minor is None else self.invoiced_minor


class StagePart(Value, frozen=True, kw_only=True):
    """What one line bears of an amount.

    Attributes:
        line: Id of the charge.
        minor: In whole minor units; the parts of an amount sum to it.
        exact: The same share before it was made whole, in minor units.
    """

    line: str
    minor: int
    exact: Ratio


class StageAmount(Value, frozen=True, kw_only=True):
    """One result of the stage.

    Attributes:
        id: Of the discount, maximum, minimum or commitment that made it.
        component: ``discount`` (also a maximum's reduction), ``minimum``, ``true_up`` or ``overage``.
        minor: The whole of it.
        parts: By line, in the order of the lines; lines that bear nothing are left out.
        steps: How it was reached.
    """

    id: str
    component: StageComponent
    minor: int
    parts: tuple[StagePart, ...]
    steps: tuple[Step, ...]

    def part_of(self, line: str) -> StagePart:
        """What a charge bears of it."""
        for part in self.parts:
            if part.line == line:
                return part
        return StagePart(line=line, minor=0, exact=(0, 1))

    def steps_of(self, line: str) -> tuple[Step, ...]:
        """How what a charge bears was reached: the steps of the whole, then its share with the remainder."""
        part = self.part_of(line)
        numerator, denominator = part.exact
        rest = exact_text(part.minor * denominator - numerator, denominator)
        text = f"{line} bears {part.minor} of {self.minor} minor units: {exact_text(*part.exact)}, remainder {rest}"
        step = Step(rule="stage-part", text=text, inputs=(("line", line),), numerator=part.minor, denominator=1)
        return (*self.steps, step)


class Staged(Value, frozen=True, kw_only=True):
    """What the stage makes of the charges of one billing period.

    Attributes:
        lines: As they came in.
        amounts: In the order in which they were taken.
        nets: What each line comes to, in their order, in whole minor units.
        exact_nets: The same with unrounded shares, in minor units: under the spread ``exact`` the base of tax.
        state: The counters for the next billing period.
    """

    lines: tuple[StageLine, ...]
    amounts: tuple[StageAmount, ...]
    nets: tuple[int, ...]
    exact_nets: tuple[Ratio, ...]
    state: StageState

    @property
    def net_minor(self) -> int:
        """What all lines come to."""
        return sum(self.nets)

    @property
    def steps(self) -> tuple[Step, ...]:
        """How all of it was reached."""
        return tuple(step for amount in self.amounts for step in amount.steps)

    def of_component(self, component: StageComponent) -> int:
        """The sum of one component."""
        return sum(amount.minor for amount in self.amounts if amount.component == component)


def check_lines(lines: Iterable[StageLine]) -> tuple[StageLine, ...]:
    """Refuse what is no list of charges, too many, or one id twice.

    Raises: DocumentError ``argument-wrong``, ``id-repeated``; LimitExceeded ``limit-exceeded``.
    """
    check_kind(lines, (list, tuple), "lines")
    read = tuple(lines)
    check_limit("lines", len(read), DEFAULT.lines, path="lines")
    seen: set[str] = set()
    for number, line in enumerate(read):
        check_kind(line, StageLine, f"lines[{number}]")
        if line.id in seen:
            raise DocumentError(
                "id-repeated", found=f"charge {line.id[:40]} twice", expected="each once", path=f"lines[{number}].id"
            )
        seen.add(line.id)
    return read


def in_scope(scope: Scope, lines: tuple[StageLine, ...]) -> tuple[int, ...]:
    """Places of the lines that a scope reaches."""
    return tuple(
        number for number, one in enumerate(lines) if scope.covers(line=one.line, sku=one.sku, meter=one.meter)
    )
