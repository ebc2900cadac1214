"""Whether what came out is what a case expects: every asserted field, numbers exactly, lines in any order.

An absent field is not asserted. A field that is asserted and that the runner does not produce is told apart from one
that differs. Lines without money are left out on both sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from parity.documents import Asserted, Moment
from parity.given import kind_of

# Lists whose order nobody asserts.
UNORDERED = ("lines", "discounts")
# What a case says of its own expectation, which nothing could produce.
_ABOUT = ("asserted_by_peer", "zero_lines_ignored")
_MONEY = ("amount", "total", "discount", "credits")


class Verdict:
    """What differs, and what was asserted but not produced."""

    def __init__(self) -> None:
        self.different: list[str] = []
        self.missing: list[str] = []


def compared(expect: Mapping[str, Any], got: Mapping[str, Any]) -> Verdict:
    """Compare everything that a case asserts with what came out."""
    verdict = Verdict()
    _object(expect, got, "expect", verdict)
    return verdict


def _object(expect: Mapping[str, Any], got: Mapping[str, Any], path: str, verdict: Verdict) -> None:
    for name, wanted in expect.items():
        if name in _ABOUT or wanted == "not asserted":
            continue
        place = f"{path}.{name}"
        if name not in got:
            verdict.missing.append(place)
        else:
            _value(wanted, got[name], place, verdict)


class Excerpt(list[Any]):
    """A list that goes on, such as all billing periods: a case asserts a run of it, without a gap."""

    def run(self, wanted: list[Any]) -> list[Any]:
        """Cut out from the entry that fits the first wanted one to that which fits the last; else all of it."""
        if not wanted:
            return list(self)
        first = next((place for place, entry in enumerate(self) if _fits(wanted[0], entry)), None)
        last = next((place for place, entry in enumerate(self) if _fits(wanted[-1], entry)), None)
        return list(self) if first is None or last is None else list(self[first : last + 1])


def _value(wanted: Any, found: Any, path: str, verdict: Verdict) -> None:
    if isinstance(wanted, list) and isinstance(found, Excerpt):
        found = found.run(wanted)
    if isinstance(wanted, list) and isinstance(found, Asserted):
        found = found.among(wanted, same)
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        extra = [name for name in found if name not in wanted] if path.endswith(_CLOSED) else []
        for name in extra:
            verdict.different.append(f"{path}.{name}: expected nothing, got {shown(found[name])}")
        _object(wanted, found, path, verdict)
    elif isinstance(wanted, list) and isinstance(found, list):
        if path.rpartition(".")[2] in UNORDERED:
            _any_order(with_money(wanted), with_money(found), path, verdict)
        else:
            _in_order(without_empty(wanted), without_empty(found), path, verdict)
    elif not (_same_binary(wanted, found) if path.endswith(_BINARY) else same(wanted, found)):
        verdict.different.append(f"{path}: expected {shown(wanted)}, got {shown(found)}")


# What a peer's binary floating point showed before it rounded: 15 digits are all that such a number holds for certain.
_BINARY = "_unrounded_minor_units"
_BINARY_DIGITS = 15


def _same_binary(wanted: Any, found: Any) -> bool:
    """Whether two numbers agree in every digit that a binary floating point number holds."""
    left, right = number(wanted), number(found)
    return left is not None and right is not None and _digits(left) == _digits(right)


def _digits(value: Fraction) -> Fraction:
    """Keep the leading digits of a number, rounded half away from zero; exactly."""
    if value == 0:
        return value
    places = _BINARY_DIGITS - 1
    size = abs(value)
    while size >= 10:
        size, places = size / 10, places - 1
    while size < 1:
        size, places = size * 10, places + 1
    scale = Fraction(10) ** places
    whole = abs(value) * scale + Fraction(1, 2)
    return (whole.numerator // whole.denominator) / scale * (1 if value > 0 else -1)


# Objects whose names are data, not fields: a name that nobody expects is a difference.
_CLOSED = (".groups", ".used", ".shares")


def _in_order(wanted: list[Any], found: list[Any], path: str, verdict: Verdict) -> None:
    if len(wanted) != len(found):
        verdict.different.append(f"{path}: expected {len(wanted)} entries, got {shown(found)}")
        return
    for index, (one, other) in enumerate(zip(wanted, found, strict=True)):
        _value(one, other, f"{path}[{index}]", verdict)


def _any_order(wanted: list[Any], found: list[Any], path: str, verdict: Verdict) -> None:
    """Match each expected entry with one that came out; what is left over on either side differs."""
    names = {name for one in wanted if isinstance(one, Mapping) for name in one}
    produced = {name for one in found if isinstance(one, Mapping) for name in one}
    absent = sorted(names - produced) if found else []
    verdict.missing.extend(f"{path}.{name}" for name in absent)
    left = list(found)
    for one in wanted:
        asserted = {k: v for k, v in one.items() if k not in absent} if isinstance(one, Mapping) else one
        match = next((other for other in left if _fits(asserted, other)), None)
        if match is None:
            verdict.different.append(f"{path}: expected {shown(one)}, got {shown(left)}")
        else:
            left.remove(match)
    if left and not any(text.startswith(f"{path}:") for text in verdict.different):
        verdict.different.append(f"{path}: expected nothing more, got {shown(left)}")


def _fits(wanted: Any, found: Any) -> bool:
    verdict = Verdict()
    _value(wanted, found, "", verdict)
    return not verdict.different and not verdict.missing


def with_money(lines: list[Any]) -> list[Any]:
    """Leave out lines whose every amount is zero."""
    return [line for line in lines if not (isinstance(line, Mapping) and _is_empty(line))]


def _is_empty(line: Mapping[str, Any]) -> bool:
    amounts = [line[name] for name in _MONEY if name in line]
    amounts += [one["amount"] for one in line.get("discounts", ()) if "amount" in one]
    return bool(amounts) and all(same(amount, "0") for amount in amounts)


def without_empty(entries: list[Any]) -> list[Any]:
    """Leave out invoices without a line that has money: an empty one is no invoice."""
    return [one for one in entries if not (isinstance(one, Mapping) and _is_no_document(one))]


def _is_no_document(one: Mapping[str, Any]) -> bool:
    if "on" in one and "lines" in one:
        return not with_money(one["lines"]) and same(one.get("total", "0"), "0")
    # Of a document without lines the total tells; a credit that is paid by others is one for all that.
    amounts = [one[name] for name in ("total", "gross", "net", "draft_total", "credits_applied") if name in one]
    return "at" in one and bool(amounts) and not with_money(one.get("lines", [])) and all(same(a, "0") for a in amounts)


def same(wanted: Any, found: Any) -> bool:
    """Whether two values are equal, numbers by their value and not by their spelling."""
    if isinstance(found, Moment):
        return found.fits(wanted)
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    left, right = number(wanted), number(found)
    if left is not None and right is not None:
        return left == right
    return bool(_at_midnight(wanted) == _at_midnight(found))


def _at_midnight(value: Any) -> Any:
    """An instant at midnight in UTC and its date are one."""
    return value.removesuffix("T00:00:00Z") if isinstance(value, str) else value


def number(text: Any) -> Fraction | None:
    """Read an exact number, or tell that it is none."""
    if isinstance(text, int) and not isinstance(text, bool):
        return Fraction(text)
    if not isinstance(text, str) or len(text) > 80 or not set(text) <= set("-0123456789./") or not text:
        return None
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def shown(value: Any) -> str:
    """Write a value in one line, not too long."""
    if isinstance(value, Mapping):
        text = "{" + ", ".join(f"{name} {shown(one)}" for name, one in value.items()) + "}"
    elif isinstance(value, list):
        text = "[" + ", ".join(shown(one) for one in value) + "]"
    else:
        text = str(value) if isinstance(value, str | int) else kind_of(value)
    return text if len(text) <= 400 else f"{text[:397]}..."
