"""Follows the publisher: by a push stream for speed, and by polls for what a push did not bring."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Protocol

from edge.config import PublisherSection
from edge.daemon.sync.sync import Syncer
from edge.daemon.telemetry import Metrics
from edge.errors import SkerryError, UnreachableError
from edge.host import Backoff, RepeatedLines, get_logger, is_set_within
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
        self._is_unreachable = False
        self._log, self._repeats = get_logger(), RepeatedLines(clock=clock)

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
                        # Only a good push resets the backoff: if all are refused, the publisher is asked less often.
                        if await self._sync_push(bundle):
                            backoff.succeeded()
            except SkerryError as error:
                retry_after_s = getattr(error, "retry_after_s", None) or 0.0
                self._note_failure(error)
            finally:
                self._metrics.push_connected.set(0)
            # Spread over one to two pauses: PoPs that were turned away together must not come back together.
            await self._sleep(retry_after_s * (1 + self._jitter()) + backoff.failed())

    async def follow_polls(self) -> None:
        """Poll the repository until cancelled: soon after the start, then within `poll_s`, with full jitter.

        After a failure, polls follow with backoff; after a failed push, at once.
        """
        backoff = self._backoff()
        await self._wait_for_poll(within_s=self._config.initial_poll_jitter_s * self._jitter())
        while True:
            # Cleared before the sync: a push that fails while it runs asks for one more poll.
            self._poll_now.clear()
            try:
                await self._syncer.sync("poll")
            except SkerryError as error:
                self._note_failure(error)
                await self._sleep(backoff.failed())
                continue
            backoff.succeeded()
            self._note_success()
            await self._wait_for_poll(within_s=self._config.poll_s * self._jitter())

    def _backoff(self) -> Backoff:
        return Backoff(base_s=RETRY_BASE_S, cap_s=self._config.max_reconnect_delay_s, jitter=self._jitter)

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
        self._note_success()
        return True

    async def _wait_for_poll(self, *, within_s: float) -> None:
        if await is_set_within(self._poll_now, within_s):
            # A bad push reaches all PoPs together; their polls must not come together.
            await self._sleep(RETRY_BASE_S * self._jitter())

    def _note_failure(self, error: SkerryError) -> None:
        """Log a failure; while the publisher is unreachable, one line, not one for each attempt.

        A hostile mirror can alternate between faults and success, so there is one line a minute for each reason.
        """
        if isinstance(error, UnreachableError) and self._is_unreachable:
            return
        left_out = self._repeats.left_out(("publisher", error.reason))
        if left_out is None:
            return
        self._is_unreachable = isinstance(error, UnreachableError)
        self._log.warning(
            "publisher cannot be followed, the shelf stays", reason=error.reason, error=error.text, left_out=left_out
        )

    def _note_success(self) -> None:
        if self._is_unreachable:
            self._log.info("publisher is reachable again")
        self._is_unreachable = False
