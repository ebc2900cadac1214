"""The registry of codes and the sources say the same, and every code has a test that names it."""

from __future__ import annotations

import re
import runpy
import tomllib
from functools import cache
from pathlib import Path

import pytest

from billcore.core import errors
from billcore.core.code import REMEDIES
from billcore.core.codes import BY_SLUG, CODES
from support.sources import ERRORS, ROOT, SLUG, code_literals, raised_classes

ALLOWED = tomllib.loads((Path(__file__).parent / "codes_allowed.toml").read_text("utf-8"))
RAISED = code_literals()


def test_every_code_is_a_slug_and_stands_once() -> None:
    """Codes are lower-case words joined by hyphens, unique, each with a meaning of one line and an actor's remedy."""
    assert len(CODES) == len(BY_SLUG) > 100
    for code in CODES:
        assert SLUG.fullmatch(code.slug), code
        assert code.error == "Finding" or issubclass(getattr(errors, code.error), errors.BillcoreError), code
        assert re.fullmatch(r"\S[^\n]{13,}\S", code.meaning), code
        assert code.remedy == REMEDIES[code.actor]


def test_every_code_of_the_sources_is_listed() -> None:
    """A code that is raised or reported somewhere in src stands in the registry."""
    missing = [
        f'add to CODES in src/billcore/core/codes.py, in the group of its class and actor:  "{slug}": "what happened",'
        f"   # {places[0]}"
        for slug, places in RAISED.items()
        if slug not in BY_SLUG
    ]
    hint = "(a text that is no code goes to NOT_CODES in tests/support/sources.py)"
    assert not missing, "\n".join([*missing, hint])


def test_every_listed_code_is_raised() -> None:
    """The registry holds no code that the sources no longer know."""
    gone = [f"remove from src/billcore/core/codes.py:  {slug}" for slug in BY_SLUG if slug not in RAISED]
    assert not gone, "\n".join(gone)


def test_every_code_is_listed_with_a_class_that_raises_it() -> None:
    """The class beside a code is one that the sources raise it with; Finding only where no error does."""
    wrong = []
    for slug, classes in raised_classes().items():
        listed = BY_SLUG[slug].error if slug in BY_SLUG else ""
        as_error = classes & ERRORS
        if listed and listed not in (as_error or classes):
            wrong.append(f"{slug}: listed as {listed}, raised as {', '.join(sorted(as_error or classes))}")
    assert not wrong, "\n".join(wrong)


def test_the_page_of_errors_is_current() -> None:
    """docs/errors.md is what `python docs/errors_page.py` writes."""
    page = runpy.run_path(str(ROOT / "docs" / "errors_page.py"))["page"]()
    written = (ROOT / "docs" / "errors.md").read_text("utf-8")
    assert page == written, "run: python docs/errors_page.py"


def texts_of_tests() -> str:
    """Everything under tests that states a behavior: code and cases, without this list of exceptions."""
    kinds = {".py", ".toml", ".json", ".csv"}
    return "\n".join(
        file.read_text("utf-8")
        for file in sorted((ROOT / "tests").rglob("*"))
        if file.suffix in kinds and file.name not in ("codes_allowed.toml", "sources.py")
    )


@cache
def named_in_tests() -> set[str]:
    return set(re.findall(r"(?<![a-z0-9-])[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?![a-z0-9-])", texts_of_tests()))


def test_every_code_has_a_test_that_names_it() -> None:
    """A code without a test is on the list of exceptions, with the reason."""
    without = sorted(set(BY_SLUG) - named_in_tests() - set(ALLOWED["untested"]))
    lines = [f'{slug} = "why nothing tests it yet"' for slug in without]
    assert not without, "\n".join(
        ["no test under tests/ names these; write one, or add to [untested] in codes_allowed.toml:", *lines]
    )


def test_the_list_of_exceptions_is_not_longer_than_it_must_be() -> None:
    """A code that is tested by now, or gone, leaves the list; each entry says why it is there."""
    stale = sorted(slug for slug in ALLOWED["untested"] if slug in named_in_tests() or slug not in BY_SLUG)
    assert not stale, "\n".join(["delete from [untested] in tests/architecture/codes_allowed.toml:", *stale])
    assert all(len(reason) > 10 for reason in ALLOWED["untested"].values())


@pytest.mark.parametrize("slug", ["float-amount", "account-unmapped", "extra-missing", "json-malformed"])
def test_a_code_can_be_looked_up(slug: str) -> None:
    """A host finds class, actor, meaning and remedy by the slug that an error or finding carries."""
    code = BY_SLUG[slug]
    assert slug == code.slug
    assert code.remedy
    assert code.meaning
