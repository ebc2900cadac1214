"""How a file is replaced whole or not at all: a reader sees the old file or the new one, never a half."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path


def replace_file(target: Path, data: bytes, *, is_durable: bool = False) -> None:
    """Write beside the target and rename.

    Args:
        is_durable: Wait until the disk has the bytes; for what cannot be made again.

    Raises: OSError where the folder cannot be written or the target is no regular file; it is then as it was.
    """
    target = target.resolve()  # what a link points to is replaced, not the link
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "not a regular file", str(target))
    handle, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
        # mkstemp makes files that only their owner may read; these are for everybody the folder is for.
        os.chmod(beside, 0o644)
        os.replace(beside, target)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
