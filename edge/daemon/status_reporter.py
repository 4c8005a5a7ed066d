"""Tells the publisher what this PoP is at: soon after a change, and now and then to say that it is still there.

Nothing waits for it. A publisher that is down, or refuses, costs one line in the log until that changes.
"""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime

import edge
from edge.config import PopConfig
from edge.daemon.status_document import encode_status, island_reports
from edge.daemon.sync import PopShelf
from edge.daemon.telemetry import Metrics
from edge.errors import Reason, SkerryError
from edge.host import Backoff, get_logger, is_set_within
from edge.records import PopIsland, PopStatus
from edge.store.secrets import PopIdentity, open_pop_identity
from edge.wire.publisher import StatusClient

RETRY_BASE_S = 0.5
"""The first wait after a failure, before jitter."""

EARLIEST = 0.75
"""A post is due after this share of the promised time at the earliest: jitter that never makes a PoP look silent."""


def open_identity(config: PopConfig, now: datetime) -> PopIdentity | None:
    """Who this PoP is to its publisher. Blocking. Nothing here may keep viewers waiting, so a fault is only logged."""
    if not config.fleet.enabled:
        return None
    try:
        return open_pop_identity(config.state_dir, now=now)
    except SkerryError as error:
        get_logger().error("no status will be posted", reason=error.reason, error=error.text)
        return None


class StatusReporter:
    """Posts one PoP's status. `keep_posting` runs as one task until cancelled.

    `now` is the clock that islands are judged by, `machine_now` the one that the publisher is to compare with its own.
    """

    def __init__(
        self,
        *,
        config: PopConfig,
        identity: PopIdentity,
        client: StatusClient,
        model: str,
        shelf: Callable[[], PopShelf],
        metrics: Metrics,
        now: Callable[[], datetime],
        machine_now: Callable[[], datetime],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._config, self._identity, self._client = config, identity, client
        self._model, self._shelf, self._metrics = model, shelf, metrics
        self._now, self._machine_now, self._jitter = now, machine_now, jitter
        self._changed = asyncio.Event()
        self._changed.set()
        self._sequence = 0
        self._refused_for: Reason | None = None
        self._log = get_logger()

    def note_change(self) -> None:
        """Something may be different; if it is, a post follows within `jitter_s`. Costs nothing."""
        self._changed.set()

    async def keep_posting(self) -> None:
        """Post now, after changes, and every `interval_s` at the latest; after a failure sooner, with full jitter."""
        settings, loop = self._config.fleet, asyncio.get_running_loop()
        self._log.info("status key", pop=self._config.pop.name, public=self._identity.signer.public.hex())
        posted: tuple[PopIsland, ...] | None = None
        backoff = Backoff(base_s=RETRY_BASE_S, cap_s=settings.interval_s, jitter=self._jitter)
        due = loop.time()
        while True:
            await is_set_within(self._changed, due - loop.time())
            await asyncio.sleep(settings.jitter_s * self._jitter())
            self._changed.clear()
            islands = await asyncio.to_thread(self._islands)
            if islands == posted and loop.time() < due:
                continue
            try:
                await self._post(islands)
            except SkerryError as error:
                self._note_failure(error)
                posted, due = None, loop.time() + backoff.failed()
                continue
            self._note_taken()
            backoff.succeeded()
            posted = islands
            due = loop.time() + settings.interval_s * (EARLIEST + (1 - EARLIEST) * self._jitter())

    def _islands(self) -> tuple[PopIsland, ...]:
        """What there is to say of every island; in a thread, for ten thousand take 50 ms."""
        shelf, now = self._shelf(), self._now()
        highest = {str(name): slot.highest_revision for name, slot in shelf.slots.items()}
        return island_reports(shelf.statuses(now), highest, _percent(shelf, self._config.pop.name))

    async def _post(self, islands: tuple[PopIsland, ...]) -> None:
        self._sequence += 1
        document, signature = await asyncio.to_thread(self._signed, islands, self._sequence)
        await self._client.post(document, signature=signature)

    def _signed(self, islands: tuple[PopIsland, ...], sequence: int) -> tuple[bytes, bytes]:
        config = self._config
        document = encode_status(
            PopStatus(
                pop=config.pop.name,
                run=self._identity.run,
                sequence=sequence,
                time=self._machine_now(),
                interval_s=config.fleet.interval_s,
                version=edge.__version__,
                model=self._model,
                serves=(*config.islands.serve, *config.islands.required),
                islands=islands,
            )
        )
        return document, self._identity.signer.sign(document)

    def _note_failure(self, error: SkerryError) -> None:
        """One line for each new reason, not one per attempt."""
        self._metrics.status_posts.labels(error.reason).inc()
        if self._refused_for is not error.reason:
            self._log.warning("status not taken by the publisher", reason=error.reason, error=error.text)
        self._refused_for = error.reason

    def _note_taken(self) -> None:
        self._metrics.status_posts.labels("ok").inc()
        if self._refused_for is not None:
            self._log.info("status taken by the publisher again")
        self._refused_for = None


def _percent(shelf: PopShelf, pop: str) -> dict[str, int]:
    """By island in rollout: what share of sessions gets the new revision on this PoP."""
    rollouts = ((name, slot.rollout) for name, slot in shelf.slots.items())
    return {
        str(name): 100 if pop in rollout.pops else rollout.percent for name, rollout in rollouts if rollout is not None
    }
