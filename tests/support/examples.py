"""How the examples of a Markdown page are run, so that no page can promise what the code does not do.

For the author of a page:
  ```python    is run; the blocks of a page share their names, from top to bottom. What a block prints is checked where
               the block says so, line by line: ``print(total)  #> USD 12.00``, or comments that begin with ``#>``
               below it. A block with ``>>>`` is a doctest.
  ```console   a line ``$ billcore ...`` is run by the command's own main, in a folder that holds a copy of examples/ and
               is shared by the page. Lines below it are its output and must fit; ``...`` alone stands for any lines. A
               command that does not end with 0 says so: ``$ billcore validate broken  # exits 1``. Other lines with
               ``$`` (``$ make demo``) are for readers.
  ```text      and every other block is for readers.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shlex
import shutil
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from support.sources import KEPT_BESIDE

_FENCE = re.compile(r"^( *)(`{3,}|~{3,})([^`\n]*)\n(.*?)^\1\2[ \t]*$", re.MULTILINE | re.DOTALL)
_SAID = re.compile(r"# ?> ?(.*)$")  # a formatter of Markdown may have put a space in
_EXITS = re.compile(r"\s+# exits ([0-9]+)$")
_OF_A_SHELL = re.compile(r"(?:^|\s)(?:\||>|>>|<|&&|;|\$\w+)(?:\s|$)")


class Block(NamedTuple):
    """A fenced block: its language, its text, the line of the page on which the text starts."""

    language: str
    text: str
    line: int


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    found = []
    for match in _FENCE.finditer(page):
        language = match[3].split()[0] if match[3].strip() else ""
        indent = len(match[1])
        text = "".join(line[indent:] for line in match[4].splitlines(keepends=True))
        found.append(Block(language, text, page.count("\n", 0, match.start()) + 2))
    return found


def run_page(file: Path, folder: Path, examples: Path) -> int:
    """Run every example of a page in a folder of its own; give how many were run."""
    if examples.is_dir():
        shutil.copytree(examples, folder / "examples", ignore=KEPT_BESIDE)
    names: dict[str, Any] = {"__name__": "__main__"}
    count = 0
    with contextlib.chdir(folder):
        for block in blocks(file.read_text("utf-8")):
            if block.language in ("python", "pycon"):
                run_python(block, names, file.name)
            elif block.language == "console" and "$ billcore" in block.text:
                run_console(block, file.name)
            else:
                continue
            count += 1
    return count


def run_python(block: Block, names: dict[str, Any], page: str) -> None:
    """Run a block; what it prints must be what its ``#>`` comments say, where it has any."""
    if ">>>" in block.text:
        run_doctest(block, names, page)
        return
    said = [match[1].rstrip() for line in block.text.splitlines() if (match := _SAID.search(line))]
    out = io.StringIO()
    # Line numbers of a traceback are those of the page.
    code = compile("\n" * (block.line - 1) + block.text, page, "exec")
    try:
        with contextlib.redirect_stdout(out):
            exec(code, names)
    except Exception:
        raise AssertionError(f"{page}, example at line {block.line}:\n{traceback.format_exc()}") from None
    printed = [line.rstrip() for line in out.getvalue().splitlines()]
    if said:
        assert said == printed, f"{page}, example at line {block.line} prints:\n" + "\n".join(printed)


def run_doctest(block: Block, names: dict[str, Any], page: str) -> None:
    test = doctest.DocTestParser().get_doctest(block.text, names, page, page, block.line - 1)
    report = io.StringIO()
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    failed = runner.run(test, out=report.write, clear_globs=False).failed
    names.update(test.globs)
    assert not failed, report.getvalue()


def run_console(block: Block, page: str) -> None:
    """Run each ``$ billcore`` of a block and compare what stands below it."""
    for command, shown in _commands(block.text):
        exits = _EXITS.search(command)
        expected = int(exits[1]) if exits else 0
        words = _EXITS.sub("", command)
        assert not _OF_A_SHELL.search(words), f"{page}: {command!r} needs a shell; write one command a line"
        status, printed = run_command(shlex.split(words))
        where = f"{page}, console at line {block.line}, $ {command}"
        assert expected == status, f"{where}\nended with {status}:\n{printed}"
        if shown:
            assert fits(shown, printed.splitlines()), f"{where}\nprinted:\n{printed}"


def _commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each ``billcore`` command with the lines below it; what other commands print is skipped."""
    command, shown = "", list[str]()
    for line in [*text.splitlines(), "$ end"]:
        if not line.startswith("$ "):
            shown.append(line.rstrip())
            continue
        if command.split(" ")[0] == "billcore":
            yield command, [] if not any(shown) else shown
        command, shown = line[2:], []


def run_command(words: list[str]) -> tuple[int, str]:
    """Run the command line in this process: exit status, and everything that it printed."""
    from billcore.cli.main import main

    out = io.StringIO()
    plain = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "100"}
    with (
        mock.patch.dict("os.environ", plain),
        mock.patch.object(sys, "argv", words),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(out),
    ):
        try:
            main()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1 if end.code else 0
    return status, out.getvalue()


def fits(shown: list[str], printed: list[str]) -> bool:
    """Whether lines fit what was printed; a line ``...`` stands for any number of lines.

    >>> fits(["a", "...", "d"], ["a", "b", "c", "d"]), fits(["a", "d"], ["a", "b", "d"])
    (True, False)
    """
    while shown and not shown[-1]:
        shown = shown[:-1]
    while printed and not printed[-1].strip():
        printed = printed[:-1]
    pattern = "".join(r"(?:[^\n]*\n)*?" if line == "..." else re.escape(line) + r"[ \t]*\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None
