"""What each prepaid credit was worth at its purchase and what has become of it: drawn, expired, or still there."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date

from billcore.billing.minor_units import check_minor, check_size
from billcore.contract.prepaid import PrepaidCredit
from billcore.core.checks import check_kind
from billcore.core.errors import DocumentError, InvariantBroken, MissingInput, NotApplicable
from billcore.core.exact import plain
from billcore.core.limits import check_limit
from billcore.core.value import Value
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits
from billcore.money.rounding import RoundingMode, round_ratio
from billcore.periods.days import check_day

# Every line that is paid looks at every credit of its customer.
MOST_CREDITS = 1_000


class PrepaidBalance(Value, frozen=True, kw_only=True):
    """What has become of one credit, in minor units of the currency that it pays in.

    Attributes:
        id: Of the credit.
        purchased_minor: What it was worth when it was bought.
        drawn_minor: What it has paid.
        expired_minor: What was lost.
        expires: First day on which it can no longer be drawn, moved by a roll-over; None if it does not expire.
        is_rolled: Whether it was rolled over; that happens once.

    Raises: DocumentError ``argument-wrong``, ``number-negative``, ``number-malformed``, ``float-amount``,
        ``number-too-large``, ``date-malformed``; InvariantBroken ``prepaid-not-conserved``.
    """

    id: str
    purchased_minor: int
    drawn_minor: int = 0
    expired_minor: int = 0
    expires: date | None = None
    is_rolled: bool = False

    def __post_init__(self) -> None:
        check_kind(self.id, str, "id")
        for name in ("purchased_minor", "drawn_minor", "expired_minor"):
            check_minor(getattr(self, name), name)
        if self.expires is not None:
            check_day(self.expires, "expires")
        if self.remaining_minor < 0:
            raise InvariantBroken(
                "prepaid-not-conserved",
                found=f"{self.drawn_minor} drawn and {self.expired_minor} expired of {self.purchased_minor}",
                expected="no more than was purchased",
                path=self.id[:80],
            )

    @property
    def remaining_minor(self) -> int:
        """What is still there."""
        return self.purchased_minor - self.drawn_minor - self.expired_minor


class PrepaidState(Value, frozen=True, kw_only=True):
    """What has become of all credits of a customer in one currency.

    Raises: DocumentError ``argument-wrong``, ``id-repeated``, ``currency-unknown``; LimitExceeded ``limit-exceeded``.
    """

    currency: str
    balances: tuple[PrepaidBalance, ...] = ()

    def __post_init__(self) -> None:
        minor_digits(self.currency)
        check_kind(self.balances, tuple, "balances")
        check_limit("balances", len(self.balances), MOST_CREDITS, path="balances")
        for balance in self.balances:
            check_kind(balance, PrepaidBalance, "balances")
        if len({balance.id for balance in self.balances}) < len(self.balances):
            raise DocumentError("id-repeated", found="two balances of one credit", expected="one", path="balances")

    def balance(self, credit: str) -> PrepaidBalance:
        """What has become of a credit.

        Raises: MissingInput ``credit-missing``.
        """
        check_kind(credit, str, "credit")
        found = next((balance for balance in self.balances if balance.id == credit), None)
        if found is None:
            raise MissingInput(
                "credit-missing", found=f"no balance of credit {credit[:80]}", expected="a credit that was purchased"
            )
        return found

    def shown(self, minor: int) -> str:
        """Spell minor units as an amount."""
        return f"{self.currency} {plain(minor, minor_digits(self.currency))}"

    def replaced(self, *changed: PrepaidBalance) -> PrepaidState:
        """The same with some balances moved on."""
        new = {balance.id: balance for balance in changed}
        return PrepaidState(
            currency=self.currency, balances=tuple(new.get(balance.id, balance) for balance in self.balances)
        )


def purchased(
    credits: Sequence[PrepaidCredit], state: PrepaidState, *, rounding: RoundingMode = "half_up"
) -> PrepaidState:
    """Take up credits that were bought; those that have a balance already keep it.

    Args:
        credits: All credits of the customer, those of the state among them.
        state: What stands; ``PrepaidState(currency=...)`` at the start.

    Returns: the state with a balance for every credit, in the order in which they were taken up.
    Rounding: the worth of a custom unit once, here; an amount in the currency is whole already.
    Raises: DocumentError ``argument-wrong``, ``id-repeated``, ``amount-too-fine``, ``number-too-large``; NotApplicable
        ``currencies-differ``; MissingInput ``credit-missing`` where a credit of the state is not passed;
        LimitExceeded ``limit-exceeded``, ``amount-too-large``.
    Source: rules 3 (prepaid credits) and 1 (a custom unit has a stated conversion).

    >>> bought = PrepaidCredit(id="topup-1", amount="20.00", currency="EUR", valid_from="2026-01-01")
    >>> purchased([bought], PrepaidState(currency="EUR")).balance("topup-1").remaining_minor
    2000
    """
    check_kind(state, PrepaidState, "state")
    known = {balance.id for balance in state.balances}
    _check_credits(credits, state.currency)
    _refuse_lost(known - {credit.id for credit in credits}, "a balance of {} and no such credit")
    new = tuple(
        PrepaidBalance(id=credit.id, purchased_minor=_worth(credit, number, rounding), expires=credit.expires)
        for number, credit in enumerate(credits)
        if credit.id not in known
    )
    return PrepaidState(currency=state.currency, balances=(*state.balances, *new)) if new else state


def balances_of(credits: Sequence[PrepaidCredit], state: PrepaidState) -> dict[str, PrepaidBalance]:
    """Give each credit's balance, or refuse credits and state that are not of each other.

    Raises: as `purchased`; MissingInput ``credit-missing`` also for a credit that was not taken up.
    """
    check_kind(state, PrepaidState, "state")
    _check_credits(credits, state.currency)
    balances = {balance.id: balance for balance in state.balances}
    names = {credit.id for credit in credits}
    _refuse_lost(balances.keys() - names, "a balance of {} and no such credit")
    _refuse_lost(names - balances.keys(), "credit {} and no balance of it")
    return balances


def _refuse_lost(names: Set[str], found: str) -> None:
    if names:
        raise MissingInput(
            "credit-missing",
            found=found.format(min(names)[:80]),
            expected="every credit with its balance",
            path="credits",
            hint="Pass all credits of the customer; purchased(credits, state) takes up new ones.",
        )


def _check_credits(credits: Sequence[PrepaidCredit], currency: str) -> None:
    check_kind(credits, (list, tuple), "credits")
    check_limit("credits", len(credits), MOST_CREDITS, path="credits")
    seen: set[str] = set()
    for number, credit in enumerate(credits):
        check_kind(credit, PrepaidCredit, f"credits[{number}]")
        if credit.id in seen:
            raise DocumentError(
                "id-repeated", found=f"credit {credit.id} twice", expected="each once", path=f"credits[{number}].id"
            )
        seen.add(credit.id)
        if credit.money != currency:
            raise NotApplicable(
                "currencies-differ",
                found=f"credit {credit.id} in {credit.money}",
                expected=currency,
                path=f"credits[{number}]",
            )


def _worth(credit: PrepaidCredit, number: int, rounding: RoundingMode) -> int:
    if credit.unit is None:
        return Amount.of(credit.amount, credit.money).minor
    worth = credit.unit.convert(credit.amount)
    minor = round_ratio(worth.numerator * 10 ** minor_digits(credit.money), worth.denominator, rounding)
    check_size(minor, credit.money, f"credit {number}")
    return minor
