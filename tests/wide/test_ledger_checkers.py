"""The outside checkers read our journals: what we balance, bean-check and hledger balance, and what is changed they refuse."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from billcore.connectors import to_beancount, to_hledger
from billcore.core.errors import InvariantBroken
from billcore.gl import JournalEntry
from support.ledger import YEAR_START, chart, entry, line, read_amount, sample_journal
from support.peers import bean_check, hledger, judge

pytestmark = pytest.mark.wide

HOSTILE = 'quote " back\\slash ; comment | bar\nnewline\r\t[2020-01-01] date:2020-01-01, x \u202egnp.exe 売上 \ud800 (c) #t ^l \\'


def many_entries(count: int = 400) -> list[JournalEntry]:
    """Random balanced entries of three entities, in their own and in foreign currencies, with hostile texts."""
    chance = random.Random(1)
    made = []
    for number in range(count):
        entity, own = chance.choice([("US01", "USD"), ("DE01", "EUR"), ("JP01", "JPY")])
        currency = chance.choice([own, "EUR", "KWD", "JPY"])
        parts = [chance.randint(1, 10**8) for _ in range(chance.randint(1, 4))]
        costs = parts if currency == own else [chance.randint(1, 10**8) for _ in parts]
        accounts = [chance.choice(["2400", "4000", "2200"]) for _ in parts]
        lines = [
            line("1200", "receivable", "debit", text(currency, sum(parts)), text(own, sum(costs)), document=HOSTILE),
            *(
                line(account, "contract_liability", "credit", text(currency, part), text(own, cost), obligation=HOSTILE)
                for account, part, cost in zip(accounts, parts, costs, strict=True)
            ),
        ]
        day = YEAR_START + timedelta(days=chance.randint(0, 400))
        hostile = {"description": f"{number} {HOSTILE}", "customer": f"Müller {number % 7} {HOSTILE}"}
        made.append(
            entry(f"{number} {HOSTILE}".replace("\ud800", ""), day, *lines, entity=entity, contract=HOSTILE, **hostile)
        )
    return made


def text(currency: str, minor: int) -> str:
    """Minor units as ``USD 1.00``."""
    one = read_amount(f"{currency} 1")
    return f"{currency} {type(one)(minor=minor, currency=currency).text}"


def beancount_verdict(tmp_path: Path, journal: str) -> tuple[int, str]:
    """What bean-check says."""
    path = tmp_path / "journal.beancount"
    path.write_text(journal, encoding="utf-8", newline="\n")
    said = judge([str(bean_check()), str(path)])
    return said.returncode, said.stdout + said.stderr


def hledger_verdict(tmp_path: Path, journal: str) -> tuple[int, str]:
    """What hledger says, strictly, with dates in order and payees declared."""
    path = tmp_path / "journal.hledger"
    path.write_text(journal, encoding="utf-8", newline="\n")
    strict = judge([hledger(), "-f", str(path), "check", "-s"])
    named = judge([hledger(), "-f", str(path), "check", "accounts", "commodities", "ordereddates", "payees"])
    return strict.returncode or named.returncode, strict.stderr + named.stderr


@pytest.mark.parametrize("make", [sample_journal, many_entries, list])
def test_beancount_accepts(make: Callable[[], list[JournalEntry]], tmp_path: Path) -> None:
    """bean-check accepts our journal with a tolerance of zero."""
    assert beancount_verdict(tmp_path, to_beancount(make(), chart())) == (0, "")


@pytest.mark.parametrize("make", [sample_journal, many_entries, list])
def test_hledger_accepts(make: Callable[[], list[JournalEntry]], tmp_path: Path) -> None:
    """hledger accepts our journal, all assertions and declarations included."""
    assert hledger_verdict(tmp_path, to_hledger(make(), chart())) == (0, "")


def test_hledger_reads_every_entry_on_its_day(tmp_path: Path) -> None:
    """No text of ours moves a posting to another day or swallows one: hledger counts what we wrote."""
    journal = many_entries()
    path = tmp_path / "journal.hledger"
    path.write_text(to_hledger(journal, chart()), encoding="utf-8", newline="\n")
    said = judge([hledger(), "-f", str(path), "register", "-O", "csv"]).stdout
    assert said.count("\n") - 1 == sum(len(each.lines) for each in journal)
    early = judge([hledger(), "-f", str(path), "register", "-e", str(YEAR_START), "-O", "csv"]).stdout
    assert early.count("\n") <= 1


@pytest.mark.parametrize(
    ("written", "changed"),
    [
        ("-100.00 USD", "-100.01 USD"),
        ("-100.00 USD", "-100.001 USD"),
        ("-100.00 USD", "-99.999 USD"),
        ("120000 JPY", "120001 JPY"),
        ("open Assets:US01:1000-Bank", "open Assets:US01:1001-Bank"),
        (
            "balance Assets:US01:1200-Accounts-receivable  0.00 USD",
            "balance Assets:US01:1200-Accounts-receivable  0.01 USD",
        ),
    ],
)
def test_beancount_refuses_a_change(written: str, changed: str, tmp_path: Path) -> None:
    """One cent, or a tenth of one, changed in the exported journal is refused."""
    journal = to_beancount(sample_journal(), chart())
    assert written in journal
    code, said = beancount_verdict(tmp_path, journal.replace(written, changed, 1))
    assert code != 0
    assert said


def test_beancount_refuses_a_changed_pair(tmp_path: Path) -> None:
    """An entry changed on both sides balances, and is refused by the balances after it."""
    journal = to_beancount(sample_journal(), chart())
    changed = journal.replace(" 108.00 USD", " 108.01 USD", 1).replace("-108.00 USD", "-108.01 USD", 1)
    code, said = beancount_verdict(tmp_path, changed)
    assert code != 0
    assert "Balance failed" in said


@pytest.mark.parametrize(
    ("written", "changed"),
    [
        ("-100.00 USD =*", "-100.01 USD =*"),
        ("88.09 USD =* -1000.00 USD", "88.09 USD =* -1000.01 USD"),
        ("@@ 110.00 USD", "@@ 110.01 USD"),
        ("account Assets:US01:1000-Bank", "account Assets:US01:1001-Bank"),
        ("commodity 1000.00 EUR\n", ""),
        ("payee acme\n", ""),
    ],
)
def test_hledger_refuses_a_change(written: str, changed: str, tmp_path: Path) -> None:
    """One cent changed in an amount, a cost or an assertion is refused, and so is what is not declared."""
    journal = to_hledger(sample_journal(), chart())
    assert written in journal
    code, said = hledger_verdict(tmp_path, journal.replace(written, changed, 1))
    assert code != 0
    assert said


def test_our_own_entry_refuses_a_cent() -> None:
    """The same change does not get as far as an export: the entry is not constructed."""
    with pytest.raises(InvariantBroken) as raised:
        entry(
            "x",
            YEAR_START,
            line("1200", "receivable", "debit", "USD 100.00"),
            line("2400", "contract_liability", "credit", "USD 100.01"),
        )
    assert raised.value.code == "entry-unbalanced"
