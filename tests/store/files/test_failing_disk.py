import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from edge.errors import StorageError
from edge.store.files import DamagedError
from edge.store.outbox import Outbox, OutboxEntry, Parcel
from edge.store.verified import VerifiedStore

FullDisk = Callable[[int], AbstractContextManager[None]]
LARGE = bytes(500_000)


class FailingConnection(sqlite3.Connection):
    """A disk that fails one kind of statement, before or after the statement takes effect."""

    fails: str | None = None
    persisted = False

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        """Fail if the test has set this statement."""
        return self._run(sql, lambda: super(FailingConnection, self).execute(sql, *parameters))

    def executemany(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        """Fail if the test has set this statement."""
        return self._run(sql, lambda: super(FailingConnection, self).executemany(sql, *parameters))

    def _run(self, sql: str, act: Callable[[], sqlite3.Cursor]) -> sqlite3.Cursor:
        if FailingConnection.fails is None or not sql.startswith(FailingConnection.fails):
            return act()
        if FailingConnection.persisted:
            act()
        raise sqlite3.OperationalError("disk I/O error")


class Fault(NamedTuple):
    """A statement that fails, whether it takes effect all the same, and which tickets wait afterwards."""

    act: Callable[[Outbox], None]
    statement: str
    persisted: bool
    waiting: list[OutboxEntry]


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> Callable[[Fault | None], None]:
    """Set the fault that happens from now on."""

    def set_to(fault: Fault | None) -> None:
        monkeypatch.setattr(FailingConnection, "fails", fault and fault.statement)
        monkeypatch.setattr(FailingConnection, "persisted", fault is not None and fault.persisted)

    return set_to


def put(outbox: Outbox) -> None:
    """Put two new tickets."""
    outbox.put_many([Parcel("c", b"3"), Parcel("d", b"4")])


def deliver(outbox: Outbox) -> None:
    """Deliver one ticket."""
    outbox.delivered(["a"])


def postpone(outbox: Outbox) -> None:
    """Count one failed attempt."""
    outbox.postpone("a", until=5.0, error="e")


A, B, C, D = (OutboxEntry(name, payload, 0) for name, payload in zip("abcd", (b"1", b"2", b"3", b"4"), strict=True))
BEFORE = [A, B]
FAULTS = {
    "put, no transaction to be had": Fault(put, "BEGIN", False, BEFORE),
    "put, transaction begun all the same": Fault(put, "BEGIN", True, BEFORE),
    "put, insert fails": Fault(put, "INSERT", False, BEFORE),
    "put, insert fails with rows written": Fault(put, "INSERT", True, BEFORE),
    "put, commit fails": Fault(put, "COMMIT", False, BEFORE),
    "put, commit fails but happened": Fault(put, "COMMIT", True, [A, B, C, D]),
    "delivered, delete fails": Fault(deliver, "DELETE", False, BEFORE),
    "delivered, delete fails with rows gone": Fault(deliver, "DELETE", True, BEFORE),
    "delivered, commit fails": Fault(deliver, "COMMIT", False, BEFORE),
    "delivered, commit fails but happened": Fault(deliver, "COMMIT", True, [B]),
    "postpone, commit fails": Fault(postpone, "COMMIT", False, BEFORE),
    "postpone, commit fails but happened": Fault(postpone, "COMMIT", True, [B, OutboxEntry("a", b"1", 1)]),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_outbox_on_a_disk_that_fails(state: Path, fail: Callable[[Fault | None], None], fault: Fault) -> None:
    """The call raises, nothing is half done, and the same call succeeds when the disk works again."""
    with Outbox(state, max_tickets=4, connection=FailingConnection) as outbox:
        outbox.put_many([Parcel("a", b"1"), Parcel("b", b"2")])
        fail(fault)
        with pytest.raises(StorageError, match=r"tickets\.db could not be used: disk I/O error"):
            fault.act(outbox)
        fail(None)

        assert fault.waiting == outbox.due(10.0, 10)
        assert len(fault.waiting) == outbox.depth()
        fault.act(outbox)
        after = outbox.due(10.0, 10)
        assert len(after) == outbox.depth()
    with Outbox(state, max_tickets=4) as outbox:
        assert after == outbox.due(10.0, 10)


def test_outbox_on_a_disk_without_space(state: Path, full_disk: FullDisk) -> None:
    """Stored tickets stay readable, and the same batch can be put when there is space again."""
    with Outbox(state, max_tickets=10) as outbox:
        outbox.put_many([Parcel("a", b"1")])
        with full_disk(200_000), pytest.raises(StorageError, match="could not be used") as caught:
            outbox.put_many([Parcel("b", b"2"), Parcel("c", LARGE)])

        assert not isinstance(caught.value, DamagedError)
        assert (outbox.due(0.0, 10), outbox.depth()) == ([A], 1)
        outbox.put_many([Parcel("b", b"2"), Parcel("c", LARGE)])
    with Outbox(state, max_tickets=10) as outbox:
        assert [A, B, OutboxEntry("c", LARGE, 0)] == outbox.due(0.0, 10)


def test_outbox_whose_file_may_not_grow(state: Path) -> None:
    """SQLite reports a full disk itself."""
    with Outbox(state, max_tickets=10) as outbox:
        outbox._connection.execute("PRAGMA max_page_count = 10")

        with pytest.raises(StorageError, match=r"tickets\.db could not be used: database or disk is full"):
            outbox.put_many([Parcel("a", b"1"), Parcel("b", LARGE)])
        outbox.put_many([Parcel("a", b"1")])
        assert (outbox.due(0.0, 10), outbox.depth()) == ([A], 1)


def test_verified_store_on_a_disk_without_space(state: Path, full_disk: FullDisk) -> None:
    """Nothing of the commit is stored, earlier values stay, and the same commit works when there is space again."""
    changes = {"timestamp": b"2", "island/acme/drop": LARGE, "old": None}
    with VerifiedStore(state) as store:
        store.commit({"timestamp": b"1", "old": b"o"})
        with full_disk(200_000), pytest.raises(StorageError, match="could not be used") as caught:
            store.commit(changes)

        assert not isinstance(caught.value, DamagedError)
        assert store.read_all() == {"timestamp": b"1", "old": b"o"}
        store.commit(changes)
    with VerifiedStore(state) as store:
        assert store.read_all() == {"timestamp": b"2", "island/acme/drop": LARGE}


def test_verified_store_whose_file_another_program_has_locked(state: Path) -> None:
    """The wait ends after `busy_s`, and the error says why."""
    with VerifiedStore(state, busy_s=0.01) as store:
        other = sqlite3.connect(state / "verified" / "cache.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="could not be written: database is locked"):
            store.commit({"k": b"v"})
        other.close()

        store.commit({"k": b"v"})
        assert store.read_all() == {"k": b"v"}
