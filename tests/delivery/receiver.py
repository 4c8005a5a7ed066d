"""The receiving half of a PoP, from the wire to the shelf: it follows, verifies and stores, but answers nothing."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import aiohttp

from edge.config import PublisherSection
from edge.daemon.follow import Follower, Push
from edge.daemon.sync import PopShelf, Syncer
from edge.daemon.telemetry import Metrics
from edge.host import utc_now
from edge.records import IslandState, IslandStatus
from edge.store.verified import VerifiedStore
from edge.trust import TrustedMetadata
from edge.wire.publisher import RepositoryClient
from tests.daemon.conftest import pop_config
from tests.pen import DROP, Pen
from tests.waiting import until


class Receiver:
    """The state of a receiving PoP."""

    def __init__(self, syncer: Syncer, metrics: Metrics, now: Callable[[], datetime]) -> None:
        self.syncer, self.metrics, self._now = syncer, metrics, now

    def status(self) -> IslandStatus | None:
        """Status of the sample drop."""
        return self.syncer.shelf.status(DROP, self._now())

    def syncs(self, source: str, outcome: str) -> int:
        """Number of pushes or polls with this result."""
        value = self.metrics.registry.get_sample_value("skerry_syncs_total", {"source": source, "result": outcome})
        return int(value or 0)

    async def until_serving(self, revision: int) -> None:
        """Wait until this revision of the drop is served."""

        async def is_reached() -> bool:
            status = self.status()
            return status is not None and (status.revision, status.state) == (revision, IslandState.FRESH)

        await until(is_reached, f"revision {revision} served")

    async def until_synced(self, source: str, outcome: str) -> None:
        """Wait for a push or poll with this result."""

        async def is_reached() -> bool:
            return self.syncs(source, outcome) > 0

        await until(is_reached, f"a {source} that ends in {outcome}")


@contextlib.asynccontextmanager
async def receiving(
    pen: Pen,
    folder: Path,
    *,
    push: Push,
    repository_url: str,
    now: Callable[[], datetime] = utc_now,
    request_timeout_s: float = 5.0,
    polls: bool = False,
) -> AsyncIterator[Receiver]:
    """A PoP that follows `push`. Without `polls`, it asks the repository only if a push needs it."""
    config = pop_config(folder, publisher_url=repository_url, origin_url="http://127.0.0.1:1")
    first_s = 0.001 if polls else 1e6
    section = PublisherSection(
        url=repository_url, trusted_root="", poll_s=1e6, initial_poll_jitter_s=first_s, max_reconnect_delay_s=0.1
    )
    metrics, thread = Metrics(), ThreadPoolExecutor(1)
    in_thread = asyncio.get_running_loop().run_in_executor
    root = await asyncio.to_thread((folder / "home" / "root.json").read_bytes)
    store = await in_thread(thread, VerifiedStore, folder / "state")
    try:
        async with aiohttp.ClientSession() as session:
            trust = TrustedMetadata.start({}, root)
            repository = RepositoryClient(session, repository_url, timeout_s=request_timeout_s)
            syncer = Syncer(
                config=config, trust=trust, store=store, triage=pen.triage, repository=repository,
                executor=thread, openers=thread, metrics=metrics, now=now, shelf=PopShelf(),
            )  # fmt: skip
            following = Follower(
                syncer=syncer, push=push, config=section, metrics=metrics, jitter=random.Random(1).random
            )
            tasks = [asyncio.create_task(following.follow_push()), asyncio.create_task(following.follow_polls())]
            try:
                yield Receiver(syncer, metrics, now)
            finally:
                for task in tasks:
                    task.cancel()
                outcomes = await asyncio.gather(*tasks, return_exceptions=True)
                assert [] == [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    finally:
        await in_thread(thread, store.close)
        thread.shutdown()
