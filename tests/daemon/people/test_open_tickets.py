"""`edge.daemon.people.open_tickets`: which ticket releases a session; and over real sockets, by webhook and by time."""

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
from tests.daemon.api.test_webhooks_http import post_event, webhook_pop
from tests.daemon.conftest import RunningPop
from tests.pen import DROP, Pen

KEY = (IslandName("acme", "drop"), "viewer")


def ticket(name: str, reason: Reason = Reason.CLARIFY_STREAK, session: str = "viewer") -> Ticket:
    """A ticket that was handed to people."""
    return Ticket(
        id=name, created=datetime(2026, 9, 1, tzinfo=UTC), pop="p", island="acme/drop", revision=1, text="",
        reason=reason, lane="fast", session=session,
    )  # fmt: skip


def open_tickets(*tickets: Ticket) -> OpenTickets:
    """Open tickets of two sessions at most."""
    remembered = OpenTickets(sessions=2)
    for added in tickets:
        remembered.add(added)
    return remembered


def test_last_ticket_releases() -> None:
    """The session waits for every ticket made while people had it, in any order, and is released once."""
    opened = open_tickets(ticket("a"), ticket("b", Reason.HUMAN_ACTIVE))

    assert [None, None, KEY, None] == [opened.resolve(name) for name in ("b", "b", "a", "a")]


def test_new_escalation_does_not_wait_for_older_tickets() -> None:
    """The earlier ticket belongs to a time that ended; its late end must not release the session now."""
    opened = open_tickets(ticket("a"), ticket("b"))

    assert [None, KEY] == [opened.resolve(name) for name in ("a", "b")]


def test_tickets_that_release_nothing() -> None:
    """A callback's ticket, one without a session, one of a session that was released, and an unknown one."""
    opened = open_tickets(ticket("a", Reason.SURGE), ticket("b", session=""), ticket("c"))
    opened.forget(KEY)

    assert [None] * 4 == [opened.resolve(name) for name in ("a", "b", "c", "d")]


def test_memory_is_bounded() -> None:
    """The session that was quiet longest is forgotten; of one session, the latest tickets are remembered."""
    opened = open_tickets(*(ticket(name, session=name) for name in "abc"))
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
        """The time now, plus `ahead`."""
        return utc_now() + self.ahead


@pytest.fixture
def clock() -> Clock:
    """A clock that is right."""
    return Clock()


@pytest.fixture
async def pop(pen: Pen, tmp_path: Path, origin: DemoOrigin, clock: Clock) -> AsyncIterator[RunningPop]:
    """A PoP whose desks sign their webhooks."""
    async with webhook_pop(pen, tmp_path, origin, now=clock) as pop:
        yield pop


async def ask(pop: RunningPop, text: str) -> dict[str, Any]:
    """The response to a question in the viewer's session."""
    return (await pop.post({"island": str(DROP), "text": text, "session": "viewer"}))[1]


async def resolve(pop: RunningPop, ticket_id: str, name: str) -> None:
    """Resolve a ticket by webhook."""
    await pop.until_at_origin({ticket_id})
    event = {"type": "ticket.resolved", "data": {"ticket": ticket_id}}
    assert (200, {"accepted": True}) == await post_event(pop, name, event)


async def test_session_is_released_by_its_last_ticket(pop: RunningPop, pen: Pen) -> None:
    """Then the machine answers again; a late repetition of an earlier event changes nothing."""
    first = await ask(pop, "do gulls dream")
    second = await ask(pop, "someone collapsed in the crowd and is bleeding")
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
    """People may still write to a viewer whom they have answered."""
    first = await ask(pop, "do gulls dream")
    await pop.until_at_origin({first["ticket"]})
    for number, state in enumerate(("acknowledged", "answered")):
        await post_event(pop, f"m{number}", {"type": f"ticket.{state}", "data": {"ticket": first["ticket"]}})

    assert "human_active" == (await ask(pop, pen.example))["reason"]


async def test_time_gives_a_session_back(pop: RunningPop, pen: Pen, clock: Clock) -> None:
    """`human_active_s` after the escalation the machine has it again; later questions do not prolong that."""
    assert "escalate" == (await ask(pop, "do gulls dream"))["outcome"]
    people_s = pen.prepared.source.sessions.human_active_s
    clock.ahead = timedelta(seconds=people_s - 5)
    before = await ask(pop, pen.example)
    clock.ahead = timedelta(seconds=people_s + 5)
    after = await ask(pop, pen.example)

    assert ("human_active", "exact") == (before["reason"], after["reason"])
