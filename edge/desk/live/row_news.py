"""Shows rows that changed to the pages that are open: each row at most every 200 ms, with all that happened to it.

A row may have tens of thousands of tickets, and change with each one that comes or is answered.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from edge.desk.live.news import News
from edge.desk.store import Scope
from edge.host import RepeatedLines, error_location, get_logger, is_set_within
from edge.records.desk import QueueRow

SHOW_PAUSE_S = 0.2

MAX_SHOWN_ROWS = 500
"""Of more rows that changed at once, as when old tickets are deleted, readers are only told that there are many."""

_IDLE_S = 60.0

Show = Callable[[list[str]], Awaitable[dict[str, QueueRow | None]]]
"""Reads rows of the open queue as they are now, by their ids."""


class RowNews:
    """Rows that wait to be shown; `keep` runs as one task. `clock` returns seconds that nobody sets."""

    def __init__(
        self, news: News, show: Show, *, pause_s: float = SHOW_PAUSE_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._news, self._show, self._pause_s, self._clock = news, show, pause_s, clock
        self._waiting: dict[str, Scope] = {}
        self._shown_at: dict[str, float] = {}
        self._changed = asyncio.Event()
        self._log, self._repeats = get_logger(), RepeatedLines()

    def note(self, rows: Mapping[str, Scope]) -> None:
        """Rows have changed. Nothing is kept while no page is open: one that opens reads the whole queue."""
        if rows and self._news.has_readers:
            self._waiting |= rows
            self._changed.set()

    async def keep(self) -> None:
        """Show what is due until cancelled."""
        while True:
            await is_set_within(self._changed, self._rest_s())
            self._changed.clear()
            due = self._take_due()
            if due:
                self._news.publish(due, await self._read(list(due)))

    def _rest_s(self) -> float:
        """Seconds until the first row that waits is due, if nothing changes."""
        if not self._waiting:
            return _IDLE_S
        # At least a moment, so that a clock of few digits makes no busy loop.
        return max(0.001, min(map(self._due_at, self._waiting)) - self._clock())

    def _take_due(self) -> dict[str, Scope]:
        now = self._clock()
        due = {row: scope for row, scope in self._waiting.items() if self._due_at(row) <= now}
        self._waiting = {row: scope for row, scope in self._waiting.items() if row not in due}
        self._shown_at = {row: at for row, at in self._shown_at.items() if now < at + self._pause_s}
        self._shown_at |= dict.fromkeys(due, now)
        return due

    def _due_at(self, row: str) -> float:
        return self._shown_at.get(row, -self._pause_s) + self._pause_s

    async def _read(self, rows: list[str]) -> dict[str, QueueRow | None] | None:
        """The rows as they are now. None: pages should read the whole queue, which tells them what is wrong."""
        if len(rows) > MAX_SHOWN_ROWS:
            return None
        try:
            return await self._show(rows)
        except Exception as error:  # noqa: BLE001 - what was done is done, and the next row may be well
            self._note_fault(type(error).__name__, error_location(error))
            return None

    def _note_fault(self, name: str, where: str) -> None:
        left_out = self._repeats.left_out((name, where))
        if left_out is not None:
            self._log.error("rows cannot be shown, pages read all again", error=name, where=where, left_out=left_out)
