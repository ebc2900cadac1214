"""Write docs/errors.md from the registry of codes: `python docs/errors_page.py`."""

from __future__ import annotations

from pathlib import Path

from billcore.core.codes import CODES, REMEDIES, Code

ERRORS = {
    "DocumentError": "A document, or an argument, says something that it may not.",
    "MissingInput": "A fact that the calculation needs was not passed in.",
    "NotApplicable": "Each part is legal, the combination is not.",
    "LimitExceeded": "The input is larger than a stated limit.",
    "PortError": "A system outside refused or did not answer.",
    "InvariantBroken": "billcore contradicts itself.",
    "MissingExtra": "A part that needs an optional dependency was used without it.",
    "Finding": "Reported with others at once, with file, line and column where the format has them; never raised.",
}
HEAD = """\
# Errors and findings

<!-- Made by `python docs/errors_page.py` from src/billcore/core/codes.py; do not edit. -->

A single call raises; a reader of files and a batch return findings, all at once. Both carry a stable code. Branch on
the class to know who can act, on `error.code` to know what happened, and show `error.path`, `error.found`,
`error.expected` and `error.hint` to whoever mends it. Every class derives from `BillcoreError`. A code that a single
call raises may also be reported as a finding, with the same meaning.

```python
import billcore as bc
from billcore.core.codes import BY_SLUG

try:
    bc.Amount.of("12.345", "USD")
except bc.DocumentError as error:
    print(error.code)  #> amount-too-fine
    print(BY_SLUG[error.code].meaning)  #> an amount has more digits than its currency
```
"""


def page() -> str:
    """Give the whole page."""
    actors = sorted({code.actor for code in CODES}, key=list(REMEDIES).index)
    remedies = [f"| {actor} | {REMEDIES[actor]} |" for actor in actors]
    parts = [HEAD, "## Who acts, and how\n", "| who | what to do |\n|---|---|", *remedies, ""]
    for error, meaning in ERRORS.items():
        mine = sorted((code for code in CODES if code.error == error), key=lambda code: code.slug)
        parts += [
            f"## {error}\n",
            f"{meaning}\n",
            "| code | who acts | what it means | what to do |\n|---|---|---|---|",
        ]
        parts += [*map(_row, mine), ""]
    return "\n".join(parts)


def _row(code: Code) -> str:
    return f"| `{code.slug}` | {code.actor} | {code.meaning} | {code.remedy} |"


if __name__ == "__main__":
    Path(__file__).with_name("errors.md").write_text(page(), encoding="utf-8")
