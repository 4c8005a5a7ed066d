"""Which ticket's end releases a session; and over real sockets: the desk's word, or a time, gives it back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.daemon.people.open_tickets import MAX_PER_SESSION, OpenTickets
from edge.errors import Reason
from edge.host import utc_now
from edge.records import IslandName, Ticket
from tests.daemon.api.test_webhooks_http import report, returning_pop
from tests.daemon.conftest import RunningPop
from tests.pen import DROP, Pen

KEY = (IslandName("acme", "drop"), "viewer")


def ticket(name: str, reason: Reason = Reason.CLARIFY_STREAK, session: str = "viewer") -> Ticket:
    """One that people were given."""
    return Ticket(
        id=name, created=datetime(2026, 9, 1, tzinfo=UTC), pop="p", island="acme/drop", revision=1, text="",
        reason=reason, lane="fast", session=session,
    )  # fmt: skip


def given(*tickets: Ticket) -> OpenTickets:
    """Remembers two sessions."""
    opened = OpenTickets(sessions=2)
    for one in tickets:
        opened.add(one)
    return opened


def test_last_ticket_releases() -> None:
    """What was said meanwhile is waited for, in any order, and only once."""
    opened = given(ticket("a"), ticket("b", Reason.HUMAN_ACTIVE))

    assert [None, None, KEY, None] == [opened.resolve(name) for name in ("b", "b", "a", "a")]


def test_new_claim_waits_for_nothing_older() -> None:
    """The earlier one ended by time or release; its late end is no reason to take the session from people."""
    opened = given(ticket("a"), ticket("b"))

    assert [None, KEY] == [opened.resolve(name) for name in ("a", "b")]


def test_tickets_that_release_nothing() -> None:
    """A callback's, one without a session, one of a session released already, one nobody knows."""
    opened = given(ticket("a", Reason.SURGE), ticket("b", session=""), ticket("c"))
    opened.forget(KEY)

    assert [None] * 4 == [opened.resolve(name) for name in ("a", "b", "c", "d")]


def test_memory_is_bounded() -> None:
    """The session that was quiet longest goes; of a talkative one, the latest count."""
    opened = given(*(ticket(name, session=name) for name in "abc"))
    assert [None, "b", "c"] == [found and found[1] for found in map(opened.resolve, "abc")]
    opened = OpenTickets(sessions=100)
    for number in range(MAX_PER_SESSION + 1):
        opened.add(ticket(str(number), Reason.HUMAN_ACTIVE))

    assert None is opened.resolve("0")
    assert KEY == [opened.resolve(str(number)) for number in range(1, MAX_PER_SESSION + 1)][-1]


class Clock:
    """The wall clock, which a test puts forward."""

    ahead = timedelta()

    def __call__(self) -> datetime:
        """Now, for all in the test."""
        return utc_now() + self.ahead


@pytest.fixture
def clock() -> Clock:
    """On time."""
    return Clock()


@pytest.fixture
async def pop(pen: Pen, tmp_path: Path, origin: DemoOrigin, clock: Clock) -> AsyncIterator[RunningPop]:
    """Whose desk signs its callbacks."""
    async with returning_pop(pen, tmp_path, origin, now=clock) as pop:
        yield pop


async def ask(pop: RunningPop, text: str) -> dict[str, Any]:
    """In the viewer's session."""
    return (await pop.post({"island": str(DROP), "text": text, "session": "viewer"}))[1]


async def resolve(pop: RunningPop, ticket_id: str, name: str) -> None:
    """The desk's signed word."""
    await pop.until_at_origin({ticket_id})
    event = {"type": "ticket.resolved", "data": {"ticket": ticket_id}}
    assert (200, {"accepted": True}) == await report(pop, name, event)


async def test_resolved_by_the_desk(pop: RunningPop, pen: Pen) -> None:
    """With every ticket of the session; then the machine answers again, and a late repetition changes nothing."""
    first = await ask(pop, "do gulls dream")
    second = await ask(pop, pen.example)
    await resolve(pop, first["ticket"], "m1")
    third = await ask(pop, pen.example)
    await resolve(pop, second["ticket"], "m2")
    await resolve(pop, third["ticket"], "m3")
    released = await ask(pop, pen.example)
    again = await ask(pop, "do gulls dream")
    await resolve(pop, first["ticket"], "m4")

    assert ["human_active"] * 2 == [second["reason"], third["reason"]]
    assert ("answer", "exact") == (released["outcome"], released["reason"])
    assert "escalate" == again["outcome"]
    assert "human_active" == (await ask(pop, pen.example))["reason"]


async def test_acknowledged_and_answered_release_nothing(pop: RunningPop, pen: Pen) -> None:
    """People who have answered may have more to say."""
    first = await ask(pop, "do gulls dream")
    await pop.until_at_origin({first["ticket"]})
    for number, state in enumerate(("acknowledged", "answered")):
        await report(pop, f"m{number}", {"type": f"ticket.{state}", "data": {"ticket": first["ticket"]}})

    assert "human_active" == (await ask(pop, pen.example))["reason"]


async def test_time_gives_a_session_back(pop: RunningPop, pen: Pen, clock: Clock) -> None:
    """After the island's `human_active_s` since it was handed over, however much was said meanwhile."""
    assert "escalate" == (await ask(pop, "do gulls dream"))["outcome"]
    held_s = pen.prepared.source.sessions.human_active_s
    clock.ahead = timedelta(seconds=held_s - 5)
    before = await ask(pop, pen.example)
    clock.ahead = timedelta(seconds=held_s + 5)
    after = await ask(pop, pen.example)

    assert ("human_active", "exact") == (before["reason"], after["reason"])
