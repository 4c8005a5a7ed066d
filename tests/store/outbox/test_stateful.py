"""Both stores against a dict, through reopening, refused and failed commits, and power cuts in mid-transaction."""

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
    """Changes during whose writing, before the last one, something happens."""

    cut: Callable[[], None]

    def __iter__(self) -> Iterator[str]:
        """The keys, the last of them only after the cut."""
        keys = list(super().__iter__())
        yield from keys[:-1]
        self.cut()
        yield from keys[-1:]


class CutBatch(list[Parcel]):
    """Tickets during whose writing, before the last one, something happens."""

    cut: Callable[[], None]

    def __iter__(self) -> Iterator[Parcel]:
        """The tickets, the last of them only after the cut."""
        tickets = list(super().__iter__())
        yield from tickets[:-1]
        self.cut()
        yield from tickets[-1:]


class StoreMachine(RuleBasedStateMachine):
    """A store in a directory of its own, gone afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(dir=MEMORY if Path(MEMORY).is_dir() else None))
        self.state = self.root / "state"

    def copy_disk(self) -> Path:
        """What a power cut at this moment would leave."""
        return Path(shutil.copytree(self.state, Path(tempfile.mkdtemp(dir=self.root)) / "state"))

    def teardown(self) -> None:
        """Leaves nothing behind."""
        shutil.rmtree(self.root)


class VerifiedMachine(StoreMachine):
    """The verified store is a dict that survives."""

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, bytes] = {}
        self.store = VerifiedStore(self.state)

    @rule(changes=CHANGES)
    def commit(self, changes: dict[str, bytes | None]) -> None:
        """Takes effect as a whole."""
        self.store.commit(changes)
        merged = self.model | changes
        self.model = {key: value for key, value in merged.items() if value is not None}

    @rule(changes=CHANGES)
    def commit_refused_halfway(self, changes: dict[str, bytes | None]) -> None:
        """Takes no effect."""
        with pytest.raises(RefusedError):
            self.store.commit({**changes, "last": "text"})  # type: ignore[dict-item]

    @rule(changes=CHANGES)
    def commit_on_full_disk(self, changes: dict[str, bytes | None]) -> None:
        """Takes no effect."""
        self.store._cache._sql("PRAGMA max_page_count = 200")
        with pytest.raises(StorageError):
            self.store.commit({**changes, "last": TOO_MUCH})

    @rule(changes=CHANGES)
    def power_cut_in_mid_commit(self, changes: dict[str, bytes | None]) -> None:
        """What is found after the cut is what was there before the commit."""
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
        """Changes nothing."""
        self.store.close()
        self.store = VerifiedStore(self.state)

    @rule()
    def power_cut(self) -> None:
        """Everything that was acknowledged is there."""
        with VerifiedStore(self.copy_disk()) as store:
            assert self.model == store.read_all()

    @invariant()
    def same(self) -> None:
        """The store holds what the dict holds."""
        assert self.model == self.store.read_all()
        assert self.store.get("timestamp") == self.model.get("timestamp")

    def teardown(self) -> None:
        """Closes the store."""
        self.store.close()
        super().teardown()


class OutboxMachine(StoreMachine):
    """The outbox is a dict of (rank, place, due, payload, attempts) by id that survives."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000_000.0
        self.places = 0
        self.model: dict[str, tuple[float, int, float, bytes, int]] = {}
        self.outbox = self.open(self.state)

    def open(self, state: Path) -> Outbox:
        """At the machine's time."""
        return Outbox(state, max_tickets=MAX_TICKETS, clock=lambda: self.now)

    def put_into_model(self, batch: list[Parcel]) -> bool:
        """Whether there was room for the whole batch."""
        new = {parcel.id for parcel in batch} - self.model.keys()
        if new and len(self.model) + len(new) > MAX_TICKETS:
            return False
        for name, payload, _, _, deadline in batch:
            if name not in self.model:
                self.places += 1
                self.model[name] = (self.now if deadline is None else deadline, self.places, 0.0, payload, 0)
        return True

    def waiting(self, until: float) -> list[OutboxEntry]:
        """What should be due."""
        ordered = sorted((entry, name) for name, entry in self.model.items() if entry[2] <= until)
        return [OutboxEntry(name, payload, attempts) for (_, _, _, payload, attempts), name in ordered]

    @rule(batch=BATCH)
    def put(self, batch: list[Parcel]) -> None:
        """Takes effect as a whole or is refused as a whole."""
        if self.put_into_model(batch):
            self.outbox.put_many(batch)
        else:
            with pytest.raises(RefusedError):
                self.outbox.put_many(batch)

    @rule(batch=BATCH)
    def power_cut_in_mid_put(self, batch: list[Parcel]) -> None:
        """Nothing of the batch is found after the cut."""
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
        """Takes no effect."""
        connection: sqlite3.Connection = self.outbox._connection
        connection.execute("PRAGMA max_page_count = 200")
        with pytest.raises(StorageError):
            self.outbox.put_many([*batch, Parcel("never", TOO_MUCH)])
        connection.execute("PRAGMA max_page_count = 100000")

    @rule(names=st.lists(NAMES, max_size=5))
    def deliver(self, names: list[str]) -> None:
        """Those tickets are gone, unknown ones do no harm."""
        self.outbox.delivered(names)
        for name in names:
            self.model.pop(name, None)

    @rule(name=NAMES, wait_s=st.floats(0.0, 3600.0))
    def postpone(self, name: str, wait_s: float) -> None:
        """The ticket waits, and counts."""
        until = self.now + wait_s
        self.outbox.postpone(name, until=until, error="e")
        if name in self.model:
            rank, place, _, payload, attempts = self.model[name]
            self.model[name] = (rank + 60.0, place, until, payload, attempts + 1)

    @rule(step_s=st.floats(-10_000.0, 5_000.0))
    def time_passes(self, step_s: float) -> None:
        """Sometimes backwards."""
        self.now += step_s

    @rule()
    def reopen(self) -> None:
        """Changes nothing, but for what a clock set back had postponed."""
        self.outbox.close()
        self.outbox = self.open(self.state)
        for name, (rank, place, due, *rest) in self.model.items():
            self.model[name] = (rank, place, 0.0 if due > self.now + 3600 else due, *rest)  # type: ignore[assignment]

    @rule()
    def power_cut(self) -> None:
        """Everything that was acknowledged is there."""
        with self.open(self.copy_disk()) as outbox:
            assert {entry.id for entry in outbox.due(2e9, 100)} == set(self.model)

    @invariant()
    def same(self) -> None:
        """The outbox holds what the dict holds, in its order."""
        assert self.waiting(self.now) == self.outbox.due(self.now, 100)
        assert self.waiting(2e9)[:2] == self.outbox.due(2e9, 2)
        assert len(self.model) == self.outbox.depth()

    def teardown(self) -> None:
        """Closes the outbox."""
        self.outbox.close()
        super().teardown()


FEW = settings(max_examples=20, stateful_step_count=20, deadline=None)
TestVerifiedStore = VerifiedMachine.TestCase
TestVerifiedStore.settings = FEW
TestOutbox = OutboxMachine.TestCase
TestOutbox.settings = FEW
