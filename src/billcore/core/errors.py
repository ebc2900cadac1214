"""What can go wrong, grouped by who can act on it.

A caller branches on the class (who acts) and on ``code`` (what happened, a stable slug listed in `codes`).
A single call raises; a batch returns one outcome per item and loses none of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from billcore.core.findings import Finding

MESSAGE_LIMIT = 1_000
EXCERPT_LIMIT = 80


def excerpt(value: object) -> str:
    """Show a foreign value in an error: one printable line, shortened.

    >>> excerpt("a" * 200)[-12:]
    '... (200 ch)'
    """
    text = value if isinstance(value, str) else _repr(value)
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[:EXCERPT_LIMIT])
    return shown if len(text) <= EXCERPT_LIMIT else f"{shown[: EXCERPT_LIMIT - 12]}... ({len(text)} ch)"


def _repr(value: object) -> str:
    try:
        return repr(value)
    except (ValueError, RecursionError):  # an integer of more than 4,300 digits, also inside a list; or lists in lists
        return f"a {type(value).__name__} too large to show"


class BillcoreError(Exception):
    """Root of every error that billcore raises on purpose.

    Args:
        code: Stable slug, listed in `billcore.core.codes.CODES`.
        found: What was there.
        expected: What may stand there.
        path: Where, as a path into the input (``lines[1].price.tiers[2].up_to``), or empty.
        hint: What to do about it.
        findings: All problems, where one call can find several; the error itself tells the first.
    """

    def __init__(
        self,
        code: str,
        *,
        found: str = "",
        expected: str = "",
        path: str = "",
        hint: str = "",
        findings: tuple[Finding, ...] = (),
    ) -> None:
        self.code, self.found, self.expected, self.path, self.hint = code, found, expected, path, hint
        self.findings = findings
        super().__init__(self._message())

    def _message(self) -> str:
        place = f" at {self.path}" if self.path else ""
        parts = (self.found and f"found {self.found}", self.expected and f"expected {self.expected}")
        body = ", ".join(part for part in parts if part)
        more = f" ({len(self.findings) - 1} more finding(s) in .findings)" if len(self.findings) > 1 else ""
        text = f"[{self.code}]{place}: {body}.{' ' + self.hint if self.hint else ''}{more}"
        return text if len(text) <= MESSAGE_LIMIT else text[: MESSAGE_LIMIT - 4] + " ..."

    def inside(self, place: str) -> BillcoreError:
        """The same error, told by the place of what was passed in."""
        _, rebuilt = self.__reduce__()
        cls, code, state = cast("tuple[type[BillcoreError], str, dict[str, object]]", rebuilt)
        return _rebuild(cls, code, {**state, "path": f"{place}.{self.path}" if self.path else place})

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders whole (a batch in a process pool returns them)."""
        state = {k: getattr(self, k) for k in ("found", "expected", "path", "hint", "findings")}
        return (_rebuild, (type(self), self.code, state))


def _rebuild(cls: type[BillcoreError], code: str, state: dict[str, object]) -> BillcoreError:
    return cls(code, **state)  # type: ignore[arg-type]


class DocumentError(BillcoreError, ValueError):
    """A document says something it may not; its author acts."""


class MissingInput(BillcoreError, LookupError):
    """A fact that the calculation needs was not passed in; the caller acts."""


class NotApplicable(BillcoreError, ValueError):
    """Each part is legal, the combination is not; the product's owner acts."""


class LimitExceeded(BillcoreError, ValueError):
    """The input is larger than a stated limit; the caller or operator acts."""


class PortError(BillcoreError):
    """A system outside refused or did not answer; the host acts.

    ``retryable`` says whether trying the same again can help.
    """

    def __init__(
        self, code: str, *, retryable: bool, found: str = "", expected: str = "", path: str = "", hint: str = ""
    ) -> None:
        self.retryable = retryable
        super().__init__(code, found=found, expected=expected, path=path, hint=hint)

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders whole."""
        state = {k: getattr(self, k) for k in ("retryable", "found", "expected", "path", "hint")}
        return (_rebuild, (type(self), self.code, state))


class InvariantBroken(BillcoreError, RuntimeError):
    """billcore contradicts itself; its maintainers act.

    A RuntimeError and not an AssertionError, because pydantic would report the latter as the author's mistake.
    """


class MissingExtra(BillcoreError, ImportError):  # type: ignore[misc]  # both bases know a `path`; ours wins
    """A part that needs an optional dependency was used without it; install the named extra."""
