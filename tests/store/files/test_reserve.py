"""Disks that are really full."""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest

from edge.errors import DiskFullError, StorageError
from edge.store.files import RESERVE_BYTES, Reserve
from edge.store.outbox import Outbox, Parcel
from edge.store.secrets import load_or_make_token_key
from edge.store.tally import TallyStore
from edge.store.verified import VerifiedStore
from tests.store.mounted import fill, mounted

ISLAND = bytes(300_000)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MiB."""
    with mounted(tmp_path / "disk") as disk:
        yield disk


def allocated(state: Path) -> int:
    """Bytes of the disk that the reserve has."""
    return (state / "reserve").stat().st_blocks * 512


def put_until_full(outbox: Outbox) -> list[str]:
    """Put tickets until there is no room for more. Returns the ids of those that were taken."""
    taken: list[str] = []
    while True:
        batch = [f"ticket-{len(taken) + number}" for number in range(20)]
        try:
            outbox.put_many([Parcel(name, b"help me with this, " * 200) for name in batch])
        except DiskFullError:
            return taken
        taken += batch


def test_reserve_is_made_once(disk: Path) -> None:
    """Its space is really allocated, and nobody else may read it."""
    reserve = Reserve(disk)
    reserve.make()
    reserve.make()
    reserve.require_room()

    assert RESERVE_BYTES == allocated(disk)
    assert 0o600 == (disk / "reserve").stat().st_mode & 0o777


def test_reserve_is_given_up_and_made_again(disk: Path) -> None:
    """Only when there is room for as much again."""
    reserve = Reserve(disk)
    reserve.make()
    full = fill(disk)
    reserve.give_up()
    with pytest.raises(DiskFullError, match=r"has 4096 KiB left, expected at least 8192 for .*; run: df -h"):
        reserve.require_room()

    assert 0 == allocated(disk)
    full.unlink()
    reserve.require_room()
    assert RESERVE_BYTES == allocated(disk)


def test_disk_that_may_only_be_read(disk: Path) -> None:
    """There is room, but not for writing."""
    reserve = Reserve(disk)
    reserve.make()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)

    with pytest.raises(StorageError, match=r"is on a disk that may only be read; look with: findmnt -T"):
        reserve.require_room()


def test_outbox_that_fills_the_disk(disk: Path) -> None:
    """No ticket is taken of what is left; all of them leave, and their space with them."""
    with Outbox(disk) as outbox:
        outbox.look_after()
        taken = put_until_full(outbox)
        with pytest.raises(DiskFullError):
            outbox.look_after()

        assert len(taken) == outbox.depth() > 100
        for start in range(0, len(taken), 8):
            outbox.delivered(taken[start : start + 8])
        outbox.look_after()
        assert (0, RESERVE_BYTES) == (outbox.depth(), allocated(disk))
        outbox.put_many([Parcel("again", b"1")])


def test_others_fill_the_disk(disk: Path) -> None:
    """The first delivery cannot be noted. Then the reserve is given up, and all the others can."""
    with Outbox(disk) as outbox:
        outbox.look_after()
        names = [f"ticket-{number}" for number in range(500)]
        outbox.put_many([Parcel(name, b"help me with this, " * 200) for name in names])
        full = fill(disk)
        with pytest.raises(DiskFullError):
            outbox.delivered(names)
        for start in range(0, len(names), 8):
            outbox.delivered(names[start : start + 8])

        assert 0 == outbox.depth() == allocated(disk)
        with pytest.raises(DiskFullError):
            outbox.put_many([Parcel("new", b"1")])
        full.unlink()
        outbox.put_many([Parcel("new", b"1")])
        outbox.look_after()
        assert RESERVE_BYTES == allocated(disk)


def test_database_that_another_program_locks(tmp_path: Path) -> None:
    """The reserve stays: its room would help nobody."""
    with Outbox(tmp_path) as outbox:
        outbox.look_after()
        outbox._connection.execute("PRAGMA busy_timeout = 0")
        with closing(sqlite3.connect(tmp_path / "outbox" / "tickets.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageError, match="locked"):
                outbox.delivered(["a"])

        assert RESERVE_BYTES == allocated(tmp_path)


def test_write_that_fails_though_there_is_room(
    tmp_path: Path, full_disk: Callable[[int], AbstractContextManager[None]]
) -> None:
    """As beyond a quota: the reserve is given up, since its room may be what is missing."""
    with Outbox(tmp_path) as outbox:
        outbox.look_after()
        with full_disk(100_000), pytest.raises(StorageError):
            outbox.put_many([Parcel("a", bytes(200_000))])

        assert 0 == allocated(tmp_path)


def test_what_may_wait_leaves_the_reserve_alone(disk: Path) -> None:
    """Counts and new revisions wait for room; a withdrawal does not."""
    with Outbox(disk) as outbox, TallyStore(disk) as tally, VerifiedStore(disk) as verified:
        outbox.look_after()
        verified.commit({"island/acme/drop": ISLAND})
        fill(disk, leave_bytes=RESERVE_BYTES // 2)
        with pytest.raises(DiskFullError), tally.transaction():
            tally.trim(0.0)
        with pytest.raises(DiskFullError):
            verified.commit({"island/acme/drop": ISLAND})
        verified.commit({"island/acme/drop": None, "timestamp": b"2"})

        assert {"timestamp": b"2"} == verified.read_all()


@pytest.mark.parametrize("killed", [False, True])
def test_start_on_a_full_disk(disk: Path, tmp_path: Path, killed: bool) -> None:
    """Everything opens with not one byte of room, and everything works when there is room again."""
    with Outbox(disk) as outbox, TallyStore(disk) as tally, VerifiedStore(disk) as verified:
        key = load_or_make_token_key(disk)
        outbox.look_after()
        outbox.put_many([Parcel("a", b"1"), Parcel("b", b"2")])
        verified.commit({"island/acme/drop": ISLAND})
        with tally.transaction():
            tally.trim(0.0)
        if killed:
            # Logs and their indexes are there, as a process leaves them that is killed.
            shutil.copytree(disk, tmp_path / "killed")
            shutil.move(tmp_path / "killed", disk)
    state = disk / "killed" if killed else disk
    Reserve(state).make()
    Reserve(state).give_up()
    full = fill(disk)
    with Outbox(state) as outbox, TallyStore(state) as tally, VerifiedStore(state) as verified:
        assert (key, 2) == (load_or_make_token_key(state), outbox.depth())
        assert ISLAND == verified.get("island/acme/drop") == verified.read_all()["island/acme/drop"]
        assert {} == tally.cells(0, "*")
        with pytest.raises(DiskFullError):
            outbox.put_many([Parcel("c", b"3")])
        with pytest.raises(DiskFullError):
            verified.commit({"island/acme/drop": None})
        full.unlink()
        outbox.put_many([Parcel("c", b"3")])
        verified.commit({"island/acme/drop": None})
        with tally.transaction():
            tally.trim(0.0)
        assert ({}, 3) == (verified.read_all(), outbox.depth())
