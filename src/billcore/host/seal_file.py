"""How the length of a book is kept outside its store: a file of one line, so that a tail that was cut off shows.

The seal shows a change, it does not forbid one: whoever can write the folder can write the seal too. Who needs more
keeps copies of the file where others cannot write.
"""

from __future__ import annotations

import json
from pathlib import Path

from billcore.core.errors import PortError, excerpt
from billcore.host.book_files import is_named
from billcore.host.whole_file import replace_file
from billcore.store.chain import Seal

SEAL = "books.seal"
_LONGEST = 1_000
_HASH_DIGITS = 64


def read_seal(folder: Path) -> Seal | None:
    """Read the seal of a book, or None where there is none: nothing was kept yet, or by an earlier version.

    Raises: PortError ``seal-malformed`` where the file is no seal.
    """
    path = folder / SEAL
    if not is_named(path):
        return None
    try:
        with path.open("rb") as file:
            data = json.loads(file.read(_LONGEST).decode())
        seal = Seal(version=data["version"], hash=data["hash"])
    except OSError as error:
        raise _broken(error.strerror or type(error).__name__) from None
    except (ValueError, KeyError, TypeError):
        raise _broken("a file of other content") from None
    is_seal = type(seal.version) is int and seal.version > 0 and isinstance(seal.hash, str)
    if not is_seal or len(seal.hash) != _HASH_DIGITS:
        raise _broken(excerpt(data))
    return seal


def _broken(found: str) -> PortError:
    return PortError(
        "seal-malformed",
        retryable=False,
        found=found,
        expected="the version and the hash of the last record kept",
        path=SEAL,
        hint="Restore books.seal with books.sqlite from one copy; nothing was read or written.",
    )


def write_seal(folder: Path, seal: Seal) -> None:
    """Keep the seal of what was just committed.

    Raises: PortError ``seal-not-writable``: the commit stays, and the next run seals it.
    """
    if seal.version == 0:
        return
    text = json.dumps({"version": seal.version, "hash": seal.hash}) + "\n"
    try:
        replace_file(folder / SEAL, text.encode(), is_durable=True)
    except OSError as error:
        raise PortError(
            "seal-not-writable",
            retryable=True,
            found=error.strerror or type(error).__name__,
            expected="a folder that can be written",
            path=SEAL,
            hint="What the run made is kept; run again to seal it and to hand it to the ledger.",
        ) from None
