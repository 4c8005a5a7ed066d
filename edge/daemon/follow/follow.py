"""Follows the publisher: by a push stream for speed, and by polls for what a push did not bring.

The publisher sends something at every heartbeat. While the stream brings nothing for longer, polls come as often as
heartbeats would: a proxy in between may hold back what was sent until its buffer is full.
"""

import asyncio
import contextlib
import math
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Protocol

from edge.config import PublisherSection
from edge.daemon.follow.push_watch import EARLIEST, PushState, PushWatch
from edge.daemon.sync import Syncer
from edge.daemon.telemetry import Metrics
from edge.errors import Cause, SkerryError, cause_of
from edge.host import Backoff, RepeatedLines, Silence, get_logger, is_set_within
from edge.records import Bundle

RETRY_BASE_S = 0.25
"""The first wait after a failure, before jitter; a restarted publisher is back within a second."""


async def _no_renewal() -> None:
    """For a publisher without tokens."""


class Push(Protocol):
    """A stream of the publisher's pushes."""

    def bundles(self) -> AsyncGenerator[Bundle, None]:
        """One connection: first the state as of now, then every change, until the connection ends.

        Raises `SkerryError` when the connection fails or a push cannot be read.
        """


class Follower:
    """Calls a syncer when there may be something new. `follow_push` and `follow_polls` each run as one task.

    `renew` is awaited before every connection, so that a token can be replaced while the PoP runs.
    """

    def __init__(
        self,
        *,
        syncer: Syncer,
        push: Push,
        config: PublisherSection,
        metrics: Metrics,
        renew: Callable[[], Awaitable[None]] = _no_renewal,
        jitter: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._syncer, self._push, self._config, self._metrics = syncer, push, config, metrics
        self._renew, self._jitter, self._sleep = renew, jitter, sleep
        self._poll_now = asyncio.Event()
        self.has_asked = asyncio.Event()
        """Set once the publisher was asked for the first time: it has answered, or could not be reached."""
        self._clock, self._watch = clock, PushWatch(idle_s=config.push_idle_s, jitter=jitter)
        self._log, self._repeats, self._silence = get_logger(), RepeatedLines(clock=clock), Silence(clock=clock)

    @property
    def push_state(self) -> PushState:
        """How the push stream does now."""
        return self._watch.state(self._clock())

    async def follow_push(self) -> None:
        """Sync at every push until cancelled; reconnect with full jitter. After a failed push a poll follows soon."""
        backoff = self._backoff()
        while True:
            retry_after_s = 0.0
            try:
                await self._renew()
                async with contextlib.aclosing(self._push.bundles()) as bundles:
                    async for bundle in bundles:
                        self._metrics.push_connected.set(1)
                        self._note_push()
                        # Only a good push resets the backoff: if all are refused, the publisher is asked less often.
                        if await self._sync_push(bundle):
                            backoff.succeeded()
            except SkerryError as error:
                retry_after_s = getattr(error, "retry_after_s", None) or 0.0
                self._note_push_failure(error)
            finally:
                self._metrics.push_connected.set(0)
            # Spread over one to two pauses: PoPs that were turned away together must not come back together.
            await self._sleep(retry_after_s * (1 + self._jitter()) + backoff.failed())

    async def follow_polls(self) -> None:
        """Poll the repository until cancelled: soon after the start, then within `poll_s`, with full jitter.

        Within `late_poll_s` while the push stream is late. After a failure, polls follow with backoff; after a failed
        push, at once.
        """
        backoff = self._backoff()
        await is_set_within(self._poll_now, self._config.initial_poll_jitter_s * self._jitter())
        while True:
            # Cleared before the sync: a push that fails while it runs asks for one more poll.
            self._poll_now.clear()
            try:
                await self._poll()
            except SkerryError as error:
                self._note_failure(error, way="poll")
                await self._sleep(backoff.failed())
                continue
            backoff.succeeded()
            self._note_success(way="poll")
            await self._wait_for_poll()

    def poll_soon(self) -> None:
        """Poll within a moment: something here has changed, such as the root of trust."""
        self._poll_now.set()

    def _backoff(self) -> Backoff:
        return Backoff(base_s=RETRY_BASE_S, cap_s=self._config.max_reconnect_delay_s, jitter=self._jitter)

    async def _poll(self) -> None:
        syncer, watch = self._syncer, self._watch
        known, pushes = syncer.trust.timestamp_expires, watch.pushes
        await syncer.sync("poll")
        # Every change, and every heartbeat, is a new timestamp.
        has_news = syncer.trust.timestamp_expires != known and watch.pushes == pushes
        if watch.polled(self._clock(), has_news=has_news):
            self._metrics.push_held_back.set(1)
            self._log.warning(
                "something between this PoP and the publisher holds back the push stream, polls stand in",
                poll_s=self._config.late_poll_s,
            )

    async def _sync_push(self, bundle: Bundle) -> bool:
        """Sync with a push; True if nothing of it was refused or missing."""
        try:
            await self._syncer.sync("push", bundle)
        except SkerryError as error:
            left_out = self._repeats.left_out(("push", error.reason))
            if left_out is not None:
                self._log.warning(
                    "push is not accepted, a poll follows", reason=error.reason, error=error.text, left_out=left_out
                )
            self._poll_now.set()
            return False
        self._note_success(way="push")
        return True

    async def _wait_for_poll(self) -> None:
        """Until the next poll is due: sooner if the push stream is late by then, or a push failed."""
        polled_at, jitter = self._clock(), self._jitter()
        at_latest = polled_at + self._config.poll_s * jitter
        if_late = polled_at + self._config.late_poll_s * (EARLIEST + (1 - EARLIEST) * jitter)

        def wait_s() -> float:
            # Each push moves `late_at`. A buffer that is full lets go of pushes that are old by then: while the stream
            # is held back, they put off no poll.
            late_at = -math.inf if self._watch.is_held_back else self._watch.late_at
            return min(at_latest, max(if_late, late_at)) - self._clock()

        while not await is_set_within(self._poll_now, wait_s()):
            if wait_s() <= 0:
                return
        # A bad push reaches all PoPs together; their polls must not come together.
        await self._sleep(RETRY_BASE_S * self._jitter())

    def _note_push(self) -> None:
        if self._watch.heard(self._clock()):
            self._metrics.push_held_back.set(0)
            self._log.info("the push stream is timely again")

    def _note_push_failure(self, error: SkerryError) -> None:
        cause = cause_of(error)
        self._watch.failed(cause)
        # A stream that is held back falls silent again and again: one line has said so.
        if not (self._watch.is_held_back and cause is Cause.SILENT):
            self._note_failure(error, way="push")

    def _note_failure(self, error: SkerryError, *, way: str) -> None:
        """Log a failure: while the publisher is silent, one line for each way and cause, not one for each attempt.

        A hostile mirror can alternate between faults and success, so there is one line a minute for each of them.
        """
        self.has_asked.set()
        left_out = self._silence.failed((error.reason, cause_of(error)), way=way)
        if left_out is not None:
            self._log.warning(
                "publisher cannot be followed, the shelf stays",
                way=way,
                reason=error.reason,
                error=error.text,
                left_out=left_out,
            )

    def _note_success(self, *, way: str) -> None:
        self.has_asked.set()
        if self._silence.succeeded(way=way):
            self._log.info("publisher is reachable again")
