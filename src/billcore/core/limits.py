"""How large an input may be before any work is done; a host can raise a limit, never switch it off."""

from __future__ import annotations

from billcore.core.errors import LimitExceeded
from billcore.core.value import Value


class Limits(Value, frozen=True, kw_only=True):
    """The largest inputs that are worked on. Source: rules 11."""

    tiers: int = 1_000
    lines: int = 10_000
    periods: int = 1_200
    file_bytes: int = 16_000_000
    text: int = 10_000
    depth: int = 64


DEFAULT = Limits()


def check_limit(name: str, size: int, limit: int, *, path: str = "") -> None:
    """Refuse an input above its limit.

    Raises: LimitExceeded ``limit-exceeded``.
    """
    if size > limit:
        raise LimitExceeded(
            "limit-exceeded",
            found=f"{size} {name}",
            expected=f"at most {limit}",
            path=path,
            hint="Split the input; a reader of files takes larger Limits if the host can afford them.",
        )
