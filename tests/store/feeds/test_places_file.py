"""`<state>/desk-places`: what is read after a restart, and after damage."""

from pathlib import Path

import pytest

from edge.store.feeds import PlacesFile


def test_each_origin_has_its_number(tmp_path: Path) -> None:
    """One does not change another's; the file is its owner's alone."""
    PlacesFile(tmp_path).write("", 7)
    PlacesFile(tmp_path).write("acme", 9)
    PlacesFile(tmp_path).write("", 8)

    assert {"": 8, "acme": 9} == PlacesFile(tmp_path).read()
    assert 0o600 == (tmp_path / "desk-places").stat().st_mode & 0o777


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b'{"": "x"}', b"{" * 5_000])
def test_damaged_file_is_as_none(tmp_path: Path, content: bytes) -> None:
    """The desk then sends everything again."""
    (tmp_path / "desk-places").write_bytes(content)

    assert {} == PlacesFile(tmp_path).read()
    PlacesFile(tmp_path).write("", 1)
    assert {"": 1} == PlacesFile(tmp_path).read()


def test_without_a_file(tmp_path: Path) -> None:
    """A first start."""
    assert {} == PlacesFile(tmp_path).read()
