"""`edge.daemon.follow.follow`: how long a PoP waits before each poll and connection. Waits are recorded, not made."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from structlog.testing import capture_logs

from edge.config import PublisherSection
from edge.daemon.follow import Follower
from edge.daemon.telemetry import Metrics
from edge.errors import Cause, Reason, RefusedError, SkerryError, UnreachableError
from edge.records import Bundle
from tests.waiting import until

BUNDLE = Bundle(files={})


class Publisher:
    """A syncer and a push stream; `pushes` has the bundles and errors of each connection."""

    def __init__(self, *pushes: list[Bundle | SkerryError]) -> None:
        self.pushes = list(pushes)
        self.syncs: list[str] = []
        self.fault: SkerryError | None = None
        self.poll_faults: list[SkerryError | None] = []
        self.trust = self
        self.timestamp_expires = 0
        """A number for a time: every poll finds another."""
        self.connections = 0
        self.waits: list[float] = []

    async def sync(self, source: str, bundle: Bundle | None = None) -> None:
        """As `Syncer.sync`."""
        del bundle
        self.syncs.append(source)
        if source == "poll":
            self.timestamp_expires += 1
            fault = self.poll_faults.pop(0) if self.poll_faults else None
            if fault is not None:
                raise fault
        if self.fault is not None and source == "push":
            raise self.fault

    async def bundles(self) -> AsyncGenerator[Bundle, None]:
        """As `Push.bundles`."""
        self.connections += 1
        for item in self.pushes.pop(0) if self.pushes else []:
            if isinstance(item, SkerryError):
                raise item
            yield item
        if not self.pushes:
            await asyncio.Event().wait()


@contextlib.asynccontextmanager
async def running(publisher: Publisher, task: str, *, jitter: float, **settings: Any) -> AsyncIterator[None]:
    """One or both tasks of a PoP whose jitter is always the same."""

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
        for running_task in tasks:
            running_task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until_synced(publisher: Publisher, expected: list[str]) -> None:
    """Wait until exactly these syncs were made."""

    async def are_made() -> bool:
        return publisher.syncs == expected

    await until(are_made, f"syncs {expected}")


async def test_first_poll_is_jittered() -> None:
    """It waits a random part of `initial_poll_jitter_s`, so a fleet that starts together does not poll together."""
    early, late = Publisher(), Publisher()
    async with (
        running(early, "follow_polls", jitter=0.0, initial_poll_jitter_s=1000.0),
        running(late, "follow_polls", jitter=0.9, initial_poll_jitter_s=1000.0),
    ):

        async def has_polled() -> bool:
            return early.syncs != []

        await until(has_polled, "the first poll")

        assert [] == late.syncs


async def test_refused_push_makes_the_first_poll_early() -> None:
    """The repository is polled at once, not after the whole first wait."""
    publisher = Publisher([BUNDLE])
    publisher.fault = RefusedError("forged")
    async with running(publisher, "follow_polls follow_push", jitter=0.001, initial_poll_jitter_s=1e6, poll_s=1e6):
        await until_synced(publisher, ["push", "poll"])


async def test_reconnecting_is_jittered_and_doubles() -> None:
    """Each wait is a random part of twice the last ceiling, up to the cap."""
    gone: list[Bundle | SkerryError] = [UnreachableError("gone")]
    publisher = Publisher(*[gone] * 8)
    async with running(publisher, "follow_push", jitter=0.5, max_reconnect_delay_s=10.0):

        async def tried() -> bool:
            return publisher.connections >= 8

        await until(tried, "eight connections")

    assert [0.25, 0.5, 1.0, 2.0, 4.0, 5.0, 5.0] == publisher.waits[:7]


async def test_publisher_that_asks_for_a_pause_gets_it() -> None:
    """The wait is one to two pauses, so PoPs that were turned away together do not come back together."""
    full = UnreachableError("full", retry_after_s=5.0)
    publisher = Publisher([full], [])
    async with running(publisher, "follow_push", jitter=0.5):

        async def tried() -> bool:
            return publisher.connections == 2

        await until(tried, "the second connection")

    assert [5.0 * 1.5 + 0.25] == publisher.waits


async def test_refused_pushes_increase_the_wait() -> None:
    """A connection alone is not a success."""
    publisher = Publisher([BUNDLE], [BUNDLE], [BUNDLE], [])
    publisher.fault = RefusedError("forged")
    async with running(publisher, "follow_push", jitter=0.5):

        async def tried() -> bool:
            return publisher.connections == 4

        await until(tried, "four connections")

    assert [0.25, 0.5, 1.0] == publisher.waits


async def test_hostile_mirror_does_not_fill_the_log() -> None:
    """Hundreds of bad pushes and broken connections, with texts of the mirror's choice: one line for each reason."""
    faults: list[SkerryError] = [
        kind(f"text {number}", reason=reason)
        for number in range(100)
        for kind, reason in (
            (RefusedError, Reason.HASH_MISMATCH),
            (RefusedError, Reason.MALFORMED),
            (UnreachableError, None),
        )
    ]
    publisher = Publisher(*([BUNDLE] * 5 + [fault] for fault in faults))
    publisher.fault = RefusedError("flipped", reason=Reason.METADATA_INVALID)

    async def are_made() -> bool:
        return not publisher.pushes

    with capture_logs() as lines:
        async with running(publisher, "follow_push", jitter=0.0):
            await until(are_made, "all connections")

    assert 1_500 <= len(publisher.syncs)
    assert [
        ("push is not accepted, a poll follows", "metadata_invalid"),
        ("publisher cannot be followed, the shelf stays", "hash_mismatch"),
        ("publisher cannot be followed, the shelf stays", "malformed"),
        ("publisher cannot be followed, the shelf stays", "unreachable"),
    ] == [(line["event"], line["reason"]) for line in lines]


OFTEN = {"poll_s": 1e6, "late_poll_s": 0.001, "initial_poll_jitter_s": 0.001}


def _unreachable(cause: Cause) -> SkerryError:
    return UnreachableError(f"the publisher: {cause}", cause=cause)


async def test_each_cause_of_a_silence_is_logged_once() -> None:
    """A publisher that is down, then up with another certificate: both are said, and neither is repeated."""
    refused, untrusted = _unreachable(Cause.CONNECTION_REFUSED), _unreachable(Cause.CERTIFICATE)
    publisher = Publisher()
    publisher.poll_faults = [refused, refused, untrusted, refused, untrusted, None]
    with capture_logs() as lines:
        async with running(
            publisher, "follow_polls", jitter=0.5, poll_s=1e6, late_poll_s=1e6, initial_poll_jitter_s=0.001
        ):
            await until_synced(publisher, ["poll"] * 6)

    assert [
        ("publisher cannot be followed, the shelf stays", "the publisher: connection_refused"),
        ("publisher cannot be followed, the shelf stays", "the publisher: certificate"),
        ("publisher is reachable again", None),
    ] == [(line["event"], line.get("error")) for line in lines]


async def test_polls_do_not_end_the_silence_of_the_push_stream() -> None:
    """The log does not say every minute that the publisher is gone and back."""
    gone: list[Bundle | SkerryError] = [_unreachable(Cause.STATUS)]
    publisher = Publisher(*[gone] * 50)
    with capture_logs() as lines:
        async with running(publisher, "follow_polls follow_push", jitter=0.5, **OFTEN):

            async def tried() -> bool:
                return not publisher.pushes and publisher.syncs.count("poll") >= 50

            await until(tried, "fifty connections and polls")

    assert ["publisher cannot be followed, the shelf stays"] == [line["event"] for line in lines]


async def test_silent_push_stream_is_polled_for_and_named_once() -> None:
    """Nothing comes by push, while each poll finds something new: polls come often, and one line says why."""
    publisher = Publisher([])
    with capture_logs() as lines:
        async with running(publisher, "follow_polls follow_push", jitter=0.5, **OFTEN):

            async def polled() -> bool:
                return len(publisher.syncs) >= 20

            await until(polled, "twenty polls")

    assert {"poll"} == set(publisher.syncs)
    named = "something between this PoP and the publisher holds back the push stream, polls stand in"
    assert [named] == [line["event"] for line in lines]


class Bursting(Publisher):
    """A publisher behind a buffer that lets go of three pushes at once, when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = asyncio.Event()

    async def bundles(self) -> AsyncGenerator[Bundle, None]:
        """As `Push.bundles`."""
        await self.let_go.wait()
        for _ in range(3):
            yield BUNDLE
        await asyncio.Event().wait()


async def test_burst_of_old_pushes_puts_off_no_poll() -> None:
    """A stream that is held back is no better for what its buffer lets go: polls go on as often as before."""
    publisher = Bursting()
    with capture_logs() as lines:
        async with running(publisher, "follow_polls follow_push", jitter=0.5, push_idle_s=1e6, **OFTEN):

            async def is_named() -> bool:
                return bool(lines)

            await until(is_named, "the buffer named")
            publisher.let_go.set()

            async def polled() -> bool:
                return "push" in publisher.syncs and len(publisher.syncs) - publisher.syncs.index("push") >= 20

            await until(polled, "polls after the burst")

    assert ["push"] * 3 == [sync for sync in publisher.syncs if sync == "push"]


async def test_both_ways_are_named() -> None:
    """Polls that fail as the stream does are told too: until then, they stood in for it."""
    broken = _unreachable(Cause.STATUS)
    publisher = Publisher(*[list[Bundle | SkerryError]([broken])] * 50)
    publisher.poll_faults = [broken] * 50
    with capture_logs() as lines:
        async with running(publisher, "follow_polls follow_push", jitter=0.5, **OFTEN):

            async def tried() -> bool:
                return not publisher.pushes and not publisher.poll_faults

            await until(tried, "fifty connections and polls")

    event = "publisher cannot be followed, the shelf stays"
    assert [(event, "poll"), (event, "push")] == sorted((line["event"], line.get("way", "")) for line in lines)
