"""Triage's verdict on a question: remembered from when it was last asked, or computed in triage's own threads."""

import asyncio
from concurrent.futures import Executor

from edge.config import TriageSection
from edge.daemon.sync import PopEntry
from edge.daemon.telemetry import Metrics
from edge.decide import Unjudged
from edge.errors import Reason
from edge.host import RecentlyUsed, error_location, get_logger
from edge.records import IslandName, Verdict
from edge.triage import Triage


class Judge:
    """Asks triage, never more than `max_queue` questions at once. Belongs to the event loop."""

    def __init__(self, triage: Triage, *, executor: Executor, config: TriageSection, metrics: Metrics) -> None:
        self._triage, self._executor, self._metrics = triage, executor, metrics
        self._max_queue, self._waiting = config.max_queue, 0
        self._verdicts: RecentlyUsed[tuple[IslandName, int, str], Verdict] = RecentlyUsed(config.max_cached_verdicts)
        self._log = get_logger()

    async def judge(self, entry: PopEntry, text: str) -> Verdict | Unjudged:
        """The verdict on `text`, which is in normal form; raises nothing.

        Without a verdict people take the question: `OVERLOADED` when too many wait for triage, `MODEL_UNAVAILABLE` when
        it breaks.
        """
        if self._waiting >= self._max_queue:
            return Unjudged(Reason.OVERLOADED)
        key = (entry.island.name, entry.island.revision, text)
        remembered = self._verdicts.get(key)
        if remembered is not None:
            self._metrics.verdict_cache_hits.inc()
            return remembered
        try:
            verdict = await self._ask_triage(entry, text)
        except Exception as error:  # noqa: BLE001 - the model's libraries may raise anything: people take the question
            island, kind = str(entry.island.name), type(error).__name__
            self._log.error("triage failed", island=island, error=kind, where=error_location(error))
            return Unjudged(Reason.MODEL_UNAVAILABLE)
        self._verdicts.put(key, verdict)
        return verdict

    async def _ask_triage(self, entry: PopEntry, text: str) -> Verdict:
        loop = asyncio.get_running_loop()
        self._waiting += 1
        try:
            with self._metrics.triage_s.time():
                return await loop.run_in_executor(self._executor, self._triage.judge, entry.head, text)
        finally:
            self._waiting -= 1
