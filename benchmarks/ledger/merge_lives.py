"""One life of a process that merges sessions: it says what was acknowledged, delivers to a desk, and is killed.

The desk is in the same process, with a file of its own. It dies with the PoP, also between two lines of its own code.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TextIO, cast

import msgspec

from benchmarks.ledger.lives import config_in, watched
from edge.daemon.handoff import Handoff
from edge.daemon.ledger import Ledger
from edge.daemon.limits import Limiter
from edge.daemon.merging import Merging
from edge.daemon.sync import PopShelf
from edge.daemon.telemetry import Metrics
from edge.desk.live import OpenDesk
from edge.host import utc_now
from edge.records.merges import MergeMessage, MergeRequest, MergeUndoRequest, NamedSession
from edge.store.outbox import Outbox

CODE = watched(
    "daemon/merging", "daemon/handoff", "daemon/ledger", "store/merges", "store/outbox", "store/leaves", "store/ledger",
    "desk/merges", "desk/store",
)  # fmt: skip
"""Where it may die."""

_ISLAND = "acme/drop"


class _Unlimited:
    """As a limiter; a tenant may merge as much as it likes."""

    def count_posted(self, _tenant: str) -> None:
        """Count nothing."""


class _Empty:
    """As a shelf without islands."""

    def get(self, _island: object) -> None:
        """No island."""


def live(folder: Path, said: TextIO, *, name: str) -> None:
    """Merge until killed. Each line of `said` is the id of a message and its leaf, which somebody may rely on."""
    asyncio.run(_Life(folder, said, name).go())


class _Life:
    def __init__(self, folder: Path, said: TextIO, name: str) -> None:
        self._said, self._name = said, name
        self._threads = [ThreadPoolExecutor(1) for _ in range(3)]
        ledger_thread, self._outbox_thread, self._desk_thread = self._threads
        config, metrics = config_in(folder), Metrics()
        self._outbox = self._outbox_thread.submit(Outbox, config.state_dir).result()
        self._desk = self._desk_thread.submit(
            OpenDesk.at, folder / "desk-home", lambda: utc_now().timestamp(), sqlite3.Connection
        ).result()
        self._ledger = Ledger(
            config=config,
            thread=ledger_thread,
            outbox=self._outbox,
            outbox_thread=self._outbox_thread,
            metrics=metrics.ledger,
            now=utc_now,
        )
        self._handoff = Handoff(
            outbox=self._outbox,
            thread=self._outbox_thread,
            origins={},
            config=config.origin,
            tickets=config.tickets,
            metrics=metrics,
        )
        self._merging = Merging(
            pop=config.pop.name,
            handoff=self._handoff,
            ledger=self._ledger,
            limiter=cast(Limiter, _Unlimited()),
            origin=config.origin,
            shelf=lambda: cast(PopShelf, _Empty()),
            now=utc_now,
        )

    async def go(self) -> None:
        """Act until killed."""
        await self._ledger.writer.begin()
        commits = asyncio.create_task(self._handoff.keep())
        for number in range(10_000):
            await self._act(number)
        commits.cancel()

    async def _act(self, number: int) -> None:
        # Three at once: one merge twice, and one that an earlier life may have made.
        new, old = self._request(f"{self._name}-{number}"), self._request(f"life-0-{number % 5}")
        merged = await asyncio.gather(*(self._merging.merge(one) for one in (new, new, old)))
        for one in merged:
            self._say(MergeMessage.id_of(one.merge), one.leaf)
        if number % 2:
            undo = MergeUndoRequest(tenant="acme", merge=merged[0].merge, why="two people")
            for one in await asyncio.gather(*(self._merging.undo(undo) for _ in range(2))):
                self._say(MergeMessage.undo_id_of(one.merge), one.leaf)
        await self._deliver()
        await self._ledger.writer.write()
        # A response that was lost: it is asked again after the delivery.
        again = await self._merging.merge(new)
        self._say(MergeMessage.id_of(again.merge), again.leaf)

    async def _deliver(self) -> None:
        entries = await self._in(self._outbox_thread, lambda: self._outbox.due(self._outbox.now(), 10))
        for entry in entries:
            message = msgspec.json.decode(entry.payload, type=MergeMessage)
            await self._in(self._desk_thread, partial(self._desk.intake.put_merge, message))
            # Killed here: it is delivered again.
            await self._in(self._outbox_thread, partial(self._outbox.delivered, [entry.id]))

    def _request(self, name: str) -> MergeRequest:
        both = tuple(NamedSession(island=_ISLAND, session=f"named:{name}-{side}") for side in ("a", "b"))
        return MergeRequest(sessions=both, why="the same order")

    def _say(self, message: str, leaf: str) -> None:
        # One write to a pipe: it is heard whole, or not at all.
        self._said.write(f"{message} {leaf}\n")
        self._said.flush()

    async def _in(self, thread: ThreadPoolExecutor, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(thread, work)
