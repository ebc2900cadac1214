"""Whether the prices of a file come to what people worked out: every case of it, worked out and compared.

A test of prices is one line: ``assert all(outcome.holds for outcome in check_rules("prices.toml"))``. The command
``billcore check`` shows the same on a terminal.
"""

from __future__ import annotations

import os
from pathlib import Path

from billcore.core.errors import DocumentError
from billcore.core.findings import finding_of
from billcore.core.limits import DEFAULT
from billcore.core.value import replaced
from billcore.testing.price_case_files import read_cases
from billcore.testing.price_outcomes import Outcome, judge


def check_rules(path: str | Path) -> tuple[Outcome, ...]:
    """Work out every case of a file of rules.

    Args:
        path: The file, TOML; docs/how-to/test-your-prices.md describes it.

    Returns: an outcome for each case, in the file's order.
    Rounding: the charge of a case with a currency, once.
    Raises: DocumentError with every problem of the file in ``findings``: ``rules-unreadable``, ``toml-malformed``,
        ``case-malformed``, ``id-repeated``, ``price-name-unknown``, and the codes of the prices.
    """
    return judged(read_file(Path(path)), str(path))


def read_file(path: Path) -> bytes:
    """Read a file of rules whole, or one byte more than may be, so that its reader refuses it.

    Raises: DocumentError ``rules-unreadable``.
    """
    # A pipe or a device would be waited for without end.
    if not os.path.isfile(path):
        raise _unreadable(path, "no such file, or something else than a file")
    try:
        with path.open("rb") as file:
            return file.read(DEFAULT.file_bytes + 1)
    except OSError as error:
        raise _unreadable(path, error.strerror or type(error).__name__) from None


def _unreadable(path: Path, reason: str) -> DocumentError:
    error = DocumentError("rules-unreadable", found=f"{path}: {reason}", expected="a file of rule cases", path="path")
    return DocumentError(
        error.code,
        found=error.found,
        expected=error.expected,
        path=error.path,
        findings=(replaced(finding_of(error, owner="product", file=str(path)), path="", found=reason),),
    )


def judged(data: bytes | str, file: str = "rules.toml") -> tuple[Outcome, ...]:
    r"""Work out every case of a file that was read already; as `check_rules`.

    >>> outcome, = judged('[[case]]\nid = "seats"\nsource = "by hand"\nquantity = "3"\nexpect = "31"\n'
    ...                   'price = {kind = "per_unit", unit_price = "10"}')
    >>> outcome.holds, outcome.differences[0].came, [step.text for step in outcome.steps]
    (False, '30', ['per unit: 3 x 10 = 30'])
    """
    cases, findings = read_cases(data, file)
    if findings:
        first = findings[0]
        raise DocumentError(
            first.code,
            found=first.found,
            expected=first.expected,
            path=first.place,
            hint=first.hint,
            findings=findings,
        )
    return tuple(judge(case) for case in cases)
