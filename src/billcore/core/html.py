"""How text becomes safe HTML: everything that came from a person or a system is escaped."""

from __future__ import annotations

from html import escape


def escaped(text: str) -> str:
    """Escape text for an element or a quoted attribute.

    >>> escaped('<b>"x"</b>')
    '&lt;b&gt;&quot;x&quot;&lt;/b&gt;'
    """
    return escape(text, quote=True)
