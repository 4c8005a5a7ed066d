"""The memory between questions, with a clock that the test moves: thresholds follow load, and memory is bounded."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
import pytest

from edge.daemon.ask.question import OpenQuestion
from edge.daemon.ask.remember import remember
from edge.daemon.ask.standing import standing_of
from edge.daemon.people import nothing_remembered
from edge.daemon.people.steerings import Steerings
from edge.daemon.sync import PopEntry, PopShelf, PopSlot
from edge.daemon.telemetry import Metrics
from edge.decide import Asked, ChannelClass, Conclusion, conclude
from edge.errors import Reason, RefusedError
from edge.limits import AskerName
from edge.records import (
    AskRequest,
    Candidate,
    Decision,
    IslandName,
    LoadReport,
    Outcome,
    PromisePolicy,
    Ticket,
    Verdict,
)
from edge.tokens import Asker

START = datetime(2026, 11, 1, 20, tzinfo=UTC)
DROP = IslandName("acme", "drop")


class Question(NamedTuple):
    """What the standing depends on of a question."""

    request: AskRequest
    asked: Asked
    now: datetime
    wanted: tuple[str, ...] = ()


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = START

    def pass_s(self, seconds: float) -> datetime:
        """Move the clock; gives the new time."""
        self.now += timedelta(seconds=seconds)
        return self.now


class Conversations:
    """A PoP's memory of three sessions at most, and conclusions that use it."""

    def __init__(self) -> None:
        self.remembered = nothing_remembered(Metrics(), sessions=3)
        self.numbers = itertools.count()
        known = self.remembered
        self.sessions, self.loads, self.steerings = known.sessions, known.loads, known.steerings
        self.posted, self.in_flight = known.posted, known.in_flight

    def conclude(
        self, entry: PopEntry, verdict: Verdict, now: datetime, *, session: str = "", channel: str = ""
    ) -> Conclusion:
        """The conclusion on a question with this verdict; it is not remembered."""
        request = AskRequest(island=str(DROP), text="?", session=session, channel=channel)
        load = self.loads.get(DROP.tenant, now)
        asker = AskerName(session or f"v-{next(self.numbers)}")
        asked = Asked(channel=request.channel)
        bearing = self.steerings.observe(entry, verdict, load, now, asker=asker, asked=asked)
        question = Question(request, asked, now)
        standing = standing_of(self.remembered, question, entry, bearing, load, verdict=verdict, asker=asker)
        return conclude(verdict, island=entry.island, asked=asked, standing=standing, now=now.timestamp())

    def ask(
        self,
        entry: PopEntry,
        verdict: Verdict,
        now: datetime,
        *,
        session: str = "",
        channel: str = "",
        is_trusted: bool = True,
    ) -> Decision:
        """The decision on a question with this verdict; it is remembered."""
        conclusion = self.conclude(entry, verdict, now, session=session, channel=channel)
        request = AskRequest(island=str(DROP), text="?", session=session, channel=channel)
        slot = PopSlot(name=DROP, since=now, entry=entry)
        question = OpenQuestion(
            request=request,
            slot=slot,
            status=PopShelf().status_of(slot, now),
            asked=Asked(channel=request.channel),
            now=now,
            began=0.0,
            asker=Asker(is_trusted=is_trusted),
        )
        remember(self.remembered, question, conclusion, None, join=None)
        return conclusion.decision


@pytest.fixture
def people() -> Conversations:
    """An empty memory."""
    return Conversations()


def report(**fields: Any) -> LoadReport:
    """A load report of overloaded people, with `fields` changed."""
    usual: dict[str, Any] = {"tenant": "acme", "queue_depth": 400, "wait_s": 1_000.0, "agents": 5}
    return LoadReport(**(usual | fields))


def verdict(confidence: float = 0.95) -> Verdict:
    """A verdict with one candidate, about shipping."""
    candidate = Candidate(snippet="ship-date", confidence=confidence, nearest_example="", similarity=0.9)
    return Verdict(candidates=(candidate,), any_confidence=confidence, model="test")


UNSURE = verdict(0.6)


def test_load_moves_the_threshold_and_silence_restores_it(
    people: Conversations, make_entry: Callable[..., PopEntry]
) -> None:
    """After ten minutes of overload it is the floor; after a minute without a report, the tenant's default."""
    entry, clock = make_entry(), Clock()
    for _ in range(60):
        people.loads.believe(report(), clock.pass_s(10))
        in_force = people.remembered.threshold(entry, clock.now).confidence
    silent = people.remembered.threshold(entry, clock.pass_s(61))

    assert in_force == pytest.approx(0.75)
    assert 0.9 == silent.confidence


def test_threshold_that_nobody_asked_under_is_in_no_metric(
    people: Conversations, make_entry: Callable[..., PopEntry]
) -> None:
    """`GET /v1/islands/...` shows that of every class of channel, also of those in which nobody has asked."""
    entry, clock = make_entry(), Clock()
    people.remembered.threshold(entry, clock.now, ChannelClass.CHAT)
    before = people.steerings.thresholds()
    people.conclude(entry, verdict(), clock.now, channel="stream:1")
    people.loads.believe(report(), clock.pass_s(10))
    now = people.remembered.threshold(entry, clock.now, ChannelClass.STREAM)

    assert {} == before
    assert {DROP: {ChannelClass.STREAM: now}} == people.steerings.thresholds()


def test_traffic_is_kept_until_it_has_faded(people: Conversations, make_entry: Callable[..., PopEntry]) -> None:
    """Of an island that is asked, and of one that this PoP no longer has."""
    entry, gone = make_entry(promise=PromisePolicy()), IslandName("acme", "gone")
    people.conclude(entry, verdict(), START)
    asked = people.steerings.traffic(START)
    steerings = Steerings(Metrics(), {gone: asked[DROP], DROP: asked[DROP]})

    assert {DROP} == asked.keys()
    assert {DROP, gone} == steerings.traffic(START + timedelta(days=11)).keys()
    assert {} == steerings.traffic(START + timedelta(days=13)) == people.steerings.traffic(START + timedelta(days=13))


def escalated(*lanes: str, tenant: str = "acme") -> list[Ticket]:
    """Tickets that were handed over, one for each lane."""
    return [
        Ticket(
            id="t",
            created=START,
            pop="p",
            island=f"{tenant}/drop",
            revision=1,
            text="",
            reason=Reason.CLARIFY_STREAK,
            lane=lane,
        )
        for lane in lanes
    ]


def test_tickets_on_their_way_are_ahead_of_the_next_question(
    people: Conversations, make_entry: Callable[..., PopEntry]
) -> None:
    """They are added to each report until they are delivered, except those that the desk has counted already."""
    entry = make_entry()
    for ticket in (*escalated("desk", "desk", "callback", "desk"), *escalated("desk", tenant="other")):
        people.in_flight.count(ticket)

    def wait_s(seen: int = 0) -> float | None:
        people.loads.believe(report(queue_depth=0, wait_s=0.0, agents=1, handle_s=10), START, seen=seen)
        return people.conclude(entry, UNSURE, START).decision.wait_s

    waits = [wait_s(), wait_s(seen=1)]
    for payload in (msgspec.json.encode(escalated("desk")[0]), b"no ticket", b'{"island": "?", "lane": ""}'):
        people.in_flight.uncount(payload)
    waits.append(wait_s())
    for _ in range(9):
        people.in_flight.uncount(msgspec.json.encode(escalated("desk")[0]))
    people.loads.believe(report(tenant="*", queue_depth=0, wait_s=0.0), START)

    assert [30, 20, 20, 0] == [*waits, wait_s()]


def test_refused_report_changes_nothing(people: Conversations, make_entry: Callable[..., PopEntry]) -> None:
    """The load of the report before stays."""
    people.loads.believe(report(), START)
    with pytest.raises(RefusedError):
        people.loads.believe(report(queue_depth=0), START)

    assert Reason.SURGE is people.conclude(make_entry(), UNSURE, START).decision.reason


def test_load_of_another_tenant_does_not_count(people: Conversations, make_entry: Callable[..., PopEntry]) -> None:
    """A tenant's viewers get callbacks by its own desk's load, or by that of a desk for all tenants."""
    people.loads.believe(report(tenant="evil"), START)
    before = people.conclude(make_entry(), UNSURE, START).decision
    people.loads.believe(report(tenant="*"), START)
    after = people.conclude(make_entry(), UNSURE, START).decision

    assert (Reason.LOW_CONFIDENCE, Reason.SURGE) == (before.reason, after.reason)


def test_questions_escalated_count_until_the_next_report(
    people: Conversations, make_entry: Callable[..., PopEntry]
) -> None:
    """A surge between two reports is noticed at once: the 27th question would wait too long and gets a callback."""
    entry = make_entry()
    people.loads.believe(report(queue_depth=0, wait_s=0.0), START)
    reasons = [people.ask(entry, UNSURE, START).reason for _ in range(30)]

    assert [Reason.LOW_CONFIDENCE] * 26 + [Reason.SURGE] * 4 == reasons


def test_people_answer_an_incident_until_the_answer_changes(
    people: Conversations, make_entry: Callable[..., PopEntry]
) -> None:
    """Ten quiet minutes, then many questions of one intent; a new revision with another answer ends the incident."""
    entry, clock = make_entry(surge=None), Clock()
    for _ in range(20):
        people.conclude(entry, verdict(), clock.pass_s(30))
        for _ in range(9):
            people.conclude(entry, verdict(0.1), clock.now)
    for _ in range(60):
        during = people.conclude(entry, verdict(), clock.pass_s(0.5)).decision
    again = people.conclude(make_entry(revision=2, surge=None), verdict(), clock.now).decision
    answered = people.conclude(make_entry("Delayed.", revision=3, surge=None), verdict(), clock.now).decision

    assert (Reason.INCIDENT, Reason.INCIDENT) == (during.reason, again.reason)
    assert (Outcome.ANSWER, Reason.CONFIDENT) == (answered.outcome, answered.reason)


def test_sessions_are_bounded(people: Conversations, make_entry: Callable[..., PopEntry]) -> None:
    """The session that was quiet longest is forgotten first; nothing grows with the number of viewers."""
    entry = make_entry()
    for number in range(1_000):
        found = verdict() if number % 2 else UNSURE
        people.ask(entry, found, START, session=f"viewer-{number}", channel=f"stream:{number}")

    assert (3, 3) == (len(people.sessions._sessions), len(people.posted._posted))


def test_only_vouched_viewers_are_on_a_chats_board(people: Conversations, make_entry: Callable[..., PopEntry]) -> None:
    """Anybody may say that he writes in a stream's chat."""
    entry, talk = make_entry(), Verdict(candidates=(), any_confidence=0.0, asks=0.0, model="test")
    counts = []
    for is_trusted in (False, True):
        people.ask(entry, talk, Clock().now, channel="stream:1", is_trusted=is_trusted)
        counts.append(len(people.remembered.boards))

    assert [0, 1] == counts
