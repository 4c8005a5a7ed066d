"""Both stores compared with a dict: reopened, with refused and failed commits, and power cuts in a transaction."""

import shutil
import sqlite3
import tempfile
from collections import UserDict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from edge.errors import RefusedError, StorageError
from edge.store.outbox import Outbox, OutboxEntry, Parcel
from edge.store.verified import VerifiedStore

KEYS = st.sampled_from(["root/1", "timestamp", "role/ü", "island/acme/drop"])
VALUES = st.binary(max_size=40) | st.binary(max_size=40).map(lambda seed: (seed + b"-") * 3000)
CHANGES = st.dictionaries(KEYS, st.none() | VALUES)
TOO_MUCH = bytes(3_000_000)
NAMES = st.sampled_from("abcdefgh")
DEADLINES = st.none() | st.sampled_from([999_000.0, 1_000_000.0, 1_003_000.0])
PARCELS = st.tuples(NAMES, VALUES, DEADLINES).map(lambda three: Parcel(three[0], three[1], deadline=three[2]))
BATCH = st.lists(PARCELS, max_size=5)
MAX_TICKETS = 5
MEMORY = "/dev/shm"  # noqa: S108 # thousands of syncs that no test here depends on


class CutChanges(UserDict[str, bytes | None]):
    """Changes that call `cut` before the last of them is written."""

    cut: Callable[[], None]

    def __iter__(self) -> Iterator[str]:
        """The keys; `cut` is called before the last one."""
        keys = list(super().__iter__())
        yield from keys[:-1]
        self.cut()
        yield from keys[-1:]


class CutBatch(list[Parcel]):
    """Tickets that call `cut` before the last of them is written."""

    cut: Callable[[], None]

    def __iter__(self) -> Iterator[Parcel]:
        """The tickets; `cut` is called before the last one."""
        tickets = list(super().__iter__())
        yield from tickets[:-1]
        self.cut()
        yield from tickets[-1:]


class StoreMachine(RuleBasedStateMachine):
    """A store in a temporary directory."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(dir=MEMORY if Path(MEMORY).is_dir() else None))
        self.state = self.root / "state"

    def copy_disk(self) -> Path:
        """A copy of the disk as a power cut now would leave it."""
        return Path(shutil.copytree(self.state, Path(tempfile.mkdtemp(dir=self.root)) / "state"))

    def teardown(self) -> None:
        """Delete the directory."""
        shutil.rmtree(self.root)


class VerifiedMachine(StoreMachine):
    """The verified store behaves like a durable dict."""

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, bytes] = {}
        self.store = VerifiedStore(self.state)

    @rule(changes=CHANGES)
    def commit(self, changes: dict[str, bytes | None]) -> None:
        """A commit takes effect as a whole."""
        self.store.commit(changes)
        merged = self.model | changes
        self.model = {key: value for key, value in merged.items() if value is not None}

    @rule(changes=CHANGES)
    def commit_refused_halfway(self, changes: dict[str, bytes | None]) -> None:
        """A refused commit has no effect."""
        with pytest.raises(RefusedError):
            self.store.commit({**changes, "last": "text"})  # type: ignore[dict-item]

    @rule(changes=CHANGES)
    def commit_on_full_disk(self, changes: dict[str, bytes | None]) -> None:
        """A failed commit has no effect."""
        self.store._cache._sql("PRAGMA max_page_count = 200")
        with pytest.raises(StorageError):
            self.store.commit({**changes, "last": TOO_MUCH})

    @rule(changes=CHANGES)
    def power_cut_in_mid_commit(self, changes: dict[str, bytes | None]) -> None:
        """After the cut the store is as it was before the commit."""
        cut_changes = CutChanges(changes)
        copies: list[Path] = []
        cut_changes.cut = lambda: copies.append(self.copy_disk())
        self.store.commit(cut_changes)
        for copy in copies:
            with VerifiedStore(copy) as store:
                assert self.model == store.read_all()
        self.model = {key: value for key, value in (self.model | changes).items() if value is not None}

    @rule()
    def reopen(self) -> None:
        """Reopening changes nothing."""
        self.store.close()
        self.store = VerifiedStore(self.state)

    @rule()
    def power_cut(self) -> None:
        """All acknowledged changes are stored."""
        with VerifiedStore(self.copy_disk()) as store:
            assert self.model == store.read_all()

    @invariant()
    def same(self) -> None:
        """The store has the values of the dict."""
        assert self.model == self.store.read_all()
        assert self.store.get("timestamp") == self.model.get("timestamp")

    def teardown(self) -> None:
        """Close the store."""
        self.store.close()
        super().teardown()


class OutboxMachine(StoreMachine):
    """The outbox behaves like a durable dict of (rank, place, due, payload, attempts) by id."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000_000.0
        self.places = 0
        self.model: dict[str, tuple[float, int, float, bytes, int]] = {}
        self.outbox = self.open(self.state)

    def open(self, state: Path) -> Outbox:
        """Open an outbox with this machine's clock."""
        return Outbox(state, max_tickets=MAX_TICKETS, clock=lambda: self.now)

    def put_into_model(self, batch: list[Parcel]) -> bool:
        """Put a batch into the model. False if it does not fit as a whole."""
        new = {parcel.id for parcel in batch} - self.model.keys()
        if new and len(self.model) + len(new) > MAX_TICKETS:
            return False
        for name, payload, _, _, deadline, *_ in batch:
            if name not in self.model:
                self.places += 1
                self.model[name] = (self.now if deadline is None else deadline, self.places, 0.0, payload, 0)
        return True

    def waiting(self, until: float) -> list[OutboxEntry]:
        """The entries that should be due at `until`."""
        ordered = sorted((entry, name) for name, entry in self.model.items() if entry[2] <= until)
        return [OutboxEntry(name, payload, attempts) for (_, _, _, payload, attempts), name in ordered]

    @rule(batch=BATCH)
    def put(self, batch: list[Parcel]) -> None:
        """A batch is put or refused as a whole."""
        if self.put_into_model(batch):
            self.outbox.put_many(batch)
        else:
            with pytest.raises(RefusedError):
                self.outbox.put_many(batch)

    @rule(batch=BATCH)
    def power_cut_in_mid_put(self, batch: list[Parcel]) -> None:
        """After the cut nothing of the batch is stored."""
        before = set(self.waiting(2e9))
        cut_batch = CutBatch(batch)
        copies: list[Path] = []
        cut_batch.cut = lambda: copies.append(self.copy_disk())
        if self.put_into_model(batch):
            self.outbox.put_many(cut_batch)
        else:
            with pytest.raises(RefusedError):
                self.outbox.put_many(cut_batch)
        for copy in copies:
            with self.open(copy) as outbox:
                assert before == set(outbox.due(2e9, 100))

    @rule(batch=BATCH)
    def put_on_full_disk(self, batch: list[Parcel]) -> None:
        """A failed put has no effect."""
        connection: sqlite3.Connection = self.outbox._connection
        connection.execute("PRAGMA max_page_count = 200")
        with pytest.raises(StorageError):
            self.outbox.put_many([*batch, Parcel("never", TOO_MUCH)])
        connection.execute("PRAGMA max_page_count = 100000")

    @rule(names=st.lists(NAMES, max_size=5))
    def deliver(self, names: list[str]) -> None:
        """Delivered tickets are deleted, and unknown ids are ignored."""
        self.outbox.delivered(names)
        for name in names:
            self.model.pop(name, None)

    @rule(name=NAMES, wait_s=st.floats(0.0, 3600.0))
    def postpone(self, name: str, wait_s: float) -> None:
        """The ticket is due later, and the attempt counts."""
        until = self.now + wait_s
        self.outbox.postpone(name, until=until, error="e")
        if name in self.model:
            rank, place, _, payload, attempts = self.model[name]
            self.model[name] = (rank + 60.0, place, until, payload, attempts + 1)

    @rule(step_s=st.floats(-10_000.0, 5_000.0))
    def time_passes(self, step_s: float) -> None:
        """The clock moves, sometimes backwards."""
        self.now += step_s

    @rule()
    def reopen(self) -> None:
        """Reopening only makes tickets due that a wrong clock postponed."""
        self.outbox.close()
        self.outbox = self.open(self.state)
        for name, (rank, place, due, *rest) in self.model.items():
            self.model[name] = (rank, place, 0.0 if due > self.now + 3600 else due, *rest)  # type: ignore[assignment]

    @rule()
    def power_cut(self) -> None:
        """All acknowledged changes are stored."""
        with self.open(self.copy_disk()) as outbox:
            assert {entry.id for entry in outbox.due(2e9, 100)} == set(self.model)

    @invariant()
    def same(self) -> None:
        """The outbox has the entries of the dict, in the same order."""
        assert self.waiting(self.now) == self.outbox.due(self.now, 100)
        assert self.waiting(2e9)[:2] == self.outbox.due(2e9, 2)
        assert len(self.model) == self.outbox.depth()

    def teardown(self) -> None:
        """Close the outbox."""
        self.outbox.close()
        super().teardown()


FEW = settings(max_examples=20, stateful_step_count=20)
TestVerifiedStore = VerifiedMachine.TestCase
TestVerifiedStore.settings = FEW
TestOutbox = OutboxMachine.TestCase
TestOutbox.settings = FEW
