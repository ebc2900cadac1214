"""Whether a contract may be billed: what every CRM's deal must mean, each rule on its own, all findings at once.

A rule is ``rule(draft, desk) -> Iterator[Finding]``. It speaks only about parts that could be read, so that one mistake
gives one finding. Source: rules 7, 10 and 11; the codes are those of the failures that intake exists to defeat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from billcore.contract.catalogue import Catalogue
from billcore.contract.contract import Contract
from billcore.contract.drafts import Draft, draft_of
from billcore.contract.intake_desk import Desk, Rule, refusal
from billcore.contract.intake_lines import LINE_RULES
from billcore.contract.intake_obligations import OBLIGATION_RULES
from billcore.contract.parties import Customer, LegalEntity
from billcore.core.findings import Finding
from billcore.money.currency import DIGITS


def check_contract(
    contract: Contract, *, catalogue: Catalogue, entities: Iterable[LegalEntity], customer: Customer | None
) -> tuple[Finding, ...]:
    """Check what a contract means against the catalogue, the entities and the customer.

    Args:
        contract: Of whole shape.
        catalogue: What can be sold.
        entities: Who can sell.
        customer: Who owes; None leaves out what depends on the customer's account.

    Returns: every finding, in the order of `RULES`; none means that it may be billed. Paths are into the contract.
    Source: rules 7, 10.
    """
    desk = Desk(catalogue=catalogue, entities=tuple(entities), customer=customer)
    return check_draft(draft_of(contract, customer), desk)


def check_draft(draft: Draft, desk: Desk) -> tuple[Finding, ...]:
    """Run every rule on what could be read of a contract."""
    return tuple(finding for rule in RULES for finding in rule(draft, desk))


def entity_is_known(draft: Draft, desk: Desk) -> Iterator[Finding]:
    """The legal entity that sells keeps books with us."""
    if draft.entity is not None and desk.entity(draft.entity) is None:
        known = ", ".join(entity.id for entity in desk.entities) or "an entity, and there is none"
        yield refusal(
            "legal-entity-unresolved",
            "finance",
            "entity",
            found=draft.entity,
            expected=f"one of {known}",
            hint="Name an entity of the entities file, or add it there.",
        )


def currency_is_known(draft: Draft, desk: Desk) -> Iterator[Finding]:
    """The currency is one of ISO 4217."""
    if draft.currency is not None and draft.currency not in DIGITS:
        yield refusal(
            "currency-unknown", "sales", "currency", found=draft.currency, expected="an ISO 4217 code, such as USD"
        )


def currencies_agree(draft: Draft, desk: Desk) -> Iterator[Finding]:
    """Contract, customer and all else that states a currency state the same, and it is the entity's own."""
    entity = desk.entity(draft.entity)
    if len({code for _, code, _ in draft.currencies}) > 1:
        stated = [f"{who} {code}" for who, code, _ in draft.currencies[:10]]
        told = ", ".join([*stated, f"entity {entity.id} {entity.currency}"] if entity else stated)
        yield refusal(
            "currency-mismatch",
            "sales",
            _odd_one(draft),
            found=told,
            expected="one currency",
            hint="Correct the record that is wrong; a contract has one currency.",
        )
    elif entity is not None and draft.currency in DIGITS and draft.currency != entity.currency:
        yield refusal(
            "currency-not-functional",
            "finance",
            "currency",
            found=f"{draft.currency}, sold by {entity.id} whose books are kept in {entity.currency}",
            expected=f"a contract in {entity.currency}",
            hint="Books in another currency than the contract's are not supported yet: sell by an entity that keeps "
            f"books in {draft.currency}.",
        )


def _odd_one(draft: Draft) -> str:
    """The path of the statement that the fewest others share; the first such where several do."""
    codes = [code for _, code, _ in draft.currencies]
    return min(draft.currencies, key=lambda stated: codes.count(stated[1]))[2]


def enforceable_term_is_recorded(draft: Draft, desk: Desk) -> Iterator[Finding]:
    """The part of the term that the customer cannot leave is recorded with its reason, and lies in the term."""
    enforceable, term = draft.enforceable, draft.term
    if enforceable is None:
        if "enforceable" not in draft.unread:
            yield refusal(
                "enforceable-term-missing",
                "finance",
                "enforceable",
                found="no enforceable term",
                expected="the part of the term that the customer cannot leave without substantive penalty, and why",
                hint="Record the last enforceable day and the reason; revenue needs the judgement.",
            )
    elif term is not None and not term.covers(enforceable.period):
        yield refusal(
            "enforceable-outside-term",
            "finance",
            "enforceable.period",
            found=f"{enforceable.period} and the term {term}",
            expected="an enforceable term within the term",
        )


def tax_jurisdiction_is_recorded(draft: Draft, desk: Desk) -> Iterator[Finding]:
    """The contract or its customer says which tax rows apply."""
    own = draft.tax_jurisdiction or (desk.customer and desk.customer.tax_jurisdiction)
    if desk.customer is not None and not own and "tax_jurisdiction" not in draft.unread:
        yield refusal(
            "tax-jurisdiction-missing",
            "finance",
            "tax_jurisdiction",
            found="no tax jurisdiction on contract or customer",
            expected="a row key of the tax table, such as DE or US-CA",
        )


def line_ids_are_distinct(draft: Draft, desk: Desk) -> Iterator[Finding]:
    """No two lines have the same id: pieces are compared by it for ever."""
    first: dict[str, int] = {}
    for index, line in enumerate(draft.lines):
        if line.id is not None and first.setdefault(line.id, index) != index:
            yield refusal(
                "id-repeated",
                "sales",
                f"lines[{index}].id",
                found=f"line {line.id} a second time",
                expected="each line id once",
            )


HEADER_RULES: tuple[Rule, ...] = (
    entity_is_known,
    currency_is_known,
    currencies_agree,
    enforceable_term_is_recorded,
    tax_jurisdiction_is_recorded,
    line_ids_are_distinct,
)
RULES: tuple[Callable[[Draft, Desk], Iterator[Finding]], ...] = (*HEADER_RULES, *LINE_RULES, *OBLIGATION_RULES)
