"""What `import billcore` loads, measured in a child process: the domain, pydantic and msgspec, nothing that is heavy."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys

import pytest

import billcore
from support.sources import ROOT

ABSENT = [
    *("asyncio", "sqlite3", "sqlalchemy", "jinja2", "lxml", "numpy", "pandas", "polars", "yaml", "ruamel", "rich"),
    *("typer", "hypothesis", "pytest", "moneyed", "babel", "dateutil", "subprocess", "logging", "unittest"),
]
ASK = "import sys, json; import billcore; json.dump(sorted(sys.modules), sys.stdout)"


def child(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter that finds these sources, with every warning an error."""
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(
        command, env=os.environ | {"PYTHONPATH": path}, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    done = child(ASK)
    assert "" == done.stderr
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("module", ABSENT)
def test_import_loads_nothing_heavy(loaded: set[str], module: str) -> None:
    """After `import billcore` neither the module nor a part of it is loaded."""
    assert [] == sorted(name for name in loaded if name == module or name.startswith(f"{module}."))


def test_import_builds_no_document() -> None:
    """Making a document costs its schema, and pydantic then reads every installed package's metadata: not at import."""
    asked = "import sys, billcore.engine.closing; print('importlib.metadata' in sys.modules)"
    assert "False\n" == child(asked).stdout


def test_import_loads_the_root_alone(loaded: set[str]) -> None:
    """A name is loaded when it is first asked for."""
    assert {"billcore"} == {name for name in loaded if name.split(".")[0] == "billcore"}
    assert "pydantic" not in loaded


def test_billing_loads_the_domain_and_no_more() -> None:
    """What only bills never loads ledger, cash or a host; what it needs is there after one name."""
    asked = "import sys, json, billcore; billcore.bill; json.dump(sorted(sys.modules), sys.stdout)"
    names = json.loads(child(asked).stdout)
    rooms = {name.split(".")[1] for name in names if name.startswith("billcore.")}
    expected = {"core", "money", "periods", "proration", "usage", "pricing", "contract", "billing", "invoice", "engine"}
    assert expected == rooms


def test_every_name_of_the_root_has_its_home() -> None:
    """The table of homes, the imports that type checkers read, and `__all__` name the same things."""
    text = (ROOT / "src" / "billcore" / "__init__.py").read_text(encoding="utf-8")
    tree = ast.parse(text)
    typed = {
        alias.name: node.module
        for branch in tree.body
        if isinstance(branch, ast.If)
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == billcore._HOMES
    assert sorted(typed) == sorted(billcore.__all__)
    for name in billcore.__all__:
        assert getattr(billcore, name).__module__.startswith("billcore.")


def test_import_is_silent() -> None:
    """Importing prints nothing and warns of nothing, with every warning an error."""
    done = child("import billcore")
    assert (0, "", "") == (done.returncode, done.stdout, done.stderr)


def test_import_reads_no_clock_and_no_locale() -> None:
    """The same import works under any locale, time zone and hash seed, and changes neither decimal context nor locale."""
    code = (
        "import decimal, locale; before = repr(decimal.getcontext()), locale.setlocale(locale.LC_ALL);"
        "import billcore; print(before == (repr(decimal.getcontext()), locale.setlocale(locale.LC_ALL)))"
    )
    assert "True\n" == child(code).stdout
