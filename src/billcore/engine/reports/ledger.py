"""What stands on the accounts of each legal entity."""

from __future__ import annotations

from datetime import date

from billcore.core.table import Table
from billcore.engine.book import Book
from billcore.engine.closing import BookRun
from billcore.engine.reports.columns import CURRENCY, Named, report
from billcore.gl.balances import trial_balance

COLUMNS: tuple[Named, ...] = (
    ("book", "text", "Book"),
    ("entity", "text", "Entity"),
    CURRENCY,
    ("account", "text", "Account"),
    ("name", "text", "Name"),
    ("debit", "money", "Debit"),
    ("credit", "money", "Credit"),
    ("balance", "money", "Balance"),
)


def trial_balance_table(book: Book, run: BookRun, as_of: date) -> Table:
    """List the accounts of each legal entity at the end of a day, in its functional currency.

    Raises: MissingInput ``account-unknown``; InvariantBroken ``trial-balance-unbalanced``.
    """
    stands = trial_balance(run.standing.entries, through=as_of, chart=book.chart)
    return report(
        "trial_balance",
        (
            (row.book, row.entity, row.debit.currency, row.account, row.name, row.debit, row.credit, row.balance)
            for row in stands.rows
        ),
        COLUMNS,
    )
