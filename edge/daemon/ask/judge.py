"""Verdicts of triage: from a cache of the last verdicts, or computed in triage's own threads.

Askers take turns at the threads. One question more than there are threads is on its way to them, so that none is idle
while the event loop is busy; all others wait here, where the order can still be chosen.
"""

import asyncio
from collections.abc import Hashable
from concurrent.futures import Executor

from edge.config import TriageSection
from edge.daemon.sync import PopEntry
from edge.daemon.telemetry import Metrics
from edge.decide import Unjudged
from edge.errors import Reason
from edge.host import RecentlyUsed, RepeatedLines, error_location, get_logger
from edge.limits import FairQueue
from edge.records import IslandName, Verdict
from edge.triage import Triage

AHEAD = 1
"""Questions that wait at the threads, and so are ahead of every asker."""


class Judge:
    """Asks triage for verdicts, for at most `max_queue` questions at once. Belongs to the event loop."""

    def __init__(self, triage: Triage, *, executor: Executor, config: TriageSection, metrics: Metrics) -> None:
        self._triage, self._executor, self._metrics = triage, executor, metrics
        self.max_queue, self.waiting = config.max_queue, 0
        """Questions that may be in triage at once, and that are."""
        self._verdicts: RecentlyUsed[tuple[IslandName, int, str], Verdict] = RecentlyUsed(config.max_cached_verdicts)
        self._free, self._turns = config.threads + AHEAD, FairQueue[asyncio.Future[None]]()
        self._log, self._repeats = get_logger(), RepeatedLines()

    def look(self, entry: PopEntry, text: str) -> Verdict | None:
        """The verdict on `text` (in normal form) if it needs no triage: it was judged lately, or is an exact match."""
        cached = self._verdicts.get((entry.island.name, entry.island.revision, text))
        if cached is not None:
            self._metrics.verdict_cache_hits.inc()
            return cached
        return self._triage.exact(entry.head, text)

    async def judge(self, entry: PopEntry, text: str, *, asker: Hashable = "") -> Verdict | Unjudged:
        """The verdict on `text`, which must be in normal form. Raises nothing. `asker`: whose turn it takes.

        `Unjudged` means that people take the question: `OVERLOADED` when too many questions wait for triage,
        `MODEL_UNAVAILABLE` when triage fails.
        """
        known = self.look(entry, text)
        if known is not None:
            return known
        if self.waiting >= self.max_queue:
            return Unjudged(Reason.OVERLOADED)
        try:
            verdict = await self._ask_triage(entry, text, asker)
        except Exception as error:  # noqa: BLE001 - the model's libraries may raise anything: people take the question
            island, kind = str(entry.island.name), type(error).__name__
            # A model that fails does so on every question: one line a minute for each kind of error.
            left_out = self._repeats.left_out(kind)
            if left_out is not None:
                where = error_location(error)
                self._log.error("triage failed", island=island, error=kind, where=where, left_out=left_out)
            return Unjudged(Reason.MODEL_UNAVAILABLE)
        self._verdicts.put((entry.island.name, entry.island.revision, text), verdict)
        return verdict

    async def _ask_triage(self, entry: PopEntry, text: str, asker: Hashable) -> Verdict:
        loop = asyncio.get_running_loop()
        self.waiting += 1
        try:
            with self._metrics.triage_s.time():
                await self._turn(asker)
                try:
                    return await loop.run_in_executor(self._executor, self._triage.judge, entry.head, text)
                finally:
                    self._pass_on()
        finally:
            self.waiting -= 1

    async def _turn(self, asker: Hashable) -> None:
        """Wait until it is this asker's turn. Give it back with `_pass_on`."""
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._turns.put(asker, turn)
        try:
            await turn
        except asyncio.CancelledError:
            # The viewer has gone. The turn may have been given to her in the same moment.
            if turn.done() and not turn.cancelled():
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        """Give the turn to the next who still waits."""
        while (turn := self._turns.take()) is not None:
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
