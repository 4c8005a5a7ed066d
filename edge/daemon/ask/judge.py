"""Verdicts of triage: from a cache of the last verdicts, or computed in triage's own threads.

Askers take turns at the threads. A thread takes the question whose turn it is when it becomes free, and not before: so
one who asks often is never ahead of another by more than the question that is being judged.
"""

import asyncio
import time
from collections.abc import Hashable
from concurrent.futures import Executor
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import NamedTuple

from edge.config import TriageSection
from edge.daemon.sync import PopEntry
from edge.daemon.telemetry import Metrics
from edge.decide import Unjudged
from edge.errors import Reason
from edge.host import RecentlyUsed, RepeatedLines, error_location, get_logger
from edge.host.threads import give
from edge.limits import FairQueue
from edge.records import IslandName, Verdict
from edge.triage import Matter, Triage


class _Waiting(NamedTuple):
    """A question that waits for a thread."""

    entry: PopEntry
    matter: Matter
    verdict: asyncio.Future[Verdict]


class Judge:
    """Asks triage for verdicts, for at most `max_queue` questions at once. Belongs to the event loop."""

    def __init__(self, triage: Triage, *, executor: Executor, config: TriageSection, metrics: Metrics) -> None:
        self._triage, self._executor, self._metrics = triage, executor, metrics
        self.max_queue, self.waiting = config.max_queue, 0
        """Questions that may be in triage at once, and that are."""
        self._verdicts: RecentlyUsed[tuple[IslandName, int, Matter], Verdict] = RecentlyUsed(config.max_cached_verdicts)
        self._turns, self._lock = FairQueue[_Waiting](), Lock()
        self._log, self._repeats = get_logger(), RepeatedLines()

    def look(self, entry: PopEntry, matter: Matter) -> Verdict | None:
        """The verdict on `matter` if it needs no triage: it was judged lately, or is an exact match."""
        cached = self._verdicts.get((entry.island.name, entry.island.revision, matter))
        if cached is not None:
            self._metrics.verdict_cache_hits.inc()
            return cached
        return self._triage.exact(entry.head, matter.question)

    async def judge(self, entry: PopEntry, matter: Matter, *, asker: Hashable = "") -> Verdict | Unjudged:
        """The verdict on what a message says. Raises nothing. `asker`: whose turn it takes.

        `Unjudged` means that people take the question: `OVERLOADED` when too many questions wait for triage,
        `MODEL_UNAVAILABLE` when triage fails.
        """
        known = self.look(entry, matter)
        if known is not None:
            return known
        if self.waiting >= self.max_queue:
            return Unjudged(Reason.OVERLOADED)
        try:
            verdict = await self._ask_triage(entry, matter, asker)
        except Exception as error:  # noqa: BLE001 - the model's libraries may raise anything: people take the question
            island, kind = str(entry.island.name), type(error).__name__
            # A model that fails does so on every question: one line a minute for each kind of error.
            left_out = self._repeats.left_out(kind)
            if left_out is not None:
                where = error_location(error)
                self._log.error("triage failed", island=island, error=kind, where=where, left_out=left_out)
            return Unjudged(Reason.MODEL_UNAVAILABLE)
        self._verdicts.put((entry.island.name, entry.island.revision, matter), verdict)
        return verdict

    async def _ask_triage(self, entry: PopEntry, matter: Matter, asker: Hashable) -> Verdict:
        loop = asyncio.get_running_loop()
        waiting = _Waiting(entry, matter, loop.create_future())
        self.waiting += 1
        began = time.perf_counter()
        try:
            with self._lock:
                self._turns.put(asker, waiting)
            # One errand for each question, but not for this one: which it is is decided when a thread is free.
            give(self._executor, partial(self._judge_next, loop))
            return await waiting.verdict
        finally:
            self.waiting -= 1
            # After the response: the number is for those who look at the metrics later.
            loop.call_soon(self._metrics.triage_s.observe, time.perf_counter() - began)

    def _judge_next(self, loop: asyncio.AbstractEventLoop) -> None:
        """Judge the question whose turn it is. Runs in one of triage's threads."""
        with self._lock:
            taken = self._turns.take()
        # The viewer may have gone.
        if taken is None or taken.verdict.done():
            return
        outcome: Verdict | Exception
        try:
            outcome = self._triage.judge(taken.entry.head, taken.matter)
        except Exception as error:  # noqa: BLE001 - it is raised where the question waits
            outcome = error
        except BaseException as error:  # noqa: BLE001 - so is a panic of a library in Rust, which is no `Exception`
            outcome = RuntimeError(type(error).__name__).with_traceback(error.__traceback__)
        # At the very end of a process nobody waits any more.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, taken.verdict, outcome)


def _settle(waiting: asyncio.Future[Verdict], outcome: Verdict | Exception) -> None:
    if waiting.done():
        return
    if isinstance(outcome, Exception):
        waiting.set_exception(outcome)
    else:
        waiting.set_result(outcome)
