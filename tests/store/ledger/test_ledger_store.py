"""The ledger's store: leaves, hashes and signed states in one transaction; what is there once stays."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.errors import StorageError
from edge.ledger import (
    Checkpoint,
    NoteKey,
    Tile,
    check_consistency,
    check_inclusion,
    commit,
    consistency_proof,
    hashes_in,
    leaf_hash,
    new_tiles,
    open_checkpoint,
)
from edge.records.ledger import LeafKind
from edge.store.leaves import NewLeaf
from edge.store.ledger import LedgerStore, LogBatch, LogState
from tests.ledger.logs import LogInMemory

EVENT = "acme/drop"
NOW = 1_800_000_000.0


def leaf(number: int) -> NewLeaf:
    """A leaf like no other number's."""
    made = commit(LeafKind.DECISION, at_ms=number, salt=number.to_bytes(32, "big"))
    return NewLeaf(made.id, EVENT, made.entry)


def gap(missing: int) -> NewLeaf:
    """A leaf that says how many are missing."""
    made = commit(LeafKind.GAP, at_ms=0, salt=missing.to_bytes(32, "little"), missing=missing)
    return NewLeaf(made.id, EVENT, made.entry)


def batch(*numbers: int, given: int = 0, slot: int = 1, name: str = EVENT, **more: Any) -> LogBatch:
    """A batch of answers' leaves by their numbers."""
    fields = {"durable": (), "gap": None} | more
    return LogBatch(slot=slot, name=name, answers=[leaf(number) for number in numbers], given=given, **fields)


@pytest.fixture
def store(state: Path) -> Iterator[LedgerStore]:
    """An empty store."""
    with LedgerStore(state, pop="pop-1") as store:
        yield store


def checkpoint(store: LedgerStore, name: str = EVENT) -> Checkpoint:
    """The newest signed state of a log, opened."""
    log = store.log(name)
    assert log is not None
    return open_checkpoint(log.checkpoint, NoteKey(f"pop-1/{name}", store.public)).checkpoint


def test_log_is_that_of_its_leaves(store: LedgerStore) -> None:
    """Roots, tiles and proofs are those of the same leaves in memory, batch by batch, past a full tile of tiles."""
    memory = LogInMemory()
    sizes = [1, 2, 3, 15, 16, 17, 255, 256, 257, 300, 700]
    before = 0
    for size in sizes:
        numbers = range(before, size)
        store.append([batch(*numbers, given=size)], NOW)
        memory.add(*(leaf(number).entry for number in numbers))
        assert memory.tree.root == checkpoint(store).root, size
        for tile in new_tiles(before, size):
            assert memory.files[tile.path] == store.tile(EVENT, tile), tile.path
        before = size
    final = checkpoint(store)
    for number in (0, 1, 255, 256, 511, 512, 699):
        proof = store.proof(leaf(number).id)
        assert proof is not None
        assert (number, leaf(number).entry) == (proof.number, proof.entry)
        check_inclusion(leaf_hash(proof.entry), index=number, size=700, proof=proof.hashes, root=final.root)


def test_log_goes_on_after_a_start(state: Path) -> None:
    """A store that is opened again grows from what it has, consistently, for every size around powers of two."""
    roots = {}
    for size in (1, 2, 3, 7, 8, 9, 16, 17, 33):
        with LedgerStore(state, pop="pop-1") as store:
            store.append([batch(*range(size), given=size)], NOW)
            roots[size] = checkpoint(store).root
            hashes = hashes_in(lambda tile: store.tile(EVENT, tile) or b"", size)
            for earlier, root in roots.items():
                proof = consistency_proof(earlier, size, hashes)
                check_consistency(before=earlier, after=size, proof=proof, root_before=root, root_after=roots[size])

    assert 9 == len(set(roots.values()))


def test_leaf_is_there_once(store: LedgerStore) -> None:
    """Leaves that come again change nothing: not the size, not the count, not the root."""
    first = store.append([batch(1, 2, given=2, durable=[leaf(7)])], NOW)
    again = store.append([batch(1, 2, given=2, durable=[leaf(7)])], NOW + 1)

    assert first == again
    assert (3, 2) == (first[0].size, first[0].counted)


def test_gap_is_counted_once(store: LedgerStore) -> None:
    """What was given and is not there is told by one leaf; given again, there is nothing to tell."""
    (log,) = store.append([batch(1, 2, given=7)], NOW)
    assert (2, 2) == (log.size, log.counted)
    (log,) = store.append([batch(given=7, gap=gap)], NOW)
    (after,) = store.append([batch(given=7, gap=gap)], NOW)

    assert (3, 7) == (log.size, log.counted)
    assert log == after
    assert store.proof(gap(5).id) is not None


def test_closed_log_takes_nothing_more(store: LedgerStore) -> None:
    """Its last leaf closes it. What comes later has a log of another name."""
    (log,) = store.append([batch(1, given=1, last=leaf(9))], NOW)

    assert (LogState.CLOSED, 2) == (log.state, log.size)
    with pytest.raises(ValueError, match=r"log acme/drop is closed, expected acme/drop to be open"):
        store.append([batch(2, given=2)], NOW)
    store.append([batch(2, given=1, slot=2, name=f"{EVENT}~2")], NOW)
    assert "pop-1/acme/drop~2" == checkpoint(store, f"{EVENT}~2").origin


def test_removed_log_keeps_its_name(store: LedgerStore) -> None:
    """After removal the leaves are gone, and the last checkpoint is not; an open log is not removed."""
    store.append([batch(*range(3000), given=3000), batch(5000, given=1, slot=2, name="acme/other")], NOW)
    with pytest.raises(ValueError, match="log acme/drop is open, expected a closed one"):
        store.remove(EVENT)
    store.append([batch(given=3000, last=leaf(9999))], NOW)
    last, full = checkpoint(store), store.size_bytes()
    while not store.remove(EVENT):
        pass
    log = store.log(EVENT)

    assert log is not None
    assert (LogState.ARCHIVED, 3001) == (log.state, log.size)
    assert last == checkpoint(store)
    assert store.proof(leaf(1).id) is None
    assert store.tile(EVENT, Tile(0, 0, 256)) is None
    assert store.proof(leaf(5000).id) is not None
    assert store.size_bytes() < full / 2


class FailsAfterCommit(sqlite3.Connection):
    """Says once that a commit failed, though it did not."""

    armed = False

    def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
        """Run it, and fail after the next COMMIT if armed."""
        found = super().execute(sql, *arguments)
        if sql == "COMMIT" and FailsAfterCommit.armed:
            FailsAfterCommit.armed = False
            raise sqlite3.OperationalError("disk I/O error")
        return found


def test_commit_that_failed_and_was_written(state: Path) -> None:
    """The same batch again adds nothing, and the frontier in memory is that of the file."""
    with LedgerStore(state, pop="pop-1", connection=FailsAfterCommit) as store:
        store.append([batch(1, 2, given=2)], NOW)
        FailsAfterCommit.armed = True
        with pytest.raises(StorageError):
            store.append([batch(3, 4, given=4)], NOW)
        store.append([batch(3, 4, given=4)], NOW)
        store.append([batch(5, given=5)], NOW)
        memory = LogInMemory()
        memory.add(*(leaf(number).entry for number in range(1, 6)))

        assert memory.tree.root == checkpoint(store).root


DAMAGE: dict[str, Callable[[Path], object]] = {
    "a file that is no database": lambda folder: (folder / "leaves.db").write_bytes(b"x" * 5000),
    "an empty file": lambda folder: (folder / "leaves.db").write_bytes(b""),
    "a key that was cut": lambda folder: (folder / "key").write_bytes(b"x" * 31),
    "no key": lambda folder: (folder / "key").unlink(),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=list(DAMAGE))
def test_damaged_ledger_is_set_aside_with_its_key(state: Path, damage: Callable[[Path], object]) -> None:
    """The PoP begins again under another key, so that no key signs two histories."""
    with LedgerStore(state, pop="pop-1") as store:
        store.append([batch(1, 2, given=2)], NOW)
        public = store.public
    damage(state / "ledger")
    with LedgerStore(state, pop="pop-1") as store:
        assert store.set_aside is not None
        assert store.set_aside.is_dir()
        assert [] == store.logs()
        assert public != store.public


def test_key_is_private(store: LedgerStore, state: Path) -> None:
    """Only its owner may read the key and the leaves."""
    assert store.public
    assert {0o600} == {path.stat().st_mode & 0o777 for path in (state / "ledger").iterdir()}
    assert 0o700 == (state / "ledger").stat().st_mode & 0o777
