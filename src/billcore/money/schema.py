"""How an amount is written in documents: ``{"amount": "10.50", "currency": "USD"}``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator
from pydantic_core import core_schema

from billcore.core.document import problem
from billcore.core.errors import BillcoreError
from billcore.money.currency import minor_digits

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

    from billcore.money.amount import Amount


def _known(code: str) -> str:
    try:
        minor_digits(code)
    except BillcoreError as error:
        raise problem(error.code, found=error.found, expected=error.expected, hint=error.hint) from None
    return code


# A currency in a document: a code that ISO 4217 knows. Whether it is in use on a day is asked where there is one.
CurrencyCode = Annotated[str, AfterValidator(_known)]


def amount_schema(cls: type[Amount], handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
    """Build pydantic's schema of an amount; reading and writing have the same form."""
    from billcore.core.fields import Exact

    shape = core_schema.typed_dict_schema(
        {
            "amount": core_schema.typed_dict_field(handler.generate_schema(Exact), required=True),
            "currency": core_schema.typed_dict_field(core_schema.str_schema(pattern="^[A-Z]{3}$"), required=True),
        },
        extra_behavior="forbid",
    )

    def read(given: object, check: Any) -> Amount:
        if isinstance(given, cls):
            return given
        written = check(given)
        try:
            return cls.of(written["amount"], written["currency"])
        except BillcoreError as error:
            raise problem(error.code, found=error.found, expected=error.expected, hint=error.hint) from None

    def write(value: Amount) -> dict[str, str]:
        return {"amount": value.text, "currency": value.currency}

    return core_schema.no_info_wrap_validator_function(
        read, shape, serialization=core_schema.plain_serializer_function_ser_schema(write)
    )
