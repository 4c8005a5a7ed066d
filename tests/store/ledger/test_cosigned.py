"""The notes that a witness cosigned."""

from pathlib import Path

import pytest

from edge.errors import StorageError
from edge.store.ledger import CosignedNotes


def test_the_last_note_of_each_log(tmp_path: Path) -> None:
    """A later one takes its place, for any name of a log; a half-written file of a dead process is removed."""
    notes = CosignedNotes(tmp_path)
    assert notes.get("ams/northwind/drop") is None

    notes.put("ams/northwind/drop", "first\n")
    (tmp_path / "cosigned" / ".unfinished-1-x").write_text("half")
    notes.put("../../etc", "other\n")
    notes.put("ams/northwind/drop", "second\n")

    assert ("second\n", "other\n") == (notes.get("ams/northwind/drop"), notes.get("../../etc"))
    assert 2 == len(list((tmp_path / "cosigned").iterdir()))
    assert ["cosigned"] == [one.name for one in tmp_path.iterdir()]


def test_note_that_cannot_be_read(tmp_path: Path) -> None:
    """The disk's fault is said."""
    notes = CosignedNotes(tmp_path)
    notes.put("a", "note\n")
    (file,) = (tmp_path / "cosigned").iterdir()
    file.unlink()
    file.mkdir()

    with pytest.raises(StorageError):
        notes.get("a")
