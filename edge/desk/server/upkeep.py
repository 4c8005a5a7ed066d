"""What a desk does by itself: claims end, loads are computed, old tickets are deleted."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from edge.desk.access import DeskGuard
from edge.desk.live import DeskThread, Loads, News, PostedFigures, Presence
from edge.desk.store import queues_of
from edge.errors import SkerryError, StorageError
from edge.host import RepeatedLines, get_logger, is_set_within

TICK_S = 1.0
"""How often claims and loads are looked at: a load is sent at most this often."""

FORGET_S = 3_600.0
"""How often old tickets are looked for. Not at the start: a machine whose clock is ahead when it starts must not lose
them all before somebody has set it."""

_log = get_logger()


class Upkeep:
    """The upkeep of one desk. `clock` returns seconds that nobody sets."""

    def __init__(
        self,
        thread: DeskThread,
        news: News,
        loads: Loads,
        guard: DeskGuard,
        *,
        figures: PostedFigures,
        presence: Presence,
        keep_days: float,
        now: Callable[[], datetime],
        tick_s: float = TICK_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._thread, self._news, self._loads, self._guard = thread, news, loads, guard
        self._figures, self._presence, self._keep_days = figures, presence, keep_days
        self._now, self._tick_s, self._clock = now, tick_s, clock
        self._forgot_at = clock()
        self._repeats = RepeatedLines()

    async def keep(self, stop: asyncio.Event) -> None:
        """Tick until `stop` is set. A disk that fails is logged once a minute, and tried again."""
        while not await is_set_within(stop, self._tick_s):
            try:
                await self.tick()
            except StorageError as error:
                self._log_failure(error)

    async def tick(self) -> None:
        """Do all of it once. Raises `StorageError`."""
        await self._thread.do(lambda desk: desk.actions.expire_claims())
        queues, busy = await self._thread.do(lambda desk: queues_of(desk.store))
        self._loads.update(
            self._guard.tokens.tenants,
            queues,
            busy=busy,
            at_work=self._presence.at_work(),
            pops=len(self._news.pops | self._figures.heard_lately),
            now=self._now(),
        )
        await self._forget_old()

    async def _forget_old(self) -> None:
        if self._clock() - self._forgot_at < FORGET_S:
            return
        self._forgot_at = self._clock()
        gone = await self._thread.do(lambda desk: desk.store.forget_old(keep_days=self._keep_days))
        if gone:
            _log.info("old tickets are deleted", tickets=gone, keep_days=self._keep_days)

    def _log_failure(self, error: SkerryError) -> None:
        left_out = self._repeats.left_out(error.reason)
        if left_out is not None:
            _log.error(
                "desk cannot use its disk, loads and claims stay as they were", error=error.text, left_out=left_out
            )
