"""Kills a process that merges sessions again and again: no acknowledged merge is lost, and none is doubled.

It is killed between any two lines of a PoP's code or of the desk's, and at any moment. After each life the files are
opened as the next start would: a message that somebody was told of has the leaf that was told, in a log or on its way
there, and the message is at the desk or on its way there. Each merge has one leaf, and the desk has it once.
"""

import sqlite3
import sys
import time
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.ledger.lives import POP, one_life
from benchmarks.ledger.merge_lives import CODE, live
from edge.desk.live import OpenDesk
from edge.ledger import TILE_WIDTH, Tile, from_bundle, leaf_hash, read_leaf
from edge.records.ledger import LeafKind
from edge.records.merges import MergeMessage
from edge.store.ledger import LedgerStore
from edge.store.outbox import Outbox, read_rows

_MOST_LINES = 6_000
"""Lines of the watched code that the start and some acts run."""
_MOST_HEARD = 30
_LONGEST_S = 0.02

_KINDS = frozenset({LeafKind.MERGE, LeafKind.MERGE_UNDONE})


class MergeKillResult(NamedTuple):
    """What many kills left."""

    kills: int
    acknowledged: int
    """Messages, of merges and undoings, that somebody was told of."""
    faults: list[str]
    leaves: int
    """Leaves about merges in the end."""


def kill_merging(folder: Path, kills: int, *, seed: int = 11) -> MergeKillResult:
    """Kill it so often."""
    rng, told, faults, leaves = Random(seed), dict[str, str](), list[str](), 0
    for number in range(kills):
        if number % 2:
            lines = one_life(folder, name=f"life-{number}", die_at=rng.randrange(1, _MOST_LINES), act=live, code=CODE)
        else:
            heard, pause_s = rng.randrange(1, _MOST_HEARD), rng.uniform(0, _LONGEST_S)
            lines = one_life(folder, name=f"life-{number}", heard=heard, pause_s=pause_s, act=live)
        for message, leaf in (line.split() for line in lines):
            if told.setdefault(message, leaf) != leaf:
                faults.append(f"{message} was told with two leaves")
        found = _Left(folder)
        leaves = len(found.leaves)
        faults += found.faults(told)
    return MergeKillResult(kills, len(told), faults, leaves)


class _Left:
    """What the files have."""

    def __init__(self, folder: Path) -> None:
        with Outbox(folder / "state") as outbox, LedgerStore(folder / "state", pop=POP) as store:
            waiting = [leaf.entry for leaf in outbox.leaves.read(sys.maxsize >> 32)]
            entries = {leaf_hash(entry): entry for entry in (*waiting, *_entries(store))}
            self.leaves = {leaf.hex() for leaf, entry in entries.items() if read_leaf(entry).kind in _KINDS}
            with outbox.transaction() as connection:
                self.rows = dict(connection.execute("SELECT message, lower(hex(leaf)) FROM merges").fetchall())
            self.messages = {row.id for row in read_rows(outbox)}
        desk = OpenDesk.at(folder / "desk-home", time.time, sqlite3.Connection)
        try:
            with desk.store.reading() as connection:
                merged = connection.execute("SELECT merge, count(*) FROM merges GROUP BY merge").fetchall()
                undone = connection.execute("SELECT merge FROM merges_undone").fetchall()
        finally:
            desk.store.close()
        self.halves = [merge for merge, count in merged if count != 2]
        self.messages |= {MergeMessage.id_of(merge) for merge, _ in merged}
        self.messages |= {MergeMessage.undo_id_of(merge) for (merge,) in undone}

    def faults(self, told: dict[str, str]) -> list[str]:
        """What is lost, or there twice."""
        found = [f"the desk has half of {merge}" for merge in self.halves]
        found += [f"{message} has no leaf" for message, leaf in told.items() if leaf not in self.leaves]
        found += [f"{message} is nowhere" for message in (*told, *self.rows) if message not in self.messages]
        found += [f"{message} has another leaf" for message, leaf in told.items() if self.rows.get(message) != leaf]
        return found + [f"{leaf} is of no merge" for leaf in self.leaves - set(self.rows.values())]


def _entries(store: LedgerStore) -> list[bytes]:
    """The entries of every log."""
    found = list[bytes]()
    for log in store.logs():
        for first in range(0, log.size, TILE_WIDTH):
            width = min(TILE_WIDTH, log.size - first)
            bundle = store.tile(log.name, Tile(-1, first // TILE_WIDTH, width))
            found += from_bundle(bundle or b"", width)
    return found
