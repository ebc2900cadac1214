"""``billcore check``: whether prices come to what a person worked out by hand, case by case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from billcore.cli.check_page import check_page, page_of, write_page
from billcore.cli.summary_data import findings_data
from billcore.cli.terminal import console_of
from billcore.cli.terms import FINDINGS, UNREADABLE, Format, Shown, one_line_errors
from billcore.cli.views import findings_by_owner, heading, said
from billcore.core.errors import DocumentError
from billcore.core.findings import Finding
from billcore.testing.price_outcomes import Outcome
from billcore.testing.price_rules import check_rules

RuleFiles = Annotated[
    list[Path], typer.Argument(metavar="RULES...", help="Files of rule cases, TOML.", show_default=False)
]
Explain = Annotated[bool, typer.Option("--explain", help="Show the workings also of cases that hold.")]
Page = Annotated[
    Path | None, typer.Option("--html", metavar="OUT", help="Also write everything as one HTML page into this file.")
]


def check(rules: RuleFiles, shown: Shown = Format.table, explain: Explain = False, html: Page = None) -> None:
    """Work out the cases of files of rules, and show each that does not come to what is expected, with its workings.

    A case is a price, what was used, and the amount that a person worked out; docs/how-to/test-your-prices.md
    describes the file. Nothing is billed and nothing kept.

    Exit codes: 0 where every case holds; 1 where some differ; 2 where a file cannot be read, with every problem of it.
    """
    with one_line_errors():
        if html is not None:
            check_page(html, rules)
        outcomes: list[Outcome] = []
        findings: list[Finding] = []
        for file in rules:
            try:
                outcomes.extend(check_rules(file))
            except DocumentError as error:
                findings.extend(error.findings)
        if html is not None:
            write_page(html, page_of(outcomes, findings))
        if shown is Format.json:
            typer.echo(json.dumps(outcomes_data(outcomes, findings), indent=2, ensure_ascii=False))
        else:
            _show(console_of(), outcomes, findings, explain=explain)
    if findings:
        raise typer.Exit(UNREADABLE)
    if any(not outcome.holds for outcome in outcomes):
        raise typer.Exit(FINDINGS)


def _show(console: Console, outcomes: list[Outcome], findings: list[Finding], *, explain: bool) -> None:
    """Show what differs, each case with its workings, then what cannot be read, then a line of numbers."""
    for outcome in outcomes:
        if explain or not outcome.holds:
            _show_outcome(console, outcome)
    if findings:
        findings_by_owner(console, findings)
    differ = sum(not outcome.holds for outcome in outcomes)
    unread = f", {len(findings)} problems in files that cannot be read" if findings else ""
    if differ or findings or explain:
        console.print()
    text = f"{len(outcomes)} cases: {len(outcomes) - differ} hold, {differ} differ{unread}"
    said(console, text, style="bold", indent=0)


def _show_outcome(console: Console, outcome: Outcome) -> None:
    place = f"{outcome.file}:{outcome.line}" if outcome.line else outcome.file
    heading(console, f"{outcome.id}  {'holds' if outcome.holds else 'differs'}", place)
    said(console, outcome.source, style="dim", hanging=2)
    if outcome.holds:
        said(console, f"came to {outcome.came}")
    for difference in outcome.differences:
        said(console, f"expected {difference.what}: {difference.expected}", style="green", hanging=2)
        said(console, f"came: {difference.came}", style="red", hanging=2)
    for step in outcome.steps:
        said(console, step.text, indent=4, hanging=2)


def outcomes_data(outcomes: list[Outcome], findings: list[Finding]) -> dict[str, object]:
    """Write outcomes as plain data: every case with its workings."""
    return {
        "cases": len(outcomes),
        "hold": sum(outcome.holds for outcome in outcomes),
        "differ": sum(not outcome.holds for outcome in outcomes),
        "outcomes": [_outcome_data(outcome) for outcome in outcomes],
        "findings": findings_data(findings),
    }


def _outcome_data(outcome: Outcome) -> dict[str, object]:
    return {
        "id": outcome.id,
        "source": outcome.source,
        "file": outcome.file,
        "line": outcome.line,
        "holds": outcome.holds,
        "expected": outcome.expected,
        "came": outcome.came,
        "differences": [{"what": one.what, "expected": one.expected, "came": one.came} for one in outcome.differences],
        "steps": [
            {"rule": step.rule, "text": step.text, "inputs": dict(step.inputs), "result": step.result}
            for step in outcome.steps
        ],
    }
