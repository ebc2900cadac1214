"""Amendments of a book's contracts, from the file to the credit memo, the ledger and the second run that adds nothing."""

from __future__ import annotations

from datetime import date

import pytest

from billcore.host.run import run, standing_in
from support.founding_golden import copy_of_book

# Halcyon's platform: 120,000.00 a year, billed yearly in advance on 1 January, 20 % off in 2026.
CANCELLED = """
[[amendments]]
contract = "C-1001"
id = "A-1"
effective = 2026-07-01
known_at = 2026-07-03T10:00:00Z
actor = "Dana Reyes"
reason = "Halcyon closes its second site"
changes = [{kind = "cancel"}]
"""


@pytest.fixture
def folder(tmp_path):
    return copy_of_book(tmp_path)


def mine(result):
    return [one for one in result.documents if one.contracts == ("C-1001",)]


def test_a_cancellation_is_credited_once_it_is_known_and_only_once(folder):
    """181 of 365 days of 96,000.00 are kept: 47,605.48; 48,394.52 is given back on the day it became known."""
    (invoice,) = mine(run(folder, date(2026, 6, 30)).result)
    assert "96000.00" == invoice.net.text
    (folder / "amendments.toml").write_text(CANCELLED, encoding="utf-8")
    assert [] == mine(run(folder, date(2026, 7, 2)).result)
    second = run(folder, date(2026, 7, 3)).result
    (memo,) = mine(second)
    assert ("credit_memo", date(2026, 7, 3), "48394.52") == (memo.kind, memo.invoice_date, memo.net.text)
    assert [(date(2026, 7, 1), date(2027, 1, 1))] == [(line.service.start, line.service.end) for line in memo.lines]
    assert [invoice.lines[0].id] == [line.corrects for line in memo.lines]
    assert ["modification-untreated"] == [one.code for one in second.findings if one.subject == "C-1001"]
    assert [] == mine(run(folder, date(2027, 1, 31)).result)
    assert 2 == len([one for one in standing_in(folder).documents if one.contracts == ("C-1001",)])


def test_an_amendment_that_does_not_fit_changes_nothing_and_is_told(folder):
    """The accepted version is billed; the run ends with 1, and says which amendment and why."""
    written = CANCELLED.replace('[{kind = "cancel"}]', '[{kind = "remove_line", line = "platfrom"}]')
    (folder / "amendments.toml").write_text(written, encoding="utf-8")
    outcome = run(folder, date(2026, 7, 31))
    told = [one for one in outcome.loaded.findings if one.file == "amendments.toml"]
    assert [("line-unknown", "amendment A-1: amendments[0].changes[0].line")] == [(one.code, one.path) for one in told]
    assert ["96000.00"] == [one.net.text for one in mine(outcome.result)]


def test_an_amendment_of_no_contract_of_the_book_is_told(folder):
    """What was agreed would be billed nowhere."""
    (folder / "amendments.toml").write_text(CANCELLED.replace("C-1001", "C-9999"), encoding="utf-8")
    told = [one for one in run(folder, date(2026, 7, 31)).loaded.findings if one.file == "amendments.toml"]
    assert [("amendment-unclaimed", "C-9999")] == [(one.code, one.subject) for one in told]
