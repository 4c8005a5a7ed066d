"""The desk as a relay, with doubles of Chatwoot and Zammad held to their public API documents (`fake_desks.py`)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from edge.records import SolvedByViewer, TicketState
from tests.desk.desk import body, tid
from tests.desk.pops.test_take_back import take_back
from tests.desk.relay.relayed import Relayed, relayed
from tests.waiting import until
from tests.wire.desks.fake_desks import ChatwootDesk


@pytest.fixture(params=["chatwoot", "zammad"])
async def world(request: pytest.FixtureRequest, home: Path) -> AsyncIterator[Relayed]:
    """A desk in front of each kind."""
    async with relayed(home, request.param) as world:
        yield world


@pytest.fixture
async def chatwoot(home: Path) -> AsyncIterator[Relayed]:
    """A desk in front of Chatwoot."""
    async with relayed(home, "chatwoot") as world:
        yield world


def say(world: Relayed, conversation: int, text: str) -> None:
    """An agent replies to the viewer."""
    world.behind.say(conversation, text)


def set_state(world: Relayed, conversation: int, *, chatwoot: str, zammad: str) -> None:
    """An agent sets the state of a conversation."""
    if isinstance(world.behind, ChatwootDesk):
        world.behind.conversations[conversation]["status"] = chatwoot
    else:
        world.behind.tickets[conversation]["state"] = zammad


def told(events: list[Any]) -> list[tuple[str, str, str]]:
    """Ticket, state and reply of each event."""
    return [(one.ticket, str(one.state), one.reply) for one in events]


async def test_ticket_goes_there_and_its_reply_comes_back(world: Relayed) -> None:
    """As text, in any form that the desk behind writes; then it is resolved, here as well."""
    await world.pop.post("/v1/tickets", body(1))
    await world.until_seen(1)
    say(world, 1, "<b>Tomorrow</b>." if not isinstance(world.behind, ChatwootDesk) else "Tomorrow.\n\n--\nAna")
    await world.until_received(1)
    set_state(world, 1, chatwoot="resolved", zammad="closed")
    events = await world.until_received(2)
    _, document = await world.agent.get(f"/v1/tickets/{tid(1)}")

    assert [(tid(1), "answered", "Tomorrow."), (tid(1), "resolved", "")] == told(events)
    assert [(tid(1), "when does it ship?")] == world.behind.seen() or isinstance(world.behind, ChatwootDesk)
    assert ("resolved", "Tomorrow.") == (document["state"], document["reply"])
    kind = "chatwoot" if isinstance(world.behind, ChatwootDesk) else "zammad"
    assert ["received", f"hand on to {kind}", "reply", "resolve"] == await world.history(tid(1))


async def test_one_conversation_for_a_session(world: Relayed) -> None:
    """Of all lanes; another session has its own. A follow-up is in it, too. A reply is about the newest ticket."""
    await world.pop.post("/v1/tickets", body(1, "is it warm?", session="v"))
    await world.until_seen(1)
    await world.pop.post("/v1/tickets", body(2, "my card was taken", session="v", lane="fraud"))
    await world.pop.post("/v1/tickets", body(3, "and dry?", session="w"))
    await world.until_seen(2)
    await world.pop.post("/v1/tickets", body(4, "hello?", id=f"{tid(2)}.0f8fad5bd9cb", joins=tid(2), session="v"))

    async def is_followed_up() -> bool:
        return "hand on to" in (await world.history(f"{tid(2)}.0f8fad5bd9cb"))[-1]

    await until(is_followed_up, "the follow-up is handed on")
    say(world, 1, "We look at it.")
    events = await world.until_received(3)

    assert 2 == len(world.behind.seen())
    # Who wrote it has the first question, too.
    assert [
        (tid(2), "answered", "We look at it."),
        (f"{tid(2)}.0f8fad5bd9cb", "answered", ""),
        (tid(1), "acknowledged", ""),
    ] == told(events)


async def test_person_takes_it_up(world: Relayed) -> None:
    """Assigned at Chatwoot, open at Zammad: by the type of the state, not by its name."""
    await world.pop.post("/v1/tickets", body(1))
    await world.until_seen(1)
    if isinstance(world.behind, ChatwootDesk):
        world.behind.conversations[1]["assignee"] = {"id": 1, "name": "Ana"}
    set_state(world, 1, chatwoot="open", zammad="wartet auf Ware")

    assert [(tid(1), "acknowledged", "")] == told(await world.until_received(1))


async def test_merged_ticket_releases_its_session(home: Path) -> None:
    """Its articles are in another ticket. What the viewer writes next is a ticket of its own there.

    The viewer gets no reply: the article that is left says "merged", and nobody wrote it.
    """
    async with relayed(home, "zammad") as world:
        await world.pop.post("/v1/tickets", body(1, session="v"))
        await world.until_seen(1)
        await world.pop.post("/v1/tickets", body(2, "something else", session="w"))
        await world.until_seen(2)
        world.behind.merge(1, 2)
        events = await world.until_received(1)
        await world.pop.post("/v1/tickets", body(3, session="v"))

        async def is_there() -> bool:
            return len(world.behind.tickets) == 3

        await until(is_there, "a ticket of its own")

    assert [(tid(1), TicketState.RESOLVED, "")] == [(one.ticket, one.state, one.reply) for one in events]


async def test_reply_of_a_merged_ticket_is_for_its_viewer(home: Path) -> None:
    """Zammad moves its articles into the other ticket. The other's viewer gets what is written there alone."""
    async with relayed(home, "zammad") as world:
        for number in (1, 2):
            await world.pop.post("/v1/tickets", body(number, f"question {number}", session=f"v{number}"))
            await world.until_seen(number)
        say(world, 2, "Your order goes to Elm Street.")
        await world.until_received(1)
        world.behind.merge(2, 1)
        say(world, 1, "We look at it.")

        async def is_answered() -> bool:
            await world.fetch()
            return any(one.ticket == tid(1) and one.reply for one in world.received)

        await until(is_answered, "the other ticket is answered")

    replies = [(one.ticket, one.reply) for one in world.received if one.reply]
    assert [(tid(2), "Your order goes to Elm Street."), (tid(1), "We look at it.")] == replies


async def test_reply_to_a_follow_up_whose_conversation_is_gone(world: Relayed) -> None:
    """The viewer writes again, to a conversation that was deleted or merged: it is a new one, and its reply comes."""
    await world.pop.post("/v1/tickets", body(1, session="v"))
    await world.until_seen(1)
    if isinstance(world.behind, ChatwootDesk):
        del world.behind.conversations[1]
    else:
        world.behind.tickets[1]["state"] = "merged"

    async def is_noticed() -> bool:
        await world.fetch()
        gone = any("deleted" in action for action in await world.history(tid(1)))
        return gone or bool(world.received)

    await until(is_noticed, "the conversation is gone")
    follow_up = f"{tid(1)}.0f8fad5bd9cb"
    await world.pop.post("/v1/tickets", body(2, "hello?", id=follow_up, joins=tid(1), session="v"))

    async def is_there() -> bool:
        return "hand on to" in (await world.history(follow_up))[-1]

    await until(is_there, "the follow-up is handed on")
    say(world, 2, "Hi")

    async def has_reply() -> bool:
        await world.fetch()
        return any(one.reply for one in world.received)

    await until(has_reply, "the reply")

    assert [(follow_up, "answered", "Hi")] == told([one for one in world.received if one.ticket == follow_up])


async def test_what_is_no_reply(chatwoot: Relayed) -> None:
    """Private notes, surveys, deleted messages, what a bot wrote; a picture alone says that a person is there."""
    await chatwoot.pop.post("/v1/tickets", body(1))
    await chatwoot.until_seen(1)
    chatwoot.behind.say(1, "look at this", private=True)
    chatwoot.behind.say(1, "Please rate us", content_type="input_csat")
    chatwoot.behind.say(1, "This message was deleted", content_attributes={"deleted": True})
    chatwoot.behind.say(1, "Ana left", message_type=2)
    chatwoot.behind.say(1, "It ships never.", sender={"id": 1, "name": "Bot", "type": "agent_bot"})
    chatwoot.behind.say(1, None)
    await chatwoot.until_received(1)
    chatwoot.behind.say(1, "Tomorrow.")
    events = await chatwoot.until_received(2)

    assert [(tid(1), "acknowledged", ""), (tid(1), "answered", "Tomorrow.")] == told(events)


async def test_every_second_webhook_is_lost(home: Path) -> None:
    """All replies arrive: those with a webhook, and those that a look finds. Each once."""
    async with relayed(home, "chatwoot", look_s=1.0) as world:
        count = 30
        for number in range(count):
            await world.pop.post("/v1/tickets", body(number, f"question {number}", session=f"v{number}"))
        await world.until_seen(count)
        statuses = []
        for number in range(1, count + 1):
            message = world.behind.say(number, f"reply to {number}")
            if number % 2:
                statuses += [await world.webhook(number, message) for _ in range(2)]
        await world.until_received(count)
        await world.until_received(count)

    replies = [one.reply for one in world.received]
    assert sorted(f"reply to {number}" for number in range(1, count + 1)) == sorted(replies)
    assert {200} == set(statuses)


async def test_webhook_brings_a_reply_at_once(home: Path) -> None:
    """Without a look in between: those are an hour apart."""
    async with relayed(home, "chatwoot", look_s=3600) as world:
        await world.pop.post("/v1/tickets", body(1))
        await world.until_seen(1)
        message = world.behind.say(1, "Tomorrow.")
        forged = await world.webhook(1, message, secret="another")
        await world.fetch()
        before = len(world.received)
        status = await world.webhook(1, message)
        await world.until_received(1)

    assert (401, 0, 200, 1) == (forged, before, status, len(world.received))


async def test_reply_after_the_end(world: Relayed) -> None:
    """It reaches the viewer, and the ticket stays resolved."""
    await world.pop.post("/v1/tickets", body(1))
    await world.until_seen(1)
    set_state(world, 1, chatwoot="resolved", zammad="closed")
    await world.until_received(1)
    say(world, 1, "One more thing.")
    events = await world.until_received(2)
    _, document = await world.agent.get(f"/v1/tickets/{tid(1)}")

    assert [(tid(1), "resolved", ""), (tid(1), "resolved", "One more thing.")] == told(events)
    assert "resolved" == document["state"]


async def test_person_replies_while_the_viewer_solves_it(world: Relayed) -> None:
    """The conversation stays open, and the viewer gets the reply, too."""
    await world.pop.post("/v1/tickets", body(1))
    await world.until_seen(1)
    say(world, 1, "We look at it.")
    key = {"Idempotency-Key": SolvedByViewer.id_of(tid(1))}
    await world.pop.post("/v1/tickets", take_back(1), **key)
    events = await world.until_received(1)

    assert ["We look at it."] == [one.reply for one in events if one.reply]
    assert not is_closed(world)


def is_closed(world: Relayed) -> bool:
    """True if people at the desk behind see that the first conversation is over."""
    if isinstance(world.behind, ChatwootDesk):
        return bool(world.behind.conversations[1]["status"] == "resolved")
    return bool(world.behind.tickets[1].get("state") == "closed")


async def test_viewer_solves_it(world: Relayed) -> None:
    """People there are told, once, and the conversation is closed."""
    await world.pop.post("/v1/tickets", body(1))
    await world.until_seen(1)
    key = {"Idempotency-Key": SolvedByViewer.id_of(tid(1))}
    await world.pop.post("/v1/tickets", take_back(1), **key)

    async def is_over() -> bool:
        return is_closed(world)

    await until(is_over, "the conversation is closed")
    await world.fetch()

    assert [] == world.received


async def load_of(world: Relayed, depth: int) -> dict[str, Any]:
    """The load that PoPs get, once so many tickets wait."""
    found: dict[str, Any] = {}

    async def is_told() -> bool:
        _, page = await world.pop.get("/v1/pops/fra-1/events", Accept="application/json")
        found.update(*[one["data"] for one in page["events"] if one["type"] == "load"])
        return found.get("queue_depth") == depth

    await until(is_told, f"a load with {depth} tickets")
    return found


async def test_load_of_people_who_work_there(chatwoot: Relayed) -> None:
    """Chatwoot says who is online. A ticket waits until somebody has taken it up there, not until it is resolved."""
    for number in (1, 2):
        await chatwoot.pop.post("/v1/tickets", body(number, session=f"v{number}"))
    await chatwoot.until_seen(2)
    before = await load_of(chatwoot, 2)
    chatwoot.behind.conversations[1]["assignee"] = {"id": 1, "name": "Ana"}
    after = await load_of(chatwoot, 1)

    assert [("northwind", 2, None)] * 2 == [(x["tenant"], x["agents"], x["free_agents"]) for x in (before, after)]


async def test_load_of_a_desk_that_does_not_say_who_is_there(home: Path) -> None:
    """Zammad: the number in `desk.toml`."""
    async with relayed(home, "zammad", agents=4) as world:
        await world.pop.post("/v1/tickets", body(1))
        load = await load_of(world, 1)

    assert 4 == load["agents"]


async def test_no_load_if_nobody_says_who_is_there(home: Path) -> None:
    """A guess would move thresholds."""
    async with relayed(home, "zammad") as world:
        await world.pop.post("/v1/tickets", body(1))
        await world.until_seen(1)
        say(world, 1, "Tomorrow.")
        await world.until_received(1)
        _, page = await world.pop.get("/v1/pops/fra-1/events", Accept="application/json")

    assert [] == [one for one in page["events"] if one["type"] == "load"]


async def test_reply_that_was_not_read_before_a_merge(home: Path) -> None:
    """It is in another viewer's ticket then: that viewer does not get it, and both histories say so."""
    async with relayed(home, "zammad", look_s=0.5) as world:
        for number in (1, 2):
            await world.pop.post("/v1/tickets", body(number, f"question {number}", session=f"v{number}"))
            await world.until_seen(number)
        say(world, 2, "Your order goes to Elm Street.")
        world.behind.merge(2, 1)
        say(world, 1, "We look at it.")

        async def is_answered() -> bool:
            await world.fetch()
            return any(one.reply == "We look at it." for one in world.received)

        await until(is_answered, "the other ticket is answered")
        histories = [await world.history(tid(number)) for number in (1, 2)]

    assert [(tid(1), "We look at it.")] == [(one.ticket, one.reply) for one in world.received if one.reply]
    assert [True, True] == [any("reached nobody" in action for action in one) for one in histories]
