"""What people and other systems write: frozen documents that refuse what they do not know.

A document built in Python raises billcore's own `DocumentError` with a stable code and every problem found; the same
document inside a larger one is checked by pydantic alone, so that error places stay whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self, dataclass_transform

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic._internal._model_construction import ModelMetaclass
from pydantic_core import ErrorDetails, PydanticCustomError

from billcore.core.allowed_fields import allowed_fields, nearest
from billcore.core.errors import DocumentError, excerpt
from billcore.core.findings import Finding

# pydantic's own kinds of problem, in our words. Codes of our own validators pass through unchanged.
_CODES = {
    "missing": "field-missing",
    "extra_forbidden": "field-unknown",
    "literal_error": "choice-unknown",
    "enum": "choice-unknown",
    "union_tag_not_found": "kind-missing",
    "union_tag_invalid": "kind-unknown",
    "string_pattern_mismatch": "text-malformed",
    "string_too_long": "text-malformed",
    "string_too_short": "text-malformed",
    "string_type": "text-malformed",
}

# Nobody reads more problems of one document, and a file of nothing else would take minutes to tell.
MOST_FINDINGS = 100

# What a pattern allows, in words; a pattern that is not here is told as it is written.
_PATTERNS = {
    "^[A-Za-z0-9][A-Za-z0-9._:/-]{0,119}$": "1 to 120 letters, digits, . _ : / -, beginning with a letter or digit",
    "^[A-Z][A-Z0-9_]{1,19}$": "2 to 20 capital letters, digits or _, beginning with a letter",
    "^[A-Z]{3}$": "3 capital letters, such as USD",
    "^[A-Z]{2}$": "2 capital letters, such as DE",
}


def problem(code: str, *, found: str, expected: str, hint: str = "", path: str = "") -> PydanticCustomError:
    """Make what a validator of a document raises; pydantic adds the place, before the path within it."""
    context = {"found": found, "expected": expected, "hint": hint} | ({"path": path} if path else {})
    return PydanticCustomError(code, "found {found}, expected {expected}", context)


def optional(*, default: object) -> Any:
    """Declare a field with a default; the default is read as if it had been written."""
    return Field(default=default, validate_default=True)


@dataclass_transform(kw_only_default=True, field_specifiers=(Field, optional))
class _DocumentMeta(ModelMetaclass):
    # Only a direct call passes here; pydantic builds nested documents without it. That is what we want: one error, made
    # once, at the outermost document, with the full path.
    # Hidden from type checkers: pyright believes a metaclass's __call__ and would take every document for Any.
    if not TYPE_CHECKING:

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            try:
                return super().__call__(*args, **kwargs)
            except ValidationError as error:
                raise document_error(error, self, kwargs) from None


class Document(BaseModel, metaclass=_DocumentMeta):
    """Base of every document."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, hide_input_in_errors=True)

    if not TYPE_CHECKING:  # a type checker refuses the assignment by itself; with this method it would allow it

        def __setattr__(self, name: str, value: object) -> None:
            # What a document or pydantic keeps for itself (a cached property, a private attribute) is no field.
            if name in type(self).model_fields:
                raise DocumentError(
                    "document-frozen",
                    found=f"an assignment to {name}",
                    expected="a document that stays as it was made",
                    path=f"{type(self).__name__}.{name}",
                    hint=f"Make another one: document.revised({name}=...).",
                )
            super().__setattr__(name, value)

    @classmethod
    def read(cls, given: object) -> Self:
        """Read plain data (dicts, lists, texts) as this document.

        Raises: DocumentError with the code of the first problem and all of them in ``findings``.
        """
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise document_error(error, cls, given) from None

    def revised(self, **changes: object) -> Self:
        """Make the same document with some fields changed, validated whole (``model_copy(update=)`` would not be)."""
        fields: Mapping[str, object] = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**{**fields, **changes})


def path_text(place: Iterable[int | str], given: object = None) -> str:
    """Spell an error's place as a path into the input.

    pydantic puts the chosen kind of a union into the place; it is no part of the input, so it is left out where the
    input shows that it is the ``kind``.

    >>> path_text(("price", "graduated", "tiers", 2, "up_to"), {"price": {"kind": "graduated", "tiers": []}})
    'price.tiers[2].up_to'
    """
    text, here = "", given
    for part in place:
        if isinstance(part, str) and _kind_of(here) == part:
            continue
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
        here = _inside(here, part)
    return text


def _kind_of(node: object) -> object:
    return node.get("kind") if isinstance(node, Mapping) else getattr(node, "kind", None)


def _inside(node: object, part: int | str) -> object:
    if isinstance(node, Mapping):
        return node.get(part)
    if isinstance(part, int) and isinstance(node, list | tuple):
        return node[part] if part < len(node) else None
    return getattr(node, str(part), None)


def findings_of(error: ValidationError, given: object = None, shape: object = None) -> tuple[Finding, ...]:
    """List every problem of a pydantic validation as findings, in document order.

    Args:
        given: What was validated.
        shape: What it was to be, a class or a field's declaration, so that an unknown field's error names the known.

    Returns: at most a hundred, and one more that counts the rest.
    """
    details = error.errors(include_url=False)
    listed = tuple(_finding(detail, given, shape) for detail in details[:MOST_FINDINGS])
    rest = len(details) - len(listed)
    return (*listed, _more(rest)) if rest else listed


def _more(rest: int) -> Finding:
    return Finding(
        code="problems-not-listed",
        found=f"{rest} more problems",
        expected="a document that can be read",
        hint="Mend the first ones: most often the others come from one slip.",
    )


def _finding(detail: ErrorDetails, given: object, shape: object) -> Finding:
    if detail["type"] == "extra_forbidden" and shape is not None:
        return _unknown_field(detail, path_text(detail["loc"], given), shape)
    context = detail.get("ctx", {})
    own = "found" in context
    place = path_text(detail["loc"], given)
    if own and context.get("path"):
        place = f"{place}.{context['path']}" if place else str(context["path"])
    return Finding(
        code=detail["type"] if own else _CODES.get(detail["type"], "value-malformed"),
        path=place,
        found=str(context["found"]) if own else _found(detail),
        expected=str(context["expected"]) if own else _expected(detail),
        hint=str(context.get("hint", "")) if own else "",
    )


def _unknown_field(detail: ErrorDetails, place: str, shape: object) -> Finding:
    name, names = str(detail["loc"][-1]), allowed_fields(shape, detail["loc"][:-1])
    meant = nearest(name, names)
    return Finding(
        code=_CODES["extra_forbidden"],
        path=place,
        found=_found(detail),
        expected=f"one of {', '.join(names)}" if names else _expected(detail),
        hint=f"Did you mean {meant}?" if meant else "",
    )


def _found(detail: ErrorDetails) -> str:
    if detail["type"] == "missing":
        return "nothing"
    if detail["type"] == "extra_forbidden":
        return f"the unknown field {detail['loc'][-1]!s}"
    if detail["type"] == "union_tag_not_found":
        return "an object without a kind"
    return "an empty text" if detail["input"] == "" else excerpt(detail["input"])


def _expected(detail: ErrorDetails) -> str:
    if detail["type"] == "missing":
        return f"the field {detail['loc'][-1]!s}"
    if detail["type"] == "extra_forbidden":
        return "only the fields of the document"
    if detail["type"] == "union_tag_not_found":
        return 'the field kind, such as {"kind": "flat"}'
    if detail["type"] in ("model_type", "model_attributes_type", "dict_type"):
        return 'an object such as {"name": "value"}'
    context = detail.get("ctx", {})
    if "pattern" in context:
        return _PATTERNS.get(str(context["pattern"]), str(context["pattern"]))
    for key in ("expected", "expected_tags"):
        if key in context:
            return str(context[key])
    return detail["msg"][:1].lower() + detail["msg"][1:]


def document_error(error: ValidationError, document: type, given: object) -> DocumentError:
    """Turn pydantic's error into ours: the first problem speaks, all are in ``findings``."""
    findings = findings_of(error, given, document)
    first = findings[0]
    return DocumentError(
        first.code,
        found=first.found,
        expected=first.expected,
        path=first.path or document.__name__,
        hint=first.hint,
        findings=findings,
    )
