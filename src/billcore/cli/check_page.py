"""How the outcomes of rule cases look as one HTML page: for people who approve prices and have no terminal.

Every text passes `escaped`; the page loads nothing and holds no script.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from billcore.core.errors import PortError
from billcore.core.findings import Finding
from billcore.core.html import escaped
from billcore.core.steps import Step
from billcore.host.whole_file import replace_file
from billcore.testing.price_outcomes import Outcome

STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;width:100%;margin:.5rem 0}th,td{padding:.2rem .6rem;border-bottom:1px solid #ddd;
text-align:left;vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.differs{border-left:4px solid #b00;padding-left:1rem}.holds{border-left:4px solid #070;padding-left:1rem}
section{margin:1.5rem 0}h2{font-size:1.05rem;margin:0}.source,.place{color:#666;margin:0}summary{cursor:pointer}"""
STEP_HEADERS = (("Step", False), ("Unrounded", True), ("Rounding", False), ("Remainder", True))


def page_of(outcomes: Sequence[Outcome], findings: Sequence[Finding] = ()) -> str:
    """Write outcomes as a page: those that differ first and open, those that hold behind, to be opened."""
    differ = [outcome for outcome in outcomes if not outcome.holds]
    hold = [outcome for outcome in outcomes if outcome.holds]
    unread = f", {len(findings)} problems in files that cannot be read" if findings else ""
    title = f"{len(outcomes)} cases: {len(hold)} hold, {len(differ)} differ{unread}"
    parts = [
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">',
        f"<title>{escaped(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{escaped(title)}</h1>",
    ]
    if findings:
        rows = [(finding.place, finding.code, finding.found, finding.expected) for finding in findings]
        headers = tuple((name, False) for name in ("Place", "Problem", "Found", "Expected"))
        parts.append(_table(headers, rows))
    parts.extend(_section(outcome) for outcome in (*differ, *hold))
    return "\n".join([*parts, "</body>\n</html>\n"])


def _section(outcome: Outcome) -> str:
    place = f"{outcome.file}:{outcome.line}" if outcome.line else outcome.file
    word = "holds" if outcome.holds else "differs"
    differences = [(one.what, one.expected, one.came) for one in outcome.differences]
    compared = differences or [("refusal" if not outcome.steps else "amount", outcome.expected, outcome.came)]
    is_open = "" if outcome.holds else " open"
    return "\n".join(
        [
            f'<section class="{word}"><h2>{escaped(outcome.id)}: {word}</h2>',
            f'<p class="source">{escaped(outcome.source)}</p><p class="place">{escaped(place)}</p>',
            _table((("", False), ("Expected", True), ("Came", True)), compared),
            f"<details{is_open}><summary>{len(outcome.steps)} steps</summary>",
            _table(STEP_HEADERS, _step_rows(outcome.steps)),
            "</details></section>",
        ]
    )


def _step_rows(steps: Iterable[Step]) -> Iterator[tuple[str, str, str, str]]:
    """Each step with its exact value; where it rounded, with the value before, the mode and what was left over."""
    for step in steps:
        inputs = dict(step.inputs)
        mode = inputs.get("mode", "quantity" if "remainder" in inputs else "")
        yield step.text, inputs.get("unrounded", step.result), mode, inputs.get("remainder", "")


def _table(headers: Sequence[tuple[str, bool]], rows: Iterable[Sequence[str]]) -> str:
    styles = [' class="n"' if is_number else "" for _, is_number in headers]
    head = "".join(f"<th{style}>{escaped(text)}</th>" for style, (text, _) in zip(styles, headers, strict=True))
    body = (
        "".join(f"<td{style}>{escaped(text)}</td>" for style, text in zip(styles, row, strict=True)) for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(f'<tr>{row}</tr>' for row in body)}</tbody></table>"


def check_page(target: Path, rules: Iterable[Path]) -> None:
    """Refuse a page that would replace a file of rules.

    Raises: PortError ``output-is-rules``.
    """
    # realpath, unlike Path.resolve, has an answer for links that go in circles too.
    if os.path.realpath(target) in {os.path.realpath(file) for file in rules}:
        raise PortError(
            "output-is-rules",
            retryable=False,
            found=f"the file of rules {target}",
            expected="another file for the page",
            path="--html",
            hint="Name a file that does not exist yet, such as prices.html.",
        )


def write_page(target: Path, page: str) -> None:
    """Write a page whole or not at all.

    Raises: PortError ``output-not-writable``.
    """
    try:
        replace_file(target, page.encode("utf-8", "replace"))
    except OSError as error:
        raise PortError(
            "output-not-writable",
            retryable=True,
            found=f"{target}: {error.strerror or type(error).__name__}",
            expected="a file that can be written",
            path="--html",
        ) from None
