"""What a PoP does with the feed of a desk: once, durable, and never past what it could not store."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest
from structlog.testing import capture_logs

from edge.daemon.desk import DeskInbox
from edge.daemon.desk.fetcher import POLL_CAP_S, POLLS, DeskFetcher
from edge.daemon.desk.place import DeskPlace
from edge.daemon.people import DeskTokens, InFlightTickets, LoadReports
from edge.daemon.people.desk_loads import DeskLoads
from edge.daemon.telemetry import Metrics
from edge.errors import Cause, StorageError, UnreachableError
from edge.host import utc_now
from edge.records import DeskEvent, LoadReport, TicketState
from edge.store.feeds import PlacesFile
from edge.wire.own_desk import DeskClient, DeskItem, DeskPage


def reply(number: int) -> DeskItem:
    """The desk's reply number `number`."""
    return DeskItem(number, DeskEvent(id=f"e-{number}", ticket="t", state=TicketState.ANSWERED, reply="soon"))


class ScriptedFeed:
    """Gives what is in `streams`, one after the other: items, then an error or a quiet end. `polls`: the same."""

    def __init__(self) -> None:
        self.streams: list[list[DeskItem | UnreachableError]] = []
        self.polls: list[list[DeskItem] | UnreachableError] = []
        self.places: list[tuple[str, int]] = []
        self.has_ended = asyncio.Event()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[DeskClient]:
        """For the fetcher."""
        yield cast("DeskClient", self)

    async def stream(self, after: int) -> AsyncGenerator[DeskItem, None]:
        """The next script."""
        self.places.append(("stream", after))
        if not self.streams:
            self.has_ended.set()
            await asyncio.Event().wait()
        for item in self.streams.pop(0):
            if isinstance(item, UnreachableError):
                raise item
            yield item

    async def poll(self, after: int) -> DeskPage:
        """The next script; nothing new after the last one. A page of two has more behind it."""
        self.places.append(("poll", after))
        page = self.polls.pop(0) if self.polls else []
        if isinstance(page, UnreachableError):
            raise page
        return DeskPage(tuple(page), len(page) == 2)


class ScriptedInbox:
    """Notes what it takes; fails as often as `faults` says."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.faults = 0

    async def take(self, event: DeskEvent, origin: str) -> bool | None:
        """Take it, or fail as a full disk does."""
        assert "acme" == origin
        if self.faults:
            self.faults -= 1
            raise StorageError("no space left on device")
        is_new = event.id not in self.taken
        self.taken.append(event.id)
        return is_new


class Fetching:
    """A fetcher of the tenant `acme`, with all that is around it."""

    def __init__(self, folder: Path) -> None:
        self.feed, self.inbox, self.metrics, self.pauses = ScriptedFeed(), ScriptedInbox(), Metrics(), list[float]()
        self.loads = DeskLoads(InFlightTickets())
        reports = LoadReports(loads=self.loads, tokens=DeskTokens({}), metrics=self.metrics, now=utc_now)
        self.fetcher = DeskFetcher(
            "acme",
            open_desk=self.feed.open,
            place=DeskPlace(PlacesFile(folder), ThreadPoolExecutor(1), origin="acme"),
            is_theirs=lambda tenant: tenant == "acme",
            inbox=cast("DeskInbox", self.inbox),
            loads=reports,
            metrics=self.metrics,
            jitter=lambda: 1.0,
            sleep=self._pause,
        )

    async def run(self) -> None:
        """Until every stream of the script is over."""
        task = asyncio.create_task(self.fetcher.follow())
        ended = asyncio.create_task(self.feed.has_ended.wait())
        await asyncio.wait({task, ended}, return_when=asyncio.FIRST_COMPLETED)
        assert not task.done(), task
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def count(self, result: str) -> float:
        """How many events had this result."""
        return self.metrics.registry.get_sample_value("skerry_desk_events_total", {"result": result}) or 0.0

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
async def fetching(tmp_path: Path) -> Fetching:
    """A fetcher that has not begun."""
    return Fetching(tmp_path)


async def test_place_is_that_of_what_was_stored(fetching: Fetching) -> None:
    """Each stream goes on where the one before was cut."""
    fetching.feed.streams = [[reply(1), reply(2)], [reply(3), UnreachableError("cut", cause=Cause.HUNG_UP)]]
    await fetching.run()

    assert ["e-1", "e-2", "e-3"] == fetching.inbox.taken
    assert [("stream", 0), ("stream", 2), ("stream", 3)] == fetching.feed.places
    assert 3 == fetching.count("accepted")


async def test_full_disk_gives_back_nothing(fetching: Fetching) -> None:
    """What could not be stored comes again, and what follows it is not taken before."""
    fetching.inbox.faults = 1
    fetching.feed.streams = [[reply(1), reply(2)], [reply(1), reply(2)]]
    await fetching.run()

    assert [0, 0, 2] == [place for _, place in fetching.feed.places]
    assert ["e-1", "e-2"] == fetching.inbox.taken


async def test_repetition(fetching: Fetching) -> None:
    """After a restart the desk sends all that it keeps."""
    fetching.feed.streams = [[reply(1), reply(1)]]
    await fetching.run()

    assert (1, 1) == (fetching.count("accepted"), fetching.count("nothing_new"))


async def test_unknown_ticket(fetching: Fetching, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is counted and left behind, and the log says so once."""

    async def unknown(*_: object) -> None:
        return None

    monkeypatch.setattr(fetching.inbox, "take", unknown)
    fetching.feed.streams = [[reply(1), reply(2)]]
    with capture_logs() as lines:
        await fetching.run()

    assert 2 == fetching.count("unknown")
    assert ["desk event is of an unknown ticket, it is left out"] == [
        line["event"] for line in lines if line["log_level"] == "warning"
    ]


async def test_what_cannot_be_read_is_left_behind(fetching: Fetching) -> None:
    """A desk of a later release does not hold up replies."""
    fetching.feed.streams = [[DeskItem(1, None, "it is of a type that this release does not know"), reply(2)]]
    await fetching.run()

    assert ["e-2"] == fetching.inbox.taken
    assert (1, 1) == (fetching.count("unreadable"), fetching.count("accepted"))


async def test_load_of_its_own_tenant(fetching: Fetching) -> None:
    """A desk says nothing about people of another one."""
    ours, alien = (LoadReport(tenant=name, queue_depth=9, wait_s=60, agents=1) for name in ("acme", "other"))
    fetching.feed.streams = [[DeskItem(0, ours), DeskItem(0, alien)]]
    await fetching.run()

    assert fetching.loads.get("acme", utc_now()) is not None
    assert fetching.loads.get("other", utc_now()) is None


async def test_stream_that_is_held_back(fetching: Fetching) -> None:
    """Polls stand in, less often while they bring nothing; after some of them, the stream is tried again."""
    fetching.feed.streams = [[reply(1), UnreachableError("was silent", cause=Cause.SILENT)], [reply(4)]]
    fetching.feed.polls = [[reply(2)], [], [reply(3)]]
    await fetching.run()

    assert ["e-1", "e-2", "e-3", "e-4"] == fetching.inbox.taken
    polls = [place for way, place in fetching.feed.places if way == "poll"]
    assert [1, 2, 2, 3] == polls[:4]
    assert POLLS == len(polls)
    assert [5.0, 10.0, 5.0, 10.0, 20.0, POLL_CAP_S, POLL_CAP_S] == fetching.pauses[:7]


async def test_poll_that_brings_a_part(fetching: Fetching) -> None:
    """The rest is asked for at once."""
    fetching.feed.streams = [[UnreachableError("was silent", cause=Cause.SILENT)]]
    fetching.feed.polls = [[reply(1), reply(2)], [reply(3), reply(4)], [reply(5)]]
    await fetching.run()

    assert [0, 2, 4, 5] == [place for way, place in fetching.feed.places if way == "poll"][:4]
    assert 5.0 == fetching.pauses[0]


async def test_desk_that_is_down(fetching: Fetching) -> None:
    """It is asked less and less often, and no poll follows where no desk answers."""
    down = UnreachableError("refused", cause=Cause.CONNECTION_REFUSED)
    fetching.feed.streams = [[down], [down], [UnreachableError("was silent", cause=Cause.SILENT)], [reply(1)]]
    fetching.feed.polls = [UnreachableError("was silent", cause=Cause.SILENT)]
    await fetching.run()

    assert [0.5, 1.0, 2.0] == fetching.pauses[:3]
    assert 1 == sum(way == "poll" for way, _ in fetching.feed.places)
    assert ["e-1"] == fetching.inbox.taken


async def test_restart(fetching: Fetching, tmp_path: Path) -> None:
    """What was stored before it is not asked for again."""
    fetching.feed.streams = [[reply(1), reply(2)]]
    await fetching.run()
    again = Fetching(tmp_path)
    await again.run()

    assert [("stream", 2)] == again.feed.places


async def test_number_that_is_not_on_the_disk_is_not_given_back(
    fetching: Fetching, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk keeps what follows, and a restart finds it there."""

    def fail(*_: object) -> None:
        raise StorageError("no space left on device")

    monkeypatch.setattr(PlacesFile, "write", fail)
    fetching.feed.streams = [[reply(1)], [reply(1), reply(2)]]
    await fetching.run()

    assert [0, 0, 0] == [place for _, place in fetching.feed.places]
    assert ["e-1", "e-1", "e-2"] == fetching.inbox.taken
    assert not (tmp_path / "desk-places").exists()


async def test_desk_that_was_restored(fetching: Fetching) -> None:
    """It does not know the number, and sends from its first event."""
    conflict = UnreachableError("answered with status 409", cause=Cause.CONFLICT)
    fetching.feed.streams = [[reply(7)], [conflict], [reply(3)]]
    await fetching.run()

    assert [0, 7, 0, 3] == [place for _, place in fetching.feed.places]
