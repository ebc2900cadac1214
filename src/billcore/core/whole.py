"""What a whole number is in a document's field: an int or its text; never a bool, a float or a padded text."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator

from billcore.core.document import problem
from billcore.core.errors import excerpt

_TEXT = re.compile(r"-?(?:0|[1-9][0-9]{0,17})", re.ASCII)
_EXPECTED = "a whole number of at most 18 digits, as int or text"


def _read_whole(given: object) -> int:
    if isinstance(given, float):
        raise problem("float-amount", found=f"the float {given!r}", expected=_EXPECTED)
    if isinstance(given, str) and _TEXT.fullmatch(given):
        return int(given)
    if isinstance(given, bool) or not isinstance(given, int):
        raise problem("number-malformed", found=excerpt(given) or "an empty text", expected=_EXPECTED)
    # Compared before it is printed: an integer of more than 4,300 digits has no text.
    if not -(10**18) < given < 10**18:
        raise problem("number-too-large", found="an integer of more than 18 digits", expected=_EXPECTED)
    return given


# pydantic alone takes True for 1 and 5.0 for 5.
Whole = Annotated[int, BeforeValidator(_read_whole)]
