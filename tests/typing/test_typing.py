"""The public face under strict type checkers: README's lines pass, and each wrong line is found."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from support.sources import ROOT

HERE = Path(__file__).parent
README, WRONG = HERE / "readme.py", HERE / "wrong.py"
PATIENCE = 240


def expected_lines() -> list[int]:
    lines = WRONG.read_text("utf-8").splitlines()
    return [number for number, line in enumerate(lines, 1) if "  # wrong: " in line]


def check(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a type checker of this environment on both files, with these sources."""
    env = os.environ | {"MYPYPATH": str(ROOT / "src"), "PYTHONPATH": str(ROOT / "src")}
    words = [sys.executable, "-m", *command, str(README), str(WRONG)]
    return subprocess.run(
        words, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE
    )


@pytest.fixture(scope="module")
def mypy() -> dict[str, list[int]]:
    """File -> lines with an error."""
    done = check("mypy", "--strict", "--no-incremental", "--cache-dir", os.devnull, "--no-error-summary")
    assert "" == done.stderr
    found: dict[str, list[int]] = {README.name: [], WRONG.name: []}
    for name, line in re.findall(r"^(?:.*[\\/])?(\w+\.py):([0-9]+)(?::[0-9]+)?: error:", done.stdout, re.MULTILINE):
        found.setdefault(name, []).append(int(line))
    return found


@pytest.fixture(scope="module")
def pyright() -> dict[str, list[int]]:
    """File -> lines with an error. Pyright's package fetches its program on first use; without it the test is skipped."""
    try:
        done = check("pyright", "--outputjson", "--pythonpath", sys.executable)
        report = json.loads(done.stdout[done.stdout.index("{") :])
    except (subprocess.TimeoutExpired, ValueError) as error:
        pytest.skip(f"pyright could not run: {type(error).__name__}")
    found: dict[str, list[int]] = {README.name: [], WRONG.name: []}
    for one in report["generalDiagnostics"]:
        if one["severity"] == "error":
            found.setdefault(Path(one["file"]).name, []).append(one["range"]["start"]["line"] + 1)
    return found


def test_the_lines_of_the_readme_run(capsys: pytest.CaptureFixture[str]) -> None:
    """What the type checkers read also runs, and gives the readme's amount."""
    runpy.run_path(str(README))
    assert "USD 1388.09" == capsys.readouterr().out.splitlines()[0]


def test_mypy_accepts_the_lines_of_the_readme(mypy: dict[str, list[int]]) -> None:
    """mypy --strict finds nothing in what a newcomer types, and infers the types that are asserted."""
    assert [] == mypy[README.name]


def test_mypy_finds_each_wrong_line(mypy: dict[str, list[int]]) -> None:
    """mypy --strict complains of every wrong line and of no other."""
    assert len(expected_lines()) >= 10
    assert expected_lines() == sorted(set(mypy[WRONG.name]))


ANY_DOCUMENT = "pyright takes a document for Any: _DocumentMeta.__call__ must be hidden from type checkers"


def test_pyright_accepts_the_lines_of_the_readme(pyright: dict[str, list[int]]) -> None:
    """Pyright finds nothing in what a newcomer types, and infers the types that are asserted."""
    assert [] == pyright[README.name]


def test_pyright_finds_each_wrong_line(pyright: dict[str, list[int]]) -> None:
    """Pyright complains of every wrong line and of no other."""
    assert expected_lines() == sorted(set(pyright[WRONG.name]))
