"""Listens to the publisher for ever: a push stream for speed, a poll for what a push lost."""

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Protocol

from edge.config import PublisherSection
from edge.daemon.sync.sync import Syncer
from edge.daemon.telemetry import Metrics
from edge.errors import SkerryError, UnreachableError
from edge.host import Backoff, get_logger, is_set_within
from edge.records import Bundle

RETRY_BASE_S = 0.25
"""The first wait after a failure, before jitter; a restarted publisher is back within a second."""


async def _nothing() -> None:
    """For a publisher that wants no token."""


class Push(Protocol):
    """A way in which the publisher's notices come; errors are `SkerryError`s."""

    def bundles(self) -> AsyncGenerator[Bundle, None]:
        """One connection: the state as of now, then every notice, until it ends."""


class Follower:
    """Keeps a syncer fed. `follow_push` and `follow_polls` each run as one task until cancelled.

    `renew` is awaited before every connection.
    """

    def __init__(
        self,
        *,
        syncer: Syncer,
        push: Push,
        config: PublisherSection,
        metrics: Metrics,
        renew: Callable[[], Awaitable[None]] = _nothing,
        jitter: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._syncer, self._push, self._config, self._metrics = syncer, push, config, metrics
        self._renew, self._jitter, self._sleep = renew, jitter, sleep
        self._poll_now = asyncio.Event()
        self._publisher_is_silent = False
        self._log = get_logger()

    async def follow_push(self) -> None:
        """Take every push; reconnect with full jitter. What a push could not bring about is left to a poll."""
        backoff = self._backoff()
        while True:
            requested_retry_after_s = 0.0
            try:
                await self._renew()
                async with contextlib.aclosing(self._push.bundles()) as bundles:
                    async for bundle in bundles:
                        self._metrics.push_connected.set(1)
                        # A publisher whose pushes are all refused is reached ever less often.
                        if await self._sync_push(bundle):
                            backoff.succeeded()
            except SkerryError as error:
                requested_retry_after_s = getattr(error, "retry_after_s", None) or 0.0
                self._note_silence(error)
            finally:
                self._metrics.push_connected.set(0)
            await self._sleep(requested_retry_after_s * (1 + self._jitter()) + backoff.failed())

    async def follow_polls(self) -> None:
        """Look at the repository soon, then every `poll_s` at the latest, fully jittered; sooner after a failure."""
        backoff = self._backoff()
        await self._poll_wanted(within_s=self._config.initial_poll_jitter_s * self._jitter())
        while True:
            self._poll_now.clear()
            try:
                await self._syncer.sync("poll")
            except SkerryError as error:
                self._note_silence(error)
                await self._sleep(backoff.failed())
                continue
            backoff.succeeded()
            self._note_heard()
            await self._poll_wanted(within_s=self._config.poll_s * self._jitter())

    def _backoff(self) -> Backoff:
        return Backoff(base_s=RETRY_BASE_S, cap_s=self._config.max_reconnect_delay_s, jitter=self._jitter)

    async def _sync_push(self, bundle: Bundle) -> bool:
        """Whether it could be taken whole."""
        try:
            await self._syncer.sync("push", bundle)
        except SkerryError as error:
            self._log.warning("push not taken, the repository will be asked", reason=error.reason, error=error.text)
            self._poll_now.set()
            return False
        self._note_heard()
        return True

    async def _poll_wanted(self, *, within_s: float) -> None:
        if await is_set_within(self._poll_now, within_s):
            await self._sleep(RETRY_BASE_S * self._jitter())

    def _note_silence(self, error: SkerryError) -> None:
        """One line when the publisher falls silent, not one per attempt."""
        if isinstance(error, UnreachableError) and self._publisher_is_silent:
            return
        self._publisher_is_silent = isinstance(error, UnreachableError)
        self._log.warning("publisher not followed, serving what is held", reason=error.reason, error=error.text)

    def _note_heard(self) -> None:
        if self._publisher_is_silent:
            self._log.info("publisher heard again")
        self._publisher_is_silent = False
