"""The founding book's own files before outside judges: both read its journals whole, and refuse one changed cent."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from billcore.host.outputs import write_outputs
from billcore.host.run import run
from support.founding_golden import THROUGH, copy_of_book
from support.peers import bean_check, hledger, judge

pytestmark = pytest.mark.wide

MONEY = re.compile(r"(-?[0-9]+\.[0-9]{2}) (USD|EUR)")
ENTRY = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2} \* ", re.MULTILINE)
POSTING = re.compile(r"^ +[A-Z]\w+:\S+  .*$", re.MULTILINE)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that a run of the whole book leaves."""
    folder = tmp_path_factory.mktemp("founding")
    write_outputs(folder / "out", run(copy_of_book(folder), THROUGH))
    return folder / "out"


def beancount_says(path: Path) -> tuple[int, str]:
    """bean-check's verdict."""
    said = judge([str(bean_check()), str(path)])
    return said.returncode, said.stdout + said.stderr


def hledger_says(path: Path) -> tuple[int, str]:
    """hledger's verdict: strict, dates in order, payees declared."""
    strict = judge([hledger(), "-f", str(path), "check", "-s"])
    named = judge([hledger(), "-f", str(path), "check", "accounts", "commodities", "ordereddates", "payees"])
    return strict.returncode or named.returncode, strict.stderr + named.stderr


JUDGES = [
    pytest.param("journal.beancount", beancount_says, id="bean-check"),
    pytest.param("journal.hledger", hledger_says, id="hledger"),
]


@pytest.mark.parametrize(("name", "verdict"), JUDGES)
def test_the_journal_of_the_book_is_accepted(name: str, verdict: Callable[[Path], tuple[int, str]], out: Path) -> None:
    """The file as it was written is read without a word."""
    assert len(ENTRY.findall((out / name).read_text("utf-8"))) > 100
    assert (0, "") == verdict(out / name)


def trial_balance(out: Path) -> dict[tuple[str, str, str], str]:
    """(entity, account, currency) -> balance as our own report writes it, zeros left out."""
    rows = csv.DictReader(io.StringIO((out / "trial_balance.csv").read_text("utf-8-sig")))
    balances = {(row["entity"], row["account"], row["currency"]): row["balance"] for row in rows}
    return {key: balance for key, balance in balances.items() if balance != "0.00"}


def test_hledgers_balances_are_our_trial_balance(out: Path) -> None:
    """What hledger adds up for each account is our trial balance, to the cent and with no account more or less."""
    told = judge([hledger(), "-f", str(out / "journal.hledger"), "balance", "--flat", "--no-total", "-O", "csv"])
    assert (0, "") == (told.returncode, told.stderr)
    actual = {}
    for row in csv.DictReader(io.StringIO(told.stdout)):
        _, entity, account = row["account"].split(":")
        balance, currency = row["balance"].split()
        actual[entity, account.partition("-")[0], currency] = balance
    assert len(actual) > 10
    assert trial_balance(out) == actual


def cent_more(match: re.Match[str]) -> str:
    """An amount away from zero by one cent."""
    whole, _, cents = match[1].lstrip("-").partition(".")
    minor = int(whole + cents) + 1
    return f"{'-' if match[1].startswith('-') else ''}{minor // 100}.{minor % 100:02d} {match[2]}"


def with_a_cent_more(text: str, entry: int, postings: int) -> str:
    """A journal in which an entry of two postings has a cent more on one or both; what it asserts stays as it was."""
    starts = [match.start() for match in ENTRY.finditer(text)]
    pairs = [
        found
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
        if len(found := list(POSTING.finditer(text, start, end))) == 2
    ]
    for match in reversed(pairs[entry][:postings]):
        text = text[: match.start()] + MONEY.sub(cent_more, match.group(), count=1) + text[match.end() :]
    return text


@pytest.mark.parametrize("postings", [1, 2], ids=["one side", "both sides"])
@pytest.mark.parametrize("entry", [0, 40, -1], ids=["the first entry", "one between", "the last entry"])
@pytest.mark.parametrize(("name", "verdict"), JUDGES)
def test_one_changed_cent_is_refused(
    name: str, verdict: Callable[[Path], tuple[int, str]], entry: int, postings: int, out: Path, tmp_path: Path
) -> None:
    """A cent on one side leaves an entry unbalanced; on both sides it is found by the balances after it."""
    text = (out / name).read_text("utf-8")
    changed = with_a_cent_more(text, entry, postings)
    assert changed != text
    path = tmp_path / name
    path.write_text(changed, encoding="utf-8", newline="\n")
    code, said = verdict(path)
    assert code != 0
    assert said
