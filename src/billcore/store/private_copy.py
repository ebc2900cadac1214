"""How a SQLite file is read without a trace beside it: as a private copy of one moment, with its write-ahead log.

SQLite itself needs to write beside a file in WAL mode even for reading alone, which fails in a folder that may not be
written; its ``immutable`` mode leaves out what a crash left in the log, and may read nonsense while another process
writes.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from billcore.core.errors import PortError

LOG = "-wal"
_PAUSE_SECONDS = 0.02
_Marks = tuple[tuple[int, int] | None, ...]


def copy_of_moment(path: Path, folder: Path, *, wait_seconds: float) -> Path:
    """Copy a SQLite file and its write-ahead log into a folder, neither of which changed meanwhile.

    Raises: PortError ``store-cannot-open``; ``store-locked`` where a writer never pauses for so long.
    """
    target = folder / "copy.sqlite"
    until = time.monotonic() + wait_seconds
    while True:
        try:
            before = _marks(path)
            for suffix, mark in zip(("", LOG), before, strict=True):
                if mark is not None:
                    shutil.copyfile(f"{path}{suffix}", f"{target}{suffix}")
                else:
                    Path(f"{target}{suffix}").unlink(missing_ok=True)
            if before == _marks(path):
                return target
        except FileNotFoundError:
            if not path.exists():
                raise _cannot_open(path, "no such file") from None  # else the log went away: its writer has finished
        except OSError as error:
            raise _cannot_open(path, error.strerror or type(error).__name__) from None
        if time.monotonic() > until:
            raise PortError(
                "store-locked",
                retryable=True,
                found="another process that is writing",
                expected="a moment without a writer",
                path=path.name,
                hint="Try again, or wait longer.",
            )
        time.sleep(_PAUSE_SECONDS)


def _marks(path: Path) -> _Marks:
    """Size and time of the last change, of the file and of its log where there is one."""
    file = path.stat()
    log = Path(f"{path}{LOG}")
    marks = log.stat() if log.exists() else None
    return (file.st_size, file.st_mtime_ns), (marks.st_size, marks.st_mtime_ns) if marks else None


def _cannot_open(path: Path, found: str) -> PortError:
    return PortError(
        "store-cannot-open",
        retryable=False,
        found=found,
        expected="a SQLite file that can be read",
        path=path.name,
        hint="Check that the file is there and may be read.",
    )
