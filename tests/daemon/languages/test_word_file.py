"""The file of word vectors: read where it is needed, and never mapped."""

from pathlib import Path

import pytest

from edge.daemon.languages.package import WordFile


def test_file_that_is_shortened_in_place(tmp_path: Path) -> None:
    """What is still there is read; what is not is an error, which the process survives."""
    path = tmp_path / "words.q4"
    path.write_bytes(bytes(range(100)))
    file = WordFile(path)
    before = file.read(40, 20)
    with path.open("r+b") as again:
        again.truncate(50)

    assert (100, bytes(range(40, 60))) == (file.size, before)
    assert bytes(range(10)) == file.read(0, 10)
    with pytest.raises(OSError, match="the word table has become shorter; install the wheel skerry_languages"):
        file.read(40, 20)


def test_file_that_is_replaced(tmp_path: Path) -> None:
    """An upgrade renames another one into its place: the open one is read on."""
    path, newer = tmp_path / "words.q4", tmp_path / "newer"
    path.write_bytes(b"old")
    newer.write_bytes(b"new")
    file = WordFile(path)
    newer.rename(path)

    assert b"old" == file.read(0, 3)
