"""What each engine charges for a tier table in its own writing, found by walking the rows as that engine does.

It reads plain rows and imports nothing from billcore, so it can see a mistake that the normalizer and rating share.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Any

Plain = dict[str, Any]


def amount(convention: str, model: str, rows: list[Plain], quantity: str) -> Fraction:
    """Give what the engine of a convention charges; ``model`` is graduated or volume."""
    return {"graduated": GRADUATED, "volume": VOLUME}[model][convention](rows, Fraction(quantity))


def number(row: Plain, field: str) -> Fraction:
    return Fraction(str(row.get(field, "0")))


def end_of(row: Plain, field: str) -> Fraction | None:
    """The end of a row, None where it has none."""
    given = row.get(field)
    return None if given in (None, "inf", "-1", -1) else Fraction(str(given))


def money(row: Plain, units: Fraction) -> Fraction:
    return units * number(row, "unit_price") + number(row, "flat_amount")


def graduated_up_to(rows: list[Plain], quantity: Fraction) -> Fraction:
    """OpenMeter: each row takes what lies above the bound before; the first is entered even at zero."""
    total, lower = Fraction(0), Fraction(0)
    for index, row in enumerate(rows):
        if quantity > lower or index == 0:
            upper = end_of(row, "up_to")
            total += money(row, (quantity if upper is None else min(quantity, upper)) - lower)
            lower = quantity if upper is None else upper
    return total


def graduated_from_to(rows: list[Plain], quantity: Fraction, *, extra: int) -> Fraction:
    """Lago: from the first unit of a row to the last, one more where rows step; it stops at the row of the quantity."""
    if quantity == 0 and number(rows[0], "from") > 0:  # Lago begins at 0; where others begin at 1, 0 is in no row
        return Fraction(0)
    total = Fraction(0)
    for row in rows:
        end = end_of(row, "to")
        inside = quantity if end is None or quantity < end else end
        if number(row, "from") != 0:
            inside = inside - number(row, "from") + extra
        total += money(row, inside)
        if end is None or end >= quantity:
            break
    return total


def graduated_first_unit(rows: list[Plain], quantity: Fraction) -> Fraction:
    """Meteroid: a row is as wide as the distance to the next one; nothing left, nothing charged."""
    total, left = Fraction(0), quantity
    for index, row in enumerate(rows):
        width = left
        if index + 1 < len(rows):
            width = min(left, number(rows[index + 1], "first_unit") - number(row, "first_unit"))
        if width > 0:
            total += money(row, width)
        left -= width
    return total


def graduated_sizes(rows: list[Plain], quantity: Fraction) -> Fraction:
    """Metronome: each row takes as many units as it holds from what is left."""
    total, left = Fraction(0), quantity
    for index, row in enumerate(rows):
        size = end_of(row, "size")
        taken = left if size is None else min(left, size)
        if taken > 0 or index == 0:
            total += money(row, taken)
        left -= taken
    return total


def graduated_blocks(rows: list[Plain], quantity: Fraction) -> Fraction:
    """Kill Bill, all tiers: blocks of each row from what is left, a started one whole; what no row takes is free."""
    total, left = Fraction(0), quantity
    for row in rows:
        size, most = number(row, "block_size"), end_of(row, "max_blocks")
        blocks = Fraction(ceil(left / size))
        if most is not None and blocks > most:
            blocks = most
            left -= most * size
        else:
            left = Fraction(0)
        total += blocks * number(row, "block_price")
    return total


def graduated_lower(rows: list[Plain], quantity: Fraction) -> Fraction:
    """Google's commerce tiers: a row is entered on its lower bound."""
    total = Fraction(0)
    for index, row in enumerate(rows):
        if quantity >= number(row, "from"):
            end = number(rows[index + 1], "from") if index + 1 < len(rows) else quantity
            total += money(row, min(quantity, end) - number(row, "from"))
    return total


def volume_up_to(rows: list[Plain], quantity: Fraction) -> Fraction:
    """OpenMeter: the first row whose bound the total does not exceed."""
    ends = [end_of(row, "up_to") for row in rows]
    return money(next(row for row, end in zip(rows, ends, strict=True) if end is None or quantity <= end), quantity)


def volume_from_to(rows: list[Plain], quantity: Fraction) -> Fraction:
    """Lago: the first row that begins at or before the total rounded up and ends at or behind the total."""
    for row in rows:
        end = end_of(row, "to")
        if number(row, "from") <= ceil(quantity) and (end is None or quantity <= end):
            return money(row, quantity)
    assert quantity == 0  # it is in no row where rows begin at 1
    return Fraction(0)


def volume_first_unit(rows: list[Plain], quantity: Fraction) -> Fraction:
    """Meteroid: the row from its first unit to the unit before the next; between them nothing is charged."""
    for index, row in enumerate(rows):
        last = number(rows[index + 1], "first_unit") - 1 if index + 1 < len(rows) else quantity
        if number(row, "first_unit") <= quantity <= last:
            return money(row, quantity)
    return Fraction(0)


def volume_sizes(rows: list[Plain], quantity: Fraction) -> Fraction:
    """The first row at which the sizes so far hold the total."""
    held = Fraction(0)
    for row in rows:
        size = end_of(row, "size")
        if size is None or quantity <= held + size:
            return money(row, quantity)
        held += size
    raise AssertionError("no open row")


def volume_blocks(rows: list[Plain], quantity: Fraction) -> Fraction:
    """Kill Bill, top tier: the row in which the blocks end, or the last; all units in blocks of that row."""
    left, found = quantity, rows[-1]
    for row in rows:
        size, most = number(row, "block_size"), end_of(row, "max_blocks")
        if most is None or ceil(left / size) <= most:
            found = row
            break
        left -= most * size
    return ceil(quantity / number(found, "block_size")) * number(found, "block_price")


def volume_lower(rows: list[Plain], quantity: Fraction) -> Fraction:
    """The last row whose lower bound the total reaches."""
    return money([row for row in rows if number(row, "from") <= quantity][-1], quantity)


GRADUATED = {
    "up_to": graduated_up_to,
    "from_to_steps": lambda rows, quantity: graduated_from_to(rows, quantity, extra=1),
    "from_to_touching": lambda rows, quantity: graduated_from_to(rows, quantity, extra=0),
    "first_unit": graduated_first_unit,
    "sizes": graduated_sizes,
    "blocks": graduated_blocks,
    "lower_inclusive": graduated_lower,
}
VOLUME = {
    "up_to": volume_up_to,
    "from_to_steps": volume_from_to,
    "from_to_touching": volume_from_to,
    "first_unit": volume_first_unit,
    "sizes": volume_sizes,
    "blocks": volume_blocks,
    "lower_inclusive": volume_lower,
}
