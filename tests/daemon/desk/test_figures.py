"""What a PoP tells a desk's wall: of its tenants alone, and as much as the desk takes."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import msgspec
import pytest

from edge.daemon.desk.figures import FiguresReporter
from edge.daemon.desk.place import DeskPlace
from edge.daemon.people import Remembered, nothing_remembered
from edge.daemon.telemetry import Metrics
from edge.decide import ChannelClass
from edge.errors import Cause, UnreachableError
from edge.limits import AskerName
from edge.records import IslandName, Outcome
from edge.records.desk import MAX_CHANNELS, MAX_FIGURES_BYTES, MAX_INCIDENTS, MAX_UNANSWERED, PopFigures
from edge.store.feeds import PlacesFile
from edge.wire.own_desk import DeskClient

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
DROP, OTHER = IslandName("acme", "drop"), IslandName("globex", "sale")


class Stopped(Exception):  # noqa: N818 - ends a task of a test
    """The task is told to end."""


class ScriptedDesk:
    """Takes figures, or is down as often as `down` says."""

    def __init__(self) -> None:
        self.taken: list[PopFigures] = []
        self.down = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[DeskClient]:
        """For the reporter."""
        yield cast("DeskClient", self)

    async def post_figures(self, figures: PopFigures) -> None:
        """Take them."""
        if self.down:
            self.down -= 1
            raise UnreachableError("refused", cause=Cause.CONNECTION_REFUSED)
        self.taken.append(figures)


class Reporting:
    """A reporter to the desk of every tenant but `globex`, which posts `times` times."""

    def __init__(self, folder: Path) -> None:
        self.desk, self.metrics, self.left = ScriptedDesk(), Metrics(), 1
        self.remembered: Remembered = nothing_remembered(self.metrics, sessions=10)
        self.place = DeskPlace(PlacesFile(folder), ThreadPoolExecutor(1), origin="")
        self.reporter = FiguresReporter(
            open_desk=self.desk.open,
            is_theirs=lambda tenant: tenant != "globex",
            place=self.place,
            remembered=self.remembered,
            metrics=self.metrics,
            now=lambda: NOW,
            sleep=self._pause,
        )

    async def post(self, times: int = 1) -> None:
        """Post so many times."""
        self.left = times
        with pytest.raises(Stopped):
            await self.reporter.keep_posting()

    def ask(self, name: IslandName, channel: ChannelClass, outcome: Outcome, times: int = 1) -> None:
        """Questions with this outcome."""
        for _ in range(times):
            self.remembered.outcomes.count(name, channel, outcome)

    def leave_open(self, name: IslandName, words: str, askers: int) -> None:
        """A question that nobody answers."""
        for asker in range(askers):
            self.remembered.open_questions.note(name, words, words, AskerName(str(asker), 1.0), NOW.timestamp())

    async def _pause(self, _seconds: float) -> None:
        self.left -= 1
        if not self.left:
            raise Stopped


@pytest.fixture
async def reporting(tmp_path: Path) -> Reporting:
    """A PoP that nobody has asked."""
    return Reporting(tmp_path)


async def test_figures(reporting: Reporting) -> None:
    """By island and class of channel, those that are asked most first; nothing of a tenant with a desk of its own."""
    reporting.ask(DROP, ChannelClass.WIDGET, Outcome.ESCALATE)
    reporting.ask(DROP, ChannelClass.STREAM, Outcome.ANSWER, 3)
    reporting.ask(DROP, ChannelClass.STREAM, Outcome.IGNORE)
    reporting.ask(OTHER, ChannelClass.STREAM, Outcome.ANSWER, 9)
    reporting.leave_open(DROP, "can i wash it at ninety degrees", 3)
    reporting.leave_open(OTHER, "can i wash it at ninety degrees", 9)
    await reporting.post()

    (taken,) = reporting.desk.taken
    assert [("stream", {"answer": 3, "ignore": 1}), ("widget", {"escalate": 1})] == [
        (one.channel, one.counts) for one in taken.islands
    ]
    assert {"acme/drop"} == {one.island for one in taken.islands}
    assert [("acme/drop", 3, "can i wash it at ninety degrees")] == [
        (one.island, one.count, one.exemplar) for one in taken.open_questions
    ]
    assert (NOW, NOW, 0) == (taken.at, taken.since, taken.confirmed)


async def test_incidents(reporting: Reporting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are in force, of the tenants of this desk, and no more than it takes."""
    found = {DROP: frozenset({f"snippet-{number:02}" for number in range(30)}), OTHER: frozenset({"price"})}
    monkeypatch.setattr(reporting.remembered.steerings, "incidents", lambda _now: found)
    await reporting.post()

    (taken,) = reporting.desk.taken
    assert MAX_INCIDENTS == len(taken.incidents)
    assert {"acme/drop"} == {one.island for one in taken.incidents}
    assert "snippet-00" == taken.incidents[0].snippet


async def test_number_on_the_disk_is_confirmed(reporting: Reporting, tmp_path: Path) -> None:
    """It is written before it is told."""
    reporting.place.number = 41
    await reporting.post()

    assert 41 == reporting.desk.taken[0].confirmed
    assert {"": 41} == await asyncio.to_thread(PlacesFile(tmp_path).read)


async def test_desk_that_is_down(reporting: Reporting) -> None:
    """What is lost is not sent again; the newest is."""
    reporting.desk.down = 2
    await reporting.post(3)

    def count(result: str) -> float | None:
        return reporting.metrics.registry.get_sample_value("skerry_desk_figures_total", {"result": result})

    assert 1 == len(reporting.desk.taken)
    assert (2, 1) == (count("unreachable"), count("ok"))


async def test_as_much_as_a_desk_takes(reporting: Reporting, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many islands, questions and incidents there are."""
    longest = {IslandName("t" * 63, "i" * 63): frozenset({f"{'s' * 60}{number}" for number in range(100)})}
    monkeypatch.setattr(reporting.remembered.steerings, "incidents", lambda _now: longest)
    for number in range(MAX_CHANNELS):
        for channel in ChannelClass:
            for outcome in Outcome:
                reporting.ask(IslandName("t" * 63, f"{'i' * 60}{number}"), channel, outcome)
    for number in range(2 * MAX_UNANSWERED):
        reporting.leave_open(IslandName("t" * 63, "i" * 63), f"{'語' * 250} {number}", 5)
    await reporting.post()

    (taken,) = reporting.desk.taken
    assert (MAX_CHANNELS, MAX_UNANSWERED) == (len(taken.islands), len(taken.open_questions))
    body = msgspec.json.encode(taken)
    assert len(body) <= MAX_FIGURES_BYTES
    assert taken == msgspec.json.decode(body, type=PopFigures)
