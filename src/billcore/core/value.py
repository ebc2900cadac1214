"""What the engine makes: light immutable values.

Objects, not arithmetic, are the cost of an invoice, so values are msgspec structs and not pydantic models: built by
keyword, never validated twice. A value may stand in a document; pydantic then accepts an instance or a mapping of the
value's fields, and error places stay the field's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, get_type_hints

import msgspec

from billcore.core.errors import BillcoreError

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

V = TypeVar("V", bound="Value")


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every value. Subclasses check their invariants in ``__post_init__`` and name their identity.

    Each subclass says ``frozen=True, kw_only=True`` again: msgspec applies kw_only to the class that says it, and a
    metaclass that said it for all would triple the cost of building a value.

    ``LATER`` names fields that were not there in an earlier version: the canonical bytes leave one out while it has its
    default, so that what has an id keeps it.

    ``IDENTITY`` names the fields whose canonical bytes make the id; workings, notes and versions never take part.
    """

    IDENTITY: ClassVar[tuple[str, ...]] = ()
    LATER: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let the value stand in a pydantic document, written as an object with the value's fields."""
        from pydantic_core import PydanticCustomError, core_schema

        hints = get_type_hints(cls, include_extras=True)
        fields = {
            field.name: core_schema.typed_dict_field(
                handler.generate_schema(hints[field.name]), required=field.required
            )
            for field in msgspec.structs.fields(cls)
        }
        shape = core_schema.typed_dict_schema(fields, extra_behavior="forbid")

        def read(given: object, check: Any) -> Value:
            if isinstance(given, cls):
                return given
            try:
                return cls(**check(given))
            except BillcoreError as error:
                raise PydanticCustomError(
                    error.code,
                    "{found}; expected {expected}",
                    {"found": error.found, "expected": error.expected, "hint": error.hint, "path": error.path},
                ) from None

        def write(value: Value) -> dict[str, object]:
            return {name: getattr(value, name) for name in fields}

        return core_schema.no_info_wrap_validator_function(
            read, shape, serialization=core_schema.plain_serializer_function_ser_schema(write)
        )


def replaced(value: V, /, **changes: object) -> V:
    """Make the same value with some fields changed; ``__post_init__`` runs again."""
    return msgspec.structs.replace(value, **changes)
