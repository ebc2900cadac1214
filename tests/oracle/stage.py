"""What the contract stage, prepaid credits and thresholds give, worked out in the most naive way.

It reads plain data and counts in fractions of minor units or cent by cent; nothing of billcore is imported here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from oracle.rounding import rounded

Plain = dict[str, Any]
DIGITS = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}


def minor(text: str, currency: str) -> Fraction:
    """Minor units of a written amount, exactly."""
    return Fraction(text) * 10 ** DIGITS[currency]


def reached(scope: Plain, line: Plain) -> bool:
    """Whether a scope names a charge, or names nothing at all."""
    named = [(scope.get(kind + "s", []), line.get(kind, "")) for kind in ("line", "sku", "meter")]
    return not any(names for names, _ in named) or any(mine in names for names, mine in named)


def dealt(amount: int, weights: list[int]) -> list[int]:
    """Deal whole units out: first what each surely has, then one at a time to who is furthest behind."""
    sign = -1 if amount < 0 else 1
    shares = [Fraction(abs(amount) * weight, sum(weights)) for weight in weights]
    parts = [int(share) for share in shares]
    waiting = list(range(len(weights)))
    while sum(parts) < abs(amount):
        behind = max(waiting, key=lambda number: (shares[number] - parts[number], -number))
        parts[behind] += 1
        waiting.remove(behind)
    return [sign * part for part in parts]


class Stage:
    """One run of the stage over plain data; `nets`, `amounts`, `used` and `counted` are what came out."""

    def __init__(self, given: Plain) -> None:
        self.given, self.currency = given, given.get("currency", "EUR")
        self.mode = given.get("rounding", "half_up")
        self.lines: list[Plain] = [{"line": line["id"], "sku": line["id"].upper(), **line} for line in given["lines"]]
        self.nets = [int(minor(line["net"], self.currency)) for line in self.lines]
        self.gross = [int(minor(line.get("gross", line["net"]), self.currency)) for line in self.lines]
        self.exact = [Fraction(net) for net in self.nets]
        self.added = [0] * len(self.lines)
        self.amounts: list[tuple[str, str, int, tuple[int, ...]]] = []
        self.used: dict[str, tuple[int, int, int]] = {}
        self.counted: dict[str, int] = {}
        self.run(given.get("terms", {}))

    def run(self, terms: Plain) -> None:
        ends = self.given.get("ends", "period")
        discounts = terms.get("discounts", [])
        for whole in (False, True):
            group = [one for one in discounts if (not any(one.get("scope", {}).values())) == whole]
            if terms.get("stacking") == "percent_first":
                group = [one for kind in ("percent_off", "amount_off") for one in group if one["kind"] == kind]
            began = list(self.nets)
            for discount in group:
                self.discount(discount, began if terms.get("stacking") == "additive" else self.nets)
        if terms.get("maximum"):
            chosen, most = self.chosen(terms["maximum"]), self.worth(terms["maximum"]["amount"], "maximum")
            self.put("maximum", "discount", min(0, most - self.sum(chosen)), chosen)
        if terms.get("minimum") and ends != "nothing":
            chosen, least = self.chosen(terms["minimum"]), self.worth(terms["minimum"]["amount"], "minimum")
            self.put("minimum", "minimum", max(0, least - self.sum(chosen)), chosen)
        for commitment in terms.get("commitments", []):
            self.commitment(commitment, ends)

    def chosen(self, term: Plain) -> list[int]:
        return [n for n, line in enumerate(self.lines) if reached(term.get("scope", {}), line)]

    def sum(self, chosen: list[int]) -> int:
        return sum(self.nets[n] for n in chosen)

    def worth(self, amount: str, name: str, share: str = "share") -> int:
        scaled = self.given.get("scaled", ["discount", "maximum", "minimum", "commitment"])
        part = Fraction(self.given.get(share, "1")) if name in scaled else Fraction(1)
        return rounded(minor(amount, self.currency) * part, self.mode)

    def discount(self, discount: Plain, base: list[int]) -> None:
        chosen = self.chosen(discount)
        if not any(self.nets[n] or self.gross[n] or minor(self.lines[n]["net"], "EUR") for n in chosen):
            return
        periods, used, carried = self.given.get("used", {}).get(discount["id"], (0, 0, 0))
        granted = periods < discount.get("periods", periods + 1)
        if not granted and not carried:
            return
        if discount["kind"] == "percent_off":
            if not granted:
                return
            wanted = rounded(sum(base[n] for n in chosen) * Fraction(discount["percent"]) / 100, self.mode)
        else:
            wanted = carried + (self.worth(discount["amount"], "discount") if granted else 0)
        taken = min(wanted, self.sum(chosen))
        self.put(discount["id"], "discount", -taken, chosen)
        keeps = discount.get("unused") == "carry"
        self.used[discount["id"]] = (periods + granted, used + taken, wanted - taken if keeps else 0)

    def commitment(self, commitment: Plain, ends: str) -> None:
        chosen, is_term = self.chosen(commitment), commitment["per"] == "term"
        before = self.given.get("counted", {}).get(commitment["id"], 0) if is_term else 0
        through = before + sum(self.counts(commitment.get("counts", "net"), n) for n in chosen)
        least = self.worth(commitment["amount"], "commitment", "term_share" if is_term else "share")
        if commitment.get("overage_factor"):
            more = Fraction(commitment["overage_factor"]) - 1
            above = [rounded(max(0, counted - least) * more, self.mode) for counted in (before, through)]
            self.put(commitment["id"], "overage", above[1] - above[0], chosen)
        if commitment.get("is_trued_up", True) and (ends == "term" or (ends == "period" and not is_term)):
            self.put(commitment["id"], "true_up", max(0, least - through), chosen)
        if is_term:
            self.counted[commitment["id"]] = through

    def counts(self, what: str, n: int) -> int:
        if what == "net":
            return self.nets[n]
        if what == "gross":
            return self.gross[n] + self.added[n]
        return int(minor(self.lines[n].get("invoiced", self.lines[n]["net"]), self.currency)) + self.added[n]

    def put(self, name: str, component: str, amount: int, chosen: list[int]) -> None:
        if not amount:
            return
        tries = [[self.nets[n] for n in chosen], [self.gross[n] for n in chosen], [1] * len(chosen)]
        weights = next(weights for weights in tries if sum(weights))
        whole = sum((self.exact[n] for n in chosen), Fraction(0))
        parts = dealt(amount, weights)
        for n, part, weight in zip(chosen, parts, weights, strict=True):
            self.exact[n] += amount * (self.exact[n] / whole if whole else Fraction(weight, sum(weights)))
            self.nets[n] += part
            self.added[n] += 0 if component == "discount" else part
        self.amounts.append((name, component, amount, tuple(parts)))


def drawn(credits: list[Plain], lines: list[Plain], on: str, kind: str = "payment") -> dict[tuple[str, str], int]:
    """Pay cent by cent: each cent of each line is taken from the first credit that may pay it and has one left."""
    paid: dict[tuple[str, str], int] = {}
    left = {credit["id"]: credit["left"] for credit in credits}
    order = sorted(
        credits, key=lambda c: (c.get("priority", 0), c.get("expires", "9999-12-31"), c["valid_from"], c["id"])
    )
    for line in lines:
        for _ in range(line["minor"]):
            for credit in order:
                open_on = credit["valid_from"] <= on < credit.get("expires", "9999-12-32")
                is_kind = credit.get("draw_down", "payment") == kind
                if open_on and is_kind and left[credit["id"]] and reached(credit.get("scope", {}), line):
                    left[credit["id"]] -= 1
                    paid[credit["id"], line["id"]] = paid.get((credit["id"], line["id"]), 0) + 1
                    break
    return paid


def points(amounts: list[int], recurring: int, rated: list[int], billed: int) -> list[tuple[int, int, int]]:
    """Walk through the moments: place, threshold and what is due, wherever one that was not reached yet is."""
    top = max([*rated, billed, 0])
    steps = list(amounts)
    while recurring and (steps[-1] if steps else 0) + recurring <= top:
        steps.append((steps[-1] if steps else 0) + recurring)
    found = []
    for place, amount in enumerate(rated):
        new = [step for step in steps if billed < step <= amount]
        if new:
            found.append((place, max(new), amount - billed))
            billed = amount
    return found
