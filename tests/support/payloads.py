"""Texts that try to become something else where they end: a formula, markup, a terminal command, another line."""

from __future__ import annotations

FORMULAS = [
    "=1+1",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "'=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20A1",
    '=HYPERLINK("http://x.example","pay")',
    "\u200b=1+1",
]
MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</td></table><b>x",
    "<a href='javascript:alert(1)'>x</a>",
    "&lt;b&gt;",
    "<svg/onload=alert(1)>",
]
TERMINAL = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b2J",
    "[bold red]x[/]",
    "a\rb",
    "one\r\ntwo",
    "one\u2028two\u2029three",
    "\u202egnp.exe",
    "zero\u200bwidth",
    "lone \ud800 surrogate",
]
HOSTILE = [*FORMULAS, *MARKUP, *TERMINAL]
