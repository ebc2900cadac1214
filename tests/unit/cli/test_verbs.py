"""The verbs on the founding book in a folder: what they say, write, and end with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from billcore.cli.app import app
from support.sources import KEPT_BESIDE

EXAMPLE = Path(__file__).parents[3] / "examples" / "founding"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A copy of the founding book."""
    shutil.copytree(EXAMPLE, tmp_path / "founding", ignore=KEPT_BESIDE)
    return tmp_path / "founding"


def call(*arguments: object) -> Any:
    """Run the command line; anything but an exit is shown as itself."""
    result = CliRunner().invoke(app, [str(one) for one in arguments], prog_name="billcore")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_run_ends_with_0_though_a_deal_is_held(book: Path) -> None:
    """A deal that must not bill, and a payment that matches nothing, are shown and are no failure."""
    result = call("run", book, "--through", "2026-12-31")
    assert 0 == result.exit_code
    assert "Held: 1 deal" in result.stdout
    assert "revenue-treatment-missing  finance" in result.stdout
    assert "payment-unmatched  finance" in result.stdout
    assert "" == result.stderr


def test_a_second_run_adds_nothing(book: Path) -> None:
    """What stands, stands: the second run says so, and shows the same positions and balances."""
    first = call("run", book, "--through", "2026-12-31").stdout
    second = call("run", book, "--through", "2026-12-31").stdout
    assert "New     nothing: everything through this day stands already" in second
    assert "Issued: nothing new" in second
    kept = [part for part in first.split("\n\n") if not part.startswith(("founding", "Issued"))]
    assert kept == [part for part in second.split("\n\n") if not part.startswith(("founding", "Issued"))]


def test_run_writes_its_files(book: Path, tmp_path: Path) -> None:
    """With --out the documents and sheets are there, named at the end, and the same after a second run."""
    out = tmp_path / "out"
    result = call("run", book, "--through", "2026-12-31", "--out", out)
    files = snapshot(out)
    assert f"Written: {len(files) - 1} files in" in result.stdout  # and the list of them
    assert {"findings.csv", "journal.beancount", "journal.csv", "journal.hledger", "revenue_schedule.csv"} <= {
        path.name for path in out.iterdir()
    }
    call("run", book, "--through", "2026-12-31", "--out", out)
    assert files == snapshot(out)


def test_preview_writes_nothing(book: Path) -> None:
    """Preview shows what a run would issue and leaves the folder as it was; the run then issues the same numbers."""
    before = snapshot(book)
    preview = call("preview", book, "--through", "2026-03-31")
    assert 0 == preview.exit_code
    assert before == snapshot(book)
    assert "preview, nothing is kept" in preview.stdout
    run = call("run", book, "--through", "2026-03-31")
    tables = preview.stdout.split("\n\n")[1:]
    assert tables == run.stdout.replace("Issued:", "To be issued:").split("\n\n")[1:]


def test_json_is_the_same_numbers(book: Path) -> None:
    """--format json is one JSON document: positions, documents, balances and held deals, amounts as text."""
    result = call("run", book, "--through", "2026-12-31", "--format", "json")
    data = json.loads(result.stdout)
    assert "2026-12-31" == data["through"]
    assert data["kept"]
    assert len(data["documents"]) == data["new"]["documents"] > 0
    assert {"sales", "finance", "product"} == {one["owner"] for one in data["held"][0]["findings"]}
    for row in data["trial_balance"]:
        assert isinstance(row["debit"]["amount"], str)
    assert {"receivable", "tax", "cash", "cash_not_applied", "unbilled", "revenue", "position"} == {
        one["name"] for one in data["controls"]
    }


def test_validate_ends_with_1_and_groups_by_owner(book: Path) -> None:
    """Every finding stands under its owner with its place; nothing is written."""
    before = snapshot(book)
    result = call("validate", book)
    assert 1 == result.exit_code
    owners = [line.split("  ")[0] for line in result.stdout.splitlines() if line.endswith(("finding", "findings"))]
    assert ["finance", "product", "sales"] == owners
    assert "deals/5-tamarack-held.json:72:33" in result.stdout
    assert before == snapshot(book)


def test_validate_ends_with_0_where_nothing_is_wrong(book: Path) -> None:
    """Without the held deal there is no error."""
    (book / "deals" / "5-tamarack-held.json").unlink()
    result = call("validate", book)
    assert 0 == result.exit_code
    assert "0 held, 0 errors" in result.stdout
    assert [] == json.loads(call("validate", book, "--format", "json").stdout)["findings"]


def test_a_malformed_cell_ends_with_1_and_the_rest_runs(book: Path) -> None:
    """A bad number in the usage holds its deal; the others are issued, and the exit code says that input is bad."""
    usage = book / "usage.csv"
    usage.write_text(usage.read_text("utf-8").replace("61234", "61 234"), "utf-8")
    result = call("run", book, "--through", "2026-12-31")
    assert 1 == result.exit_code
    assert "number-malformed" in result.stdout
    assert "usage.csv:" in result.stdout
    assert "Halcyon" in result.stdout
    assert 1 == call("preview", book, "--through", "2026-12-31").exit_code


def test_a_malformed_file_of_finance_ends_with_1_and_nothing_is_issued(book: Path, tmp_path: Path) -> None:
    """Where the tax table has a bad rate nothing is worked out, and the finding says where."""
    tax = book / "tax.csv"
    tax.write_text(tax.read_text("utf-8").replace(",19,", ",19.0.0,"), "utf-8")
    result = call("run", book, "--through", "2026-12-31", "--out", tmp_path / "out")
    assert 1 == result.exit_code
    assert "Nothing was worked out" in result.stdout
    assert "tax.csv:" in result.stdout
    assert ["findings.csv"] == [path.name for path in (tmp_path / "out").iterdir()]
    data = json.loads(call("run", book, "--through", "2026-12-31", "--format", "json").stdout)
    assert "positions" not in data
    assert data["findings"]


def break_nothing_there(book: Path) -> Path:
    """A folder that does not exist."""
    return book / "nowhere"


def break_empty(book: Path) -> Path:
    """A folder without a file."""
    (book / "empty").mkdir()
    return book / "empty"


def break_missing_file(book: Path) -> Path:
    """A book without its chart."""
    (book / "chart.csv").unlink()
    return book


def break_toml(book: Path) -> Path:
    """A catalogue that is no TOML."""
    (book / "catalogue.toml").write_text("[[products]\n")
    return book


def break_json(book: Path) -> Path:
    """A deal that is cut in half."""
    deal = next(iter(sorted((book / "deals").iterdir())))
    deal.write_bytes(deal.read_bytes()[:100])
    return book


def break_file_instead(book: Path) -> Path:
    """A file where the folder should be."""
    return book / "tax.csv"


@pytest.mark.parametrize("verb", ["run", "preview", "validate", "explain"])
@pytest.mark.parametrize(
    "broken",
    [break_nothing_there, break_empty, break_missing_file, break_toml, break_json, break_file_instead],
    ids=lambda one: one.__name__,
)
def test_a_book_that_cannot_be_read_ends_with_2(book: Path, verb: str, broken: Callable[[Path], Path]) -> None:
    """One line on stderr that names the culprit, nothing on stdout, no traceback."""
    folder = broken(book)
    more = {"run": ["--through", "2026-12-31"], "preview": ["--through", "2026-12-31"], "explain": ["C-1001"]}
    result = call(verb, folder, *more.get(verb, []))
    assert 2 == result.exit_code
    assert "" == result.stdout
    assert 1 == result.stderr.count("\n")
    assert result.stderr.startswith("billcore: [")


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["run", "{book}"],
        ["run", "{book}", "--through", "31.12.2026"],
        ["run", "{book}", "--through", "2026-1-1"],
        ["run", "{book}", "--through", "2026-02-30"],
        ["run", "{book}", "--through", "20261231"],
        ["run", "{book}", "--through", "2026-12-31T00:00"],
        ["run", "{book}", "--through", "２０２６-12-31"],
        ["run", "{book}", "--through", ""],
        ["run", "{book}", "--through", "2026-12-31", "--format", "xml"],
        ["run", "{book}", "{book}", "--through", "2026-12-31"],
        ["preview", "{book}"],
        ["preview", "{book}", "--through", "2026-12-31", "--out", "x"],
        ["validate"],
        ["explain", "{book}"],
        ["explain", "{book}", "no-such-number"],
        ["explain", "{book}", "C-1001", "--through", "soon"],
        ["close", "{book}"],
    ],
    ids=" ".join,
)
def test_wrong_arguments_end_with_2(book: Path, arguments: list[str]) -> None:
    """Arguments that are missing, too many or malformed are refused before anything is written."""
    before = snapshot(book)
    result = call(*(one.format(book=book) for one in arguments))
    assert 2 == result.exit_code
    assert result.stderr
    assert before == snapshot(book)


def test_explain_goes_to_the_tier_and_the_clause(book: Path) -> None:
    """By number, by number and line, by entry, by contract: down to tiers, rounding and the record it came from."""
    call("run", book, "--through", "2026-12-31")
    whole = call("explain", book, "US01-INV-2025-000002")
    assert 0 == whole.exit_code
    line = call("explain", book, "US01-INV-2025-000002", "api_calls")
    # Long paths break lines elsewhere.
    first, second = (" ".join(shown.stdout.split()) for shown in (line, whole))
    for expected in ("11234 x 0.0025 = 28.085", "188.085 rounded half_up (remainder", "from salesforce record"):
        assert expected in first
        assert expected in second
    contract = call("explain", book, "C-1003", "2025-03").stdout
    assert contract.startswith("Contract C-1003: 1 document, ")
    tree = json.loads(call("explain", book, "US01-INV-2025-000002", "api_calls", "--format", "json").stdout)
    assert tree["text"].startswith("api_calls:")


def test_explain_an_entry(book: Path, tmp_path: Path) -> None:
    """An entry of the journal names its accounts, mapping rows and the document behind it."""
    call("run", book, "--through", "2026-01-31", "--out", tmp_path / "out")
    entry = (tmp_path / "out" / "journal.csv").read_text("utf-8").splitlines()[1].split(",")[0]
    told = call("explain", book, entry)
    assert 0 == told.exit_code
    assert "by mapping row" in told.stdout
    assert "Invoice US01-INV-2025-000001" in told.stdout


def test_explain_what_a_run_would_issue(book: Path) -> None:
    """Before any run, --through explains a preview; without it nothing stands to explain."""
    assert 2 == call("explain", book, "US01-INV-2025-000001").exit_code
    before = snapshot(book)
    told = call("explain", book, "US01-INV-2025-000001", "--through", "2025-03-31")
    assert 0 == told.exit_code
    assert "USD 1200.00" in told.stdout
    assert before == snapshot(book)


def test_a_folder_that_cannot_be_written_ends_with_2(book: Path, tmp_path: Path) -> None:
    """It is found before the run: the line on stderr names the folder, and nothing is kept."""
    (tmp_path / "out").write_text("a file")
    before = snapshot(book)
    for out, code in ((tmp_path / "out", "output-not-writable"), (book, "output-is-book")):
        result = call("run", book, "--through", "2026-01-31", "--out", out)
        assert (2, "") == (result.exit_code, result.stdout)
        assert f"[{code}]" in result.stderr
        assert before == snapshot(book)


def test_help_tells_the_exit_codes() -> None:
    """The help of the program and of run say what 0, 1 and 2 mean."""
    for arguments in (["--help"], ["run", "--help"], ["validate", "--help"], ["explain", "-h"]):
        result = call(*arguments)
        assert 0 == result.exit_code
        assert "Exit codes" in result.stdout
