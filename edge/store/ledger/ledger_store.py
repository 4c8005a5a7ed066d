"""The logs of a PoP: their leaves, the hashes of their complete subtrees, and the last signed state of each.

One SQLite file. Leaves, hashes and the checkpoint that covers them are written in one transaction, and a checkpoint is
shown only after it: a process that dies at any line has shown nothing that it does not have, so it never signs two
histories. In memory is the frontier of each log, 32 bytes for each bit of its size.

Hashes are stored of every fourth level of a tree (one for each 16 leaves); tiles need every eighth. Between two of them
at most 15 are computed.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from edge.ledger import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Checkpoint,
    GrowingTree,
    Hashes,
    NoteKey,
    Tile,
    inclusion_proof,
    node_hash,
    to_bundle,
)
from edge.store.files import NamedFiles, Reserve, SqliteStore, database_errors, log_of
from edge.store.leaves import NewLeaf
from edge.store.ledger.given import GivenCounts
from edge.store.ledger.rows import LogBatch, LogState, StoredLog, StoredProof
from edge.store.ledger.schema import FILE, open_ledger

_LOG = "SELECT slot, name, origin, state, size, counted, checkpoint, written FROM logs"
_LEVELS = 4
"""Hashes of subtrees are stored at every level that this divides."""
_REMOVED_AT_ONCE = 2_000
"""Leaves deleted in one transaction: answers' leaves wait meanwhile, about 20 ms."""


class LedgerStore(SqliteStore):
    """The ledger in `directory/ledger`. One process may open it, and one thread opens, uses and closes it.

    `pop` is the PoP's name, with which the names of new logs begin. `set_aside` is the path of a damaged ledger that
    was moved, or None. `connection` lets a test use a failing disk. Raises `ConfigError` if the operator must act.
    Every method raises `StorageError` if the disk fails.
    """

    def __init__(self, directory: Path, *, pop: str, connection: type[sqlite3.Connection] = sqlite3.Connection) -> None:
        self._pop = pop
        self._home, self._connection, self._key, self.set_aside = open_ledger(directory, factory=connection)
        self._file = self._home.folder / FILE
        self._reserve = Reserve(directory)
        self._frontiers: dict[int, GrowingTree] = {}
        try:
            self._named = NamedFiles(self._file, log_of(self._file))
            with database_errors(self._file):
                self.given = GivenCounts(self._home.folder / "given")
        except BaseException:
            self._connection.close()
            self._home.close()
            raise

    @property
    def public(self) -> bytes:
        """The Ed25519 key of checkpoints, 32 bytes."""
        return bytes(self._key.verify_key)

    def logs(self) -> list[StoredLog]:
        """Every log, in the order of their slots."""
        self._home.check_thread()
        with database_errors(self._file):
            return [_stored(row) for row in self._connection.execute(f"{_LOG} ORDER BY slot")]

    def log(self, name: str) -> StoredLog | None:
        """A log by its name."""
        self._home.check_thread()
        with database_errors(self._file):
            row = self._connection.execute(f"{_LOG} WHERE name = ?", (name,)).fetchone()
        return None if row is None else _stored(row)

    def append(self, batches: Sequence[LogBatch], now: float) -> list[StoredLog]:
        """Add leaves to logs and sign their new states; durable on return. `now` is in Unix seconds.

        Returns the logs as they are then. A batch may be given again after a `StorageError`: what a log has already is
        skipped. Raises `DiskFullError` while there is no room but for deliveries.
        """
        self._reserve.require_room()
        with self.transaction() as connection:
            return [self._append(connection, batch, now) for batch in batches]

    def _append(self, connection: sqlite3.Connection, batch: LogBatch, now: float) -> StoredLog:
        row = connection.execute(f"{_LOG} WHERE slot = ?", (batch.slot,)).fetchone()
        origin = f"{self._pop}/{batch.name}"
        log = _stored(row) if row else StoredLog(batch.slot, batch.name, origin, LogState.OPEN, 0, 0, "", now)
        if log.state is not LogState.OPEN or log.name != batch.name:
            raise ValueError(f"log {log.name} is {log.state}, expected {batch.name} to be open")
        tree = self._frontier(log)
        counted = log.counted + sum(self._add(connection, log.slot, tree, leaf) for leaf in batch.answers)
        for leaf in batch.durable:
            self._add(connection, log.slot, tree, leaf)
        missing = batch.given - counted
        if batch.gap is not None and missing > 0:
            self._add(connection, log.slot, tree, batch.gap(missing))
            counted = batch.given
        state = LogState.OPEN
        if batch.last is not None:
            self._add(connection, log.slot, tree, batch.last)
            state = LogState.CLOSED
        if tree.size == log.size and row:
            return log
        checkpoint = Checkpoint(log.origin, tree.size, tree.root).sign(self._key)
        after = log._replace(state=state, size=tree.size, counted=counted, checkpoint=checkpoint, written=now)
        connection.execute(
            "INSERT OR REPLACE INTO logs (slot, name, origin, state, size, counted, checkpoint, written)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            after,
        )
        return after

    @staticmethod
    def _add(connection: sqlite3.Connection, slot: int, tree: GrowingTree, leaf: NewLeaf) -> bool:
        """Add one leaf; False if a log has it already."""
        inserted = connection.execute(
            "INSERT INTO leaves (log, number, id, entry) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (slot, tree.size, leaf.id, leaf.entry),
        )
        if not inserted.rowcount:
            return False
        for level, number, digest in tree.append(leaf.id):
            if level and level % _LEVELS == 0:
                row = (slot, level, number, digest)
                connection.execute("INSERT INTO nodes (log, level, number, digest) VALUES (?, ?, ?, ?)", row)
        return True

    def proof(self, leaf: bytes) -> StoredProof | None:
        """The proof that a leaf is in its log, as last signed. None: no log here has it."""
        self._home.check_thread()
        with database_errors(self._file):
            row = self._connection.execute("SELECT log, number, entry FROM leaves WHERE id = ?", (leaf,)).fetchone()
            if row is None:
                return None
            slot, index, entry = row
            log = _stored(self._connection.execute(f"{_LOG} WHERE slot = ?", (slot,)).fetchone())
            if log.state is LogState.ARCHIVED:
                return None
            hashes = inclusion_proof(index, log.size, self._hashes(slot))
            return StoredProof(log.origin, NoteKey(log.origin, self.public), index, entry, hashes, log.checkpoint)

    def tile(self, name: str, tile: Tile) -> bytes | None:
        """The content of a tile of a log. None: the log is not here, or has no such tile yet."""
        log = self.log(name)
        if log is None or log.state is LogState.ARCHIVED:
            return None
        first = tile.number * TILE_WIDTH
        height = TILE_HEIGHT * max(0, tile.level)
        if first + tile.width > log.size >> height:
            return None
        with database_errors(self._file):
            if tile.is_entries:
                rows = self._connection.execute(
                    "SELECT entry FROM leaves WHERE log = ? AND number >= ? AND number < ? ORDER BY number",
                    (log.slot, first, first + tile.width),
                )
                return to_bundle([entry for (entry,) in rows])
            return b"".join(self._row(log.slot, height, first, tile.width))

    def remove(self, name: str) -> bool:
        """Delete a part of a closed log that the archive has. True when all of it is gone; call it until then.

        The first call says that the archive has it, and deletes nothing: a part of a log is never archived again.
        """
        with self.transaction() as connection:
            log = _stored(connection.execute(f"{_LOG} WHERE name = ?", (name,)).fetchone())
            if log.state is LogState.OPEN:
                raise ValueError(f"log {name} is open, expected a closed one")
            if log.state is LogState.CLOSED:
                connection.execute("UPDATE logs SET state = ? WHERE slot = ?", (LogState.ARCHIVED, log.slot))
                return False
            return not any(connection.execute(delete, (log.slot, _REMOVED_AT_ONCE)).rowcount for delete in _DELETES)

    def size_bytes(self) -> int:
        """Bytes of the file that are in use."""
        self._home.check_thread()
        with database_errors(self._file):
            (pages,), (free,), (size,) = (
                self._connection.execute(f"PRAGMA {name}").fetchone()
                for name in ("page_count", "freelist_count", "page_size")
            )
        return int((pages - free) * size)

    def close(self) -> None:
        """Close the files and release the lock. Idempotent."""
        self.given.close()
        super().close()

    def _frontier(self, log: StoredLog) -> GrowingTree:
        tree = self._frontiers.get(log.slot)
        if tree is None or tree.size != log.size:
            tree = self._frontiers[log.slot] = GrowingTree(log.size, self._hashes(log.slot))
        return tree

    def _hashes(self, slot: int) -> Hashes:
        def hashes(level: int, index: int) -> bytes:
            above = level % _LEVELS
            row = self._row(slot, level - above, index << above, 1 << above)
            while len(row) > 1:
                row = [node_hash(*pair) for pair in zip(row[::2], row[1::2], strict=True)]
            return row[0]

        return hashes

    def _row(self, slot: int, level: int, first: int, width: int) -> list[bytes]:
        """Stored hashes of neighbours at one level."""
        table, where = ("SELECT id FROM leaves WHERE log = ?", (slot,)) if level == 0 else (_NODES, (slot, level))
        found = self._connection.execute(
            f"{table} AND number >= ? AND number < ? ORDER BY number", (*where, first, first + width)
        )
        return [digest for (digest,) in found]

    def _forget(self, _error: BaseException, /) -> None:
        self._frontiers.clear()


_DELETES = (
    "DELETE FROM leaves WHERE (log, number) IN (SELECT log, number FROM leaves WHERE log = ? LIMIT ?)",
    "DELETE FROM nodes WHERE (log, level, number) IN (SELECT log, level, number FROM nodes WHERE log = ? LIMIT ?)",
)
_NODES = "SELECT digest FROM nodes WHERE log = ? AND level = ?"


def _stored(row: tuple[int, str, str, str, int, int, str, float]) -> StoredLog:
    slot, name, origin, state, size, counted, checkpoint, written = row
    return StoredLog(slot, name, origin, LogState(state), size, counted, checkpoint, written)
