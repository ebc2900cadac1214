"""What a book's customers.csv changes: who is asked, who is held, and when nothing is issued."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from billcore.host.book import load_book
from billcore.host.book_files import BookUnreadable
from billcore.host.run import HostRun, run
from support.founding_golden import copy_of_book

DAY = date(2026, 1, 31)
HEAD = "id,parent,pays,invoices,name\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the founding book."""
    copied: Path = copy_of_book(tmp_path)
    return copied


def written(folder: Path, rows: str, head: str = HEAD) -> HostRun:
    (folder / "customers.csv").write_text(head + rows, encoding="utf-8")
    return run(folder, DAY)


def payers(made: HostRun) -> dict[str, str]:
    """Contract -> who is asked for its documents."""
    assert made.result is not None
    return {contract: one.payer_id for one in made.result.standing.documents for contract in one.contracts}


def test_a_parent_without_a_deal_is_asked_for_its_children(folder: Path) -> None:
    """96,000.00 of each of two customers of one group, on one document; all others as they were."""
    rows = "halcyon,group,parent,,\nbrightwater,group,parent,,\ngroup,,,consolidated,The Group\n"
    made = written(folder, rows)
    found = payers(made)
    assert {"C-1001": "group", "C-1002": "group", "C-1003": "larkspur"} == {
        name: found[name] for name in ("C-1001", "C-1002", "C-1003")
    }
    assert made.result is not None
    together = [one for one in made.result.documents if one.contracts == ("C-1001", "C-1002")]
    assert ["192000.00"] == [one.total.text for one in together]
    assert ("The Group",) == together[0].customer_address
    again = run(folder, DAY)
    assert {"documents": 0, "revenue": 0, "entries": 0, "payments": 0} == again.is_new
    assert () == again.ledger_problems


def test_a_parent_that_is_not_there_holds_the_deal_and_nothing_else(folder: Path) -> None:
    """Sales is told at the customer; without the file everything is issued."""
    made = written(folder, "halcyon,group,parent,,\n")
    assert ["parent-unknown"] == [one.code for one in made.loaded.findings if one.subject == "halcyon"]
    assert "C-1001" not in payers(made)
    assert "C-1002" in payers(made)
    assert any(deal.file.endswith("1-halcyon-three-years.json") for deal in made.loaded.held_deals)


def test_a_row_in_dispute_holds_its_customer(folder: Path) -> None:
    """What the row means is not known; another name than the deal's is a contradiction, told at its cell."""
    made = written(folder, "halcyon,,self,,Somebody Else\n")
    (found,) = [one for one in made.loaded.findings if one.code == "customer-differs"]
    assert ("customers.csv:2 name", "sales") == (found.place, found.owner)
    assert "C-1001" not in payers(made)
    assert "C-1003" in payers(made)


@pytest.mark.parametrize("rows", [",group,parent,,\n", "halcyon,group,parent\n"])
def test_a_row_that_is_nobodys_stops_the_book(folder: Path, rows: str) -> None:
    """For whom somebody else pays is not known, so nothing is issued."""
    made = written(folder, rows)
    assert made.result is None
    assert any(one.file == "customers.csv" for one in made.loaded.malformed)


def test_a_row_of_a_held_deal_waits_with_it(folder: Path) -> None:
    """tamarack's deal is held by itself: the row is a warning, and the run is as sound as without it."""
    made = written(folder, "tamarack,group,parent,,\n")
    (found,) = [one for one in made.loaded.findings if one.file == "customers.csv"]
    assert ("customer-unclaimed", "warning") == (found.code, found.severity)
    assert () == made.loaded.malformed
    assert "C-1001" in payers(made)


def test_a_file_that_is_no_table_is_no_book(folder: Path) -> None:
    """As every other file of a book."""
    (folder / "customers.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BookUnreadable, match=r"customers\.csv"):
        load_book(folder)
