"""Following a publisher: who waits how long before asking. No wait is waited."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from edge.config import PublisherSection
from edge.daemon.sync import Follower
from edge.daemon.telemetry import Metrics
from edge.errors import RefusedError, SkerryError, UnreachableError
from edge.records import Bundle
from tests.waiting import until

BUNDLE = Bundle(files={})


class Publisher:
    """A syncer and a push stream; `pushes` says what each connection brings."""

    def __init__(self, *pushes: list[Bundle | SkerryError]) -> None:
        self.pushes = list(pushes)
        self.taken: list[str] = []
        self.fault: SkerryError | None = None
        self.connections = 0
        self.waits: list[float] = []

    async def sync(self, source: str, bundle: Bundle | None = None) -> None:
        """What the syncer does."""
        del bundle
        self.taken.append(source)
        if self.fault is not None and source == "push":
            raise self.fault

    async def bundles(self) -> AsyncGenerator[Bundle, None]:
        """What the stream does."""
        self.connections += 1
        for item in self.pushes.pop(0) if self.pushes else []:
            if isinstance(item, SkerryError):
                raise item
            yield item
        if not self.pushes:
            await asyncio.Event().wait()


@contextlib.asynccontextmanager
async def running(publisher: Publisher, task: str, *, jitter: float, **settings: Any) -> AsyncIterator[None]:
    """One or both tasks of a PoP that draws the same jitter every time."""

    async def sleep(seconds: float) -> None:
        publisher.waits.append(seconds)
        await asyncio.sleep(0)

    section = PublisherSection(url="http://x", trusted_root="", **settings)
    stand_in: Any = publisher
    following = Follower(
        syncer=stand_in, push=stand_in, config=section, metrics=Metrics(), jitter=lambda: jitter, sleep=sleep
    )
    tasks = [asyncio.create_task(getattr(following, name)()) for name in task.split()]
    try:
        yield
    finally:
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until_taken(publisher: Publisher, expected: list[str]) -> None:
    """Wait until the syncer was asked for exactly this."""

    async def is_so() -> bool:
        return publisher.taken == expected

    await until(is_so, f"{expected} taken")


async def test_first_poll_waits_its_share() -> None:
    """Drawn over `initial_poll_jitter_s`: a fleet that starts together does not ask together."""
    early, late = Publisher(), Publisher()
    async with (
        running(early, "follow_polls", jitter=0.0, initial_poll_jitter_s=1000.0),
        running(late, "follow_polls", jitter=0.9, initial_poll_jitter_s=1000.0),
    ):

        async def asked() -> bool:
            return early.taken != []

        await until(asked, "the first poll")

        assert [] == late.taken


async def test_push_that_is_refused_makes_the_first_poll_early() -> None:
    """The repository is asked at once, not after the whole first wait."""
    publisher = Publisher([BUNDLE])
    publisher.fault = RefusedError("forged")
    async with running(publisher, "follow_polls follow_push", jitter=0.001, initial_poll_jitter_s=1e6, poll_s=1e6):
        await until_taken(publisher, ["push", "poll"])


async def test_reconnecting_is_jittered_and_doubles() -> None:
    """Each wait is drawn over twice the last ceiling, up to the cap; silence is one state, not many."""
    gone: list[Bundle | SkerryError] = [UnreachableError("gone")]
    publisher = Publisher(*[gone] * 8)
    async with running(publisher, "follow_push", jitter=0.5, max_reconnect_delay_s=10.0):

        async def tried() -> bool:
            return publisher.connections >= 8

        await until(tried, "eight connections")

    assert [0.25, 0.5, 1.0, 2.0, 4.0, 5.0, 5.0] == publisher.waits[:7]


async def test_publisher_that_asks_for_a_pause_gets_it() -> None:
    """At least as long as it said, and at most twice that: those turned away together come back one by one."""
    full = UnreachableError("full", retry_after_s=5.0)
    publisher = Publisher([full], [])
    async with running(publisher, "follow_push", jitter=0.5):

        async def tried() -> bool:
            return publisher.connections == 2

        await until(tried, "the second connection")

    assert [5.0 * 1.5 + 0.25] == publisher.waits


async def test_publisher_whose_pushes_are_refused_is_asked_ever_less_often() -> None:
    """Connecting alone is no success."""
    publisher = Publisher([BUNDLE], [BUNDLE], [BUNDLE], [])
    publisher.fault = RefusedError("forged")
    async with running(publisher, "follow_push", jitter=0.5):

        async def tried() -> bool:
            return publisher.connections == 4

        await until(tried, "four connections")

    assert [0.25, 0.5, 1.0] == publisher.waits
