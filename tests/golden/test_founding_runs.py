"""The founding book gives the same bytes however it is run: in steps, again, in another order of its files."""

from __future__ import annotations

import csv
import io
import json
import random
import sqlite3
from datetime import date

import pytest

from billcore.core.canonical import canonical_bytes
from billcore.core.errors import BillcoreError
from billcore.host.run import STORE, preview, run, standing_in
from billcore.store.chain import verify
from billcore.store.sqlite import SqliteStore
from support.founding_golden import THROUGH, copy_of_book, whole_run

TABLES = ("usage.csv", "deliveries.csv", "tax.csv", "chart.csv", "gl_access.csv", "gl_mapping.csv", "payments.csv")
STEPS = {
    "years": [date(2025, 12, 31), date(2026, 12, 31), date(2027, 12, 31), THROUGH],
    "month ends": [date(year, month, 28) for year in range(2025, 2029) for month in range(1, 13)] + [THROUGH],
    "odd days": [date(2025, 3, 1), date(2025, 4, 1), date(2026, 1, 31), date(2026, 2, 20), date(2026, 8, 1), THROUGH],
    "a step back": [date(2027, 6, 30), date(2026, 1, 1), THROUGH],
}


def content(standing):
    """Everything that a run leaves, sorted by identity: the order in which steps were taken is not content."""
    parts = {
        "documents": sorted(standing.documents, key=lambda one: one.number),
        "revenue": sorted(standing.revenue, key=lambda row: (row.contract, row.obligation, row.number)),
        "entries": sorted(standing.entries, key=lambda one: one.id),
        "applications": sorted(standing.applications, key=lambda one: one.key),
    }
    return {name: canonical_bytes(values) for name, values in parts.items()}


@pytest.fixture(scope="module")
def whole():
    return content(whole_run().result.standing)


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
def test_steps_reach_what_one_run_reaches(tmp_path, whole, steps):
    """Documents, revenue rows, entries and payments of several runs are those of one, byte for byte."""
    folder = copy_of_book(tmp_path)
    for through in steps:
        run(folder, through)
    assert whole == content(standing_in(folder))


def shuffled_table(text: str, chance: random.Random) -> str:
    """The same rows in another order, with the columns in another order."""
    head, *rows = list(csv.reader(io.StringIO(text)))
    chance.shuffle(rows)
    columns = list(range(len(head)))
    chance.shuffle(columns)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", delimiter=chance.choice(",;"))
    writer.writerows([row[column] for column in columns] for row in [head, *rows])
    return out.getvalue()


def shuffled_keys(value, chance: random.Random):
    """The same JSON with the keys of every object in another order."""
    if isinstance(value, dict):
        items = list(value.items())
        chance.shuffle(items)
        return {key: shuffled_keys(item, chance) for key, item in items}
    return [shuffled_keys(item, chance) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_files_rows_and_keys_means_nothing(tmp_path, whole, seed):
    """Rows, columns and keys shuffled and deals renamed: the same documents, revenue and entries, byte for byte."""
    folder, chance = copy_of_book(tmp_path), random.Random(seed)
    for name in TABLES:
        path = folder / name
        path.write_text(shuffled_table(path.read_text(encoding="utf-8"), chance), encoding="utf-8", newline="")
    deals = sorted((folder / "deals").iterdir())
    names = [f"{number:02}.json" for number in range(len(deals))]
    chance.shuffle(names)
    for path, name in zip(deals, names, strict=True):
        data = json.loads(path.read_text(encoding="utf-8"))
        path.unlink()
        (folder / "deals" / name).write_text(json.dumps(shuffled_keys(data, chance)), encoding="utf-8")
    made = run(folder, THROUGH)
    assert whole == content(made.result.standing)
    (held,) = made.loaded.held_deals
    assert 4 == len(held.findings)


def test_a_second_run_adds_nothing(tmp_path):
    """Run again, or through an earlier day: no document, no row, no entry, and the store's version stays."""
    folder = copy_of_book(tmp_path)
    first = run(folder, THROUGH)
    assert {"documents": 59, "revenue": 164, "entries": 236, "payments": 5} == first.is_new
    with SqliteStore(folder / STORE) as store:
        version = store.version()
    for through in (THROUGH, date(2026, 6, 30)):
        again = run(folder, through)
        assert {"documents": 0, "revenue": 0, "entries": 0, "payments": 0} == again.is_new
        with SqliteStore(folder / STORE) as store:
            assert version == store.version()


def test_a_preview_is_the_run_and_keeps_nothing(tmp_path):
    """A preview gives the documents that the run then issues, and leaves no file."""
    folder = copy_of_book(tmp_path)
    before = sorted(path.name for path in folder.iterdir())
    shown = preview(folder, THROUGH)
    assert before == sorted(path.name for path in folder.iterdir())
    assert not shown.committed
    assert canonical_bytes(shown.result.documents) == canonical_bytes(run(folder, THROUGH).result.documents)


KINDS = ("document", "workings", "revenue_row", "journal_entry", "application", "message", "receipt", "number", "run")


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A book that was run, to be copied by each test that tampers with its store."""
    folder = copy_of_book(tmp_path_factory.mktemp("ran"))
    run(folder, THROUGH)
    with SqliteStore(folder / STORE) as store:
        assert verify(store) is None
    return folder


def tampered(ran, tmp_path, statement, *parameters):
    """A copy of the store with one statement run on it, as somebody with a SQL tool would."""
    folder = copy_of_book(tmp_path)
    with sqlite3.connect(ran / STORE) as source, sqlite3.connect(folder / STORE) as target:
        source.backup(target)
    with sqlite3.connect(folder / STORE) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        assert 1 == connection.execute(statement, parameters).rowcount
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_one_changed_byte_of_the_store_is_found(ran, tmp_path, kind):
    """Whichever record is changed, `verify` names it."""
    with sqlite3.connect(ran / STORE) as connection:
        query = "SELECT sequence, body FROM record WHERE kind = ? ORDER BY sequence LIMIT 1"
        sequence, body = connection.execute(query, (kind,)).fetchone()
    digit = next(place for place, sign in enumerate(body) if sign.isdigit())
    other = body[:digit] + str((int(body[digit]) + 1) % 10) + body[digit + 1 :]
    folder = tampered(ran, tmp_path, "UPDATE record SET body = ? WHERE sequence = ?", other, sequence)
    with SqliteStore(folder / STORE) as store:
        broken = verify(store)
    assert broken is not None
    assert ("chain-broken", f"log[{sequence}]") == (broken.code, broken.path)


@pytest.mark.parametrize("kind", ["document", "workings", "revenue_row", "journal_entry", "application", "run"])
def test_a_run_refuses_a_store_that_was_changed(ran, tmp_path, kind):
    """What a run reads back and finds changed it refuses by name, and adds nothing."""
    statement = (
        "UPDATE record SET body = replace(body, '2026-', '2025-') "
        "WHERE sequence = (SELECT min(sequence) FROM record WHERE kind = ? AND body LIKE '%2026-%')"
    )
    if kind in ("workings", "run"):
        statement = (
            "UPDATE record SET body = body || ' ' WHERE sequence = (SELECT min(sequence) FROM record WHERE kind = ?)"
        )
    folder = tampered(ran, tmp_path, statement, kind)
    with SqliteStore(folder / STORE) as store:
        version = store.version()
    with pytest.raises(BillcoreError) as caught:
        run(folder, THROUGH)
    assert "chain-broken" == caught.value.code
    with SqliteStore(folder / STORE) as store:
        assert version == store.version()
