"""Which documents become one: those of several contracts that one customer pays, where nothing tells them apart.

Grouping moves lines and changes none: no amount, tax or line id. Source: rules 6 (one invoice: one customer, entity,
currency, date; grouping by name).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from billcore.core.value import replaced
from billcore.invoice.invoice import Invoice

_Key = tuple[object, ...]


def consolidated(
    documents: Iterable[Invoice], payers: Collection[str], *, sources: Mapping[str, str]
) -> tuple[Invoice, ...]:
    """Put documents of several contracts on one where their payer asks for it.

    Documents of one payer, entity, kind, currency, date, due date and payment terms become one: its lines stand in
    the order of contracts and of each contract's lines, its totals are sums, its id follows its content. A credit memo
    joins others only where all of them correct lines of one and the same document; one that corrects no line stays by
    itself. Where the contracts' customers differ the document is the payer's, and each line says who used it.

    Args:
        documents: Of one run, not yet numbered, in any order.
        payers: Ids of the customers who want consolidated documents; documents of others stay as they are.
        sources: Document line id -> id of the issued document that holds it, for the lines that memos correct.

    Returns: by date, kind, contracts and id, whatever the order of ``documents``.
    Rounding: none; no amount is touched.

    >>> consolidated((), {"acme"}, sources={})
    ()
    """
    groups: dict[_Key, list[Invoice]] = {}
    alone: list[Invoice] = []
    for document in documents:
        key = _key(document, sources) if document.payer_id in payers else None
        if key is None:
            alone.append(document)
        else:
            groups.setdefault(key, []).append(document)
    made = [*alone, *(_one(sorted(group, key=_place)) for group in groups.values())]
    return tuple(sorted(made, key=_place))


def _place(document: Invoice) -> tuple[object, ...]:
    return document.invoice_date, document.kind != "invoice", document.contracts, document.id


def _key(document: Invoice, sources: Mapping[str, str]) -> _Key | None:
    """What documents that become one have in common; None for a memo whose lines belong to no one document."""
    is_memo = document.kind == "credit_memo"
    corrected = {sources.get(line.corrects, "") for line in document.lines} if is_memo else set()
    if is_memo and (len(corrected) > 1 or "" in corrected):
        return None
    return (
        document.kind,
        document.payer_id,
        document.entity,
        document.currency,
        document.invoice_date,
        document.due_date,
        document.terms_text,
        document.seller,
        document.customer_address,
        *sorted(corrected),
    )


def _one(group: Sequence[Invoice]) -> Invoice:
    """One document of several, in the order of their contracts; a single one is given back as it is."""
    first = group[0]
    if len(group) == 1:
        return first
    customers = {document.customer for document in group}
    is_shared = len(customers) > 1
    made: Invoice = replaced(
        first,
        customer=first.payer_id if is_shared else first.customer,
        payer=first.payer_id if is_shared else first.payer,
        contracts=tuple(sorted({contract for document in group for contract in document.contracts})),
        lines=tuple(line for document in group for line in document.lines),
    )
    return made


def part_of(document: Invoice, contract: str) -> Invoice:
    """The part of a document that one of its contracts makes: the document that the contract alone would have had.

    Args:
        contract: One of the document's contracts.

    Returns: the document itself where it has one contract; else one with that contract's lines and their customer, and
        with the id that it would have by itself. Its number is the whole document's.
    """
    if len(document.contracts) == 1:
        return document
    lines = tuple(line for line in document.lines if line.contract == contract)
    made: Invoice = replaced(document, contracts=(contract,), lines=lines, customer=document.user_of(contract))
    return made
