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
from edge.desk.live.row_news import RowNews
from edge.desk.store import MAX_OPEN, DeskStore, DraftBox, PopEvents, QueueView, Scope, TicketActions, TicketIntake
from edge.records.desk import QueueRow

T = TypeVar("T")


class OpenDesk(NamedTuple):
    """A desk's file and everything that reads or changes it. For the thread alone."""

    store: DeskStore
    intake: TicketIntake
    events: PopEvents
    actions: TicketActions
    queue: QueueView
    drafts: DraftBox

    @classmethod
    def at(
        cls, home: Path, clock: Callable[[], float], connection: type[sqlite3.Connection], *, max_open: int = MAX_OPEN
    ) -> "OpenDesk":
        """Open the file. Raises as `DeskStore`."""
        store = DeskStore(home, clock=clock, connection=connection)
        intake = TicketIntake(store, max_open=max_open)
        return cls(store, intake, PopEvents(store), TicketActions(store), QueueView(store), DraftBox(store))


class DeskThread:
    """Runs work in the thread, and tells `news` what it changed. For one event loop."""

    def __init__(
        self,
        home: Path,
        news: News,
        *,
        clock: Callable[[], float],
        connection: type[sqlite3.Connection] = sqlite3.Connection,
        max_open: int = MAX_OPEN,
    ) -> None:
        self._news, self._rows = news, RowNews(news, self._show)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="desk")
        self._open = lambda: OpenDesk.at(home, clock, connection, max_open=max_open)
        self._desk: OpenDesk | None = None

    async def open(self) -> None:
        """Open the file. Raises as `DeskStore`."""
        self._desk = await self._run(self._open)

    async def do(self, work: Callable[[OpenDesk], T]) -> T:
        """Do `work` in the thread. What it changed is told also if the caller is cancelled meanwhile."""
        desk = self._desk
        if desk is None:
            raise RuntimeError("the desk's file is not open, expected a call of `open` before")
        loop = asyncio.get_running_loop()

        def run() -> T:
            try:
                return work(desk)
            finally:
                rows, pops = desk.store.take_news()
                if rows or pops:
                    loop.call_soon_threadsafe(self._tell, rows, pops)

        return await self._run(run)

    async def keep_showing(self) -> None:
        """Show rows that changed to the pages that are open, until cancelled."""
        await self._rows.keep()

    async def close(self) -> None:
        """Finish what waits, and close the file. Idempotent."""
        if self._desk is not None:
            await self._run(self._desk.store.close)
            self._desk = None
        await asyncio.to_thread(self._thread.shutdown)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _tell(self, rows: dict[str, Scope], pops: set[str]) -> None:
        self._news.wake_pops(pops)
        self._rows.note(rows)

    async def _show(self, rows: list[str]) -> dict[str, QueueRow | None]:
        return await self.do(lambda desk: desk.queue.open_rows(rows))
