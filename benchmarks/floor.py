"""What the arithmetic alone costs: the same integers as the invoice, kept in tuples, without any object or check."""

from __future__ import annotations

from benchmarks.scene import DAYS, LINES, YEAR_DAYS, Cents

PRICE_SCALE = 4
_SCALED = tuple(
    (
        tuple((bound, int(price.replace(".", "")) * 10 ** (PRICE_SCALE - _digits)) for bound, price, _digits in tiers),
        line.quantity,
        line.days * (100 - line.discount),
        # Units of 0.0001, shared by days and taken a percentage of, down to cents.
        line.full * 100 * 10 ** (PRICE_SCALE - 2),
        line.tax,
    )
    for line in LINES
    for tiers in [[(bound, price, len(price.partition(".")[2])) for bound, price in line.tiers]]
)


def make() -> tuple[tuple[int, ...], ...]:
    """Rate, share, discount, round, tax, spread and balance: integers in, integers out."""
    nets, taxes = [], []
    for tiers, quantity, top, bottom, tax in _SCALED:
        amount = lower = 0
        for upper, price in tiers:
            if upper is None or quantity <= upper:
                amount += (quantity - lower) * price
                break
            amount += (upper - lower) * price
            lower = upper
        net = (2 * amount * top + bottom) // (2 * bottom)
        nets.append(net)
        taxes.append((2 * net * tax + 100) // 200)
    net, tax = sum(nets), sum(taxes)
    revenue, days, before = [], 0, 0
    for length in DAYS:
        days += length
        entitled = (2 * net * days + YEAR_DAYS) // (2 * YEAR_DAYS)
        revenue.append(entitled - before)
        before = entitled
    journal = [net, tax, *(-one for one in taxes), *(-one for one in revenue)]
    if sum(journal):
        raise ValueError("unbalanced")
    return tuple(nets), tuple(taxes), (net + tax,), tuple(revenue), tuple(journal)


def cents(made: tuple[tuple[int, ...], ...]) -> Cents:
    """Read the cents off what `make` made."""
    nets, taxes, total, revenue, journal = made
    return Cents(nets=nets, taxes=taxes, total=total[0], revenue=revenue, journal=journal)
