"""Rule cases of changes as data: a contract, then steps that amend it, tell usage and bill, each with what comes out."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import billcore as bc
from billcore.contract.amendments import Amendment
from billcore.invoice.invoice import InvoiceLine
from billcore.usage.records import UsageRecord, UsageReport

ROOM = Path(__file__).parent / "change"
CONTRACTS = tomllib.loads((ROOM / "contracts.toml").read_text("utf-8"))
PLAIN = ("recurring", "usage", "one_time")
LINE = re.compile(r"(\S+) (invoice|credit) (\S+) (\S+) (\S+) (-?[0-9.]+)")


def cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every case, with its id."""
    for file in sorted(ROOM.glob("*.toml")):
        for case in tomllib.loads(file.read_text("utf-8")).get("case", ()):
            yield f"{file.stem}-{case['id']}", case


def contract_of(case: dict[str, Any]) -> bc.Contract:
    """A contract of `contracts.toml`, with what the case writes in its place."""
    written = {"customer": "acme", "entity": "US01", "currency": "USD", "zone": "UTC", "id": "C-1"}
    written |= CONTRACTS[case["contract"]] | case.get("with", {})
    if "line" in case:
        written["lines"] = [written["lines"][0] | case["line"], *written["lines"][1:]]
    if "add" in case:
        written["lines"] = [*written["lines"], *case["add"]]
    return bc.Contract.read({name: value for name, value in written.items() if value != "absent"})


def shown(run: bc.BillRun) -> list[str]:
    """Each line of a run: date and kind of its document, contract line, first day and exclusive end, net.

    Invoices as they come, then credits by line and days: the order of memos among themselves says nothing.
    """
    charged = [_shown(one, line) for one in run.invoices for line in one.lines]
    return charged + sorted(_shown(one, line) for one in run.credit_memos for line in one.lines)


def _shown(document: bc.Invoice, line: InvoiceLine) -> str:
    name = line.line if line.component in PLAIN else f"{line.line}/{line.component}"
    kind = "invoice" if document.kind == "invoice" else "credit"
    return f"{document.invoice_date} {kind} {name} {line.service.start} {line.service.end} {line.net.text}"


class Story:
    """A contract and what stands billed of it, while steps are taken."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.contract = contract_of(case)
        self.usage: dict[str, Any] = {}
        self.billed = bc.Billed()
        self.documents: list[bc.Invoice] = []

    def take(self, step: dict[str, Any]) -> None:
        """Take one step, and hold what comes out against what the step says."""
        self._told(step)
        if "amend" in step:
            self._amend(step)
        if "accept" in step:
            kept = [one.revised(held_for="") if one.id == step["accept"] else one for one in self.contract.amendments]
            self.contract = self.contract.revised(amendments=kept)
        if "as_of" in step:
            known = datetime.fromisoformat(step["known_at"]) if "known_at" in step else None
            lines = self.contract.as_of(step["as_of"], known).lines
            assert step["quantities"] == {line.id: str(line.quantity) for line in lines}
        if "bill" in step:
            self._bill(step)

    def _told(self, step: dict[str, Any]) -> None:
        for line, quantities in step.get("usage", {}).items():
            self.usage[line] = self.usage.get(line, {}) | {date.fromisoformat(day): n for day, n in quantities.items()}
        for line, reports in step.get("reports", {}).items():
            self.usage[line] = [*self.usage.get(line, []), *(_report(report) for report in reports)]

    def _amend(self, step: dict[str, Any]) -> None:
        before = self.contract
        number = len(before.amendments) + 1
        amendment = {
            "id": f"A-{number}",
            "actor": "sales",
            "reason": "as the customer asked",
            "effective": step["effective"],
            "known_at": step.get("known", f"{step['effective']}T12:00:00Z"),
            "changes": step["amend"],
        } | {name: step[name] for name in ("policy", "held_for") if name in step}
        written = before.model_dump(mode="json")
        self.contract = before.revised(amendments=[*before.amendments, Amendment.read(amendment)])
        assert before.model_dump(mode="json") == written, "the contract as it was stays as it was"

    def _bill(self, step: dict[str, Any]) -> None:
        if "error" in step:
            with pytest.raises(bc.BillcoreError) as caught:
                self._run(step, self.billed)
            assert step["error"] == caught.value.code
            return
        run = self._run(step, self.billed)
        assert [*step.get("lines", [])] == shown(run), step["bill"]
        assert step.get("findings", []) == [finding.code for finding in run.findings], step["bill"]
        if step.get("preview"):
            # What is shown before issue and what is issued are one computation.
            assert run.documents == self._run(step, self.billed).documents
            return
        assert () == self._run(step, run.next_billed).documents, f"a second run of {step['bill']} bills something"
        self.billed = run.next_billed
        self.documents.extend(run.documents)

    def _run(self, step: dict[str, Any], billed: bc.Billed) -> bc.BillRun:
        paid = {self.documents[n].id: bc.Amount.of(amount, "USD") for n, amount in step.get("paid", [])}
        known = datetime.fromisoformat(step["as_known_at"]) if "as_known_at" in step else None
        return bc.bill(
            self.contract, usage=self.usage, through=step["bill"], billed=billed, as_known_at=known, paid=paid
        )


def _report(written: dict[str, Any]) -> UsageReport:
    """A report of `calls`: its window and its records, each (id, instant, units)."""
    records = [
        UsageRecord(id=name, meter="calls", at=datetime.fromisoformat(at), value=value)
        for name, at, value in written["records"]
    ]
    return UsageReport(meter="calls", period=bc.Period(start=written["start"], end=written["end"]), records=records)


def amounts_of(case: dict[str, Any]) -> list[str]:
    """Every amount that a case expects."""
    found = []
    for step in case["steps"]:
        for text in step.get("lines", []):
            match = LINE.fullmatch(text)
            assert match, text
            found.append(match[6])
    return found


def worked(text: str) -> tuple[str, Fraction]:
    """An equation of `why`: the amount on its left, and what its right side comes to, in fractions.

    ``r(x)`` is x rounded half up to two digits; words stand behind a colon.
    """
    left, _, right = text.partition(":")[0].partition("=")
    return left.strip(), _value(ast.parse(right.strip(), mode="eval").body)


def _value(node: ast.expr) -> Fraction:
    if isinstance(node, ast.Constant):
        return Fraction(str(node.value))
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand)
    if isinstance(node, ast.Call):
        (of,) = (_value(one) for one in node.args)
        assert isinstance(node.func, ast.Name) and node.func.id == "r"
        cents = (abs(of) * 100 * 2 + 1) // 2
        return Fraction(cents if of >= 0 else -cents, 100)
    assert isinstance(node, ast.BinOp), ast.dump(node)
    left, right = _value(node.left), _value(node.right)
    if isinstance(node.op, ast.Add):
        return left + right
    if isinstance(node.op, ast.Sub):
        return left - right
    if isinstance(node.op, ast.Mult):
        return left * right
    assert isinstance(node.op, ast.Div)
    return left / right
