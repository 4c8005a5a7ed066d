"""Fetches from Skerry's own desk what its people did with tickets, and how busy they are.

By a stream. While the stream brings nothing, not even a heartbeat, a proxy in between holds it back: then by polls, and
now and then by a stream again. Every event is durable here before its number is given back to the desk, which keeps it
until then. So one that is lost on the way comes again, and one that comes twice changes nothing.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable

from edge.daemon.desk.inbox import DeskInbox
from edge.daemon.desk.place import DeskPlace
from edge.daemon.handoff import OpenDesk
from edge.daemon.people import LoadReports
from edge.daemon.telemetry import Metrics
from edge.errors import Cause, SkerryError, cause_of
from edge.host import Backoff, RepeatedLines, Silence, get_logger
from edge.records import LoadReport
from edge.wire.own_desk import DeskItem

RETRY_BASE_S, RETRY_CAP_S = 0.25, 15.0
"""First and longest wait before the desk is asked again, before jitter. A restarted one is back within a second."""

POLL_S = 5.0
POLL_CAP_S = 30.0
"""First and longest wait between polls. It doubles while a poll brings nothing new."""

POLLS = 20
"""After so many polls, the stream is tried again."""


class DeskFetcher:
    """Fetches for the tickets of one origin; `follow` runs as one task.

    `is_theirs`: does that desk get a tenant's tickets?
    """

    def __init__(
        self,
        origin: str,
        *,
        open_desk: OpenDesk,
        place: DeskPlace,
        is_theirs: Callable[[str], bool],
        inbox: DeskInbox,
        loads: LoadReports,
        metrics: Metrics,
        jitter: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._origin, self._open_desk, self._place, self._is_theirs = origin, open_desk, place, is_theirs
        self._inbox, self._loads, self._metrics = inbox, loads, metrics
        self._jitter, self._sleep = jitter, sleep
        self.is_followed = False
        """True while the desk answers."""
        self._log, self._silence = get_logger(), Silence()
        self._repeats = RepeatedLines()

    async def follow(self) -> None:
        """Take what comes until cancelled; reconnect with full jitter."""
        await self._place.read()
        backoff = Backoff(base_s=RETRY_BASE_S, cap_s=RETRY_CAP_S, jitter=self._jitter)
        while True:
            retry_after_s = 0.0
            try:
                await self._place.keep()
                async with self._open_desk() as desk, contextlib.aclosing(desk.stream(self._place.kept)) as items:
                    async for item in items:
                        await self._take(item)
                        backoff.succeeded()
                        self._note_success()
            except SkerryError as error:
                if cause_of(error) is Cause.CONFLICT:
                    self._place.reset()
                if cause_of(error) is Cause.SILENT and await self._poll():
                    # The desk answers, and something in between holds back its stream.
                    backoff.succeeded()
                    continue
                retry_after_s = getattr(error, "retry_after_s", None) or 0.0
                self._note_failure(error)
            await self._sleep(retry_after_s * (1 + self._jitter()) + backoff.failed())

    async def _poll(self) -> bool:
        """Poll for a while. True if it went well to the end; then the stream is worth a try."""
        wait_s = POLL_S
        for _ in range(POLLS):
            try:
                await self._place.keep()
                before = self._place.number
                async with self._open_desk() as desk:
                    page = await desk.poll(self._place.kept)
                for item in page.items:
                    await self._take(item)
            except SkerryError as error:
                self._note_failure(error)
                return False
            self._note_success()
            if page.has_more and self._place.number != before:
                continue
            wait_s = POLL_S if self._place.number != before else min(2 * wait_s, POLL_CAP_S)
            await self._sleep(wait_s * (1 + self._jitter()) / 2)
        return True

    async def _take(self, item: DeskItem) -> None:
        """Take one event, and note its number. Raises `StorageError`, and then the number is that of before."""
        match item.what:
            case None:
                result = "unreadable"
                self._note_unreadable(item.fault)
            case LoadReport() as report:
                self._loads.from_feed(report, is_theirs=self._is_theirs)
                return
            case event:
                taken = await self._inbox.take(event, self._origin)
                result = {True: "accepted", False: "nothing_new", None: "unknown"}[taken]
                if taken is None:
                    self._note_unknown()
        self._metrics.desk_events.labels(result).inc()
        self._place.number = max(self._place.number, item.number)

    def _note_unreadable(self, fault: str) -> None:
        left_out = self._repeats.left_out("unreadable")
        if left_out is not None:
            self._log.warning("desk event cannot be read, it is left out", error=fault, left_out=left_out)

    def _note_unknown(self) -> None:
        left_out = self._repeats.left_out("unknown")
        if left_out is not None:
            # Not the ticket's id: nobody checked it.
            origin = self._origin or "default"
            self._log.warning("desk event is of an unknown ticket, it is left out", origin=origin, left_out=left_out)

    def _note_failure(self, error: SkerryError) -> None:
        """One line for each new cause, not one for each attempt."""
        self.is_followed = False
        left_out = self._silence.failed((error.reason, cause_of(error)))
        if left_out is not None:
            self._log.warning(
                "desk cannot be followed, viewers do not hear of its replies",
                reason=error.reason,
                error=error.text,
                left_out=left_out,
            )

    def _note_success(self) -> None:
        self.is_followed = True
        if self._silence.succeeded():
            self._log.info("desk is followed again")
