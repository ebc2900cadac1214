"""The screen of a run, exactly, and what hostile text, narrow terminals and large books do to it."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from rich.console import Console

from billcore.cli.summary import show_summary
from billcore.cli.views import findings_by_owner, grid, number, said
from billcore.core.findings import Finding
from billcore.core.printable import columns
from billcore.engine.closing import run_book
from billcore.host.run import HostRun
from billcore.money.amount import Amount
from support import founding
from support.golden import golden
from support.payloads import HOSTILE
from support.runs import founding_host_run, host_run

YEAR_END = date(2026, 12, 31)


def console(width: int = 100, *, color: bool = False) -> tuple[Console, io.StringIO]:
    """A console on a text in memory."""
    file = io.StringIO()
    made = Console(
        file=file, width=width, force_terminal=color, color_system="standard" if color else None, highlight=False,
        markup=False, emoji=False,
    )  # fmt: skip
    return made, file


def screen(made: HostRun, through: date, width: int = 100, *, color: bool = False) -> str:
    """What a run shows."""
    on, file = console(width, color=color)
    show_summary(on, made, through)
    return file.getvalue()


def test_the_screen_of_a_run() -> None:
    """Positions, documents, payments, balances, held deals, what to look at, checks: as a person has read it."""
    before = founding.founding_run(date(2026, 9, 30)).standing
    assert golden("cli/run-2026-12-31.txt") == screen(founding_host_run(YEAR_END, before), YEAR_END)


def test_many_documents_are_shown_by_deal() -> None:
    """A first run with many documents shows one row for each deal."""
    shown = screen(founding_host_run(YEAR_END), YEAR_END)
    assert "  Globex platform and API     USD          10  2026-03-01  2026-12-01  13,031.18  12,031.18\n" in shown
    assert "US01-INV-2026-000015" not in shown


def test_a_large_book_is_not_a_flood() -> None:
    """Of sixty deals forty are shown; the total is of all, and the screen says that there are more."""
    deals = [founding.three_year_deal().revised(id=f"C-{number:04d}") for number in range(60)]
    late = [founding.german_deal().revised(id=f"D-{number}", name=f"Late {number}") for number in range(12)]
    book = founding.book([*deals, *late])
    day = date(2026, 1, 31)
    shown = screen(host_run(run_book(book, founding.happened(), founding.Standing(), day), book=book), day)
    lines = [line.split() for line in shown.split("\n")]
    assert (
        40
        == lines.count(["Acme", "platform,", "three", "years", "96,000.00", "9,333.33", "86,666.67", "96,000.00"]) + 1
    )
    assert "and 20 more deals, in the total\n" in shown
    assert ["Total", "5,760,000.00", "559,999.80", "5,200,000.20", "5,664,000.00"] in lines
    assert "Nothing due yet: Late 0, Late 1, " in shown
    assert "Late 11 and 2 more\n" not in shown
    assert " and 2 more\n" in shown


def test_nothing_but_color_is_lost_without_color() -> None:
    """With color the same text stands there, between codes of style only."""
    made = founding_host_run(YEAR_END)
    colored = screen(made, YEAR_END, color=True)
    plain = screen(made, YEAR_END)
    assert "\x1b[" in colored
    assert plain == re.sub(r"\x1b\[[0-9;]*m", "", colored)


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_no_amount_is_cut(width: int) -> None:
    """At any width every amount of the widest screen is there whole; names give way first."""
    made = founding_host_run(YEAR_END)
    amounts = {word for word in screen(made, YEAR_END, 200).split() if word[0].isdigit() and "." in word}
    shown = screen(made, YEAR_END, width)
    assert amounts <= set(shown.split())
    if width >= 100:
        assert all(columns(line) <= width for line in shown.split("\n"))


def test_lines_have_no_blanks_at_their_end() -> None:
    """A screen that is copied into a mail carries no trailing blanks."""
    for line in screen(founding_host_run(YEAR_END), YEAR_END).split("\n"):
        assert line == line.rstrip()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_findings_are_harmless(text: str) -> None:
    """A payload in any field of a finding is text: no escape reaches the terminal, no markup is read."""
    on, file = console(color=True)
    hostile = Finding(code="x", owner="sales", file=text, path=text, found=text, expected=text, hint=text, subject=text)
    findings_by_owner(on, [hostile])
    said(on, text)
    grid(on, [(text, False)], [[text]], total=[text])
    bare = file.getvalue()
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[36m"):
        bare = bare.replace(code, "")
    assert not set(bare) & set("\x1b\x07\x9b\r\u2028\u2029\u202e\u200b")
    if "[bold red]" in text:
        assert "[bold red]x[/]" in bare


def test_a_hostile_deal_name_stays_on_its_line() -> None:
    """A deal and a customer with wide and bracketed names keep the columns."""
    deal = founding.three_year_deal().revised(name="[bold]東京 株式会社[/bold] " + "very " * 30)
    book = founding.book([deal])
    run = run_book(book, founding.happened(), founding.Standing(), YEAR_END)
    shown = screen(host_run(run, book=book), YEAR_END)
    row = next(line for line in shown.split("\n") if "東京" in line and "112,000.00" in line)
    assert row.startswith("  [bold]東京 株式会社[/bold]")
    assert 100 == columns(row)


def test_an_unsound_book_shows_why() -> None:
    """Where nothing could be worked out the findings are the screen."""
    bad = Finding(code="number-malformed", owner="finance", file="tax.csv", line=3, found="19,0", expected="a number")
    shown = screen(host_run(None, bad), YEAR_END)
    assert "Nothing was worked out  a file of finance has findings\n" in shown
    assert "  number-malformed  finance  tax.csv:3\n    found 19,0; expected a number\n" in shown
    assert "Trial balance" not in shown


@pytest.mark.parametrize(
    ("minor", "shown"), [(0, "-"), (1, "0.01"), (-1, "-0.01"), (100_000, "1,000.00"), (-123_456_789, "-1,234,567.89")]
)
def test_zero_is_a_dash(minor: int, shown: str) -> None:
    """Zero is a dash, so that the eye finds what is there; a cent is not."""
    assert shown == number(Amount(minor=minor, currency="USD")).plain
