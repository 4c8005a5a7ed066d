"""Posts this PoP's status to the publisher: soon after a change, and regularly to show that the PoP still runs.

Nothing waits for it. While the publisher is down or refuses, that is one line in the log.
"""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime
from itertools import islice

import edge
from edge.config import PopConfig
from edge.daemon.status_document import encode_status, pop_islands
from edge.daemon.sync import PopShelf
from edge.daemon.telemetry import Metrics
from edge.errors import SkerryError, cause_of
from edge.host import Backoff, Silence, get_logger, is_set_within
from edge.records import MAX_POSTED_VERSIONS, PopIsland, PopStatus
from edge.records.ledger import LedgerState
from edge.store.secrets import PopIdentity, open_pop_identity
from edge.wire.publisher import StatusClient

RETRY_BASE_S = 0.5
"""The first wait after a failure, before jitter."""

MIN_INTERVAL_SHARE = 0.75
"""A post is due after 75 % to 100 % of `interval_s`, with jitter: never later, so that no PoP looks silent."""


def open_identity(config: PopConfig, now: datetime) -> PopIdentity | None:
    """The key by which the publisher knows this PoP; None if status is off or the key cannot be opened. Blocking.

    Raises nothing: a PoP without a status key serves viewers all the same, so a fault is only logged.
    """
    if not config.fleet.enabled:
        return None
    try:
        return open_pop_identity(config.state_dir, now=now)
    except SkerryError as error:
        get_logger().error("status key cannot be opened, no status is posted", reason=error.reason, error=error.text)
        return None


class StatusReporter:
    """Posts one PoP's status. `keep_posting` runs as one task until cancelled.

    `versions` gives those of the trusted TUF roles, `ledger` how the ledger does. `now` is the corrected clock, for the
    states of islands. `machine_now` is the machine's clock, which the publisher compares with its own.
    """

    def __init__(
        self,
        *,
        config: PopConfig,
        identity: PopIdentity,
        client: StatusClient,
        model: str,
        shelf: Callable[[], PopShelf],
        versions: Callable[[], dict[str, int]],
        ledger: Callable[[], LedgerState],
        metrics: Metrics,
        now: Callable[[], datetime],
        machine_now: Callable[[], datetime],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._config, self._identity, self._client = config, identity, client
        self._model, self._shelf, self._versions, self._metrics = model, shelf, versions, metrics
        self._ledger = ledger
        self._now, self._machine_now, self._jitter = now, machine_now, jitter
        self._changed = asyncio.Event()
        self._changed.set()
        self._sequence = 0
        self._log, self._silence = get_logger(), Silence()

    def note_change(self) -> None:
        """Check soon for changes; if there are any, a post follows within `jitter_s`. Cheap; call it at any time."""
        self._changed.set()

    async def keep_posting(self) -> None:
        """Post now, after changes, and within every `interval_s`; after a failure sooner, with full jitter."""
        settings, loop = self._config.fleet, asyncio.get_running_loop()
        self._log.info("status key", pop=self._config.pop.name, public=self._identity.signer.public.hex())
        posted: tuple[PopIsland, ...] | None = None
        backoff = Backoff(base_s=RETRY_BASE_S, cap_s=settings.interval_s, jitter=self._jitter)
        due = loop.time()
        while True:
            await is_set_within(self._changed, due - loop.time())
            # A pause before the shelf is read: changes that come together are posted together, and a fleet that got
            # the same push does not post at the same moment.
            await asyncio.sleep(settings.jitter_s * self._jitter())
            # Cleared before the shelf is read: a change after this line is posted next time, and none is missed.
            self._changed.clear()
            islands = await asyncio.to_thread(self._islands)
            if islands == posted and loop.time() < due:
                continue
            try:
                await self._post(islands)
            except SkerryError as error:
                self._note_failure(error)
                # What the publisher has is unknown now, so the next status is posted even if nothing has changed.
                posted, due = None, loop.time() + backoff.failed()
                continue
            self._note_success()
            backoff.succeeded()
            posted = islands
            share = MIN_INTERVAL_SHARE + (1 - MIN_INTERVAL_SHARE) * self._jitter()
            due = loop.time() + settings.interval_s * share

    def _islands(self) -> tuple[PopIsland, ...]:
        """The islands of the next status. Blocking: ten thousand of them take 50 ms."""
        shelf, now = self._shelf(), self._now()
        highest = {str(name): slot.highest_revision for name, slot in shelf.slots.items()}
        return pop_islands(shelf.statuses(now), highest, _percent(shelf, self._config.pop.name))

    async def _post(self, islands: tuple[PopIsland, ...]) -> None:
        # Before the attempt, which may reach the publisher and fail afterwards: no number is used twice.
        self._sequence += 1
        document, signature = await asyncio.to_thread(self._signed, islands, self._ledger(), self._sequence)
        await self._client.post(document, signature=signature)

    def _signed(self, islands: tuple[PopIsland, ...], ledger: LedgerState, sequence: int) -> tuple[bytes, bytes]:
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
                ledger=ledger,
                versions=dict(islice(self._versions().items(), MAX_POSTED_VERSIONS)),
            )
        )
        return document, self._identity.signer.sign(document)

    def _note_failure(self, error: SkerryError) -> None:
        """Count a failed post, and log one line for each new cause, not one for each attempt."""
        self._metrics.status_posts.labels(error.reason).inc()
        left_out = self._silence.failed((error.reason, cause_of(error)))
        if left_out is not None:
            self._log.warning(
                "status is not accepted by the publisher", reason=error.reason, error=error.text, left_out=left_out
            )

    def _note_success(self) -> None:
        self._metrics.status_posts.labels("ok").inc()
        if self._silence.succeeded():
            self._log.info("status is accepted by the publisher again")


def _percent(shelf: PopShelf, pop: str) -> dict[str, int]:
    """The share of sessions that get the new revision on this PoP, by island in rollout."""
    rollouts = ((name, slot.rollout) for name, slot in shelf.slots.items())
    return {
        str(name): 100 if pop in rollout.pops else rollout.percent for name, rollout in rollouts if rollout is not None
    }
