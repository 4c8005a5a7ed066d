"""PoPs fetch what people did: nothing is lost, also if the desk or a PoP was restored from an older copy."""

import asyncio
import shutil
from pathlib import Path

import msgspec
import pytest

from edge.desk.live import OpenDesk
from edge.desk.store import IncomingTicket, PopEvents, Scope
from edge.records import DeskEvent, TicketState
from edge.records.desk import ReplyRequest
from tests.desk.desk import Caller, Clock, FullDisk, RunningDesk, body, running, tid, token_of

EVENTS = "/v1/pops/fra-1/events"


async def test_claim_reply_and_resolve_reach_the_pop(pop: Caller, anna: Caller) -> None:
    """Each is an event with the next number; the reply has text and what was done with the suggestion."""
    await pop.post("/v1/tickets", body())
    async with pop.stream(EVENTS) as stream:
        await anna.post(f"/v1/tickets/{tid(1)}/claim")
        claimed = await stream.of("ticket")
        await anna.post(f"/v1/tickets/{tid(1)}/reply", {"text": "Tomorrow.", "suggestion": "edited"})
        answered = await stream.of("ticket")
        await anna.post(f"/v1/tickets/{tid(1)}/resolve")
        resolved = await stream.of("ticket")
    events = [msgspec.json.decode(one["data"], type=DeskEvent) for one in (claimed, answered, resolved)]

    assert ["acknowledged", "answered", "resolved"] == [event.state for event in events]
    assert ("Tomorrow.", "edited") == (events[1].reply, events[1].suggestion)
    assert int(claimed["id"]) < int(answered["id"]) < int(resolved["id"])
    assert {tid(1)} == {event.ticket for event in events}


async def test_confirmed_events_are_deleted(pop: Caller, anna: Caller) -> None:
    """`Last-Event-ID` confirms: what the PoP has stored is not sent again, what it has not is."""
    await pop.post("/v1/tickets", body())
    await anna.post(f"/v1/tickets/{tid(1)}/claim")
    first, last = await pop.events()
    again, _ = await pop.events()
    await anna.post(f"/v1/tickets/{tid(1)}/reply", {"text": "Tomorrow."})
    rest, _ = await pop.events(last)

    assert first == again
    assert [TicketState.ACKNOWLEDGED] == [event.state for event in first]
    assert [TicketState.ANSWERED] == [event.state for event in rest]


async def test_figures_confirm_too(pop: Caller, anna: Caller) -> None:
    """`confirmed` of the posted figures deletes the events up to it."""
    await pop.post("/v1/tickets", body())
    await anna.post(f"/v1/tickets/{tid(1)}/claim")
    _, last = await pop.events()
    status, _ = await pop.post("/v1/pops/fra-1/status", {"at": "2026-09-01T12:00:00Z", "confirmed": last})
    _, board = await anna.get("/v1/board")

    assert (204, 0) == (status, board["pops"][0]["unconfirmed"])


async def test_number_that_was_never_sent(pop: Caller, anna: Caller) -> None:
    """It confirms nothing: 409, and from 0 the events are all there."""
    await pop.post("/v1/tickets", body())
    await anna.post(f"/v1/tickets/{tid(1)}/claim")
    status, problem = await pop.get(EVENTS, **{"Last-Event-ID": "999999999999999"})
    posted, _ = await pop.post("/v1/pops/fra-1/status", {"at": "2026-09-01T12:00:00Z", "confirmed": 7})
    events, _ = await pop.events()

    assert (409, 409, "contradictory") == (status, posted, problem["reason"])
    assert "begin again with Last-Event-ID: 0" in problem["detail"]
    assert 1 == len(events)


async def test_no_number(pop: Caller) -> None:
    """What is no number is refused."""
    assert 400 == (await pop.get(EVENTS, **{"Last-Event-ID": "-1"}))[0]
    assert 400 == (await pop.get(EVENTS, **{"Last-Event-ID": "9" * 16}))[0]


async def test_restored_pop(pop: Caller, anna: Caller) -> None:
    """A PoP that shows an older number than it confirmed gets the newest event of each ticket, with the same id."""
    for number in (1, 2):
        await pop.post("/v1/tickets", body(number, f"question {number}"))
        await anna.post(f"/v1/tickets/{tid(number)}/reply", {"text": f"reply {number}"})
    before, last = await pop.events()
    none_left, _ = await pop.events(last)
    again, _ = await pop.events(0)

    assert [] == none_left
    assert ["reply 1", "reply 2"] == [event.reply for event in again]
    assert {event.id for event in before} == {event.id for event in again}


async def test_restored_all_the_time(pop: Caller, anna: Caller) -> None:
    """Old and new numbers by turns: all events are made again once a minute. What is new comes meanwhile."""
    await pop.post("/v1/tickets", body())
    await anna.post(f"/v1/tickets/{tid(1)}/reply", {"text": "Tomorrow."})
    _, last = await pop.events()
    await pop.events(last)
    again, newest = await pop.events(0)
    await pop.events(newest)
    async with pop.session.get(pop.url + EVENTS, headers=pop.headers) as response:
        problem = msgspec.json.decode(await response.read())
    left, _ = await pop.events(newest)

    assert ["Tomorrow."] == [event.reply for event in again]
    assert (429, "60", []) == (response.status, response.headers["Retry-After"], left)
    assert "all events were made again less than 60 s ago" in problem["detail"]


def test_restored_again_after_a_minute(desk: OpenDesk) -> None:
    """Then they are made again."""
    at = 0.0
    desk.intake.put(IncomingTicket.parse(body()))
    desk.actions.reply(tid(1), "anna", Scope("northwind"), ReplyRequest(text="Tomorrow."))
    events = PopEvents(desk.store, steady=lambda: at)
    counts = []
    for now in (0.0, 60.0):
        at = now
        events.confirm("fra-1", events.after("fra-1", 0)[-1].seq)
        events.begin("fra-1", 0)
        counts.append(len(events.after("fra-1", 0)))

    assert [1, 1] == counts


async def test_restored_desk(home: Path, clock: Clock) -> None:
    """After a restore, a PoP's old number confirms nothing, and no new event has an old number or an old id."""
    token, agent = await token_of(home, "fra-1"), await token_of(home, "anna", tenant="northwind")
    async with running(home, now=clock) as desk:
        await desk.caller(token).post("/v1/tickets", body())
    await asyncio.to_thread(shutil.copytree, home, home.with_name("copy"))
    async with running(home, now=clock) as desk:
        await desk.caller(agent).post(f"/v1/tickets/{tid(1)}/reply", {"text": "lost with the disk"})
        lost, last = await desk.caller(token).events()
    await asyncio.to_thread(shutil.rmtree, home)
    await asyncio.to_thread(shutil.copytree, home.with_name("copy"), home)
    clock.move(minutes=10)
    async with running(home, now=clock) as desk:
        pop = desk.caller(token)
        await desk.caller(agent).post(f"/v1/tickets/{tid(1)}/reply", {"text": "again"})
        status, _ = await pop.get(EVENTS, **{"Last-Event-ID": str(last)})
        events, newest = await pop.events(0)

    assert 409 == status
    assert ["again"] == [event.reply for event in events]
    assert newest > last
    assert events[0].id != lost[0].id


async def test_only_its_own(served: RunningDesk, pop: Caller, anna: Caller) -> None:
    """Another PoP's token, an agent's and none: 403, 403, 401. No event of another PoP is ever sent."""
    other = await served.new("ams-1")
    await pop.post("/v1/tickets", body())
    await anna.post(f"/v1/tickets/{tid(1)}/claim")
    statuses = [(await caller.get(EVENTS))[0] for caller in (other, anna, served.caller("stolen"))]
    events, _ = await other.events(pop="ams-1")

    assert ([403, 403, 401], []) == (statuses, events)


async def test_revoked_during_a_stream(served: RunningDesk, pop: Caller) -> None:
    """The stream ends when the desk hears of it."""
    async with pop.stream(EVENTS) as stream:
        await served.new("fra-1")
        await stream.end()
        status, _ = await pop.get(EVENTS)

    assert 401 == status


async def test_heartbeat(home: Path, clock: Clock) -> None:
    """A stream without news has comments."""
    token = await token_of(home, "fra-1")
    async with running(home, now=clock, heartbeat_s=0.01) as desk, desk.caller(token).stream(EVENTS) as stream:
        beat = await stream.next()

    assert {"": "heartbeat"} == beat


async def test_expired_during_a_stream(home: Path, clock: Clock) -> None:
    """The stream ends at the next heartbeat."""
    token = await token_of(home, "fra-1", expires=clock.at.replace(hour=13))
    async with running(home, now=clock, heartbeat_s=0.01) as desk:
        pop = desk.caller(token)
        async with pop.stream(EVENTS) as stream:
            await stream.next()
            clock.move(hours=2)
            await stream.end()
        status, _ = await pop.get(EVENTS)

    assert 401 == status


async def test_many_streams_of_one(pop: Caller, anna: Caller) -> None:
    """The fifth stream ends the first; the newest one is served."""
    await pop.post("/v1/tickets", body())
    async with (
        pop.stream(EVENTS) as first, pop.stream(EVENTS), pop.stream(EVENTS), pop.stream(EVENTS),
        pop.stream(EVENTS) as fifth,
    ):  # fmt: skip
        await anna.post(f"/v1/tickets/{tid(1)}/claim")
        event = await fifth.of("ticket")
        await first.end()

    assert "acknowledged" in event["data"]


async def test_full_disk(home: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be confirmed, and the next events are sent all the same; later all is confirmed."""
    token, agent = await token_of(home, "fra-1"), await token_of(home, "anna", tenant="northwind")
    async with running(home, now=clock, connection=FullDisk) as desk:
        pop, anna = desk.caller(token), desk.caller(agent)
        await pop.post("/v1/tickets", body())
        await anna.post(f"/v1/tickets/{tid(1)}/claim")
        _, last = await pop.events()
        await anna.post(f"/v1/tickets/{tid(1)}/reply", {"text": "Tomorrow."})
        monkeypatch.setattr(FullDisk, "is_full", True)
        refused, _ = await anna.post(f"/v1/tickets/{tid(1)}/resolve")
        on_full_disk, newest = await pop.events(last)
        monkeypatch.setattr(FullDisk, "is_full", False)
        left, _ = await pop.events(newest)

    assert (503, []) == (refused, left)
    assert ["Tomorrow."] == [event.reply for event in on_full_disk]


async def test_more_events_than_a_page(pop: Caller, anna: Caller) -> None:
    """A document has a hundred and says that there are more; a stream has all of them in order."""
    for number in range(101):
        await pop.post("/v1/tickets", body(number))
    await anna.post(f"/v1/tickets/{tid(0)}/reply", {"text": "Tomorrow.", "row": True})
    _, page = await pop.get(EVENTS, Accept="application/json")
    rest, _ = await pop.events(page["last"])
    async with pop.stream(EVENTS, after=page["last"]) as stream:
        last = msgspec.json.decode((await stream.of("ticket"))["data"], type=DeskEvent)

    assert (True, 1) == (page["more"], len(rest))
    assert rest == [last]
