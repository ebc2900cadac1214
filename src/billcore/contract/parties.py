"""Who is party to a contract: the customer who uses, the one who pays for it, and the legal entity that sells."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from billcore.core.document import Document, problem
from billcore.core.fields import Identifier, Items, Name, Note, optional
from billcore.money.schema import CurrencyCode

CountryCode = Annotated[str, Field(pattern="^[A-Z]{2}$")]


class Customer(Document):
    """Who uses what is sold and, where nobody else is named, pays for it.

    Attributes:
        id: Stable for ever.
        name: As it stands on the invoice.
        currency: What the customer's account is kept in; a deal in another currency is a finding.
        tax_jurisdiction: Row key of the tax table, such as ``DE``, ``US-CA``.
        tax_id: VAT or other registration number.
        address: Lines of the postal address.
        parent: Id of the account above it.
        pays: Who pays for its contracts: ``self`` (default), or ``parent``: the nearest account above that pays itself.
        invoices: What it pays comes as ``separate`` documents (default), one for each contract, or ``consolidated``:
            contracts of one entity, currency, date and payment terms on one document.

    Raises: DocumentError ``parents-in-a-circle`` for its own parent, ``parent-missing`` where a parent pays and none is
        named.

    >>> Customer(id="acme-de", name="Acme GmbH", parent="acme", pays="parent").invoices
    'separate'
    """

    id: Identifier
    name: Name
    currency: CurrencyCode | None = None
    tax_jurisdiction: Identifier | None = None
    tax_id: Note = ""
    address: Items[Name] = optional(default=())
    parent: Identifier | None = None
    pays: Literal["self", "parent"] = "self"
    invoices: Literal["separate", "consolidated"] = "separate"

    @model_validator(mode="after")
    def _parent_is_another(self) -> Self:
        if self.parent == self.id:
            raise problem("parents-in-a-circle", found=f"{self.id} as its own parent", expected="another account")
        if self.pays == "parent" and self.parent is None:
            raise problem("parent-missing", found="pays parent, without a parent", expected="the id of the parent")
        return self


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
