"""Every example of README, of the pages under docs, and of the docstrings does what it says."""

from __future__ import annotations

import doctest
import importlib
import io
from pathlib import Path

import pytest

from support import examples
from support.sources import ROOT, SOURCES, files, shown

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
MODULES = [file for file in files() if ">>>" in file.read_text("utf-8")]


@pytest.mark.parametrize("page", [pytest.param(page, id=shown(page)) for page in PAGES])
def test_a_page_does_what_it_says(page: Path, tmp_path: Path) -> None:
    """The examples of a page run from top to bottom and print what the page shows."""
    written = [block for block in examples.blocks(page.read_text("utf-8")) if block.language == "python"]
    count = examples.run_page(page, tmp_path, ROOT / "examples")
    assert count >= len(written)


@pytest.mark.parametrize("file", [pytest.param(file, id=shown(file)) for file in MODULES])
def test_a_docstring_does_what_it_says(file: Path) -> None:
    """The examples in a module's docstrings give what stands below them."""
    name = ".".join(file.relative_to(SOURCES.parent).with_suffix("").parts).removesuffix(".__init__")
    module = importlib.import_module(name)
    report = io.StringIO()
    runner = doctest.DocTestRunner()
    tests = [test for test in doctest.DocTestFinder().find(module, name) if test.examples]
    assert tests, f"{name} holds >>> outside a docstring that is found"
    for test in tests:
        runner.run(test, out=report.write)
    assert not runner.failures, report.getvalue()


def page_of(tmp_path: Path, text: str) -> Path:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    (tmp_path / "work").mkdir()
    return page


GOOD = """
# A page
```python
import billcore as bc
total = bc.Amount.of("1", "USD")
print(total)  #> USD 1.00
```
   ```python
   print(total + total)
   #> USD 2.00
   ```
```pycon
>>> print(total)
USD 1.00
```
```text
print(no such thing
```
"""


def test_a_good_page_passes(tmp_path: Path) -> None:
    """Blocks share their names, indented blocks too; text is not run."""
    assert 3 == examples.run_page(page_of(tmp_path, GOOD), tmp_path / "work", tmp_path / "none")


def test_a_page_begins_without_what_a_demo_left(tmp_path: Path) -> None:
    """Store, ledger and seal of an earlier run beside a book do not reach a page's own copy of it."""
    book = tmp_path / "examples" / "founding"
    book.mkdir(parents=True)
    for name in ("books.sqlite", "books.sqlite-wal", "ledger.sqlite", "books.seal", "chart.csv"):
        (book / name).touch()
    examples.run_page(page_of(tmp_path, GOOD), tmp_path / "work", tmp_path / "examples")
    copied = [one.name for one in (tmp_path / "work" / "examples" / "founding").iterdir()]
    assert ["chart.csv"] == copied


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("#> USD 1.00", "#> USD 1.01"),
        ("\nUSD 1.00", "\nUSD 1.01"),
        ("import billcore", "import bilcore"),
        ('"1"', "1.5"),
    ],
)
def test_a_page_that_lies_fails(tmp_path: Path, right: str, wrong: str) -> None:
    """Another output, another name and an error each fail, with page and line."""
    page = page_of(tmp_path, GOOD.replace(right, wrong, 1))
    with pytest.raises(AssertionError, match=r"page\.md"):
        examples.run_page(page, tmp_path / "work", tmp_path / "none")


CONSOLE = """
```console
$ make demo
whatever make prints
$ billcore run examples/founding --out out
12 invoices
...
balanced
$ billcore validate broken  # exits 1
```
"""


def fake(words: list[str]) -> tuple[int, str]:
    return (1, "1 finding\n") if "broken" in words else (0, "12 invoices\n3 credit memos\nbalanced \n\n")


def test_a_console_is_run_and_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only billcore's lines run; shown output must fit, a shown exit status too."""
    monkeypatch.setattr(examples, "run_command", fake)
    assert 1 == examples.run_page(page_of(tmp_path, CONSOLE), tmp_path / "work", tmp_path / "none")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("12 invoices", "11 invoices"),
        ("balanced", "unbalanced"),
        ("...\n", ""),
        ("  # exits 1", ""),
        ("--out out", "--out out | less"),
    ],
)
def test_a_console_that_lies_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, right: str, wrong: str) -> None:
    """Another output or exit status fails, and so does a command that only a shell could run."""
    monkeypatch.setattr(examples, "run_command", fake)
    page = page_of(tmp_path, CONSOLE.replace(right, wrong, 1))
    with pytest.raises(AssertionError, match=r"page\.md"):
        examples.run_page(page, tmp_path / "work", tmp_path / "none")
