"""Other Pythons of this machine: the rule cases give the same cents on each that is found."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from support.sources import ROOT

pytestmark = pytest.mark.wide

VERSIONS = ("3.12", "3.13", "3.14")
PATIENCE = 900
# What pip says where it is the index or the net that lacks something, not the package.
LACKING = re.compile(r"No matching distribution|Could not find a version|Temporary failure|Connection|Read timed out")


def interpreters(version: str) -> list[Path]:
    """Where a Python of that version may be: on the path, or among those that pyenv keeps."""
    found = [Path(name) for name in [shutil.which(f"python{version}")] if name]
    kept = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    return [*found, *sorted(kept.glob(f"{version}*/bin/python"), reverse=True)]


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    pins = {"PIP_CONSTRAINT": str(ROOT / "requirements" / "constraints.txt"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    outside = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env=outside | pins,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def working(version: str) -> Path | None:
    """The first that starts and is of that version: a shim may stand for a Python that is not there."""
    for python in interpreters(version):
        try:
            said = run(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])")
        except OSError:
            continue
        if said.returncode == 0 and said.stdout.strip() == version:
            return python
    return None


@pytest.mark.parametrize("version", VERSIONS)
def test_the_rules_hold_on_another_python(version: str, tmp_path: Path) -> None:
    """Installed from this folder with the pinned versions, every rule case passes."""
    python = working(version)
    if python is None:
        pytest.skip(f"no Python {version} on this machine")
    made = run(python, "-m", "venv", tmp_path / "venv")
    assert made.returncode == 0, made.stderr
    own = tmp_path / "venv" / "bin" / "python"
    installed = run(own, "-m", "pip", "install", "--quiet", "--editable", f"{ROOT}[testing]")
    if installed.returncode and LACKING.search(installed.stderr):
        pytest.skip(f"Python {version} found, its packages not: {installed.stderr.strip().splitlines()[-1][:200]}")
    assert installed.returncode == 0, installed.stderr
    tested = run(own, "-m", "pytest", "tests/rules")
    print(f"Python {version}: {tested.stdout.strip().splitlines()[-1]}")
    assert tested.returncode == 0, tested.stdout[-4_000:] + tested.stderr[-1_000:]
    assert re.search(r"[0-9]+ passed", tested.stdout)
