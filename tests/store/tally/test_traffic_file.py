"""`edge.store.tally.traffic_file`: whole or absent, and a damaged one costs nothing but itself."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.errors import DiskFullError
from edge.store.files import Reserve
from edge.store.tally import TrafficFile

NOW = datetime(2026, 11, 27, tzinfo=UTC)
KEPT = {"acme/drop": {"widget": b"x" * 800}}


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """By the next process."""
    TrafficFile(tmp_path).write(KEPT)

    assert (KEPT, None) == TrafficFile(tmp_path).read(NOW)


def test_first_start_has_none(tmp_path: Path) -> None:
    """No file is no damage."""
    assert ({}, None) == TrafficFile(tmp_path).read(NOW)


@pytest.mark.parametrize("data", [b"", b"\x00", b"\xff" * 900, b"\x82\xa6format\x02\xa7islands\x80"])
def test_damaged_file_is_set_aside(tmp_path: Path, data: bytes) -> None:
    """Also one of a later form. The next write begins again."""
    file = TrafficFile(tmp_path)
    file.path.write_bytes(data)
    kept, aside = file.read(NOW)

    assert ({}, tmp_path / "traffic.damaged-20261127T000000Z") == (kept, aside)
    assert aside is not None
    assert data == aside.read_bytes()


def test_full_disk_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The room that is left is for deliveries."""
    file = TrafficFile(tmp_path)
    file.write(KEPT)
    monkeypatch.setattr(Reserve, "_free_bytes", lambda _: 0)

    with pytest.raises(DiskFullError):
        file.write({})
    assert (KEPT, None) == TrafficFile(tmp_path).read(NOW)
