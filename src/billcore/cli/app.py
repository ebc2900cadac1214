"""Which verbs the command line has, and what each exit code means."""

from __future__ import annotations

import typer

from billcore.cli.check import check
from billcore.cli.explain import explain
from billcore.cli.preview import preview
from billcore.cli.run import run
from billcore.cli.timeline import timeline
from billcore.cli.validate import validate

HELP = """From a folder of closed deals to invoices, revenue, balanced journal entries and applied cash, to the cent.

A BOOK is a folder with the files of finance and the deals; examples/founding is one. RULES are cases of prices;
examples/prices holds some. Nothing leaves the machine.

Exit codes of every verb: 0 good; 1 there are findings (each verb says which); 2 the book or file cannot be read, or the
arguments are wrong; 3 billcore contradicts itself, which is a bug.
"""

# Markup off: names and texts come from other systems. Locals off: a traceback must not show a customer's data.
app = typer.Typer(
    help=HELP,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command()(run)
app.command()(preview)
app.command()(validate)
app.command()(explain)
app.command()(timeline)
app.command()(check)
