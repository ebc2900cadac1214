"""Where the outside checkers are: separate programs that judge our exports and are never imported."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / ".peers"


@lru_cache(maxsize=1)
def bean_check() -> Path:
    """The program bean-check of ``.peers``, which is made from requirements/peers.txt where it is absent; else skip."""
    scripts = PEERS / ("Scripts" if sys.platform == "win32" else "bin")
    program = scripts / f"bean-check{sysconfig.get_config_var('EXE') or ''}"
    if not program.exists():
        # The project's own constraints know nothing of the peers' dependencies.
        clean = {name: value for name, value in os.environ.items() if name != "PIP_CONSTRAINT"}
        try:
            _run([sys.executable, "-m", "venv", str(PEERS)], clean)
            (PEERS / ".gitignore").write_text("*\n", encoding="utf-8")
            requirements = str(ROOT / "requirements" / "peers.txt")
            _run([str(scripts / "python"), "-m", "pip", "install", "--quiet", "-r", requirements], clean)
        except (OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"bean-check did not run: .peers could not be made ({str(error)[:300]})")
    return program


def hledger() -> str:
    """The program hledger where it is installed; else skip."""
    program = shutil.which("hledger")
    if program is None:
        pytest.skip("hledger did not run: it is not installed (apt-get install hledger)")
    return program


def judge(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a checker in a locale that reads UTF-8, and hand back what it said."""
    environment = dict(os.environ) | {"LC_ALL": "C.UTF-8"}
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, timeout=300)


def _run(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(command, check=True, capture_output=True, env=environment, timeout=600)
