"""What a notebook shows: a picture with its table, the documents of a run, and what importing it costs."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date

import pytest

import billcore as bc
from billcore import notebook
from billcore.engine.timeline import timeline
from billcore.render.timeline_svg import timeline_svg
from support.sources import ROOT
from support.timelines import deal, line, seats_and_calls

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


def test_a_timeline_is_shown_as_picture_and_table() -> None:
    """The picture is that of the same timeline; the HTML holds it with the table below it; print gives text."""
    usage = {"calls": {JANUARY: 100}}
    contract = seats_and_calls()
    run = bc.bill(contract, usage=usage, through=FEBRUARY)
    shown = notebook.timeline(contract, through=FEBRUARY, usage=usage, billed=run.next_billed)
    laid = timeline(contract, through=FEBRUARY, usage=usage, billed=run.next_billed)
    assert laid == shown.timeline
    assert timeline_svg(laid) == shown._repr_svg_() == shown.svg
    html = shown._repr_html_()
    assert html.index("</svg>") < html.index("<table>")
    assert shown.svg in html
    assert "USD" in str(shown)
    assert ["billed", "billed", "billed"] == [row["status"] for row in shown.table.to_dicts()[:3]]
    assert 4 == len(shown.totals)


def test_a_long_table_is_counted_not_sent() -> None:
    """360 rows: the table of a notebook stays small and says how many more there are."""
    contract = deal(*(line(f"line-{n}") for n in range(10)), end=date(2029, 1, 1))
    html = notebook.timeline(contract).table._repr_html_()
    assert len(html.encode()) < 50_000
    assert " more</td>" in html


def test_documents_can_be_summed() -> None:
    """An invoice of 40.00 and its correction to 25.00: a credit memo is negative."""
    contract = deal(line("calls", "usage"))
    first = bc.bill(contract, usage={"calls": {JANUARY: 400}}, through=FEBRUARY)
    second = bc.bill(contract, usage={"calls": {JANUARY: 250}}, through=FEBRUARY, billed=first.next_billed)
    rows = [*notebook.documents(first).to_dicts(), *notebook.documents(second).to_dicts()]
    assert [("invoice", "40.00"), ("credit memo", "-15.00")] == [(row["kind"], row["net"]["amount"]) for row in rows]  # type: ignore[index]
    assert 0 == len(notebook.documents(bc.bill(contract, through=date(2025, 1, 1))))


@pytest.mark.parametrize("wrong", [None, 5, "run", []])
def test_what_is_no_run_is_refused(wrong: object) -> None:
    """Our error, at once."""
    with pytest.raises(bc.DocumentError, match="argument-wrong"):
        notebook.documents(wrong)  # type: ignore[arg-type]
    with pytest.raises(bc.DocumentError, match="argument-wrong"):
        notebook.timeline(wrong)  # type: ignore[arg-type]


def test_importing_it_loads_nothing_heavy() -> None:
    """Neither a notebook's own packages nor the command line's are loaded, and nothing of the store."""
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    code = "import sys, billcore.notebook; print(*sorted(sys.modules))"
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    loaded = {name.split(".")[0] for name in told.stdout.split()}
    assert "billcore" in loaded
    assert not loaded & {"IPython", "numpy", "pandas", "matplotlib", "typer", "rich", "sqlite3", "xml"}
