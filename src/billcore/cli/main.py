"""Where the command ``billcore`` begins: it needs the extra [cli], and says so in one line where that is missing."""

from __future__ import annotations

import sys

from billcore.core.errors import MissingExtra
from billcore.core.extras import need

UNREADABLE = 2


def main() -> None:
    """Run the command line; the program ends with the verb's exit code."""
    # A name that the terminal cannot spell is shown with question marks; no output is lost for it.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        for module in ("typer", "rich"):
            need(module, "cli")
    except MissingExtra as missing:
        print(f"billcore: the command line needs an optional part. {missing.hint}", file=sys.stderr)
        raise SystemExit(UNREADABLE) from None
    from billcore.cli.app import app

    app(prog_name="billcore")


if __name__ == "__main__":
    main()
