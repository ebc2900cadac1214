"""What a picture holds, read back from its SVG: texts with the room that they take, shapes, numbers."""

from __future__ import annotations

import re
from itertools import combinations
from typing import NamedTuple
from xml.etree import ElementTree

from billcore.render.timeline_labels import text_width

SVG = "{http://www.w3.org/2000/svg}"


class Box(NamedTuple):
    """A text and the room that it takes, in pixels."""

    said: str
    left: int
    right: int
    top: int
    bottom: int


def parsed(picture: str) -> ElementTree.Element:
    """The picture as XML; what is not well formed raises."""
    return ElementTree.fromstring(picture.encode())


def boxes(picture: str) -> list[Box]:
    """Every text with its box: ascenders take four fifths of the size, descenders a fifth."""
    found = []
    for node in parsed(picture).iter(f"{SVG}text"):
        size, x, y = (int(node.attrib[name]) for name in ("font-size", "x", "y"))
        said = node.text or ""
        width = text_width(said, size)
        left = x - width // 2 if node.attrib.get("text-anchor") == "middle" else x
        found.append(Box(said, left, left + width, y - size * 4 // 5, y + size // 5))
    return found


def touching(picture: str) -> list[tuple[str, str]]:
    """Pairs of texts that cover each other."""
    return [
        (one.said, other.said)
        for one, other in combinations(boxes(picture), 2)
        if one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom
    ]


def outside(picture: str) -> list[str]:
    """Texts that reach beyond the picture."""
    width, height = (int(parsed(picture).attrib[name]) for name in ("width", "height"))
    return [
        box.said for box in boxes(picture) if box.left < 0 or box.right > width or box.top < 0 or box.bottom > height
    ]


def numbers(picture: str) -> list[str]:
    """Every number of every coordinate, as written."""
    names = ("x", "y", "width", "height", "d", "viewBox", "stroke-dasharray", "font-size")
    texts = [node.attrib.get(name, "") for node in parsed(picture).iter() for name in names]
    return [number for text in texts for number in re.findall(r"-?[0-9.]+(?:e-?[0-9]+)?", text)]


def titles(picture: str) -> list[str]:
    """The words shown to who points at a shape; the first is the picture's own."""
    return [node.text or "" for node in parsed(picture).iter(f"{SVG}title")]


def said(picture: str) -> list[str]:
    """What stands in the picture, in the order of its shapes."""
    return [box.said for box in boxes(picture)]
