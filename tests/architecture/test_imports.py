"""What `import billcore` loads, measured in a child process: the domain, pydantic and msgspec, nothing that is heavy."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

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


@pytest.mark.xfail(strict=True, reason="Contract's defaults are documents made at import; default_factory mends it")
def test_import_builds_no_document() -> None:
    """Making a document costs its schema, and pydantic then reads every installed package's metadata: not at import."""
    asked = "import sys, billcore; print('importlib.metadata' in sys.modules)"
    assert "False\n" == child(asked).stdout


def test_import_loads_the_domain(loaded: set[str]) -> None:
    """The route is there after one import; stores, connectors, hosts and the command line are not."""
    rooms = {name.split(".")[1] for name in loaded if name.startswith("billcore.")}
    pure = {"core", "money", "periods", "proration", "gl", "pricing", "contract", "billing", "invoice", "revrec"}
    assert pure | {"cash", "posting", "engine"} == rooms


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
