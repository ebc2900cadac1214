"""How differences become documents: lines with their taxes, grouped by date, totals that are sums.

Tax is a question to somebody outside: `questions` asks, `assemble` takes the answers. Source: rules 5 and 6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias

from billcore.billing.billed import BilledLine
from billcore.billing.difference import Difference
from billcore.billing.standing import WITHDRAWN
from billcore.billing.workings import STAGE_KINDS
from billcore.contract.contract import Contract
from billcore.contract.parties import Customer, LegalEntity
from billcore.core.errors import MissingInput
from billcore.core.value import Value, replaced
from billcore.invoice.due_dates import due_date, terms_text
from billcore.invoice.invoice import Invoice, InvoiceLine
from billcore.invoice.tax import TaxQuestion, given_back
from billcore.money.taxed import TaxAmount

Answers: TypeAlias = Mapping[str, tuple[TaxAmount, ...]]


class Parties(Value, frozen=True, kw_only=True):
    """Texts of the two parties, copied onto every document at issue: later edits change no issued document."""

    seller: tuple[str, ...] = ()
    buyer: tuple[str, ...] = ()


def parties(entity: LegalEntity | None, customer: Customer | None) -> Parties:
    """Copy the parties' names, addresses and tax numbers."""
    return Parties(seller=_party_lines(entity), buyer=_party_lines(customer))


def _party_lines(party: LegalEntity | Customer | None) -> tuple[str, ...]:
    if party is None:
        return ()
    return (party.name, *party.address, *((party.tax_id,) if party.tax_id else ()))


def question_key(difference: Difference) -> str:
    """Name a difference in questions and answers."""
    charge = difference.charge
    if charge is None:
        return f"-{difference.number}"
    return f"{charge.line_id}/{charge.component}/{difference.days}/{charge.terms}"


def questions(
    differences: Sequence[Difference], *, jurisdiction: str, tax_classes: Mapping[str, str]
) -> tuple[TaxQuestion, ...]:
    """Ask for the tax of every amount to be billed; what is given back uses the taxes of the line it corrects.

    Args:
        tax_classes: Sku -> tax class.

    Raises: MissingInput ``tax-class-missing``.
    """
    asked = []
    for difference in differences:
        if difference.corrects is not None or difference.charge is None:
            continue
        charge = difference.charge
        if charge.line.sku not in tax_classes:
            raise MissingInput(
                "tax-class-missing", found=f"sku {charge.line.sku}", expected="a product with a tax class"
            )
        is_point = charge.component == "one_time" or charge.component.startswith("milestone:")
        asked.append(
            TaxQuestion(
                key=question_key(difference),
                jurisdiction=jurisdiction,
                tax_class=tax_classes[charge.line.sku],
                tax_point=charge.invoice_date if is_point and charge.invoice_date else difference.days.last_day,
                base=difference.amount if difference.amount.minor >= 0 else -difference.amount,
            )
        )
    return tuple(asked)


def assemble(
    contract: Contract,
    differences: Sequence[Difference],
    standing: Sequence[BilledLine],
    *,
    through: date,
    answers: Answers | None,
    texts: Parties,
    payer: str = "",
) -> tuple[Invoice, ...]:
    """Make the documents: one invoice per invoice date, one credit memo per document that is corrected.

    Args:
        contract: For payment terms and parties' ids.
        differences: Of one contract.
        standing: The contract's issued lines: what was credited of them before.
        through: Date of every correction; a first-time charge has the invoice date of its row.
        answers: Question key -> taxes; None where tax is nobody's question (a what-if).
        payer: Who is asked for it, where that is not the contract's customer. A credit memo goes to whoever was asked
            for the document that it corrects, whoever pays now.

    Returns: by date, invoices first; what a price gives back that was never billed is a credit memo of its own.
    Rounding: none; totals are sums.
    """
    charged: dict[date, list[InvoiceLine]] = {}
    returned: dict[date, list[InvoiceLine]] = {}
    credited: dict[str, list[InvoiceLine]] = {}
    given = _credited_so_far(standing)
    for difference in differences:
        if difference.corrects is None:
            charge = difference.charge
            day = through
            if charge is not None and difference.is_first:
                day = difference.on or charge.invoice_date or through
            side = charged if difference.amount.minor >= 0 else returned
            side.setdefault(day, []).append(_charge_line(difference, answers))
        elif difference.amount.minor > 0:
            charged.setdefault(through, []).append(_again_line(difference, difference.corrects, given))
        else:
            line = _credit_line(difference, difference.corrects, given)
            credited.setdefault(difference.corrects.document, []).append(line)
    asked = {line.document: line.payer for line in standing} if credited else {}
    now = _payer(contract, payer)
    documents = [_document(contract, "invoice", day, lines, texts, now) for day, lines in sorted(charged.items())]
    documents += [_document(contract, "credit_memo", day, lines, texts, now) for day, lines in sorted(returned.items())]
    for source, lines in sorted(credited.items()):
        then = _payer(contract, asked[source])
        # Who was asked then may be another than now: the name on the snapshot at hand would be the wrong one.
        whose = texts if then == now else Parties(seller=texts.seller)
        documents.append(_document(contract, "credit_memo", through, lines, whose, then))
    return tuple(documents)


def _payer(contract: Contract, payer: str) -> str:
    """Who pays, where it is not the customer; empty where it is."""
    return "" if payer == contract.customer else payer


def _credited_so_far(standing: Sequence[BilledLine]) -> dict[str, int]:
    given: dict[str, int] = {}
    for line in standing:
        if line.corrects:
            given[line.corrects] = given.get(line.corrects, 0) + line.net_minor
    return given


def _charge_line(difference: Difference, answers: Answers | None) -> InvoiceLine:
    charge = difference.charge
    if charge is None:
        raise MissingInput("charge-missing", found="an amount to bill without a charge", expected="a charge")
    taxes = () if answers is None else answers[question_key(difference)]
    is_first = not difference.adds_to and (difference.number == 0 or charge.component == "recurring")
    is_whole = difference.days == charge.service
    what = f"{charge.line.name}" if is_first else f"{charge.line.name}, correction"
    return InvoiceLine(
        contract=charge.contract,
        line=charge.line_id,
        component=charge.component,
        service=difference.days,
        terms=charge.terms,
        number=difference.number,
        description=_described(what, charge.component),
        net_minor=abs(difference.amount.minor),
        currency=difference.amount.currency,
        taxes=taxes,
        quantity=charge.quantity if is_first else "",
        discount_minor=charge.gross_minor - charge.net_minor if is_first and is_whole and charge.net_minor >= 0 else 0,
        adds_to=difference.adds_to,
        pace=difference.pace,
    )


def _described(what: str, component: str) -> str:
    """Tell a line's piece apart: a milestone, a group (``region=eu``), a tier, its flat part, a minimum, a true-up."""
    kind, _, piece = component.partition(":")
    if kind == "milestone":
        return f"{what}, milestone {piece}"
    if kind in STAGE_KINDS:
        return f"{what}, {kind.replace('_', '-')}" + (f" {piece}" if piece != kind else "")
    return f"{what}, {piece.replace(':flat', ', flat part').replace(':', ' ')}" if piece else what


def _again_line(difference: Difference, source: BilledLine, given: dict[str, int]) -> InvoiceLine:
    """Bill again what a memo line of its own gave back, with that line's taxes."""
    again, before = difference.amount.minor, given.get(source.id, 0)
    given[source.id] = before + again
    return InvoiceLine(
        contract=source.contract,
        line=source.line,
        component=source.component,
        service=source.service,
        terms=WITHDRAWN,
        number=difference.number,
        description=f"Reversal of {source.number or source.document}",
        net_minor=again,
        currency=source.currency,
        taxes=given_back(source.taxes, source.net_minor, before, before + again),
    )


def _credit_line(difference: Difference, source: BilledLine, given: dict[str, int]) -> InvoiceLine:
    back, before = -difference.amount.minor, given.get(source.id, 0)
    given[source.id] = before + back
    taxes = given_back(source.taxes, source.net_minor, before, before + back)
    charge = difference.charge
    return InvoiceLine(
        contract=source.contract,
        line=source.line,
        component=source.component,
        service=difference.days,
        terms=charge.terms if charge is not None else WITHDRAWN,
        number=difference.number,
        description=f"Credit of {source.number or source.document}",
        net_minor=back,
        currency=source.currency,
        taxes=taxes,
        corrects=source.id,
    )


def _document(
    contract: Contract, kind: str, day: date, lines: list[InvoiceLine], texts: Parties, payer: str
) -> Invoice:
    # Where another pays, each line says who used it: on one document of several contracts it is told line by line.
    told = [replaced(line, customer=contract.customer) for line in lines] if payer else lines
    return Invoice(
        kind="invoice" if kind == "invoice" else "credit_memo",
        number="",
        entity=contract.entity,
        customer=contract.customer,
        currency=contract.currency,
        invoice_date=day,
        due_date=due_date(day, contract.payment_terms) if kind == "invoice" else day,
        contracts=(contract.id,),
        lines=tuple(told),
        seller=texts.seller,
        customer_address=texts.buyer,
        terms_text=terms_text(contract.payment_terms) if kind == "invoice" else "",
        payer=payer,
    )


def billed_lines(document: Invoice) -> tuple[BilledLine, ...]:
    """What a document leaves standing, once it is issued."""
    document_id = document.id  # a hash over all its lines: taken once
    return tuple(
        BilledLine(
            document=document_id,
            number=document.number,
            kind=document.kind,
            invoice_date=document.invoice_date,
            id=line.id,
            contract=line.contract,
            line=line.line,
            component=line.component,
            service=line.service,
            terms=line.terms,
            net_minor=line.net_minor,
            currency=line.currency,
            taxes=line.taxes,
            corrects=line.corrects,
            ordinal=line.number,
            adds_to=line.adds_to,
            pace=line.pace,
            payer=document.payer,
        )
        for line in document.lines
    )
