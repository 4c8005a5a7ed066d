"""Verdicts of triage: from a cache of the last verdicts, or computed in triage's own threads."""

import asyncio
from concurrent.futures import Executor

from edge.config import TriageSection
from edge.daemon.sync import PopEntry
from edge.daemon.telemetry import Metrics
from edge.decide import Unjudged
from edge.errors import Reason
from edge.host import RecentlyUsed, RepeatedLines, error_location, get_logger
from edge.records import IslandName, Verdict
from edge.triage import Triage


class Judge:
    """Asks triage for verdicts, for at most `max_queue` questions at once. Belongs to the event loop."""

    def __init__(self, triage: Triage, *, executor: Executor, config: TriageSection, metrics: Metrics) -> None:
        self._triage, self._executor, self._metrics = triage, executor, metrics
        self.max_queue, self.waiting = config.max_queue, 0
        """Questions that may be in triage at once, and that are."""
        self._verdicts: RecentlyUsed[tuple[IslandName, int, str], Verdict] = RecentlyUsed(config.max_cached_verdicts)
        self._log, self._repeats = get_logger(), RepeatedLines()

    def look(self, entry: PopEntry, text: str) -> Verdict | None:
        """The verdict on `text` (in normal form) if it needs no triage: it was judged lately, or is an exact match."""
        cached = self._verdicts.get((entry.island.name, entry.island.revision, text))
        if cached is not None:
            self._metrics.verdict_cache_hits.inc()
            return cached
        return self._triage.exact(entry.head, text)

    async def judge(self, entry: PopEntry, text: str) -> Verdict | Unjudged:
        """The verdict on `text`, which must be in normal form. Raises nothing.

        `Unjudged` means that people take the question: `OVERLOADED` when too many questions wait for triage,
        `MODEL_UNAVAILABLE` when triage fails.
        """
        known = self.look(entry, text)
        if known is not None:
            return known
        if self.waiting >= self.max_queue:
            return Unjudged(Reason.OVERLOADED)
        try:
            verdict = await self._ask_triage(entry, text)
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

    async def _ask_triage(self, entry: PopEntry, text: str) -> Verdict:
        loop = asyncio.get_running_loop()
        self.waiting += 1
        try:
            with self._metrics.triage_s.time():
                return await loop.run_in_executor(self._executor, self._triage.judge, entry.head, text)
        finally:
            self.waiting -= 1
