"""What contracts and customers are called in reports, also where their documents have left the book."""

from __future__ import annotations

from billcore.engine.book import Book, Standing


def contract_owners(book: Book, standing: Standing) -> dict[str, tuple[str, str, str]]:
    """Contract -> (entity, customer, currency), of the book and of what stands, also where its deal left the book."""
    found = {
        contract: (document.entity, document.user_of(contract), document.currency)
        for document in standing.documents
        for contract in document.contracts
    }
    return found | {one.id: (one.entity, one.customer, one.currency) for one in book.contracts}


def customer_name(book: Book, customer: str) -> str:
    """The customer's name, or the id where the book does not know it."""
    known = book.customer_by_id.get(customer)
    return known.name if known else customer
