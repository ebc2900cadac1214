"""What a remittance text may name: the forms in which a number and a payer's spelling of it are the same.

Form (a) is the letters and digits in upper case, form (b) the digits alone without leading zeros. Payers drop prefixes,
separators and zeros; they seldom change a digit.
Source: ledger rules on cash, normal forms (rules 9).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from billcore.core.value import Value

# Shorter forms fit by accident: house numbers, amounts, days.
MINIMUM_LENGTH = 5
# Payers break one number into pieces ("INV 2019 00001"); four and more pieces are a sentence.
JOINED_WORDS = 3

_BLANKS = re.compile(r"[^\s,;]+")
_SLASHES = re.compile(r"[^\s,;/]+")
_DATE = re.compile(r"[0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2}|[0-9]{1,2}[-./][0-9]{1,2}[-./](?:[0-9]{4}|[0-9]{2})")


class Token(Value, frozen=True, kw_only=True):
    """A stretch of the text that may be a number.

    Attributes:
        text: As the payer wrote it, pieces joined by a blank.
        start, end: The place in the text, half-open.
        is_word: Whether it is one whole word, neither joined nor cut.
        alphanumeric: Form (a), or empty where it is too short.
        digits: Form (b), or empty where it is too short.
    """

    text: str
    start: int
    end: int
    is_word: bool
    alphanumeric: str
    digits: str


def alphanumeric(text: str) -> str:
    """Form (a): letters and digits in upper case, nothing else. Empty where fewer than five are left.

    >>> alphanumeric("inv/2019/00001"), alphanumeric("A-17")
    ('INV201900001', '')
    """
    kept = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isascii() and c.isalnum())
    return kept if len(kept) >= MINIMUM_LENGTH else ""


def digits(text: str) -> str:
    """Form (b): all digits joined, leading zeros stripped. Empty where fewer than five are left.

    >>> digits("INV/2019/00001"), digits("0000123456"), digits("INV-0042")
    ('201900001', '123456', '')
    """
    kept = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isascii() and c.isdigit()).lstrip("0")
    return kept if len(kept) >= MINIMUM_LENGTH else ""


def tokens(text: str) -> tuple[Token, ...]:
    """List what the text may name: words, words cut at slashes, and joins of up to three neighbours.

    A date-shaped word is removed, and nothing is joined across it.

    Returns: tokens that have at least one form, whole words first, then in the order of the text.

    >>> [token.text for token in tokens("paid 2019-00001 01.03.2019 thanks")]
    ['2019-00001', 'thanks', 'paid 2019-00001']
    """
    found: dict[tuple[int, int], Token] = {}
    for run in _runs(text):
        for pieces in (run, _cut(run)):
            for first in range(len(pieces)):
                for count in range(1, min(JOINED_WORDS, len(pieces) - first) + 1):
                    _keep(found, pieces[first : first + count], is_word=pieces is run and count == 1)
    return tuple(sorted(found.values(), key=lambda token: (not token.is_word, token.start, token.end)))


def _runs(text: str) -> Iterator[list[tuple[str, int]]]:
    """Words with their places, in runs that no date-shaped word interrupts."""
    run: list[tuple[str, int]] = []
    for match in _BLANKS.finditer(text):
        if _DATE.fullmatch(match.group().rstrip(".:")):
            yield run
            run = []
        else:
            run.append((match.group(), match.start()))
    yield run


def _cut(run: list[tuple[str, int]]) -> list[tuple[str, int]]:
    return [(part.group(), start + part.start()) for word, start in run for part in _SLASHES.finditer(word)]


def _keep(found: dict[tuple[int, int], Token], pieces: list[tuple[str, int]], *, is_word: bool) -> None:
    start, end = pieces[0][1], pieces[-1][1] + len(pieces[-1][0])
    text = " ".join(piece for piece, _ in pieces)
    form_a, form_b = alphanumeric(text), digits(text)
    if (form_a or form_b) and (start, end) not in found:
        found[start, end] = Token(text=text, start=start, end=end, is_word=is_word, alphanumeric=form_a, digits=form_b)
