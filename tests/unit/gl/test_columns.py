"""Tests of how finance's tables become documents."""

from __future__ import annotations

from billcore.gl import (
    ACCESS_COLUMNS,
    CHART_COLUMNS,
    MAPPING_COLUMNS,
    AccessSequence,
    Account,
    MappingRow,
    access_fields,
    account_fields,
    mapping_row_fields,
)


def named(columns: tuple[str, ...], text: str) -> dict[str, str]:
    """One row of a table, as a reader of CSV gives it."""
    return dict(zip(columns, text.split(","), strict=True))


def test_chart_row() -> None:
    """A row of the chart is read as an account; empty cells take the field's default."""
    account = Account.read(account_fields(named(CHART_COLUMNS, "US01,1200,Receivables,asset,true,true,,")))
    assert (
        account.number,
        account.is_postable,
        account.is_control,
        account.is_active,
        account.currency,
    ) == ("1200", True, True, True, None)


def test_mapping_rows() -> None:
    """A row of the mapping is read with its value sets; the word forbidden stands where an account would."""
    text = "r1,revenue_recognized,revenue,US01|DE01,usage,,,,4100,2026-01-01,,moved from 4000"
    row = MappingRow.read(mapping_row_fields(named(MAPPING_COLUMNS, text)))
    assert (
        row.entity,
        row.product_class,
        row.account,
        row.effective_to,
    ) == (("DE01", "US01"), ("usage",), "4100", None)
    text = "r2,revenue_recognized,revenue,US01,usage,,,,forbidden,2026-01-01,2027-01-01,"
    ban = MappingRow.read(mapping_row_fields(named(MAPPING_COLUMNS, text)))
    assert (ban.account, ban.forbidden) == (None, True)


def test_access_rows() -> None:
    """The access table is read by its step numbers, ten after two."""
    texts = (
        "revenue_recognized,revenue,10,entity",
        "invoice_issued,receivable,1,entity",
        "revenue_recognized,revenue,2,entity+product_class",
    )
    fields = access_fields(named(ACCESS_COLUMNS, text) for text in texts)
    sequences = [AccessSequence.read(each) for each in fields]
    assert [[str(step) for step in s.steps] for s in sequences] == [["entity+product_class", "entity"], ["entity"]]
