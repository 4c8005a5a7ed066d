"""`edge.store.secrets.token_key`: made once, for its owner only, replaced when damaged."""

from pathlib import Path

import pytest

from edge.errors import StorageError
from edge.store.secrets import load_or_make_token_key


def test_key_is_kept(tmp_path: Path) -> None:
    """A restart does not send viewers back to the beginning."""
    first = load_or_make_token_key(tmp_path)

    assert (32, first) == (len(first), load_or_make_token_key(tmp_path))
    assert 0o600 == (tmp_path / "token.key").stat().st_mode & 0o777
    assert ["token.key"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("left", [b"", b"short", b"x" * 33])
def test_damaged_key_is_replaced(tmp_path: Path, left: bytes) -> None:
    """Whatever a crash left, also beside it."""
    (tmp_path / "token.key").write_bytes(left)
    (tmp_path / "token.unfinished").write_bytes(b"half")
    key = load_or_make_token_key(tmp_path)

    assert key not in (left, b"half")
    assert key == load_or_make_token_key(tmp_path)


def test_disk_that_cannot_be_used(tmp_path: Path) -> None:
    """Says which file."""
    with pytest.raises(
        StorageError, match=r"token\.key could not be used: No such file or directory$|token\.key could"
    ):
        load_or_make_token_key(tmp_path / "missing")
