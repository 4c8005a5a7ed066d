"""A PoP's receiving half, real from the wire to the shelf: following, verifying, storing. Nobody asks it questions."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import aiohttp

from edge.config import PublisherSection
from edge.daemon.sync import Follower, PopShelf, Push, Syncer
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
    """What came of it."""

    def __init__(self, syncer: Syncer, metrics: Metrics, now: Callable[[], datetime]) -> None:
        self.syncer, self.metrics, self._now = syncer, metrics, now

    def status(self) -> IslandStatus | None:
        """The sample drop's."""
        return self.syncer.shelf.status(DROP, self._now())

    def taken(self, source: str, outcome: str) -> int:
        """How many pushes or polls ended so."""
        value = self.metrics.registry.get_sample_value("skerry_syncs_total", {"source": source, "result": outcome})
        return int(value or 0)

    async def until_serving(self, revision: int) -> None:
        """Wait until the drop is served in this revision."""

        async def is_so() -> bool:
            status = self.status()
            return status is not None and (status.revision, status.state) == (revision, IslandState.FRESH)

        await until(is_so, f"revision {revision} served")

    async def until_taken(self, source: str, outcome: str) -> None:
        """Wait until some push or poll ended so."""

        async def is_so() -> bool:
            return self.taken(source, outcome) > 0

        await until(is_so, f"a {source} that ends in {outcome}")


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
    """While it follows `push`; without `polls`, it asks the repository only when a push needs it."""
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
                assert [] == [one for one in outcomes if isinstance(one, Exception)]
    finally:
        await in_thread(thread, store.close)
        thread.shutdown()
