"""How the bytes of a file become text: size first, then UTF-8, a byte order mark tolerated."""

from __future__ import annotations

from billcore.core.errors import DocumentError
from billcore.core.findings import Finding, Owner
from billcore.core.limits import DEFAULT, Limits


def read_text(
    data: bytes | str, *, file: str = "", owner: Owner = "engineering", limits: Limits = DEFAULT
) -> tuple[str, tuple[Finding, ...]]:
    r"""Decode a file's bytes.

    Args:
        data: What stands in the file; a text is taken as decoded already.
        file: Its name, for findings only.

    Returns: the text without a byte order mark, and no finding; or an empty text and one finding:
        ``limit-exceeded`` (too large, not decoded at all) or ``encoding-unknown`` (not UTF-8, with the line).
    Raises: DocumentError ``bytes-expected`` where something else than bytes or text is passed.
    Source: rules 11.

    >>> read_text(b"\xef\xbb\xbfid,name\n")
    ('id,name\n', ())
    >>> print(read_text(b"a\nM\xfcller", file="c.csv")[1][0].place)
    c.csv:2:2
    """
    if not isinstance(data, bytes | str):
        raise DocumentError("bytes-expected", found=type(data).__name__, expected="the bytes of the file")
    if len(data) > limits.file_bytes:
        finding = Finding(
            code="limit-exceeded",
            owner=owner,
            file=file,
            found=f"{len(data)} bytes",
            expected=f"at most {limits.file_bytes}",
            hint="Split the file, or pass larger Limits if the host can afford it.",
        )
        return "", (finding,)
    if isinstance(data, str):
        return data.removeprefix("\ufeff"), ()
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        finding = Finding(
            code="encoding-unknown",
            owner=owner,
            file=file,
            line=before.count(b"\n") + 1,
            column=len(before) - (before.rfind(b"\n") + 1) + 1,
            found=f"the byte 0x{data[error.start]:02X}",
            expected="UTF-8",
            hint="Save the file as UTF-8 (in a spreadsheet: CSV UTF-8).",
        )
        return "", (finding,)
