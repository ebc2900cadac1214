"""What no file of the repository may hold: addresses of package indexes, paths of a machine, locks, tabs."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from support.sources import ROOT

LOCKS = {
    *("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "package-lock.json", "yarn.lock"),
    "conda-lock.yml",
}
# Written in parts, so that this file does not hold what it looks for.
ADDRESSES = re.compile(
    "|".join(("py" + r"pi\.org", "python" + "hosted", r"https?://\S*/" + "simple", "index" + "-url"))
)
PLACES = re.compile(r"(?<![\w.~-])/(?:" + "|".join(("home", "root", "Users", "work", "tmp", "opt")) + r")/[\w.-]")


@cache
def tracked() -> tuple[Path, ...]:
    """The files that git knows; without git (a source archive) every file that a build would take."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        kept = ("src", "tests", "docs", "examples", "benchmarks", "requirements")
        found = [file for folder in kept for file in (ROOT / folder).rglob("*") if file.is_file()]
        return tuple(sorted(file for file in found if "__pycache__" not in file.parts))
    names = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(sorted(file for file in names if file.is_file()))


@cache
def text_of(file: Path) -> str:
    """The text with its line ends as they are; empty where it is no text."""
    data = file.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8")


def shown(found: list[tuple[Path, str]]) -> str:
    return "\n".join(f"{file.relative_to(ROOT)}: {what}" for file, what in found)


@pytest.mark.parametrize("pattern", [ADDRESSES, PLACES], ids=["index addresses", "paths of a machine"])
def test_no_file_names_an_index_or_a_machine(pattern: re.Pattern[str]) -> None:
    """Installing asks whatever index the user has; nothing depends on where somebody's files lie."""
    found = [(file, match.group()) for file in tracked() if (match := pattern.search(text_of(file)))]
    assert not found, shown(found)


def test_no_file_locks_an_index() -> None:
    """Versions are pinned by requirements/constraints.txt alone, which holds names and versions."""
    assert not [file.name for file in tracked() if file.name in LOCKS]
    pins = [line for line in text_of(ROOT / "requirements" / "constraints.txt").splitlines() if line.strip()]
    assert [] == [line for line in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9A-Za-z.+!]+|#.*", line)]


def test_lines_end_as_they_should() -> None:
    """No carriage return in any text file, no tab in Python, a line end at the end of every source file."""
    crlf = [(file, "carriage return") for file in tracked() if "\r" in text_of(file)]
    assert not crlf, shown(crlf)
    python = [file for file in tracked() if file.suffix == ".py"]
    tabs = [(file, "tab") for file in python if "\t" in text_of(file)]
    assert not tabs, shown(tabs)
    bare = [(file, "no line end") for file in python if text_of(file) and not text_of(file).endswith("\n")]
    assert not bare, shown(bare)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (ADDRESSES, "https://files.python" + "hosted.org/x"),
        (ADDRESSES, "https://example.com/pypi/" + "simple"),
        (ADDRESSES, "--index" + "-url x"),
        (PLACES, "see /" + "home/ann/x"),
        (PLACES, '"/' + 'tmp/x"'),
    ],
)
def test_the_reader_sees_what_is_banned(pattern: re.Pattern[str], text: str) -> None:
    """The check itself finds each thing that it is there to find."""
    assert pattern.search(text)


@pytest.mark.parametrize("text", ["https://example.com/home/x", "src/tmp/x", "~/work/x", "a simple thing"])
def test_the_reader_lets_the_rest_pass(text: str) -> None:
    """What only looks like a path of a machine is none."""
    assert not ADDRESSES.search(text)
    assert not PLACES.search(text)
