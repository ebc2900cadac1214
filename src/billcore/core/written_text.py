"""How a value that people write as a text stands in a document: read by its own reader, written by ``str``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic_core import CoreSchema, core_schema

from billcore.core.document import problem
from billcore.core.errors import BillcoreError


def text_schema(reader: Callable[[Any], object]) -> CoreSchema:
    """Make the schema of a field that is written as a text.

    Args:
        reader: Takes what was written, or the value itself; what it refuses becomes a problem of the document.
    """

    def read(given: object) -> object:
        try:
            return reader(given)
        except BillcoreError as error:
            raise problem(error.code, found=error.found, expected=error.expected) from None

    text = core_schema.str_schema()
    return core_schema.no_info_plain_validator_function(
        read,
        json_schema_input_schema=text,
        serialization=core_schema.plain_serializer_function_ser_schema(str, return_schema=text),
    )
