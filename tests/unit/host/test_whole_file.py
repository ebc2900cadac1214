"""A file is replaced whole or left alone: links keep pointing, devices and folders are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from billcore.host.whole_file import replace_file


def test_what_a_link_points_to_is_replaced(tmp_path: Path) -> None:
    """The link stays a link; the file behind it has the new bytes."""
    target, link = tmp_path / "report.html", tmp_path / "latest.html"
    target.write_bytes(b"old")
    link.symlink_to(target)
    replace_file(link, b"new")
    assert link.is_symlink()
    assert b"new" == target.read_bytes()
    assert {"report.html", "latest.html"} == {one.name for one in tmp_path.iterdir()}


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    """A folder, and a device, are refused before anything is written."""
    folder = tmp_path / "folder"
    folder.mkdir()
    for target in (folder, Path("/dev/null")):
        with pytest.raises(OSError, match="not a regular file"):
            replace_file(target, b"new")
    assert ["folder"] == [one.name for one in tmp_path.iterdir()]
