"""What is wrong in what we were given: one problem as data, so that all of them come at once."""

from __future__ import annotations

from typing import Literal

from billcore.core.errors import BillcoreError
from billcore.core.value import Value

Owner = Literal["sales", "finance", "product", "billing", "engineering"]
Severity = Literal["error", "warning"]


class Finding(Value, frozen=True, kw_only=True):
    """One problem in a document or a file.

    Attributes:
        code: Stable slug, the same as the error's where a single call would raise.
        owner: Who can mend it: sales, finance, product, billing or engineering.
        severity: ``error`` holds the document, ``warning`` does not.
        file: The file's name as the reader was given it, or empty.
        path: Path into the input (``lines[0].price``), or a CSV column, or empty.
        line: 1-based line in the file, 0 where the format has none.
        column: 1-based column in the line, 0 where the format has none.
        found: What was there.
        expected: What may stand there.
        hint: What to do.
        subject: What is held by it (a contract's id), or empty.
    """

    code: str
    owner: Owner = "billing"
    severity: Severity = "error"
    file: str = ""
    path: str = ""
    line: int = 0
    column: int = 0
    found: str = ""
    expected: str = ""
    hint: str = ""
    subject: str = ""

    @property
    def place(self) -> str:
        """The place as one text, ready to be clicked in most terminals.

        >>> Finding(code="sku-unknown", file="deals/1.json", line=7, column=3, path="lines[0].sku").place
        'deals/1.json:7:3 lines[0].sku'
        """
        numbers = "".join(f":{n}" for n in (self.line, self.column) if n)
        return " ".join(part for part in (f"{self.file}{numbers}" if self.file else "", self.path) if part)

    def __str__(self) -> str:
        body = f"found {self.found}, expected {self.expected}" if self.expected else f"found {self.found}"
        place = f"{self.place}: " if self.place else ""
        return f"{place}[{self.code}] {body}.{' ' + self.hint if self.hint else ''} ({self.owner})"


def finding_of(error: BillcoreError, *, owner: Owner = "billing", subject: str = "", file: str = "") -> Finding:
    """Turn an error that a single call raised into a finding that a batch returns."""
    return Finding(
        code=error.code,
        owner=owner,
        file=file,
        path=error.path,
        found=error.found,
        expected=error.expected,
        hint=error.hint,
        subject=subject,
    )
