"""How a tier table that was written for another engine becomes a price document, or why it does not.

Source: rules 3 (the default reading), peers 2.2 (how other engines write and read their tables).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from billcore.core.checks import check_kind
from billcore.core.errors import DocumentError
from billcore.core.findings import Finding, finding_of
from billcore.core.value import replaced
from billcore.pricing.documents import Graduated, Reading, Stairstep, Tier, Volume
from billcore.pricing.readings.bounds import END_FIELDS, Bounds, bounds_of
from billcore.pricing.readings.joints import row_finding
from billcore.pricing.readings.monotony import cheaper_with_more
from billcore.pricing.readings.rows import BlockRow, Convention, Row, check_choice, read_rows
from billcore.pricing.tier_steps import short

Model = Literal["graduated", "volume", "stairstep"]
TieredPrice: TypeAlias = Graduated | Volume | Stairstep
_DOCUMENTS: dict[Model, type[Graduated] | type[Volume] | type[Stairstep]] = {
    "graduated": Graduated,
    "volume": Volume,
    "stairstep": Stairstep,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Normalized:
    """A written table as a price document.

    Attributes:
        price: The document, or None where a finding is an error.
        convention: How the table was written.
        model: Which price it was read as.
        findings: What is to be said about the table, errors and warnings, each with its row.
    """

    price: TieredPrice | None
    convention: Convention
    model: Model
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings for which there is no price."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def accepted(self) -> TieredPrice:
        """Give the price, or raise what is wrong with the table.

        Raises: DocumentError with the code of the first error and all of them in ``findings``.
        """
        if self.price is not None:
            return self.price
        first = self.errors[0]
        raise DocumentError(
            first.code,
            found=first.found,
            expected=first.expected,
            path=first.path,
            hint=first.hint,
            findings=self.errors,
        )


def normalize(
    rows: object, convention: Convention, model: Model = "graduated", *, charge_flat_at_zero: bool | None = None
) -> Normalized:
    """Read a tier table as the engine does for which it was written.

    Args:
        rows: Plain rows with the fields of the convention; what they say of money is as in `Tier`.
        convention: How the table is written, a name of `CONVENTIONS`.
        model: ``graduated``, ``volume`` or ``stairstep``.
        charge_flat_at_zero: Whether the first row's flat part is due where nothing is used. None: where the first row
            begins at 0, but not for ``first_unit`` unit by unit.

    Returns: the price document with the reading of the convention, and findings. A table with a gap, an overlap that
        changes money, or two ways of writing at once has no price. Rows of whole numbers under ``first_unit`` on the
        total are read as ``integer_rows``: a fraction between two rows is in none of them. Rows of ``blocks`` have
        packages. Everything else is real-valued.
    Rounding: none.
    Raises: DocumentError where the rows do not have the shape of the convention: ``field-unknown``, ``field-missing``,
        ``number-malformed`` and the like with the place (``rows[2].to``), ``list-malformed``, ``limit-exceeded``,
        ``tiers-empty``; ``choice-unknown`` for a convention or model that is none; ``argument-wrong``.
    Source: rules 3; peers 2.2.

    >>> found = normalize([{"from": 0, "to": 10, "unit_price": "10.00"}, {"from": 11, "unit_price": "5.00"}],
    ...     "from_to_steps")
    >>> [tier.up_to for tier in found.price.tiers], found.price.reading, found.findings
    ([Decimal('10'), None], 'upper_inclusive', ())
    >>> print(normalize([{"from": 0, "to": 10}, {"from": 15}], "from_to_steps").findings[0])
    rows[1].from: [tier-gap] found 15 behind a row that ends at 10, expected 11. Move one of the two bounds. (product)
    """
    check_choice(model, get_args(Model), "model")
    check_kind(charge_flat_at_zero, (bool, type(None)), "charge_flat_at_zero")
    read = read_rows(rows, convention)
    ends_before_next = convention == "first_unit" and model != "graduated"
    bounds = bounds_of(read, convention, ends_before_next=ends_before_next)
    reading = _reading(convention, bounds, ends_before_next=ends_before_next)
    findings = [*bounds.findings, *_opened(convention, model, bounds)]
    if reading == "integer_rows" and not bounds.is_whole:
        findings.append(_not_whole())
    if convention == "first_unit" and model == "graduated" and bounds.start == 0 and len(read) > 1:
        findings.append(_wider(bounds))
    if charge_flat_at_zero is None:
        # Where the first row begins at 1, nothing used is in no row; Meteroid's rows unit by unit need a unit.
        charge_flat_at_zero = bounds.start == 0 and (convention != "first_unit" or ends_before_next)
    price: TieredPrice | None = None
    if not any(finding.severity == "error" for finding in findings):
        price, more = _document(read, bounds, model, reading, charge_flat_at_zero=charge_flat_at_zero)
        findings += more
    if price is not None:
        findings += _falls(price)
        if reading == "integer_rows":
            findings.append(_in_no_row())
    return Normalized(price=price, convention=convention, model=model, findings=tuple(findings))


def _reading(convention: Convention, bounds: Bounds, *, ends_before_next: bool) -> Reading:
    """The reading of the engines that write so."""
    if convention == "lower_inclusive":
        return "lower_inclusive"
    if convention == "blocks" and bounds.is_whole:  # a block of half a unit is not started by rounding up to a whole
        return "blocks"
    return "integer_rows" if ends_before_next else "upper_inclusive"


def _document(
    rows: Sequence[Row], bounds: Bounds, model: Model, reading: Reading, *, charge_flat_at_zero: bool
) -> tuple[TieredPrice | None, list[Finding]]:
    """Make the price document; what the document itself refuses becomes findings."""
    tiers: list[Tier] = []
    findings: list[Finding] = []
    if reading == "integer_rows" and bounds.start:
        # Rows that begin at 1 leave 0 and what lies between in no row: a tier of nothing that costs nothing.
        tiers.append(Tier(up_to=0))
    for index, (row, upper) in enumerate(zip(rows, bounds.uppers, strict=True)):
        is_last = index == len(rows) - 1
        try:
            tiers.append(_tier(row, None if is_last or upper is None else short(upper, bounds.scale)))
        except DocumentError as error:
            findings.append(_of(error, f"rows[{index}]"))
    if findings:
        return None, findings
    try:
        return _DOCUMENTS[model](tiers=tiers, reading=reading, charge_flat_at_zero=charge_flat_at_zero), []
    except DocumentError as error:
        return None, [_of(error, "rows")]


def _of(error: DocumentError, path: str) -> Finding:
    """Report what a price document refuses at the place of the row that it was made of."""
    return replaced(finding_of(error, owner="product"), path=path, hint=error.hint or "Correct the row.")


def _tier(row: Row, up_to: str | None) -> Tier:
    if isinstance(row, BlockRow):
        return Tier(up_to=up_to, unit_price=row.block_price, flat_amount=row.flat_amount, package_size=row.block_size)
    return Tier(
        up_to=up_to,
        unit_price=row.unit_price,
        flat_amount=row.flat_amount,
        package_size=row.package_size,
        minimum=row.minimum,
        maximum=row.maximum,
    )


def _opened(convention: Convention, model: Model, bounds: Bounds) -> Iterator[Finding]:
    """Report a last row with an end: what goes beyond it is priced here, because every quantity has a price."""
    end = bounds.uppers[-1]
    if end is None:
        return
    engine = "An engine that walks the rows charges nothing for what goes beyond; others refuse the table."
    if convention == "blocks":
        beyond = "charges nothing for blocks beyond the last row" if model == "graduated" else "does the same"
        engine = f"Kill Bill {beyond}."
    yield row_finding(
        "last-tier-opened",
        len(bounds.uppers) - 1,
        END_FIELDS[convention],
        found=f"a last row that ends at {short(end, bounds.scale)}",
        expected="a last row without end",
        hint=f"What goes beyond is at the price of the last row here. {engine}",
        severity="warning",
    )


def _not_whole() -> Finding:
    return row_finding(
        "tier-bound-not-whole",
        0,
        "first_unit",
        found="a row that begins with a fraction of a unit",
        expected="whole numbers where a row ends a whole unit before the next",
        hint="Write the table with its upper bounds, as up_to.",
    )


def _in_no_row() -> Finding:
    return row_finding(
        "fraction-in-no-row",
        0,
        "first_unit",
        found="rows of whole units of which the total chooses one",
        expected="whole quantities",
        hint="A fraction between two rows is in none of them and costs nothing, as the engine has it.",
        severity="warning",
    )


def _wider(bounds: Bounds) -> Finding:
    width = short(bounds.uppers[0] or 0, bounds.scale)
    return row_finding(
        "first-tier-wider",
        0,
        "first_unit",
        found=f"a first row that begins at 0 and so holds {width} units",
        expected="1, if the row is to end a whole unit before the next",
        hint=f"Meteroid takes the width of a row: {width} units are at the first price, the last of them included.",
        severity="warning",
    )


def _falls(price: TieredPrice) -> Iterator[Finding]:
    """Report the quantities at which buying more costs less."""
    for stretch in cheaper_with_more(price):
        yield Finding(
            code="cheaper-with-more",
            owner="product",
            severity="warning",
            path="rows",
            found=str(stretch),
            expected="a total that never falls",
            hint="Lower the price before the bound or raise it behind, or tell the customer.",
        )
