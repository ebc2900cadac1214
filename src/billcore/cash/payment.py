"""What money received is: one transaction of one bank entry, as the bank reported it."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from billcore.core.document import Document, problem
from billcore.core.errors import excerpt
from billcore.core.fields import Identifier, Name, Note, optional
from billcore.money.amount import Amount

PaymentStatus = Literal["booked", "pending"]

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _read_day(given: object) -> object:
    # pydantic would read the number 20250301, as bank files write days, as seconds since 1970.
    if type(given) is date or (isinstance(given, str) and _ISO_DAY.fullmatch(given)):
        return given
    raise problem("date-malformed", found=excerpt(given), expected="a date, or text such as 2025-03-01")


def _read_ordinal(given: object) -> object:
    if type(given) is int and given >= 1:
        return given
    raise problem("number-malformed", found=excerpt(given), expected="a whole number from 1")


def _positive(amount: Amount) -> Amount:
    if amount.minor <= 0:
        raise problem(
            "payment-not-positive",
            found=str(amount),
            expected="more than 0",
            hint="Money that goes out, and a reversed receipt, is no payment.",
        )
    return amount


class Payment(Document):
    """Money received.

    Attributes:
        id: The host's id of the payment.
        entity: Legal entity whose bank account received it.
        bank_account: The account, where the entity has several; part of the key.
        bank_reference: The bank's own reference of the entry.
        tx_ordinal: Place of the transaction inside the bank's entry, from 1: a batch is booked as one entry.
        value_date: The day the money counts from.
        amount: What was received, more than 0.
        reference: The remittance text, as the payer wrote it.
        payer: The customer, where the host knows who paid; absent, the reference must tell.
        payer_name: Who paid, as the bank names it; it is shown and decides nothing.
        status: Only ``booked`` money is applied; ``pending`` is looked at again once it is booked.

    Raises: DocumentError ``payment-not-positive``, ``date-malformed`` and the codes of every document.
    Source: rules 9.

    >>> payment = Payment(id="P-1", entity="US01", bank_reference="B-77", value_date=date(2025, 3, 1),
    ...     amount=Amount.of("100.00", "USD"), reference="invoice 2019-00001")
    >>> payment.key
    'US01||B-77|1'
    """

    id: Identifier
    entity: Identifier
    bank_account: Identifier | None = None
    bank_reference: Name
    tx_ordinal: Annotated[int, BeforeValidator(_read_ordinal)] = optional(default=1)
    value_date: Annotated[date, BeforeValidator(_read_day)]
    amount: Annotated[Amount, AfterValidator(_positive)]
    reference: Note = ""
    payer: Identifier | None = None
    payer_name: Note = ""
    status: PaymentStatus = "booked"

    @property
    def key(self) -> str:
        """What makes it the same payment when it is read again: account, bank reference, ordinal.

        Of the four parts only the bank's reference can hold the separator, so no two payments share a text.
        """
        return f"{self.entity}|{self.bank_account or ''}|{self.bank_reference}|{self.tx_ordinal}"
