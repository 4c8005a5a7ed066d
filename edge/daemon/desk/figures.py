"""Posts to Skerry's own desk what its wall shows of this PoP: newest only, and never again if it was lost."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import datetime

from edge.daemon.desk.place import DeskPlace
from edge.daemon.handoff import OpenDesk
from edge.daemon.people import Remembered
from edge.daemon.telemetry import Metrics
from edge.errors import SkerryError
from edge.records import IslandName
from edge.records.desk import (
    MAX_CHANNELS,
    MAX_INCIDENTS,
    MAX_UNANSWERED,
    ChannelFigures,
    PopFigures,
    SnippetIncident,
    UnansweredQuestion,
)

INTERVAL_S = 5.0
"""A PoP that is silent for four intervals is shown as a hole."""


class FiguresReporter:
    """Posts to the desk of one origin; `keep_posting` runs as one task.

    `is_theirs`: does that desk get a tenant's tickets? `place`: how far its events were taken.
    """

    def __init__(
        self,
        *,
        open_desk: OpenDesk,
        is_theirs: Callable[[str], bool],
        place: DeskPlace,
        remembered: Remembered,
        metrics: Metrics,
        now: Callable[[], datetime],
        jitter: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._open_desk, self._is_theirs, self._place = open_desk, is_theirs, place
        self._remembered, self._metrics, self._now = remembered, metrics, now
        self._jitter, self._sleep = jitter, sleep
        self._since = now()

    async def keep_posting(self) -> None:
        """Post until cancelled, about every `INTERVAL_S`. A failure is counted; the feed's task says it."""
        while True:
            try:
                await self._place.keep()
                async with self._open_desk() as desk:
                    await desk.post_figures(self.figures())
            except SkerryError as error:
                self._metrics.desk_figures.labels(error.reason).inc()
            else:
                self._metrics.desk_figures.labels("ok").inc()
            await self._sleep(INTERVAL_S * (0.9 + 0.2 * self._jitter()))

    def figures(self) -> PopFigures:
        """What this PoP counts now, of the tenants of this desk."""
        now, thresholds = self._now(), self._remembered.steerings.thresholds()
        islands = [
            ChannelFigures(
                island=str(name),
                channel=channel,
                counts={str(outcome): count for outcome, count in counts.items()},
                threshold=live.confidence if live else None,
                threshold_why=live.why if live else None,
                answerable_share=live.share if live else None,
            )
            for (name, channel), counts in self._remembered.outcomes.counts().items()
            if self._is_theirs(name.tenant)
            for live in (thresholds.get(name, {}).get(channel),)
        ]
        # Those that are asked most, if a desk has more islands than it shows.
        islands.sort(key=lambda one: -sum(one.counts.values()))
        return PopFigures(
            at=now,
            since=self._since,
            confirmed=self._place.kept,
            islands=tuple(islands[:MAX_CHANNELS]),
            open_questions=self._open_questions(now),
            incidents=self._incidents(now),
        )

    def _open_questions(self, now: datetime) -> tuple[UnansweredQuestion, ...]:
        report = self._remembered.open_questions.report(now.timestamp(), tenant="*", island="*")
        theirs = [one for one in report.clusters if self._is_theirs(IslandName.parse(one.island).tenant)]
        return tuple(
            UnansweredQuestion(island=one.island, count=one.questions, per_minute=one.per_minute, exemplar=one.exemplar)
            for one in theirs[:MAX_UNANSWERED]
        )

    def _incidents(self, now: datetime) -> tuple[SnippetIncident, ...]:
        found = [
            SnippetIncident(island=str(name), snippet=snippet)
            for name, snippets in self._remembered.steerings.incidents(now).items()
            if self._is_theirs(name.tenant)
            for snippet in sorted(snippets)
        ]
        return tuple(found[:MAX_INCIDENTS])
