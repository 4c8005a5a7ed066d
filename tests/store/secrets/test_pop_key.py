"""A PoP's key and the number of its run, on the disk."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.errors import ConfigError, StorageError
from edge.store.secrets import open_pop_identity

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
EARLIER = datetime(2026, 9, 1, 11, tzinfo=UTC)


def test_first_start_makes_a_key(tmp_path: Path) -> None:
    """For the owner alone; its public half lies beside it, for everybody."""
    identity = open_pop_identity(tmp_path, now=NOW)

    assert 0o600 == stat.S_IMODE((tmp_path / "status.key").stat().st_mode)
    assert f"{identity.signer.public.hex()}\n" == (tmp_path / "status.pub").read_text()
    assert int(NOW.timestamp() * 1000) == identity.run


def test_every_start_has_the_same_key_and_a_higher_number(tmp_path: Path) -> None:
    """Also when the clock was set back."""
    first, second = open_pop_identity(tmp_path, now=NOW), open_pop_identity(tmp_path, now=EARLIER)

    assert first.signer.public == second.signer.public
    assert first.run + 1 == second.run


def test_number_that_was_lost(tmp_path: Path) -> None:
    """The clock alone has to do."""
    open_pop_identity(tmp_path, now=EARLIER)
    (tmp_path / "status.run").write_text("nonsense")

    assert int(NOW.timestamp() * 1000) == open_pop_identity(tmp_path, now=NOW).run


def test_public_half_that_was_lost_is_written_again(tmp_path: Path) -> None:
    """It follows from the key."""
    identity = open_pop_identity(tmp_path, now=NOW)
    (tmp_path / "status.pub").unlink()
    open_pop_identity(tmp_path, now=NOW)

    assert f"{identity.signer.public.hex()}\n" == (tmp_path / "status.pub").read_text()


def test_key_open_to_others(tmp_path: Path) -> None:
    """It is not used until the operator has closed it."""
    open_pop_identity(tmp_path, now=NOW)
    key = tmp_path / "status.key"
    key.chmod(0o640)

    with pytest.raises(ConfigError) as caught:
        open_pop_identity(tmp_path, now=NOW)
    expected = f"{key} has mode 0640, expected 0600, so others may know it; run: chmod 600 {key}"
    assert expected == caught.value.text


@pytest.mark.parametrize("content", [b"", b"ab", b"g" * 64, b"\xff" * 64, b"ab" * 33])
def test_damaged_key(tmp_path: Path, content: bytes) -> None:
    """The text says nothing of the content, half of which may be the key."""
    key = tmp_path / "status.key"
    key.touch(mode=0o600)
    key.write_bytes(content)

    with pytest.raises(ConfigError) as caught:
        open_pop_identity(tmp_path, now=NOW)
    expected = f"{key} is damaged, expected 64 hexadecimal digits; for a new one run: rm {key}"
    assert expected == caught.value.text


def test_no_folder(tmp_path: Path) -> None:
    """Whoever asks decides whether that matters."""
    with pytest.raises(StorageError, match=r"status.key could not be used: No such file or directory$"):
        open_pop_identity(tmp_path / "none", now=NOW)


def test_start_that_was_interrupted(tmp_path: Path) -> None:
    """What was left half-written is written anew."""
    (tmp_path / "status.key.new").write_text("half")

    assert 32 == len(open_pop_identity(tmp_path, now=NOW).signer.public)
    assert not (tmp_path / "status.key.new").exists()
