"""Where the command begins: without its extra it says how to install it, and importing billcore never needs it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from billcore.cli.main import main

WITHOUT = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {missing!r}:
            raise ImportError(name)

sys.meta_path.insert(0, Missing())
{code}
"""


def python(code: str, *missing: str) -> subprocess.CompletedProcess[str]:
    """Run Python with some packages absent."""
    text = WITHOUT.format(missing=set(missing), code=code)
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("missing", ["typer", "rich"])
def test_a_missing_extra_is_one_line(missing: str) -> None:
    """Without typer or rich the command prints the line to install them and ends with 2."""
    result = python("from billcore.cli.main import main; main()", missing)
    assert 2 == result.returncode
    assert "billcore: the command line needs an optional part. Run: pip install 'billcore[cli]'\n" == result.stderr
    assert "" == result.stdout


def test_importing_billcore_needs_no_extra() -> None:
    """Neither the root nor the host loads typer or rich."""
    code = "import billcore, billcore.host.run, billcore.host.outputs; print({'typer', 'rich'} & set(sys.modules))"
    result = python(code, "typer", "rich")
    assert ("set()\n", 0) == (result.stdout, result.returncode), result.stderr


def test_main_ends_with_the_exit_code(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The program is called billcore, and a wrong argument ends it with 2."""
    monkeypatch.setattr(sys, "argv", ["anything", "run"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert 2 == caught.value.code
    assert "Usage: billcore run [OPTIONS]" in capsys.readouterr().err


def test_an_invariant_that_breaks_ends_with_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where billcore contradicts itself it asks for a report in one line, and ends with its own code."""
    from billcore.core.errors import InvariantBroken

    def broken(*_: object, **__: object) -> None:
        raise InvariantBroken("control-broken", found="USD 1.00", expected="USD 2.00")

    monkeypatch.setattr("billcore.cli.run.run_folder", broken)
    monkeypatch.setattr(sys, "argv", ["billcore", "run", "x", "--through", "2026-01-01"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert 3 == caught.value.code
    assert "please report this: [control-broken]" in capsys.readouterr().err
