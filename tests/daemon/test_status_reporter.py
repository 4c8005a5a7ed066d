"""`edge.daemon.status_reporter`: when a PoP posts its status, and with which content."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from edge.config import PopConfig
from edge.daemon.status_reporter import StatusReporter, open_identity
from edge.daemon.sync import PopShelf, PopSlot
from edge.daemon.telemetry import Metrics
from edge.errors import Cause, Reason, RefusedError, SkerryError, UnreachableError
from edge.records import IslandName, IslandState, PopStatus, Revision, Rollout
from edge.records.ledger import LedgerState
from edge.store.secrets import PopIdentity
from edge.trust import PopSigner, verify_status
from tests.daemon.conftest import pop_config
from tests.waiting import until

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
SIGNER = PopSigner(b"a" * 32)
LEDGER = LedgerState(word="full", error="", size_bytes=9, max_bytes=8, missing=7, lost_at_start=3)


class Publisher:
    """Stores the posted statuses; raises `fault` while it is set."""

    def __init__(self) -> None:
        self.posted: list[PopStatus] = []
        self.attempts = 0
        self.fault: SkerryError | None = None

    async def post(self, document: bytes, *, signature: bytes) -> None:
        """As `StatusClient.post`."""
        self.attempts += 1
        if self.fault is not None:
            raise self.fault
        verify_status(document, public=SIGNER.public, signature=signature)
        self.posted.append(msgspec.json.decode(document, type=PopStatus))

    async def was_tried_often(self) -> bool:
        """True after five attempts: a log line for each would be noticed."""
        return self.attempts >= 5

    async def until(self, count: int) -> None:
        """Wait until this many statuses are posted."""

        async def are_there() -> bool:
            return len(self.posted) >= count

        await until(are_there, f"{count} statuses posted")


class Pop:
    """A reporter, and a shelf that the test changes."""

    def __init__(self, folder: Path, publisher: Publisher, **settings: Any) -> None:
        self.shelf = PopShelf().put(slot("drop"))
        self.metrics = Metrics()
        self.config: PopConfig = pop_config(
            folder,
            publisher_url="http://127.0.0.1:1",
            origin_url="http://127.0.0.1:1",
            islands={"serve": ["acme/*"], "required": ["acme/drop"]},
            fleet={"jitter_s": 0.01, **settings},
        )
        self.reporter = StatusReporter(
            config=self.config,
            identity=PopIdentity(SIGNER, 77),
            client=publisher,  # type: ignore[arg-type]  # it posts
            model="encoder+acceptor",
            shelf=lambda: self.shelf,
            versions=lambda: {"targets": 4, "acme": 7},
            ledger=lambda: LEDGER,
            metrics=self.metrics,
            now=lambda: NOW,
            machine_now=lambda: NOW + timedelta(hours=1),
            jitter=lambda: 0.5,
        )

    @asynccontextmanager
    async def reporting(self) -> AsyncIterator[None]:
        """Run the reporter during the block."""
        task = asyncio.create_task(self.reporter.keep_posting())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})
            assert task.cancelled()

    def change(self, name: str, **fields: Any) -> None:
        """Put a slot on the shelf, and tell the reporter."""
        self.shelf = self.shelf.put(slot(name, **fields))
        self.reporter.note_change()

    def posts(self, result: str) -> float:
        """The number of posts with this result."""
        return self.metrics.registry.get_sample_value("skerry_status_posts_total", {"result": result}) or 0.0


def slot(name: str, **fields: Any) -> PopSlot:
    """The slot of an island that was never loaded, with `fields` changed."""
    return PopSlot(name=IslandName("acme", name), since=NOW - timedelta(hours=1), **fields)


@pytest.fixture
def publisher() -> Publisher:
    """A publisher that accepts everything."""
    return Publisher()


@pytest.fixture
def make_pop(tmp_path: Path, publisher: Publisher) -> Callable[..., Pop]:
    """Makes PoPs that post to `publisher`."""
    return lambda **settings: Pop(tmp_path, publisher, **settings)


async def test_first_status(make_pop: Callable[..., Pop], publisher: Publisher) -> None:
    """Posted soon after the start: name, run, version, model, and each island with its state."""
    async with make_pop().reporting():
        await publisher.until(1)
    status = publisher.posted[0]
    assert LEDGER == status.ledger

    machine_now = NOW + timedelta(hours=1)
    assert ("test-pop", 77, 1, 30.0) == (status.pop, status.run, status.sequence, status.interval_s)
    assert machine_now == status.time
    assert ("encoder+acceptor", ("acme/*", "acme/drop")) == (status.model, status.serves)
    (island,) = status.islands
    assert ("acme/drop", IslandState.NEVER_LOADED, None) == (island.island, island.state, island.revision)
    assert NOW - timedelta(hours=1) == island.since


async def test_changes_are_posted_together(make_pop: Callable[..., Pop], publisher: Publisher) -> None:
    """A burst of changes is one post, with the next sequence number."""
    pop = make_pop()
    async with pop.reporting():
        await publisher.until(1)
        for number in range(10):
            pop.change(f"drop-{number}", withdrawn_at=NOW, withdrawn_revision=number)
        await publisher.until(2)

    assert [1, 2] == [status.sequence for status in publisher.posted]
    assert [0, *range(10)] == [island.highest_revision for island in publisher.posted[1].islands]
    assert 2 == pop.posts("ok")


async def test_unchanged_status_is_not_posted(make_pop: Callable[..., Pop], publisher: Publisher) -> None:
    """A sync that changed nothing wakes the reporter, but only the next change is posted."""
    pop = make_pop()
    async with pop.reporting():
        await publisher.until(1)
        for _ in range(3):
            pop.reporter.note_change()
            await asyncio.to_thread(lambda: None)
        pop.change("drop", last_error="it is damaged")
        await publisher.until(2)

    assert ["", "it is damaged"] == [status.islands[0].last_error for status in publisher.posted]


async def test_unchanged_pop_posts_every_interval(make_pop: Callable[..., Pop], publisher: Publisher) -> None:
    """A PoP that does not post looks as if it were down."""
    async with make_pop(interval_s=0.02).reporting():
        await publisher.until(4)

    assert [1, 2, 3, 4] == [status.sequence for status in publisher.posted][:4]


FAULTS = {
    "is down": UnreachableError("it could not be reached"),
    "refuses": RefusedError("not known here", reason=Reason.POP_UNKNOWN),
}


@pytest.mark.parametrize("case", FAULTS)
async def test_publisher_that_does_not_accept_it(make_pop: Callable[..., Pop], publisher: Publisher, case: str) -> None:
    """One log line for all attempts; one more when it works again, with the status as it is then."""
    publisher.fault = FAULTS[case]
    pop = make_pop(interval_s=0.02)
    with capture_logs() as lines:
        async with pop.reporting():
            await until(publisher.was_tried_often, "five attempts")
            pop.change("drop", last_error="meanwhile")
            publisher.fault = None
            await publisher.until(1)

    events = ["status key", "status is not accepted by the publisher", "status is accepted by the publisher again"]
    assert events == [line["event"] for line in lines]
    assert FAULTS[case].text == lines[1]["error"]
    assert 5 <= pop.posts(FAULTS[case].reason)
    assert "meanwhile" == publisher.posted[-1].islands[0].last_error or len(publisher.posted) == 1


async def test_each_cause_is_logged_once(make_pop: Callable[..., Pop], publisher: Publisher) -> None:
    """A publisher that is down, and then refuses the token: both are said, however often they alternate."""
    causes = [Cause.CONNECTION_REFUSED, Cause.TOKEN_REFUSED] * 2
    with capture_logs() as lines:
        async with make_pop(interval_s=0.02).reporting():
            for cause in causes:
                publisher.fault, publisher.attempts = UnreachableError(f"it: {cause}", cause=cause), 0
                await until(publisher.was_tried_often, "five attempts")

    said = [line["error"] for line in lines if line["event"] == "status is not accepted by the publisher"]
    assert ["it: connection_refused", "it: token_refused"] == said


def test_identity_that_cannot_be_had(tmp_path: Path, make_pop: Callable[..., Pop]) -> None:
    """The PoP serves all the same; the log says why no status is posted."""
    config = make_pop().config
    with capture_logs() as lines:
        assert open_identity(config, NOW) is None
    assert ["status key cannot be opened, no status is posted"] == [line["event"] for line in lines]

    (tmp_path / "state").mkdir()
    with capture_logs() as lines:
        assert open_identity(config, NOW) is not None
    assert [] == lines


async def test_key_is_told(make_pop: Callable[..., Pop]) -> None:
    """By a line in the log, once the PoP is up: `skerry publisher pops add` wants it."""
    with capture_logs() as lines:
        async with make_pop().reporting():
            await asyncio.sleep(0)

    assert {"event": "status key", "pop": "test-pop", "public": SIGNER.public.hex(), "log_level": "info"} == lines[0]


def test_status_that_is_off(tmp_path: Path, make_pop: Callable[..., Pop]) -> None:
    """No key is created."""
    (tmp_path / "state").mkdir()

    assert open_identity(make_pop(enabled=False).config, NOW) is None
    assert [] == list((tmp_path / "state").iterdir())


@pytest.mark.parametrize(("pops", "percent"), [((), 10), (("test-pop",), 100), (("another-pop",), 10)])
async def test_island_in_rollout_has_its_percentage_here(
    make_pop: Callable[..., Pop], publisher: Publisher, pops: tuple[str, ...], percent: int
) -> None:
    """100 if the rollout names this PoP."""
    pop = make_pop()
    before = Revision(revision=1, length=1, sha256="0" * 64, opens=NOW, expires=NOW + timedelta(days=1), max_stale_s=60)
    pop.change("drop", rollout=Rollout(percent=10, pops=pops, previous=before))
    async with pop.reporting():
        await publisher.until(1)
    (island,) = publisher.posted[0].islands

    assert percent == island.rollout_percent
