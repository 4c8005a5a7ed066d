import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.errors import StorageError
from edge.store.files import DamagedError
from edge.store.outbox import Outbox, Parcel
from edge.store.tally import TallyStore
from edge.store.verified import VerifiedStore
from tests.store.mounted import mounted


def replace_outbox(state: Path) -> None:
    """Put a copy in the place of the open file, as a restored backup does."""
    copy = state / "copy"
    shutil.copy(state / "outbox" / "tickets.db", copy)
    copy.rename(state / "outbox" / "tickets.db")


LOST = {
    "the state folder is deleted": (shutil.rmtree, "tickets.db was deleted while it was in use"),
    "the state folder is moved away": (
        lambda state: state.rename(state.with_name("old")),
        "tickets.db was deleted while it was in use",
    ),
    "the file is deleted": (lambda state: (state / "outbox/tickets.db").unlink(), "tickets.db was deleted"),
    "the log is deleted": (lambda state: (state / "outbox/tickets.db-wal").unlink(), "tickets.db-wal was deleted"),
    "the file is replaced": (replace_outbox, "tickets.db was replaced while it was in use"),
}


@pytest.mark.parametrize(("lose", "text"), LOST.values(), ids=LOST)
def test_outbox_that_lost_its_name(state: Path, lose: Callable[[Path], object], text: str) -> None:
    """No ticket is acknowledged any more; those that were are still there to be delivered."""
    with Outbox(state) as outbox:
        outbox.put_many([Parcel("a", b"1")])
        lose(state)
        with pytest.raises(StorageError, match=text):
            outbox.put_many([Parcel("b", b"2")])
        with pytest.raises(StorageError, match=text):
            outbox.delivered(["a"])

        assert "a" not in [entry.id for entry in outbox.due(0.0, 10)]


def test_tally_that_lost_its_name(state: Path) -> None:
    """A count that would be gone is not acknowledged."""
    with TallyStore(state) as tally:
        shutil.rmtree(state)

        with pytest.raises(StorageError, match=r"tally\.db was deleted"), tally.transaction():
            tally.trim(0.0)


@pytest.mark.parametrize("name", ["cache.db", "cache.db-wal"])
def test_verified_store_that_lost_its_name(state: Path, name: str) -> None:
    """An island that would be gone is not in force."""
    with VerifiedStore(state) as store:
        store.commit({"a": b"1"})
        (state / "verified" / name).unlink()

        with pytest.raises(StorageError, match=f"{name} was deleted"):
            store.commit({"a": b"2"})


def test_verified_store_after_a_failed_commit(state: Path) -> None:
    """The log of its new connection is its own, and no fault."""
    with VerifiedStore(state, busy_s=0.01) as store:
        store.commit({"a": b"1"})
        other = sqlite3.connect(state / "verified" / "cache.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError):
            store.commit({"a": b"2"})
        other.close()

        store.commit({"a": b"3"})
        store.commit({"a": b"4"})
        assert store.read_all() == {"a": b"4"}


def test_start_on_a_disk_that_may_only_be_read(tmp_path: Path) -> None:
    """The error says so, and how to look."""
    with mounted(tmp_path / "disk") as disk:
        Outbox(disk / "state").close()
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)

        with pytest.raises(Exception, match="Read-only file system; to see what is mounted there, run: findmnt -T"):
            Outbox(disk / "state")


def test_outbox_that_may_only_be_read(state: Path) -> None:
    """No ticket is acknowledged. (A kernel with a broken disk does this; it does not let root do it to open files.)"""
    with Outbox(state) as outbox:
        outbox._connection.execute("PRAGMA query_only = ON")

        with pytest.raises(StorageError, match="attempt to write a readonly database") as caught:
            outbox.put_many([Parcel("a", b"1")])
        assert not isinstance(caught.value, DamagedError)
