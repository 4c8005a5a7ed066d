"""`edge.daemon.people.open_tickets`: which ticket releases a session; and over real sockets, by webhook and by time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.daemon.people.open_tickets import MAX_FOLLOW_UPS, MAX_PER_SESSION, Join, OpenTickets
from edge.errors import Reason
from edge.host import utc_now
from edge.records import IslandName, Ticket
from tests.daemon.api.test_webhooks_http import post_event, webhook_pop
from tests.daemon.conftest import RunningPop
from tests.pen import DROP, Pen
from tests.waiting import until

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


def test_question_that_comes_again_is_no_follow_up() -> None:
    """It would have made the very ticket that is open: it has these words. Under any other id it is a further one."""
    opened = open_tickets(ticket("a"), ticket("b", Reason.HUMAN_ACTIVE))
    again = [opened.join(*KEY, lane="fast", text="?", ticket_id="a") for _ in range(MAX_FOLLOW_UPS + 1)]

    assert [Join("a", is_kept=False)] * (MAX_FOLLOW_UPS + 1) == again
    assert Join("b", is_kept=True) == opened.join(*KEY, lane="fast", text="?", ticket_id="c")


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


def test_follow_up_joins_the_latest_ticket_of_its_lane() -> None:
    """A ticket in another lane is none to join, and neither is one that was resolved."""
    opened = open_tickets(ticket("a"), ticket("b", Reason.HUMAN_ACTIVE))
    assert Join("b", is_kept=True) == opened.join(*KEY, lane="fast", text="and my coat?")
    assert None is opened.join(*KEY, lane="safety", text="help")
    opened.resolve("b")

    assert Join("a", is_kept=True) == opened.join(*KEY, lane="fast", text="and my coat?")
    assert None is opened.join(KEY[0], "another viewer", lane="fast", text="and my coat?")


def test_follow_ups_are_bounded() -> None:
    """Twenty of them, or 20 kB of text; what is more is counted only. A new ticket begins to count again."""
    by_number, by_size = open_tickets(ticket("a")), open_tickets(ticket("a"))
    kept = [by_number.join(*KEY, lane="fast", text="?") == Join("a", is_kept=True) for _ in range(25)]
    large = [by_size.join(*KEY, lane="fast", text="é" * 2_000) == Join("a", is_kept=True) for _ in range(8)]
    by_number.add(ticket("b"))

    assert [True] * MAX_FOLLOW_UPS + [False] * 5 == kept
    assert [True] * 5 + [False] * 3 == large
    assert Join("a", is_kept=False) == by_size.join(*KEY, lane="fast", text="é" * 2_000)
    assert Join("b", is_kept=True) == by_number.join(*KEY, lane="fast", text="?")


def test_follow_up_is_no_open_ticket() -> None:
    """It joined one that is remembered, so it neither is joined nor holds the session."""
    opened = open_tickets(ticket("a"), msgspec.structs.replace(ticket("a.1", Reason.HUMAN_ACTIVE), joins="a"))

    assert [None, KEY] == [opened.resolve("a.1"), opened.resolve("a")]


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


async def test_follow_ups_reach_the_desk(pop: RunningPop, pen: Pen) -> None:
    """Each after its ticket, which the viewer goes on hearing of; the one after the twentieth is counted only."""
    first = await ask(pop, "do gulls dream")
    texts = [f"{pen.example} {number}" for number in range(MAX_FOLLOW_UPS + 1)]
    told = [await ask(pop, text) for text in texts]

    async def are_there() -> bool:
        return len(pop.origin.tickets) == MAX_FOLLOW_UPS + 1

    await until(are_there, "ticket and follow-ups at origin")
    ticket_id, *follow_ups = pop.origin.tickets
    at_origin = [pop.origin.tickets[name] for name in follow_ups]
    metrics = (await pop.get("/metrics"))[1].decode()

    assert ticket_id == first["ticket"]
    assert {(202, first["ticket"], "human_active")} == {(202, one["ticket"], one["reason"]) for one in told}
    assert texts[:-1] == [one["text"] for one in at_origin]
    assert {first["ticket"]} == {one["joins"] for one in at_origin}
    assert "joins" not in pop.origin.tickets[first["ticket"]]
    assert 'skerry_questions_total{outcome="escalate",reason="human_active"} 21.0' in metrics


async def test_words_about_harm_make_a_ticket_of_their_own(pop: RunningPop) -> None:
    """They go to their lane, also while other people have the session; later ones join that ticket."""
    harm = "someone collapsed in the crowd and is bleeding"
    first, second, third = [await ask(pop, text) for text in ("do gulls dream", harm, harm)]

    assert ["fast", "safety", "safety"] == [one["lane"] for one in (first, second, third)]
    assert first["ticket"] != second["ticket"] == third["ticket"]
