"""Tests of the order of a journal, the trial balance and balances by key."""

from __future__ import annotations

from datetime import date

import pytest

from billcore.core.errors import InvariantBroken, MissingInput
from billcore.gl import TrialBalance, TrialBalanceRow, balance_of, balances_by, in_order, trial_balance
from support.ledger import chart, entry, line, read_amount, sample_journal

END = date(2026, 12, 31)


def test_trial_balance() -> None:
    """Each account of each entity has its debits, credits and balance in the functional currency, by number."""
    rows = trial_balance(sample_journal(), through=END, chart=chart()).rows
    assert [(r.entity, r.account, r.name, str(r.debit), str(r.credit), str(r.balance)) for r in rows] == [
        ("JP01", "1200", "Accounts receivable", "JPY 120000", "JPY 0", "JPY 120000"),
        ("JP01", "2400", "Contract liability", "JPY 0", "JPY 120000", "JPY -120000"),
        ("US01", "1000", "Bank", "USD 1298.09", "USD 0.00", "USD 1298.09"),
        ("US01", "1200", "Accounts receivable", "USD 1296.09", "USD 1296.09", "USD 0.00"),
        ("US01", "2200", "Tax payable", "USD 0.00", "USD 100.00", "USD -100.00"),
        ("US01", "2400", "Contract liability", "USD 88.09", "USD 1196.09", "USD -1108.00"),
        ("US01", "4000", "Subscription revenue", "USD 0.00", "USD 88.09", "USD -88.09"),
        ("US01", "7000", "Realized FX gain", "USD 0.00", "USD 2.00", "USD -2.00"),
    ]


def test_through_is_in() -> None:
    """The day itself counts, the next does not."""
    last = date(2026, 1, 31)
    assert {"1200", "2200", "2400", "4000"} == {r.account for r in trial_balance(sample_journal(), through=last).rows}
    assert trial_balance(sample_journal(), through=date(2026, 1, 30)).rows == ()


def test_order_of_entries_is_none_of_it() -> None:
    """Entries in any order give one trial balance and one journal."""
    journal = sample_journal()
    assert trial_balance(journal, through=END) == trial_balance(journal[::-1], through=END)
    assert in_order(journal) == in_order(journal[::-1])


def test_repeated_entry() -> None:
    """An entry that comes twice is refused, never counted twice."""
    journal = sample_journal()
    with pytest.raises(InvariantBroken) as raised:
        trial_balance([*journal, journal[0]], through=END)
    assert raised.value.code == "entry-repeated"
    assert "inv-1" in raised.value.found


def test_account_outside_the_chart() -> None:
    """An account that the chart lacks has no name to show, so the report is refused."""
    stray = entry("s", END, line("9999", "cash", "debit", "USD 1.00"), line("1000", "cash", "credit", "USD 1.00"))
    with pytest.raises(MissingInput) as raised:
        trial_balance([stray], through=END, chart=chart())
    assert raised.value.code == "account-unknown"
    assert len(trial_balance([stray], through=END).rows) == 2


def test_two_functional_currencies() -> None:
    """An entity keeps its books in one currency; two are never added."""
    dollars = entry("a", END, line("1000", "cash", "debit", "USD 1.00"), line("1200", "cash", "credit", "USD 1.00"))
    euros = entry("b", END, line("1000", "cash", "debit", "EUR 1.00"), line("1200", "cash", "credit", "EUR 1.00"))
    with pytest.raises(InvariantBroken) as raised:
        trial_balance([dollars, euros], through=END)
    assert raised.value.code == "entry-currency-mixed"


def test_unbalanced_trial_balance_does_not_exist() -> None:
    """Rows whose sides differ in one entity make no trial balance, also where another entity makes up for it."""
    rows = tuple(
        TrialBalanceRow(
            book="main",
            entity=entity,
            account="1",
            name="",
            debit=read_amount(debit),
            credit=read_amount(credit),
        )
        for entity, debit, credit in (("DE01", "USD 1.00", "USD 0.00"), ("US01", "USD 0.00", "USD 1.00"))
    )
    with pytest.raises(InvariantBroken) as raised:
        TrialBalance(through=END, rows=rows)
    assert (raised.value.code, raised.value.path) == ("trial-balance-unbalanced", "main.DE01")


def test_balances_by_obligation() -> None:
    """Contract liabilities stand by contract and obligation, each pair of currencies by itself."""
    found = balances_by(sample_journal(), ("contract", "obligation"), through=END, role="contract_liability")
    assert {key: (str(balance.amount), str(balance.functional)) for key, balance in found.items()} == {
        ("", "", "JPY", "JPY"): ("JPY -120000", "JPY -120000"),
        ("C-1", "C-1/platform", "USD", "USD"): ("USD -1000.00", "USD -1000.00"),
        ("C-2", "C-2/api", "EUR", "USD"): ("EUR -100.00", "USD -108.00"),
    }


def test_balance_of() -> None:
    """One role's balance at the end of a day, for a contract, an obligation, a document or an entity."""
    journal = sample_journal()
    asked = {"role": "contract_liability", "currency": "USD", "contract": "C-1"}
    assert str(balance_of(journal, through=date(2026, 1, 31), **asked)) == "USD -1000.00"
    assert str(balance_of(journal, through=date(2026, 1, 30), **asked)) == "USD 0.00"
    assert str(balance_of(journal, through=END, **asked, obligation="C-1/other")) == "USD 0.00"
    assert str(balance_of(journal, through=END, **asked, entity="DE01")) == "USD 0.00"
    open_item = {"role": "receivable", "currency": "USD", "document": "inv-1"}
    assert str(balance_of(journal, through=date(2026, 2, 14), **open_item)) == "USD 1188.09"
    assert str(balance_of(journal, through=date(2026, 2, 15), **open_item)) == "USD 0.00"
