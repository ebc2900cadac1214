"""Write docs/errors.md from the registry of codes: `python docs/errors_page.py`."""

from __future__ import annotations

from pathlib import Path

from billcore.core.code import REMEDIES
from billcore.core.codes import BY_SLUG, CODES

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
    parts = [HEAD]
    for error, meaning in ERRORS.items():
        parts += [f"## {error}\n", f"{meaning}\n"]
        for actor in actors:
            mine = sorted(code.slug for code in CODES if (code.error, code.actor) == (error, actor))
            if mine:
                parts += [f"### {error}: {actor}\n", f"{REMEDIES[actor]}\n", "| code | what it means |\n|---|---|"]
                parts += [*(f"| `{slug}` | {BY_SLUG[slug].meaning} |" for slug in mine), ""]
    return "\n".join(parts)


if __name__ == "__main__":
    Path(__file__).with_name("errors.md").write_text(page(), encoding="utf-8")
