"""Which words and how much text the formula language has: everything that is closed about it, in one place."""

from __future__ import annotations

from typing import Literal

Kind = Literal["number", "truth"]

# Gates on the text and on the tree. Source: rules 3.
LONGEST_TEXT = 2_000
DEEPEST = 40
MOST_NODES = 500

# What literals in certain places may be.
MOST_PLACES = 12
HIGHEST_EXPONENT = 8

# Digits of any number on the way, before and after the point together.
MOST_DIGITS = 60

# How many numbers a function takes; `round` and `div` take literals behind them.
FUNCTIONS = {"min": 2, "max": 2, "abs": 1, "ceil": 1, "floor": 1, "round": 1, "div": 2}
OPERATOR_WORDS = ("and", "or", "not", "if", "else")
MODE_WORDS = ("half_up", "half_even", "up", "down")

# Always declared: the aggregated quantity.
QUANTITY = "quantity"

# Words of Python that are none of ours: a name must not look like what the language does not have.
_FOREIGN_WORDS = (
    *("False", "None", "True", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif"),
    *("except", "finally", "for", "from", "global", "import", "in", "is", "lambda", "nonlocal", "pass", "raise"),
    *("return", "try", "while", "with", "yield"),
)
RESERVED = frozenset((*FUNCTIONS, *OPERATOR_WORDS, *MODE_WORDS, *_FOREIGN_WORDS))

# Names that one price may declare in each of its lists.
MOST_NAMES = 100
