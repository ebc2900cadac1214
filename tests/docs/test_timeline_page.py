"""The picture beside the page on timelines is the one that the page's own code makes."""

from __future__ import annotations

from pathlib import Path

from support import examples
from support.sources import ROOT
from support.svg import touching

PAGE = ROOT / "docs" / "how-to" / "see-what-will-be-billed.md"


def test_the_picture_is_what_the_page_makes(tmp_path: Path) -> None:
    """Byte for byte; a change of the code that changes it is seen by a person."""
    examples.run_page(PAGE, tmp_path, ROOT / "examples")
    made = (tmp_path / "harbor.svg").read_bytes()
    assert PAGE.with_suffix(".svg").read_bytes() == made
    assert [] == touching(made.decode())
    assert (tmp_path / "plan.svg").read_text("utf-8") in (tmp_path / "plan.html").read_text("utf-8")
