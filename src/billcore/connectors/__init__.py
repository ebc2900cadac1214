"""What named systems read and write: pure functions between their formats and our values."""

from billcore.connectors.beancount import to_beancount as to_beancount
from billcore.connectors.hledger import to_hledger as to_hledger
from billcore.connectors.journal_csv import JOURNAL_COLUMNS as JOURNAL_COLUMNS
from billcore.connectors.journal_csv import to_csv as to_csv
