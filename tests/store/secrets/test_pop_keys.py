"""The keys that a PoP makes itself, and the number of its run."""

import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.errors import ConfigError, StorageError
from edge.store.secrets import load_or_make_token_key, open_pop_identity

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
EARLIER = datetime(2026, 9, 1, 11, tzinfo=UTC)


def test_first_start_makes_a_key(tmp_path: Path) -> None:
    """Only the owner can read the key; its public half is in `status.pub` in the same folder."""
    identity = open_pop_identity(tmp_path, now=NOW)

    assert 0o600 == stat.S_IMODE((tmp_path / "status.key").stat().st_mode)
    assert f"{identity.signer.public.hex()}\n" == (tmp_path / "status.pub").read_text()
    assert int(NOW.timestamp() * 1000) == identity.run


def test_every_start_has_the_same_key_and_a_higher_number(tmp_path: Path) -> None:
    """Even if the clock was set back."""
    first, second = open_pop_identity(tmp_path, now=NOW), open_pop_identity(tmp_path, now=EARLIER)

    assert first.signer.public == second.signer.public
    assert first.run + 1 == second.run


def test_run_number_that_was_lost(tmp_path: Path) -> None:
    """The time of the start is the number."""
    open_pop_identity(tmp_path, now=EARLIER)
    (tmp_path / "status.run").write_text("nonsense")

    assert int(NOW.timestamp() * 1000) == open_pop_identity(tmp_path, now=NOW).run


def test_public_key_that_was_lost_is_written_again(tmp_path: Path) -> None:
    """It is computed from the private key."""
    identity = open_pop_identity(tmp_path, now=NOW)
    (tmp_path / "status.pub").unlink()
    open_pop_identity(tmp_path, now=NOW)

    assert f"{identity.signer.public.hex()}\n" == (tmp_path / "status.pub").read_text()


def test_key_open_to_others(tmp_path: Path) -> None:
    """It is not used until the operator has changed its mode."""
    open_pop_identity(tmp_path, now=NOW)
    key = tmp_path / "status.key"
    key.chmod(0o604)

    with pytest.raises(ConfigError) as caught:
        open_pop_identity(tmp_path, now=NOW)
    expected = f"{key} has mode 0604, expected 0600, so others may know it; run: chmod 600 {key}"
    assert expected == caught.value.text


@pytest.mark.parametrize("content", [b"", b"ab", b"g" * 64, b"\xff" * 64, b"ab" * 33])
def test_damaged_key(tmp_path: Path, content: bytes) -> None:
    """The error does not quote the content, half of which may be the key."""
    key = tmp_path / "status.key"
    key.touch(mode=0o600)
    key.write_bytes(content)

    with pytest.raises(ConfigError) as caught:
        open_pop_identity(tmp_path, now=NOW)
    owner = tmp_path / "outbox" / "owner"
    expected = f"{key} is damaged, expected 64 hexadecimal digits; for a new one, run: rm -f {key} {owner}"
    assert expected == caught.value.text


def test_no_folder(tmp_path: Path) -> None:
    """A missing folder raises StorageError, and the caller decides whether that matters."""
    with pytest.raises(StorageError, match=r"status.key could not be used: No such file or directory$"):
        open_pop_identity(tmp_path / "none", now=NOW)


OPENERS: dict[str, Callable[[Path], object]] = {
    "status.key": lambda folder: open_pop_identity(folder, now=NOW),
    "token.key": load_or_make_token_key,
}


@pytest.mark.parametrize("name", OPENERS)
def test_start_that_was_interrupted(tmp_path: Path, name: str) -> None:
    """Unfinished files of another process hinder nothing, and are removed."""
    for process in (1, os.getpid()):
        (tmp_path / f".unfinished-{process}-{name}").write_text("half")
    OPENERS[name](tmp_path)

    assert 0o600 == stat.S_IMODE((tmp_path / name).stat().st_mode)
    assert [] == list(tmp_path.glob(".unfinished-*"))


@pytest.mark.parametrize("name", OPENERS)
def test_keys_are_durable_when_they_are_returned(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is synced after the last rename in it, or a power cut could undo the rename."""
    done: list[str] = []
    for act in ("rename", "fsync"):
        monkeypatch.setattr(os, act, _recorded(act, getattr(os, act), done))
    OPENERS[name](tmp_path)

    assert ["fsync", "rename", "fsync"] == done[:3]
    assert "fsync" == done[-1]


def _recorded(name: str, act: Callable[..., object], done: list[str]) -> Callable[..., object]:
    def recorded(*arguments: object) -> object:
        done.append(name)
        return act(*arguments)

    return recorded


def test_token_key_is_kept(tmp_path: Path) -> None:
    """Tokens stay valid over a restart."""
    first = load_or_make_token_key(tmp_path)

    assert (32, first) == (len(first), load_or_make_token_key(tmp_path))
    assert 0o600 == (tmp_path / "token.key").stat().st_mode & 0o777
    assert ["token.key"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_damaged_token_key_is_replaced(tmp_path: Path, content: bytes) -> None:
    """A token key that is not 32 bytes long is replaced, and the new one stays."""
    (tmp_path / "token.key").write_bytes(content)
    key = load_or_make_token_key(tmp_path)

    assert key != content
    assert key == load_or_make_token_key(tmp_path)


def test_token_key_on_a_disk_that_cannot_be_used(tmp_path: Path) -> None:
    """The error names the file."""
    with pytest.raises(StorageError, match=r"^cannot write .*/token\.key: No such file or directory$"):
        load_or_make_token_key(tmp_path / "missing")


def test_run_number_from_the_future(tmp_path: Path) -> None:
    """After a clock that was a year ahead, each run is one higher than the last."""
    later = datetime(2027, 9, 1, tzinfo=UTC)
    first = open_pop_identity(tmp_path, now=later).run

    assert int(later.timestamp() * 1000) == first
    assert [first + 1, first + 2] == [
        open_pop_identity(tmp_path, now=datetime(2026, 9, 1, tzinfo=UTC)).run for _ in range(2)
    ]


def test_modes_of_the_files(tmp_path: Path) -> None:
    """What is public may be read by anybody; the rest is private, and a key that others may read is refused."""
    before = os.umask(0o022)
    try:
        open_pop_identity(tmp_path, now=datetime(2026, 9, 1, tzinfo=UTC))
        load_or_make_token_key(tmp_path)
    finally:
        os.umask(before)
    names = ("status.pub", "status.run", "status.key", "token.key")

    assert [0o644, 0o600, 0o600, 0o600] == [(tmp_path / name).stat().st_mode & 0o777 for name in names]
    (tmp_path / "token.key").chmod(0o604)
    with pytest.raises(ConfigError, match=r"token.key has mode 0604, expected 0600, .*; run: chmod 600 .*token.key$"):
        load_or_make_token_key(tmp_path)


def test_public_key_of_another_key_is_replaced(tmp_path: Path) -> None:
    """The public file always belongs to the private key."""
    when = datetime(2026, 9, 1, tzinfo=UTC)
    public = open_pop_identity(tmp_path, now=when).signer.public
    (tmp_path / "status.pub").write_text("of another key\n")
    open_pop_identity(tmp_path, now=when)

    assert f"{public.hex()}\n" == (tmp_path / "status.pub").read_text()


def test_first_run_of_a_clock_that_begins_in_1970_is_number_one(tmp_path: Path) -> None:
    """A board without a battery starts in 1970. Each later run is one higher."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)

    assert [1, 2] == [open_pop_identity(tmp_path, now=epoch).run for _ in range(2)]
