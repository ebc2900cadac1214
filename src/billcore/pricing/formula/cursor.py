"""Where the reading of a formula stands: the next token, the mistakes found so far, and the limits that hold."""

from __future__ import annotations

from typing import NoReturn

from billcore.core.errors import DocumentError, LimitExceeded, excerpt
from billcore.core.findings import Finding
from billcore.pricing.formula.tokens import Token, place, tokens_of


class Cursor:
    """A place in the tokens of one text."""

    def __init__(self, text: str) -> None:
        self.tokens, self.text = tokens_of(text), text
        self.index = 0
        self.problems: list[Finding] = []

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.token
        self.index += token.kind != "end"
        return token

    def expect(self, text: str, expected: str) -> Token:
        if self.token.text != text or self.token.kind == "end":
            self.refuse(self.token, expected)
        return self.take()

    def is_next(self, *texts: str) -> bool:
        return self.token.kind != "end" and self.token.text in texts

    def end_of_last(self) -> int:
        last = self.tokens[self.index - 1]
        return last.column + len(last.text)

    def refuse(self, token: Token, expected: str, hint: str = "") -> NoReturn:
        """End the reading: what follows could not be understood."""
        shown = place(self.text, token.column, len(token.text))
        raise DocumentError(
            "formula-malformed",
            found=token.shown,
            expected=expected,
            path="expression",
            hint=f"{hint} {shown}".strip(),
        )

    def note(self, code: str, start: int, end: int, *, found: str = "", expected: str, hint: str = "") -> None:
        """Keep a problem and read on."""
        what = found or excerpt(self.text[start - 1 : end - 1])
        shown = place(self.text, start, end - start)
        finding = Finding(
            code=code,
            path="expression",
            found=f"{what} at column {start}",
            expected=expected,
            hint=f"{hint} {shown}".strip(),
        )
        self.problems.append(finding)

    def check_limit(self, what: str, size: int, limit: int) -> None:
        if size > limit:
            raise self.beyond(what, limit)

    def beyond(self, what: str, limit: int) -> LimitExceeded:
        token = self.tokens[max(0, self.index - 1)]
        return LimitExceeded(
            "limit-exceeded",
            found=f"more than {limit} {what} at column {token.column}",
            expected=f"at most {limit}",
            path="expression",
            hint="Give parts of it as variables that the meter works out, or split the price into lines.",
        )

    def finish(self) -> None:
        """Tell every problem that was kept.

        Raises: DocumentError with the code of the first and all in ``findings``.
        """
        if self.problems:
            first = self.problems[0]
            raise DocumentError(
                first.code,
                found=first.found,
                expected=first.expected,
                path=first.path,
                hint=first.hint,
                findings=tuple(self.problems),
            )
