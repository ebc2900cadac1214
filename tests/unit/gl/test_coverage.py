"""Tests of the proof of coverage and of what two versions do not share."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from billcore.core.errors import MissingInput
from billcore.gl import Cell, coverage, diff
from support.ledger import BOTH, ROWS, SEQUENCES, YEAR_START, cells, chart, mapping, row, sequence

WITHOUT_DE_USAGE = [
    *[each for each in ROWS if each.id != "rev-use"],
    row("rev-use", "revenue_recognized", "revenue", "4100", entity="US01", product_class="usage"),
]
DE_USAGE = Cell(event="revenue_recognized", role="revenue", entity="DE01", product_class="usage")


def test_certificate() -> None:
    """A whole mapping gives a certificate with the domain's hash and count, whatever the order and repeats of cells."""
    proof = coverage(mapping(), chart(), cells(), YEAR_START)
    assert proof.is_complete
    assert (13, mapping().version, chart().version) == (proof.count, proof.mapping_version, proof.chart_version)
    assert proof == coverage(mapping(), chart(), [*cells()[::-1], *cells()], YEAR_START)
    assert proof.domain != coverage(mapping(), chart(), cells()[1:], YEAR_START).domain


def test_witness() -> None:
    """One missing combination is named as a witness to finance: event, role, entity, class, and what was tried."""
    proof = coverage(mapping(WITHOUT_DE_USAGE), chart(), cells(), YEAR_START)
    (witness,) = proof.witnesses
    assert not proof.is_complete
    assert ("account-unmapped", "finance", str(DE_USAGE)) == (witness.code, witness.owner, witness.subject)
    assert "entity+product_class = DE01+usage" in witness.expected


def test_new_class_reopens_the_proof() -> None:
    """A product class that no row names has no account: there is no catch-all."""
    new = Cell(event="revenue_recognized", role="revenue", entity="US01", product_class="training")
    proof = coverage(mapping(), chart(), [*cells(), new], YEAR_START)
    assert [("account-unmapped", str(new))] == [(f.code, f.subject) for f in proof.findings]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"is_active": False}, "account-inactive"),
        ({"is_postable": False}, "account-not-postable"),
        ({"type": "liability"}, "account-type-wrong"),
        ({"currency": "EUR"}, "account-currency-differs"),
    ],
)
def test_account_that_may_not_take_it(change: dict[str, Any], code: str) -> None:
    """A cell whose account fails the chart check is a witness."""
    changed = chart(changes={("US01", "1200"): change})
    proof = coverage(mapping(), changed, cells(), YEAR_START, currencies={"US01": {"USD", "EUR"}, "DE01": {"EUR"}})
    cell = Cell(event="invoice_issued", role="receivable", entity="US01")
    assert [(code, str(cell))] == [(f.code, f.subject) for f in proof.witnesses]


def test_account_outside_the_chart() -> None:
    """A row for an entity whose chart lacks the account is a witness."""
    rows = [row("ar", "invoice_issued", "receivable", "1999", entity=BOTH), *ROWS[1:]]
    proof = coverage(mapping(rows), chart(), cells(), YEAR_START)
    assert [(f.code, f.found) for f in proof.witnesses] == [
        ("account-unknown", "account 1999 of DE01"),
        ("account-unknown", "account 1999 of US01"),
    ]


def test_control_account_of_two_subledgers() -> None:
    """A control account that contracts and receipts would both post to can be compared with neither; two roles of one
    subledger may share it."""
    sequences = [*SEQUENCES, sequence("cash_received", "unapplied_cash", "entity")]
    rows = [*ROWS, row("un", "cash_received", "unapplied_cash", "2400", entity="US01")]
    unapplied = Cell(event="cash_received", role="unapplied_cash", entity="US01")
    for is_control, codes in ((True, {"account-control-shared"}), (False, set())):
        changed = chart(changes={("US01", "2400"): {"is_control": is_control}})
        proof = coverage(mapping(rows, sequences), changed, [*cells(), unapplied], YEAR_START)
        assert codes == {f.code for f in proof.witnesses}
    shared = chart(changes={("US01", "2500"): {"is_control": True}})
    roles = ("unapplied_cash", "unidentified_cash")
    sequences = [sequence("cash_received", role, "entity") for role in roles]
    rows = [row(role, "cash_received", role, "2500", entity="US01") for role in roles]
    domain = [Cell(event="cash_received", role=role, entity="US01") for role in roles]
    assert coverage(mapping(rows, sequences), shared, domain, YEAR_START).is_complete


def test_forbidden_cell_warns() -> None:
    """A reachable cell that a row forbids is decided: the certificate stands, with a warning."""
    rows = [
        *WITHOUT_DE_USAGE,
        row("ban", "revenue_recognized", "revenue", None, forbidden=True, entity="DE01", product_class="usage"),
    ]
    proof = coverage(mapping(rows), chart(), cells(), YEAR_START)
    assert proof.is_complete
    assert [("posting-forbidden", "warning", str(DE_USAGE))] == [
        (f.code, f.severity, f.subject) for f in proof.findings
    ]


def test_unused_rows() -> None:
    """Rows in force that no cell reaches are listed; rows of other days are not."""
    rows = [
        *ROWS,
        row("cl-sub", "invoice_issued", "contract_liability", "2400", entity=BOTH, product_class="subscription|usage"),
        row("later", "invoice_issued", "receivable", "1200", entity="FR01", effective_from=date(2027, 1, 1)),
    ]
    assert coverage(mapping(rows), chart(), cells(), YEAR_START).unused_rows == ("cl",)


def test_day_before_the_version() -> None:
    """A version is not proved for a day on which it does not decide."""
    with pytest.raises(MissingInput) as raised:
        coverage(mapping(), chart(), cells(), date(2025, 12, 31))
    assert raised.value.code == "mapping-not-effective"


def test_diff() -> None:
    """Two versions differ by rows added, removed and changed, and by the cells that these move."""
    after = mapping(
        [
            row("ar", "invoice_issued", "receivable", "1250", entity="US01"),
            *[each for each in ROWS if each.id not in ("ar", "tax-de")],
            row("cl-use", "invoice_issued", "contract_liability", "2500", entity="DE01", product_class="usage"),
        ]
    )
    changes = diff(mapping(), after, cells(), YEAR_START)
    assert (changes.added, changes.removed, changes.changed) == (("cl-use",), ("tax-de",), ("ar",))
    assert {
        ("invoice_issued", "tax_payable", "DE01", "2200", ""),
        ("invoice_issued", "receivable", "DE01", "1200", ""),
        ("invoice_issued", "receivable", "US01", "1200", "1250"),
        ("invoice_issued", "contract_liability", "DE01", "2400", "2500"),
    } == {(move.cell.event, move.cell.role, move.cell.entity, move.before, move.after) for move in changes.moved}


def test_diff_of_a_ban() -> None:
    """A cell that becomes forbidden has moved."""
    ban = row("rev-use", "revenue_recognized", "revenue", None, forbidden=True, entity=BOTH, product_class="usage")
    changes = diff(mapping(), mapping([*[each for each in ROWS if each.id != "rev-use"], ban]), cells(), YEAR_START)
    assert {("4100", "forbidden", "rev-use", "rev-use")} == {
        (move.before, move.after, move.before_row, move.after_row) for move in changes.moved
    }


def test_note_changes_nothing() -> None:
    """A note is for people: it changes no row."""
    assert diff(mapping(), mapping([ROWS[0].revised(note="checked"), *ROWS[1:]]), cells(), YEAR_START).is_empty
