"""What a desk does by itself: claims end, loads are computed, old rows are deleted, named keys are noted."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from edge.desk.access import DeskGuard, KnownTokens
from edge.desk.live import DeskThread, Loads, News, PostedFigures, Presence
from edge.desk.store import FORGET_AT_ONCE, queues_of
from edge.errors import SkerryError, StorageError
from edge.host import RepeatedLines, error_location, get_logger, is_set_within

TICK_S = 1.0
"""How often claims and loads are looked at: a load is sent at most this often."""

FORGET_S = 3_600.0
"""How often old tickets are looked for. Not at the start: a machine whose clock is ahead when it starts must not lose
them all before somebody has set it."""

RETRY_S = 60.0
"""How soon old tickets are looked for again if that failed."""

_log = get_logger()


class Upkeep:
    """The upkeep of one desk. `clock` returns seconds that nobody sets.

    `relayed`: tenants whose people work at a desk behind. `behind` says how many of them are at work, by tenant; a
    tenant that it leaves out has no load.
    """

    def __init__(
        self,
        thread: DeskThread,
        news: News,
        loads: Loads,
        guard: DeskGuard,
        *,
        figures: PostedFigures,
        presence: Presence,
        relayed: Collection[str] = (),
        behind: Callable[[], Mapping[str, int]] = dict,
        keep_days: float,
        now: Callable[[], datetime],
        tick_s: float = TICK_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._thread, self._news, self._loads, self._guard = thread, news, loads, guard
        self._figures, self._presence, self._keep_days = figures, presence, keep_days
        self._relayed, self._behind = frozenset(relayed), behind
        self._now, self._tick_s, self._clock = now, tick_s, clock
        self._forget_at, self._gone, self._merges = clock() + FORGET_S, 0, 0
        self._repeats = RepeatedLines()
        self._named: KnownTokens | None = None

    async def keep(self, stop: asyncio.Event) -> None:
        """Tick until `stop` is set."""
        while not await is_set_within(stop, self._tick_s):
            await self.tick()

    async def tick(self) -> None:
        """Do all of it once. What fails is logged once a minute for each cause, and tried again; the rest is done."""
        for work in (self._name_keys, self._expire_claims, self._update_loads, self._look_after, self._forget_old):
            try:
                await work()
            except StorageError as error:
                self._log_failure(error)
            except Exception as error:  # noqa: BLE001 - a fault in one of them must not end the desk
                self._log_fault(error)

    async def _name_keys(self) -> None:
        tokens = self._guard.tokens
        if tokens is not self._named:
            await self._thread.do(lambda desk: desk.intake.name_keys(tokens.pop_keys))
            self._named = tokens

    async def _expire_claims(self) -> None:
        await self._thread.do(lambda desk: desk.actions.expire_claims())

    async def _update_loads(self) -> None:
        queues, busy = await self._thread.do(lambda desk: queues_of(desk.store, self._relayed))
        behind = self._behind()
        self._loads.update(
            (self._guard.tokens.tenants - self._relayed) | set(behind),
            queues,
            busy=busy,
            behind=behind,
            at_work=self._presence.at_work(),
            pops=len(self._news.pops | self._figures.heard_lately),
            now=self._now(),
        )

    async def _look_after(self) -> None:
        await self._thread.do(lambda desk: desk.store.look_after())

    async def _forget_old(self) -> None:
        if self._clock() < self._forget_at:
            return
        self._forget_at = self._clock() + RETRY_S
        gone = await self._thread.do(lambda desk: desk.store.forget_old(keep_days=self._keep_days))
        self._gone += gone
        merges = await self._thread.do(lambda desk: desk.store.forget_merges(keep_days=self._keep_days))
        self._merges += merges
        if FORGET_AT_ONCE in {gone, merges}:
            # The others at the next ticks: requests come first.
            self._forget_at = self._clock()
            return
        self._forget_at = self._clock() + FORGET_S
        if self._gone or self._merges:
            _log.info("old tickets are deleted", tickets=self._gone, merges=self._merges, keep_days=self._keep_days)
        self._gone = self._merges = 0

    def _log_failure(self, error: SkerryError) -> None:
        left_out = self._repeats.left_out(error.reason)
        if left_out is not None:
            _log.error("desk cannot use its disk, some of its upkeep waits", error=error.text, left_out=left_out)

    def _log_fault(self, error: Exception) -> None:
        name, where = type(error).__name__, error_location(error)
        left_out = self._repeats.left_out((name, where))
        if left_out is not None:
            _log.error("upkeep of the desk failed unexpectedly", error=name, where=where, left_out=left_out)
