"""The ledger in a folder: torn lines, damage, crashes, two users of one folder."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from billcore.core.errors import PortError
from billcore.host.file_ledger import JOURNAL, TORN, FileLedger
from billcore.testing.samples import sample_entry, sample_message

MESSAGES = [sample_message(n) for n in range(1, 4)]
KILLED = """
import os, signal, sys
from billcore.host.file_ledger import FileLedger
from billcore.testing.samples import sample_message
def die(point):
    if point == sys.argv[2]:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
FileLedger(sys.argv[1], at=die).deliver([sample_message(n) for n in range(1, 4)])
"""


@pytest.fixture
def journal(tmp_path):
    """The journal of a ledger with three entries."""
    FileLedger(tmp_path).deliver(MESSAGES)
    return tmp_path / JOURNAL


def test_each_line_is_one_entry_in_canonical_json(journal):
    """The file can be read by any tool."""
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [line["external_id"] for line in lines] == ["F-1", "F-2", "F-3"]
    assert {"content_hash", "entry", "external_id", "key"} == set(lines[0])
    assert tuple(sample_entry(n) for n in range(1, 4)) == FileLedger(journal.parent).entries()


def test_a_torn_last_line_is_set_aside_wherever_it_tore(journal):
    """At many bytes of the last line, its first and last among them: the first two entries stand, the third can be delivered again."""
    whole = journal.read_bytes()
    last = whole.rstrip(b"\n").rindex(b"\n") + 1
    for end in (*range(last + 1, len(whole), 29), len(whole) - 1):
        journal.write_bytes(whole[:end])
        (journal.parent / TORN).unlink(missing_ok=True)
        ledger = FileLedger(journal.parent)
        assert [m.key for m in MESSAGES[:2]] == [r.key for r in ledger.read_back([m.key for m in MESSAGES])]
        assert whole[last:end] + b"\n" == (journal.parent / TORN).read_bytes()
        assert ledger.deliver(MESSAGES[2:])[0].external_id == "F-3"
        assert whole == journal.read_bytes()


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        (lambda text: text.replace('"amount_minor":10000', '"amount_minor":90000', 1), 1),
        (lambda text: text.replace("F-2", "F-9"), 2),
        (lambda text: text.replace("\n", "\nnot json\n", 1), 2),
        (lambda text: text.replace("\n", "\n[]\n", 1), 2),
        (lambda text: text.replace("\n", "\n" + "[" * 100_000 + "\n", 1), 2),
        (lambda text: text + text.splitlines()[0].replace("F-1", "F-4") + "\n", 4),
        (lambda text: text.split("\n", 1)[1], 1),
        (lambda text: text.rstrip("\n") + " garbage\n", 3),
    ],
    ids=["amount", "external id", "not json", "a list", "deep", "twice", "first removed", "garbage"],
)
def test_a_line_that_is_not_as_it_was_written_is_refused_by_number(journal, damage, line):
    """Damage that no crash makes is never repaired in silence."""
    journal.write_text(damage(journal.read_text()))
    before = journal.read_bytes()
    with pytest.raises(PortError) as caught:
        FileLedger(journal.parent)
    assert ("ledger-damaged", f"{JOURNAL}:{line}", False) == (
        caught.value.code,
        caught.value.path,
        caught.value.retryable,
    )
    assert before == journal.read_bytes()


def test_a_journal_cut_while_it_is_open_is_refused(journal):
    """Fewer bytes than were read is damage, not an empty ledger."""
    ledger = FileLedger(journal.parent)
    journal.write_bytes(b"")
    with pytest.raises(PortError) as caught:
        ledger.read_back([MESSAGES[0].key])
    assert caught.value.code == "ledger-damaged"


def test_two_ledgers_on_one_folder_see_each_other(tmp_path):
    """Each reads what the other added before it answers."""
    one, other = FileLedger(tmp_path), FileLedger(tmp_path)
    (first,) = one.deliver(MESSAGES[:1])
    (second,) = other.deliver(MESSAGES[1:2])
    assert [first, second] == list(one.read_back([m.key for m in MESSAGES]))
    assert first == other.deliver(MESSAGES[:1])[0]


@pytest.mark.parametrize(("point", "kept"), [("before-write", 0), ("before-sync", 3), ("after-sync", 3)])
def test_a_killed_process_leaves_whole_lines(tmp_path, point, kept):
    """SIGKILL at each point: a retry completes, each entry stands once."""
    child = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), point], check=False, timeout=60)
    assert child.returncode != 0
    ledger = FileLedger(tmp_path)
    assert kept == len(ledger.entries())
    assert [receipt.external_id for receipt in ledger.deliver(MESSAGES)] == ["F-1", "F-2", "F-3"]
    assert len(ledger.entries()) == 3


def test_a_failed_sync_gives_no_receipt_and_a_retry_finds_what_was_written(tmp_path):
    """The disk fails before the line is safe: the call raises; what did reach the file is adopted, not doubled."""

    def fail(point):
        if point == "before-sync" and not failed:
            failed.append(point)
            raise OSError(28, "No space left on device")

    failed = []
    ledger = FileLedger(tmp_path, at=fail)
    with pytest.raises(PortError) as caught:
        ledger.deliver(MESSAGES)
    assert (caught.value.code, caught.value.retryable) == ("ledger-unwritable", True)
    assert [receipt.external_id for receipt in ledger.deliver(MESSAGES)] == ["F-1", "F-2", "F-3"]
    assert len(ledger.entries()) == 3


def test_a_folder_that_is_a_file_is_told(tmp_path):
    """The error is ours, not Python's."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(PortError) as caught:
        FileLedger(tmp_path / "file")
    assert caught.value.code == "ledger-unwritable"
