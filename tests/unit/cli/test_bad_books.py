"""A founding book that is broken in one place, or two, as a person at the command line meets it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billcore.cli.main import main
from billcore.host.run import STORE, standing_in
from support.bad_books import (
    ACCESS,
    CATALOGUE,
    CELLS,
    CHART,
    DEALS,
    DELIVERIES,
    ENTITIES,
    FIELDS,
    FILES,
    FINANCE,
    HALCYON,
    HEAD,
    KESSLER,
    LARKSPUR,
    MAPPING,
    PAYMENTS,
    PINECREST,
    TABLES,
    TAX,
    USAGE,
    Break,
    json_of,
)
from support.founding_golden import copy_of_book

THROUGH = ("--through", "2026-01-31")
EVERY = {"C-1001", "C-1002", "C-1003", "C-2001"}
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the founding book."""
    return copy_of_book(tmp_path)


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run the command in this process: exit code, stdout, stderr; an exception goes through to the test."""

    def called(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["billcore", *(str(one) for one in arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        told = capsys.readouterr()
        return int(caught.value.code or 0), told.out, told.err

    return called


def findings(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Every finding of a run: of what is held, and the others."""
    return [*(one for held in data.get("held", ()) for one in held.get("findings", ())), *data["findings"]]


def issued(folder: Path) -> set[str]:
    """Contracts of which the store holds a document, a revenue row or an entry."""
    standing = standing_in(folder)
    documents = {contract for one in standing.documents for contract in one.contracts}
    rows = {row.contract for row in standing.revenue}
    return documents | rows | {entry.contract for entry in standing.entries if entry.contract}


# What several cells say together has the line alone.
TOGETHER = {"mapping-row-without-account", "period-ends-before-start", "access-without-entity", "id-repeated"}
TOGETHER |= {"mapping-rows-overlap", "mapping-row-outside-access"}


def check_told(found: dict[str, Any], one: Break, folder: Path) -> None:
    """The finding says where, what stands there, and what may."""
    assert found["found"]
    assert found["expected"]
    assert found["owner"]
    if one.file.endswith(".toml"):
        assert one.place in found.get("path", "")
        return
    # Of two rows that overlap neither is the wrong one; the finding names both.
    assert found["line"] in ((2, 3) if one.code == "mapping-rows-overlap" else (one.line(folder),))
    if one.file.endswith(".json"):
        assert found["column"] > 0
    elif one.code not in TOGETHER:
        assert found["path"].startswith(one.place)


def refusal(call: Call, folder: Path) -> str:
    """What both verbs say of a book that cannot be read: one line and 2; nothing is written, nothing on stdout."""
    before = sorted(folder.rglob("*")) if folder.exists() else []
    said = []
    for arguments in (("validate", folder), ("run", folder, *THROUGH)):
        code, out, err = call(*arguments)
        assert (2, "", 1) == (code, out, err.count("\n")), err
        assert err.startswith("billcore: [")
        assert err.endswith("\n")
        said.append(err)
    assert before == (sorted(folder.rglob("*")) if folder.exists() else [])
    assert said[0] == said[1]
    return said[0]


def test_the_book_itself_is_issued(call: Call, folder: Path) -> None:
    """Unbroken, four deals have something by the day on which every broken book below is run."""
    code, _, err = call("run", folder, *THROUGH)
    assert (0, "", EVERY) == (code, err, issued(folder))


@pytest.mark.parametrize("one", [*CELLS, *FIELDS, *DEALS], ids=str)
def test_one_mistake_is_told_with_its_place(call: Call, folder: Path, one: Break) -> None:
    """1 and the finding with file, place, found, expected; what the mistake touches is not issued, the rest is."""
    one.apply(folder)
    code, shown, err = call("validate", folder)
    assert (1, "") == (code, err)
    assert one.file in shown
    assert one.code in shown
    code, out, err = call("run", folder, *THROUGH, "--format", "json")
    assert (1, "") == (code, err)
    told = [found for found in findings(json_of(out)) if found.get("file") == one.file and found["code"] == one.code]
    assert told, out
    check_told(told[0], one, folder)
    assert told[0]["found"][:20] in shown.replace("\n    ", " ")
    if one.file in FINANCE:
        assert set() == issued(folder)
    elif one.file == PAYMENTS:
        assert EVERY == issued(folder)
        assert {"P-001", "P-003", "P-004"} == {application.payment for application in standing_in(folder).applications}
    elif one.file == LARKSPUR:
        assert EVERY - {"C-1003"} == issued(folder)
    elif one.place == "contract" or one.file == DELIVERIES:
        assert EVERY - {"C-1003"} <= issued(folder)  # whose row it is cannot be read
    else:
        assert EVERY - {"C-1003"} == issued(folder)


def pairs() -> Iterator[tuple[Break, Break]]:
    """Two mistakes in two files, and two in one."""
    first = {one.file: one for one in reversed((*CELLS, *FIELDS, *DEALS))}
    by_code = {one.code: one for one in CELLS}
    yield first[HEAD], by_code["mapping-row-outside-access"]
    yield by_code["mapping-row-outside-access"], next(one for one in FIELDS if one.code == "mapping-needs-two-people")
    for name, other in [(USAGE, LARKSPUR), (TAX, CHART), (CATALOGUE, ENTITIES), (ACCESS, MAPPING), (HEAD, ACCESS)]:
        yield first[name], first[other]
    for name, other in [(PAYMENTS, DELIVERIES), (TAX, LARKSPUR), (CATALOGUE, USAGE), (HEAD, MAPPING)]:
        yield first[name], first[other]
    for cells in (USAGE, DELIVERIES, PAYMENTS, TAX, CHART, MAPPING):
        mine = [one for one in CELLS if one.file == cells]
        yield mine[0], next(one for one in mine[1:] if one.place not in (mine[0].place, "contract"))
    yield FIELDS[0], FIELDS[3]
    yield FIELDS[10], FIELDS[13]
    yield DEALS[0], DEALS[6]


@pytest.mark.parametrize(("one", "other"), [*pairs()], ids=str)
def test_two_mistakes_are_told_at_once(call: Call, folder: Path, one: Break, other: Break) -> None:
    """Whatever is wrong beside it, each has its own finding in one reading."""
    one.apply(folder)
    other.apply(folder)
    code, out, err = call("validate", folder, "--format", "json")
    assert (1, "") == (code, err)
    told = {(found.get("file"), found["code"]) for found in findings(json_of(out))}
    assert {(one.file, one.code), (other.file, other.code)} <= told


SYNTAX = [
    *((name, b'a = "no end', "toml-malformed") for name in (CATALOGUE, ENTITIES, HEAD)),
    *((name, b"a = 2026-02-30", "toml-malformed") for name in (CATALOGUE, ENTITIES, HEAD)),
    *((name, b"\xff\xfea", "encoding-unknown") for name in FILES),
    *((name, b"", "header-missing") for name in TABLES),
    *((name, b" \n\n", "header-missing") for name in TABLES),
    *((name, b'a,b\n"no end,2\n', "csv-malformed") for name in TABLES),
    *((name, b'a,b\n"x"y,2\n', "csv-malformed") for name in TABLES),
    *((LARKSPUR, data, "json-malformed") for data in (b"", b"{", b'{"Account": }', b"<html>", b"[1,]", b'{"a": 1} x')),
]


@pytest.mark.parametrize(("name", "data", "code"), SYNTAX, ids=lambda value: ascii(value)[:40])
def test_a_file_that_is_broken_as_a_file_is_one_line(
    call: Call, folder: Path, name: str, data: bytes, code: str
) -> None:
    """The line names file and fault, and nothing is read past it."""
    (folder / name).write_bytes(data)
    line = refusal(call, folder)
    assert f"[{code}] at {name}" in line
    assert not (folder / STORE).exists()


def test_two_files_that_are_broken_are_still_one_line(call: Call, folder: Path) -> None:
    """The line says that there is more."""
    for name in (TAX, CHART):
        (folder / name).write_bytes(b'a\n"')
    assert "(1 more finding(s)" in refusal(call, folder)


@pytest.mark.parametrize("name", FINANCE)
def test_a_file_of_finance_that_is_not_there(call: Call, folder: Path, name: str) -> None:
    """The line names the file."""
    (folder / name).unlink()
    assert f"without {name}," in refusal(call, folder)


def test_folders_that_are_no_book(call: Call, folder: Path) -> None:
    """No folder, an empty one, a file, only deals, a folder where a file should be."""
    assert "[book-missing]" in refusal(call, folder / "nowhere")
    (folder / "empty").mkdir()
    assert "[book-empty]" in refusal(call, folder / "empty")
    assert "[book-missing]" in refusal(call, folder / TAX)
    shutil.copytree(folder / "deals", folder / "only" / "deals")
    assert "[book-file-missing]" in refusal(call, folder / "only")
    (folder / TAX).unlink()
    (folder / TAX).mkdir()
    assert f"[book-file-unreadable]: found {folder / TAX}" in refusal(call, folder)


HEADERS = {
    "missing": ("column-missing", lambda head: head[:-1], lambda row: row[:-1]),
    "renamed": ("column-missing", lambda head: ["nom", *head[1:]], lambda row: row),
    "unknown": ("column-unknown", lambda head: [*head, "color"], lambda row: [*row, "red"]),
    "repeated": ("column-repeated", lambda head: [*head, head[0]], lambda row: [*row, row[0]]),
    "capitals": ("column-missing", lambda head: [name.upper() for name in head], lambda row: row),
    "ragged": ("row-ragged", lambda head: head, lambda row: [*row, "more"]),
}


@pytest.mark.parametrize("way", HEADERS)
@pytest.mark.parametrize("name", TABLES)
def test_a_table_with_a_wrong_header(call: Call, folder: Path, name: str, way: str) -> None:
    """1, and the header's line or the row's; nothing is issued on half a table of finance, no payment is guessed."""
    code, head, body = HEADERS[way]
    first, *rows = (folder / name).read_text(encoding="utf-8").splitlines()
    lines = [head(first.split(",")), *(body(row.split(",")) for row in rows)]
    (folder / name).write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
    assert 1 == call("validate", folder)[0]
    exit_code, out, err = call("run", folder, *THROUGH, "--format", "json")
    assert (1, "") == (exit_code, err)
    told = [found for found in findings(json_of(out)) if found.get("file") == name and found["code"] == code]
    assert (2 if way == "ragged" else 1) == told[0]["line"]
    assert told[0]["found"]
    assert told[0]["expected"]
    if name in FINANCE:
        assert set() == issued(folder)
    elif name == PAYMENTS and code != "column-repeated" and way != "unknown":
        assert () == standing_in(folder).applications


def test_a_product_that_the_entity_does_not_sell_is_no_malformed_input(call: Call, folder: Path) -> None:
    """A decision of product: the deal waits with its finding, validate says 1, and run says 0."""
    path = folder / CATALOGUE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('["US01", "DE01"]', '["US01"]'), encoding="utf-8")
    code, out, _ = call("run", folder, *THROUGH)
    assert (0, EVERY - {"C-2001"}) == (code, issued(folder))
    assert "product-not-sold-by-entity  product" in out
    assert 1 == call("validate", folder)[0]


def test_a_number_of_an_unsound_book_is_not_explained(call: Call, folder: Path) -> None:
    """With findings in the files of finance the line says so, and where to see them."""
    assert 0 == call("run", folder, *THROUGH)[0]
    Break(TAX, "rate", "19%", "number-malformed").apply(folder)
    code, out, err = call("explain", folder, "C-1001")
    assert (2, "", 1) == (code, out, err.count("\n"))
    assert "[book-not-sound]" in err
    assert "billcore validate lists them." in err


def mutated(data: bytes, draw: Any) -> bytes:
    """Some bytes changed, taken away, doubled or put in."""
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(data)))
        until = draw(st.integers(place, min(len(data), place + 12)))
        way = draw(st.sampled_from(["put", "put", "cut", "double", "end"]))
        if way == "end":
            return data[:place]
        new = draw(PIECES) if way == "put" else b"" if way == "cut" else data[place:until] * 2
        data = data[:place] + new + data[until:]
    return data


PIECES = st.sampled_from(
    [
        *(b",", b";", b'"', b"\n", b"\r", b"\x00", b"-", b"1e9", b"9" * 30, b".", b"=", b"#", b"\\", b"\\ud800", b" "),
        *(b"{", b"}", b"[", b"]", b"null", b"true", b"NaN", b"0001-01-01", b"9999-12-31"),
        *(b"\xff", b"\xe2\x80\xae", b"\xef\xbb\xbf"),
    ]
) | st.binary(max_size=6)
MUTABLE = (*FINANCE, USAGE, DELIVERIES, PAYMENTS, HALCYON, LARKSPUR, KESSLER, PINECREST)


@settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_stands_in_a_file_there_is_no_traceback(
    call: Call, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Random bytes in any file: the command ends with 0, 1 or 2, and says its one line with 2."""
    folder = copy_of_book(tmp_path_factory.mktemp("book"))
    name = data.draw(st.sampled_from(MUTABLE))
    (folder / name).write_bytes(mutated((folder / name).read_bytes(), data.draw))
    code, out, err = call("run", folder, *THROUGH)
    assert code in (0, 1, 2)
    assert (1 if code == 2 else 0) == err.count("\n")
    assert (code == 2) == (out == "")
    shutil.rmtree(folder)
