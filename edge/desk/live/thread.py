"""The one thread that has the desk's file, and what it does for requests.

page = await thread.do(lambda desk: desk.queue.page(scope, state=QueueState.OPEN))
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar

from edge.desk.live.news import News
from edge.desk.store import DeskStore, DraftBox, PopEvents, QueueView, Scope, TicketActions, TicketIntake
from edge.records.desk import QueueRow

T = TypeVar("T")

MAX_SHOWN_ROWS = 500
"""Of more rows that changed at once, as when old tickets are deleted, readers are only told that there are many."""


class OpenDesk(NamedTuple):
    """A desk's file and everything that reads or changes it. For the thread alone."""

    store: DeskStore
    intake: TicketIntake
    events: PopEvents
    actions: TicketActions
    queue: QueueView
    drafts: DraftBox

    @classmethod
    def at(cls, home: Path, clock: Callable[[], float], connection: type[sqlite3.Connection]) -> "OpenDesk":
        """Open the file. Raises as `DeskStore`."""
        store = DeskStore(home, clock=clock, connection=connection)
        return cls(
            store, TicketIntake(store), PopEvents(store), TicketActions(store), QueueView(store), DraftBox(store)
        )


class DeskThread:
    """Runs work in the thread, and tells `news` what it changed. For one event loop."""

    def __init__(
        self,
        home: Path,
        news: News,
        *,
        clock: Callable[[], float],
        connection: type[sqlite3.Connection] = sqlite3.Connection,
    ) -> None:
        self._news = news
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="desk")
        self._open = lambda: OpenDesk.at(home, clock, connection)
        self._desk: OpenDesk | None = None

    async def open(self) -> None:
        """Open the file. Raises as `DeskStore`."""
        self._desk = await self._run(self._open)

    async def do(self, work: Callable[[OpenDesk], T]) -> T:
        """Do `work` in the thread. What it changed is told also if the caller is cancelled meanwhile."""
        desk = self._desk
        if desk is None:
            raise RuntimeError("the desk's file is not open, expected a call of `open` before")
        wants_rows = self._news.has_readers

        def run() -> T:
            try:
                return work(desk)
            finally:
                rows, pops = desk.store.take_news()
                if rows or pops:
                    shown = _shown(desk, rows) if wants_rows else {}
                    loop.call_soon_threadsafe(self._news.publish, rows, shown, pops)

        loop = asyncio.get_running_loop()
        return await self._run(run)

    async def close(self) -> None:
        """Finish what waits, and close the file. Idempotent."""
        if self._desk is not None:
            await self._run(self._desk.store.close)
            self._desk = None
        await asyncio.to_thread(self._thread.shutdown)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _shown(desk: OpenDesk, rows: dict[str, Scope]) -> dict[str, QueueRow | None] | None:
    """The rows as they are now; None if there are too many."""
    return desk.queue.open_rows(rows) if len(rows) <= MAX_SHOWN_ROWS else None
