"""What a run comes to, as tables. Pure functions of the book and the run; every number is taken from what stands."""

from billcore.engine.reports.ledger import trial_balance_table as trial_balance_table
from billcore.engine.reports.positions import position_report as position_report
from billcore.engine.reports.problems import findings_table as findings_table
from billcore.engine.reports.receipts import cash_table as cash_table
from billcore.engine.reports.receivables import invoice_register as invoice_register
from billcore.engine.reports.receivables import open_items_table as open_items_table
from billcore.engine.reports.revenue import revenue_schedule_table as revenue_schedule_table
