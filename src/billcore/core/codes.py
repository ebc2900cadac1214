"""Which codes there are, who acts on each, and what each one means: the whole list, stable across versions.

A caller may branch on a code; so none is renamed or given another meaning within a major version. `docs/errors.md` is
made from this list (`python docs/errors_page.py`), and tests hold every literal code of the sources against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from billcore.core.value import Value

Actor = Literal["author", "caller", "finance", "sales", "product", "operator", "host", "maintainers"]


class Code(Value, frozen=True, kw_only=True):
    """One code.

    Attributes:
        slug: What ``error.code`` and ``finding.code`` say.
        error: Name of the class that a single call raises, or ``Finding`` where the code is only ever reported.
        actor: Who can mend it.
        meaning: What happened, in one line.
    """

    slug: str
    error: str
    actor: Actor
    meaning: str

    @property
    def remedy(self) -> str:
        """What its actor does; the error's own hint is more exact where it has one."""
        return REMEDIES[self.actor]


REMEDIES: dict[Actor, str] = {
    "author": "Correct the document at `path`; `expected` says what may stand there.",
    "caller": "Pass what `expected` names; `path` says which argument.",
    "finance": "Finance adds or corrects what `expected` names; until then nothing of it posts.",
    "sales": "Sales corrects the deal in the CRM and closes it again; until then nothing is billed.",
    "product": "The product's owner changes the combination; each part is legal, together they are not.",
    "operator": "Make the input smaller, raise the limit, or run the install line of the hint.",
    "host": "Look at the system outside; `retryable` says whether the same call can help.",
    "maintainers": "Report it: billcore contradicts itself, or a value was built by hand against its rules.",
}


def _codes(error: str, actor: Actor, meanings: Mapping[str, str]) -> tuple[Code, ...]:
    return tuple(
        Code(slug=slug, error=error, actor=actor, meaning=meaning) for slug, meaning in sorted(meanings.items())
    )


CODES: tuple[Code, ...] = (
    # Document errors: the author of what was written acts.
    *_codes(
        "DocumentError",
        "author",
        {
            "access-key-repeated": "a key stands twice in one step of an access sequence",
            "access-order-wrong": "a more general step stands before a more specific one",
            "access-sequence-repeated": "one role of one event has two access sequences",
            "access-step-repeated": "two steps of an access sequence have the same keys",
            "access-steps-empty": "an access sequence has no step",
            "access-without-entity": "a key set or a mapping row does not name the legal entity",
            "account-repeated": "an entity has one account number twice",
            "amount-too-fine": "an amount has more digits than its currency",
            "book-not-sound": "a question about a book whose files have errors",
            "choice-unknown": "a field holds none of the values it may have",
            "currency-missing": "an amount has no currency",
            "currency-not-yet-in-use": "a currency before its first day",
            "currency-unknown": "no ISO 4217 code, or not in capitals",
            "currency-withdrawn": "a currency after its last day",
            "date-malformed": "not a date, or a date with a time of day",
            "discount-ends-twice": "a discount ends both on a date and after a number of periods",
            "field-missing": "a field that must be written is not there",
            "field-unknown": "a field that the document does not know",
            "float-amount": "a binary float, which has already lost what was written",
            "formula-character-foreign": "a character in a formula that is not printable ASCII",
            "formula-divisor-zero": "a formula divides by a constant that is 0",
            "formula-literal-out-of-range": "places or an exponent of a formula beyond what they may be",
            "formula-malformed": "a formula that its language cannot read",
            "formula-name-reserved": "a name of a formula that is a word of the language",
            "formula-name-unknown": "a name in a formula that is not declared",
            "formula-type-wrong": "a number of a formula where a truth must be, or a truth where a number must be",
            "frequency-unknown": "not a frequency such as month, quarter or 2 weeks",
            "id-repeated": "an id stands twice where each may stand once",
            "instant-malformed": "not a date with a time of day",
            "instant-naive": "an instant without an offset from UTC",
            "kind-missing": "an object of a union does not say its kind",
            "kind-unknown": "a kind that the union does not have",
            "last-tier-not-open": "the last tier has an upper bound",
            "line-unknown": "no line of that id in the contract or the document",
            "lines-empty": "a contract or a document without a line",
            "list-malformed": "something that is no list stands where a list must",
            "mapping-needs-two-people": "author and approver of a mapping are one person",
            "mapping-row-outside-access": "a mapping row has keys that no step of its access sequence has",
            "mapping-row-without-account": "a mapping row has neither an account nor a ban, or both",
            "mapping-rows-overlap": "two mapping rows decide the same cell on the same day",
            "mapping-wildcard": "a wildcard stands in a mapping row; there is none",
            "milestones-do-not-sum": "the percentages of the milestones are not 100 together",
            "number-malformed": "not an exact decimal in plain digits",
            "number-negative": "a number below 0 where 0 is the least",
            "number-not-positive": "a number of 0 or less where more is needed",
            "number-too-fine": "a number has more digits after the point than its scale holds",
            "number-too-large": "a number of more than 18 digits before the point or 12 after it",
            "payment-not-positive": "a payment of 0 or less",
            "percent-out-of-range": "a percentage below 0 or above 100",
            "period-ends-before-start": "a period whose end is not later than its start",
            "period-malformed": "something that is no period of dates",
            "reason-missing": "a judgement without its reason",
            "rounding-mode-unknown": "no rounding mode of that name",
            "subject-unknown": "`explain` was asked about something that is not in the run",
            "tax-rows-overlap": "two rows of the tax table decide the same cell on the same day",
            "text-hidden-character": "a text with a control or direction character",
            "text-malformed": "a text that is empty, too long or not of the pattern",
            "tier-bounds-not-increasing": "a tier does not end above the one before it",
            "tier-not-last-open": "a tier without upper bound stands before the last",
            "tiers-empty": "a price by tiers without a tier",
            "unit-is-currency": "a custom unit has the code of a currency",
            "value-malformed": "a value of the wrong type or shape",
            "value-repeated": "a value stands twice in a set",
            "zone-unknown": "no time zone of that IANA name",
        },
    ),
    # Document errors of a single call: the program that calls acts.
    *_codes(
        "DocumentError",
        "caller",
        {
            "amount-malformed": "something that is no amount was to be displayed",
            "anchor-unknown": "not one of the billing anchors",
            "bytes-expected": "a reader of files was given something other than bytes or text",
            "argument-wrong": "an argument of another kind than the function takes",
            "revenue-repeated": "one posted revenue row was passed twice",
            "delivery-unknown": "a delivery of a line or milestone that the contract does not await",
            "delivery-differs": "one milestone was delivered on two days",
            "document-frozen": "an assignment to a field of a document; it is revised as a whole",
            "increment-not-positive": "a rounding step of 0 or less",
            "locale-unknown": "no locale of that name",
            "part-outside-period": "a part of a period reaches beyond it",
            "share-above-whole": "a share is more than the whole",
            "share-negative": "a share is less than nothing",
            "ties-do-not-match": "as many tie keys as weights are needed",
            "tries-below-one": "a delivery with fewer than one try",
            "usage-differs": "one service period has two quantities",
            "usage-line-unknown": "usage of a line that is not metered or not in the contract",
            "usage-period-unknown": "usage of a period that the line's schedule does not have",
            "usage-repeated": "one service period is named twice in the usage of a line",
            "variable-unknown": "a value for a name that the formula does not declare",
            "weight-negative": "a weight below 0 in a split",
            "weights-empty": "a split without weights",
            "weights-sum-to-zero": "a split by weights that are all 0",
        },
    ),
    # Missing input.
    *_codes(
        "MissingInput",
        "caller",
        {
            "billed-incomplete": "what stands billed lacks a line that a correction points at",
            "charge-missing": "an amount is to be billed and the charge behind it was not passed",
            "entity-unknown": "a document names a legal entity that the book does not hold",
            "price-period-missing": "the convention divides by the price period and none was passed",
            "variable-missing": "no value for a variable of a formula",
        },
    ),
    *_codes(
        "MissingInput",
        "finance",
        {
            "account-unknown": "no account of that number in the entity's chart",
            "account-unmapped": "no row of the mapping decides the cell; there is no catch-all account",
            "enforceable-term-missing": "the term for revenue is a judgement and was not written",
            "judgement-missing": "standalone prices are taken from the contract without a written reason",
            "mapping-not-effective": "this version of the mapping does not decide yet on that day",
            "revenue-treatment-missing": "a line or product does not say how its revenue is earned",
            "series-unknown": "no series of numbers for the entity and kind of document",
            "ssp-missing": "no standalone selling price where the price is to be allocated",
            "tax-class-missing": "a product without a tax class",
            "tax-row-missing": "no row of the tax table for the place, class and day; absent is not zero",
        },
    ),
    # Each part is legal, the combination is not.
    *_codes(
        "NotApplicable",
        "product",
        {
            "billed-does-not-fit": "the way of billing does not fit the price or the milestones",
            "billed-periods-differ": "what stands billed has service periods that the contract does not have",
            "books-mixed": "entries of several books in one export",
            "cadence-does-not-divide": "neither of billing frequency and price period divides the other",
            "contract-currency-mixed": "a contract stands billed in another currency than it is in now",
            "obligation-unknown": "revenue of an obligation that the contract no longer has",
            "charge-negative": "a charge below 0; a reduction is a discount",
            "currencies-differ": "two currencies in one sum or comparison",
            "currency-not-functional": "an amount in another currency than the entity's books",
            "day-count-not-in-days": "a day count in months where days are divided by",
            "denominator-does-not-fit": "a denominator of 30, 360 or 365 days on a price that is not per month or year",
            "division-by-zero": "a formula divides by a value that is 0 in this period",
            "enforceable-term-shorter": "a line lasts longer than the enforceable term",
            "file-name-too-long": "an id too long to be a file's name",
            "frequency-does-not-recur": "a frequency that does not recur where boundaries are asked for",
            "frequency-not-in-calendar": "a frequency that a calendar anchor cannot align",
            "line-outside-term": "a line's period reaches beyond the contract's term",
            "measure-does-not-fit": "the measure of revenue does not fit the price or the way of billing",
            "metered-in-advance": "a metered price billed in advance",
            "milestones-missing": "a line billed on milestones has none",
            "obligation-measures-differ": "lines of one obligation are earned in different ways",
            "period-counts-nothing": "a full period without a day by the day count",
            "period-kinds-mixed": "periods of dates and of instants in one calculation",
            "posting-forbidden": "the mapping forbids the combination",
            "quantity-negative": "a quantity below 0; usage is corrected by its total, money by an adjustment",
            "service-months-not-whole": "even service months over a service that is not whole months",
            "state-move-illegal": "a move that the state of the message does not allow",
        },
    ),
    # Larger than a stated limit, or not installed.
    *_codes(
        "LimitExceeded",
        "operator",
        {
            "amount-too-large": "a computed amount of more than 14 digits before the point",
            "date-out-of-range": "a date beyond the years that are counted with",
            "limit-exceeded": "more than a stated limit; checked before any work",
        },
    ),
    *_codes("MissingExtra", "operator", {"extra-missing": "an optional dependency is not installed"}),
    # Systems outside.
    *_codes(
        "PortError",
        "host",
        {
            "connection-lost": "the connection broke before an answer came",
            "ledger-damaged": "a line of the ledger's file cannot be read back",
            "ledger-unwritable": "the ledger's file cannot be written",
            "output-is-book": "the output folder is the folder of the book itself",
            "output-not-writable": "the output folder cannot be written",
            "receipt-malformed": "a ledger's answer contradicts itself or names another key",
            "record-differs": "a stored record would get another content",
            "seal-malformed": "the file of a book's seal is no seal",
            "seal-not-writable": "the seal of a book cannot be written; what the run made is kept",
            "store-cannot-open": "the store's file cannot be opened",
            "store-damaged": "the store's file is damaged",
            "store-disk-error": "the disk under the store failed",
            "store-failed": "the store failed in a way it has no name for",
            "store-foreign": "a database that is not a billcore store",
            "store-full": "the disk under the store is full",
            "store-missing": "a ledger or a seal of earlier runs, and no store that they belong to",
            "store-locked": "another process holds the store",
            "store-not-a-database": "the store's file is not a database",
            "store-not-durable": "the store cannot promise that a commit stays",
            "store-read-only": "the store may not be written",
            "store-schema-newer": "a store written by a newer version",
            "version-conflict": "the store has moved on since it was read",
        },
    ),
    # billcore contradicts itself.
    *_codes(
        "InvariantBroken",
        "maintainers",
        {
            "application-out-of-range": "a payment pays more than an item owes, or less than nothing",
            "balance-out-of-range": "an open item owes more than its document, or less than nothing",
            "cash-not-conserved": "applied, unapplied and unidentified do not add up to the payment",
            "control-broken": "ledger and subledger differ",
            "denominator-not-positive": "a ratio with a denominator of 0 or less",
            "entry-currency-mixed": "an entry or a balance in several functional currencies",
            "entry-repeated": "one entry stands twice in a journal",
            "entry-too-short": "an entry with fewer than two lines",
            "entry-unbalanced": "debits and credits of an entry differ",
            "line-amounts-differ": "a journal line with two amounts in one currency",
            "line-not-of-document": "a line in another currency than its document, or below 0",
            "line-not-positive": "a journal line of 0 or less; the side carries the sign",
            "message-not-of-entry": "an outbox message does not hold the entry that it names",
            "not-canonical": "a value that has no canonical bytes, or bytes that are no value",
            "parts-do-not-tile": "the parts of a row leave a gap or overlap",
            "position-does-not-tie": "billed, recognized and the balances of a contract do not agree",
            "rate-table-malformed": "segments that leave a gap, overlap or do not end open",
            "record-hash-wrong": "the hash of a record is not that of its content",
            "record-unnamed": "a record without kind or key",
            "revenue-schedule-mismatch": "a revenue schedule does not add up to the transaction price",
            "scale-too-coarse": "a rate table asked for at a scale that loses digits",
            "table-malformed": "a report's rows do not fit its columns",
            "trial-balance-unbalanced": "debits and credits of a trial balance differ",
        },
    ),
    # Findings: several at once, each with its place; no single call raises these.
    *_codes(
        "Finding",
        "author",
        {
            "arithmetic-failed": "a contract whose numbers are out of range",
            "book-empty": "a book without a contract",
            "book-file-missing": "a file that every book needs is not there",
            "book-file-unreadable": "a file of the book cannot be read",
            "book-missing": "no folder of that name",
            "cell-empty": "a CSV cell that must hold something is empty",
            "column-missing": "a CSV file lacks a column",
            "column-repeated": "a CSV file has a column twice",
            "column-unknown": "a CSV file has a column that its reader does not know",
            "csv-malformed": "a file that is not CSV",
            "customer-differs": "one customer is written in two ways",
            "encoding-unknown": "a file that is not UTF-8",
            "enforceable-outside-term": "the enforceable term reaches beyond the contract's term",
            "header-missing": "a CSV file without a header",
            "interval-empty": "a row whose last day is not after its first",
            "json-malformed": "a file that is not JSON",
            "key-repeated": "a key stands twice in one JSON object",
            "number-not-finite": "NaN or Infinity in a JSON file",
            "prefix-repeated": "two series of documents with the same prefix",
            "row-ragged": "a CSV row with more or fewer cells than the header",
            "toml-malformed": "a file that is not TOML",
        },
    ),
    *_codes(
        "Finding",
        "caller",
        {
            "delivery-outside-term": "a delivery dated outside the term of its contract",
            "delivery-unclaimed": "a delivery that no line or milestone awaits",
            "export-silent": "the folder of deals is not there, or holds no deal",
            "field-unclaimed": "a custom field of the CRM with a value that intake does not read",
            "schema-drift": "a custom field of the field map is not in the record at all",
            "usage-missing": "a service period is over and its usage was not passed; absent is not zero",
            "usage-unclaimed": "usage that no metered line claims",
        },
    ),
    *_codes(
        "Finding",
        "host",
        {
            "seal-broken": "the log is shorter or other than its seal says",
            "chain-broken": "a record of the log was changed, removed or swapped",
            "entry-differs": "the ledger holds another content under the entry's key",
            "no-answer": "a ledger did not answer; it is read back before any retry",
        },
    ),
    *_codes(
        "Finding",
        "sales",
        {
            "billing-frequency-unknown": "a deal whose billing frequency is none of ours",
            "billing-not-applicable": "the way of billing does not fit what was sold",
            "billing-timing-unknown": "a line that does not say whether it is billed in advance or in arrears",
            "contract-not-activated": "the contract of a deal is not activated",
            "contract-repeated": "several deals of one contract",
            "currency-mismatch": "deal, account, price book and entity name different currencies",
            "deal-not-closed": "a deal that is not closed and won",
            "export-incomplete": "a record of the export is missing or cut off",
            "flag-malformed": "a checkbox that is neither true nor false",
            "milestones-unexpected": "milestones on a line that is not billed by them",
            "payment-terms-unknown": "payment terms that no policy knows",
            "price-contradictory": "two fields of a line say different prices",
            "price-unmapped": "a price that stands in no structured field; never billed at list",
            "quantity-unexpected": "a quantity where usage is metered",
            "record-malformed": "a record of the wrong shape",
            "record-mismatch": "records of one deal that do not belong together",
            "revenue-grain-missing": "a ratable line that does not name its grain",
            "term-contradictory": "dates of a deal that contradict each other",
            "term-malformed": "a deal's dates that are no term",
            "treatment-not-applicable": "the revenue treatment does not fit what was sold",
        },
    ),
    *_codes(
        "Finding",
        "product",
        {
            "product-inactive": "a product that is not sold on that day",
            "product-not-sold-by-entity": "a product that the legal entity does not sell",
            "sku-unknown": "a product that is not in the billing catalogue",
        },
    ),
    *_codes(
        "Finding",
        "finance",
        {
            "account-control-shared": "one control account serves several roles",
            "account-currency-differs": "an account in another currency than what posts to it",
            "account-inactive": "an account that is no longer used",
            "account-not-postable": "a heading of the chart, not an account",
            "account-type-wrong": "an account whose type cannot play the role",
            "legal-entity-unresolved": "a deal that names no known legal entity",
            "ledger-differs": "the ledger has an entry otherwise than the store, or contradicts itself",
            "payment-conflict": "the amount fits another item than the one that the text names",
            "payment-currency-differs": "a payment in another currency than the named item",
            "payment-differs": "one payment key with two contents",
            "payment-entity-differs": "a payment to another entity than the named item's",
            "payment-items-closed": "the text names only items that are paid",
            "payment-names-credit-memo": "the text names a credit memo",
            "payment-names-several-customers": "the text names items of several customers",
            "payment-partial": "a named item was not paid in full and stays open",
            "payment-reference-ambiguous": "the text fits several items",
            "payment-unmatched": "money without an item: named, aged, never guessed",
            "posting-failed": "the ledger did not take an entry; it stands and is delivered again by the next run",
            "tax-jurisdiction-missing": "neither contract nor customer says where it is taxed",
            "treatment-not-allowed": "a revenue treatment that finance did not allow for the product",
        },
    ),
)

BY_SLUG: dict[str, Code] = {code.slug: code for code in CODES}
