"""Who is party to a contract: the customer who owes and the legal entity that sells."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from billcore.core.document import Document
from billcore.core.fields import Identifier, Items, Name, Note, optional
from billcore.money.schema import CurrencyCode

CountryCode = Annotated[str, Field(pattern="^[A-Z]{2}$")]


class Customer(Document):
    """Who owes.

    Attributes:
        id: Stable for ever.
        name: As it stands on the invoice.
        currency: What the customer's account is kept in; a deal in another currency is a finding.
        tax_jurisdiction: Row key of the tax table, such as ``DE``, ``US-CA``.
        tax_id: VAT or other registration number.
        address: Lines of the postal address.
    """

    id: Identifier
    name: Name
    currency: CurrencyCode | None = None
    tax_jurisdiction: Identifier | None = None
    tax_id: Note = ""
    address: Items[Name] = optional(default=())


class LegalEntity(Document):
    """Who sells, and keeps books.

    Attributes:
        id: Stable for ever (``US01``); part of every key of the mapping.
        name: As it stands on the invoice.
        country: ISO 3166 alpha-2.
        currency: Functional currency; the books are kept in it.
        zone: IANA name of the zone in which its days begin.
        invoice_prefix, credit_memo_prefix: Start of the number of each document; one gapless series each.
    """

    id: Identifier
    name: Name
    country: CountryCode
    currency: CurrencyCode
    zone: str = "UTC"
    tax_id: Note = ""
    address: Items[Name] = optional(default=())
    invoice_prefix: Identifier
    credit_memo_prefix: Identifier
