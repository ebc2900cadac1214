"""Which folders are no book: every reason is one line that names the file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from billcore.core.errors import DocumentError
from billcore.engine.book import Standing
from billcore.host.book import load_book
from billcore.host.book_files import FACTS, NEEDED, PAYMENTS, BookUnreadable
from billcore.host.run import standing_in
from support.founding_golden import copy_of_book

DEAL = "deals/1-halcyon-three-years.json"


@pytest.fixture
def folder(tmp_path):
    return copy_of_book(tmp_path)


@pytest.mark.parametrize("name", [*NEEDED, *FACTS, PAYMENTS])
def test_a_folder_where_a_file_should_be(folder, name):
    """The refusal names the file and what the system says; nothing of the book is read."""
    (folder / name).unlink()
    (folder / name).mkdir()
    with pytest.raises(BookUnreadable) as caught:
        load_book(folder)
    assert isinstance(caught.value, DocumentError)
    assert "book-file-unreadable" == caught.value.code
    assert caught.value.found.startswith(f"{folder / name}: ")


def _found(folder, code):
    return [(one.file, one.found, one.owner, one.severity) for one in load_book(folder).findings if one.code == code]


@pytest.mark.parametrize("way", ["no folder", "an empty folder", "other files"])
def test_a_silent_export_is_told(folder, way):
    """No deals at all is never a quiet book: nothing would be billed, and no one would know why."""
    shutil.rmtree(folder / "deals")
    if way != "no folder":
        (folder / "deals").mkdir()
    if way == "other files":
        (folder / "deals" / "1.json.bak").write_text("{}", encoding="utf-8")
    found = "no such folder" if way == "no folder" else "no file *.json in the folder"
    assert [("deals", found, "engineering", "error")] == _found(folder, "export-silent")
    assert "export-silent" in [one.code for one in load_book(folder).malformed]


def test_a_deal_is_read_whatever_the_case_of_its_ending(folder):
    """A system that writes .JSON exports deals too."""
    (folder / DEAL).rename(folder / "deals" / "1.JSON")
    loaded = load_book(folder)
    assert loaded.book is not None
    assert "C-1001" in {contract.id for contract in loaded.book.contracts}
    assert 6 == loaded.source_count


def test_a_folder_with_the_name_of_a_deal_is_told(folder):
    """The other deals are read; the one that is no file is named."""
    (folder / DEAL).unlink()
    (folder / DEAL).mkdir()
    assert [(DEAL, "a folder", "engineering", "error")] == _found(folder, "book-file-unreadable")
    assert 5 == load_book(folder).source_count


@pytest.mark.parametrize("name", [*FACTS, PAYMENTS, DEAL])
def test_a_link_to_a_file_that_is_gone(folder, name):
    """A file that is named and not there is not the same as none: its facts would be lost in silence."""
    (folder / name).unlink()
    (folder / name).symlink_to(folder / "gone")
    with pytest.raises(BookUnreadable) as caught:
        load_book(folder)
    assert "book-file-unreadable" == caught.value.code
    assert name in caught.value.found


def test_a_file_where_the_folder_of_deals_should_be(folder):
    """Deals that cannot be listed are not no deals."""
    for path in (folder / "deals").iterdir():
        path.unlink()
    (folder / "deals").rmdir()
    (folder / "deals").write_text("a file", encoding="utf-8")
    with pytest.raises(BookUnreadable) as caught:
        load_book(folder)
    assert "book-file-unreadable" == caught.value.code
    assert caught.value.found.startswith(f"{folder / 'deals'}: ")


@pytest.mark.parametrize("which", ["", "deals"])
def test_a_folder_that_may_not_be_listed(folder, monkeypatch, which):
    """What the system refuses is told in one line with the folder."""
    listed = Path.iterdir

    def refusing(path):
        if path == folder / which:
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", refusing)
    with pytest.raises(BookUnreadable) as caught:
        load_book(folder)
    assert ("book-file-unreadable", f"{folder / which}: Permission denied") == (caught.value.code, caught.value.found)


@pytest.mark.parametrize("name", ["n" * 5_000, "a\x00b"], ids=["too long", "with a null"])
def test_a_name_that_no_folder_can_have(tmp_path, name):
    """What the system refuses to look up is a folder that is not there."""
    with pytest.raises(BookUnreadable) as caught:
        load_book(tmp_path / name)
    assert "book-missing" == caught.value.code
    assert Standing() == standing_in(tmp_path / name)
