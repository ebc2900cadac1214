"""What a type checker must refuse: each line that ends with ``# wrong`` holds exactly one mistake, no other line any.

`test_typing.py` compares the lines that mypy and pyright complain of. The file is never run.
"""

from datetime import date

import billcore as bc


def wrong_lines(contract: bc.Contract, run: bc.BillRun) -> None:
    day = date(2025, 3, 1)
    invoice = run.invoices[0]
    tier = bc.Tier(unit_price="1")

    bc.Flat(amount=12.5)  # wrong: a float has lost what was written
    bc.Flat(amonut="12.50")  # wrong: no such field, and the amount is missing
    bc.Flat()  # wrong: a flat price without its amount
    bc.Period(day, day)  # wrong: built by keyword, never by position
    bc.Amount(minor="1200", currency="USD")  # wrong: minor units are whole numbers
    bc.Amount.of(12.5, "USD")  # wrong: a float again
    bc.Ratable(by="week")  # wrong: no such grain
    bc.Graduated(tiers=tier)  # wrong: a list of tiers
    bc.Graduated(tiers=[{"unit_price": "1"}])  # wrong: plain data goes through read
    bc.ContractLine(id="a", sku="A", price=bc.Flat(amount="1"), billed="advance")  # wrong: in_advance
    bc.bill(contract)  # wrong: through which day?
    bc.bill(contract, through="2025-04-01")  # wrong: a date, not a text
    invoice.number = "INV-1"  # wrong: values are immutable
    print(invoice.total + 1)  # wrong: an amount and a bare number
    text: str = bc.Flat(amount="1").amount  # wrong: what is read is a Decimal
    run.invoices.append(invoice)  # wrong: a tuple
    bc.explain(contract, run)  # wrong: a document or a line of one
    contract.with_price("api_calls", "0.05")  # wrong: a price document
    bc.Change.quantity("seats", 1.5)  # wrong: a float again
    bc.Change.quantity("seats", "8", direction="sideways")  # wrong: up or down
    bc.Change.billing(billed="monthly")  # wrong: in_advance or in_arrears
    bc.Change.pause(["seats"])  # wrong: each id by itself
    bc.ChangePolicy(timing="later")  # wrong: now or period_end
    contract.amended(bc.Change.cancel(), effective=day)  # wrong: known when, by whom, and why?
    bc.Trial(days="14")  # wrong: a whole number of days
    print(text)
