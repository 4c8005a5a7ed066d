"""A ticket's state and its events over real sockets, from the first byte to the end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.host import utc_now
from edge.store.secrets import load_or_make_token_key
from edge.tokens import make_ticket_token
from tests.daemon.api.test_webhooks_http import post_event, webhook_pop
from tests.daemon.conftest import RunningPop
from tests.daemon.tickets.reading import Event, Followed, Reader, asked, following
from tests.pen import DROP, Pen
from tests.waiting import PATIENCE_S, until

QUESTION = {"island": str(DROP), "text": "do gulls dream of pelargonium"}
NEWS = "They do."


@pytest.fixture
async def pop(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[RunningPop]:
    """A PoP with two places for streams, which would wait a minute for a request in progress when it stops."""
    async with webhook_pop(pen, tmp_path, origin, max_streams=2, stop_grace_s=60) as pop:
        yield pop


async def tell(pop: RunningPop, followed: Followed, what: str, **data: str) -> None:
    """Let the desk say something of the ticket."""
    event = {"type": f"ticket.{what}", "data": {"ticket": followed.ticket, **data}}
    name = f"{followed.ticket}-{what}-{data}"
    assert (200, {"accepted": True}) == await post_event(pop, name, event)


async def until_delivered(reader: Reader) -> Event:
    """The event of the delivery, which may come at once or after `waiting`."""
    while (event := await reader.event()) is not None:
        if event.name == "delivered":
            return event
    raise AssertionError("the stream ended before the delivery")


async def test_events_there_and_back(pop: RunningPop) -> None:
    """Delivered, acknowledged, replied twice, resolved; each with the ticket's state, and then the stream ends."""
    ticket = await asked(pop, QUESTION)
    async with following(pop, ticket) as reader:
        await until_delivered(reader)
        await tell(pop, ticket, "acknowledged")
        first = await reader.event()
        await tell(pop, ticket, "answered", reply=NEWS)
        await tell(pop, ticket, "answered", reply="Ask them.")
        await tell(pop, ticket, "resolved")
        rest = await reader.rest()
        state = msgspec.json.decode((await pop.get(f"/v1/tickets/{ticket.ticket}", **ticket.headers))[1])

    assert first is not None
    events = [first, *rest]
    assert [
        ("acknowledged", "acknowledged", ""),
        ("replied", "answered", NEWS),
        ("replied", "answered", "Ask them."),
        ("resolved", "resolved", "Ask them."),
    ] == [(event.name, event.data["state"], event.data["reply"]) for event in events]
    assert events[-1].data == state


async def test_first_bytes_and_headers(pop: RunningPop) -> None:
    """The state comes at once, without a desk's event; nothing may keep, change or hold back what comes."""
    ticket = await asked(pop, QUESTION)
    async with following(pop, ticket) as reader:
        greeting, event = await reader.block(), await reader.event()
        headers = reader.reply.headers

    assert ("retry: 3000\n\n", True) == (greeting, event is not None)
    assert "text/event-stream" == headers["Content-Type"]
    assert "no-cache, no-transform" == headers["Cache-Control"]
    assert "no" == headers["X-Accel-Buffering"]
    assert "*" == headers["Access-Control-Allow-Origin"]


async def test_viewer_who_comes_back_gets_what_she_missed(pop: RunningPop) -> None:
    """All that happened after the last event that she read, and nothing twice."""
    ticket = await asked(pop, QUESTION)
    async with following(pop, ticket) as reader:
        last = await until_delivered(reader)
    await tell(pop, ticket, "answered", reply=NEWS)
    async with following(pop, ticket, **{"Last-Event-ID": last.id}) as reader:
        missed = await reader.event()
    assert missed is not None
    await tell(pop, ticket, "resolved")
    async with following(pop, ticket, **{"Last-Event-ID": missed.id}) as reader:
        rest = await reader.rest()
    async with following(pop, ticket, **{"Last-Event-ID": rest[-1].id}) as reader:
        nothing = await reader.rest()

    assert ("replied", NEWS) == (missed.name, missed.data["reply"])
    assert ["resolved"] == [event.name for event in rest]
    assert [] == nothing


async def test_changes_while_the_pop_was_away(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> None:
    """The store is the source: after a restart, a viewer goes on from the event that the process before sent."""
    async with webhook_pop(pen, tmp_path, origin) as pop:
        ticket = await asked(pop, QUESTION)
        async with following(pop, ticket) as reader:
            last = await until_delivered(reader)
        await tell(pop, ticket, "answered", reply=NEWS)
    async with webhook_pop(pen, tmp_path, origin) as pop, following(pop, ticket, **{"Last-Event-ID": last.id}) as again:
        event = await again.event()

    assert event is not None
    assert ("replied", NEWS) == (event.name, event.data["reply"])


SHOWN: dict[str, tuple[Callable[[Followed, Followed], dict[str, str]], int, str]] = {
    "no token": (lambda _own, _other: {}, 401, "no ticket token was given, expected that of the ticket's response"),
    "another scheme": (
        lambda own, _other: {"Authorization": f"Basic {own.token}"},
        401,
        "no ticket token was given, expected that of the ticket's response",
    ),
    "another ticket's token": (
        lambda _own, other: other.headers,
        403,
        "token is not good for this ticket, expected its own",
    ),
    "a token that nobody made": (
        lambda own, _other: {"Authorization": f"Bearer {own.token[::-1]}"},
        403,
        "token is not valid, expected one that this PoP made",
    ),
    "a token of another kind": (
        lambda _own, _other: {"Authorization": "Bearer " + RECEIPTS[-1]},
        403,
        "token is not valid, expected one that this PoP made",
    ),
    "its own token in the URL": (
        lambda _own, _other: {},
        401,
        "no ticket token was given, expected that of the ticket's response",
    ),
}
RECEIPTS: list[str] = []


@pytest.mark.parametrize("events", ["", "/events"])
async def test_nobody_reads_another_s_ticket(pop: RunningPop, events: str) -> None:
    """For each proof that is not good, the refusal is the same for a ticket that exists and for one that does not."""
    own, other = await asked(pop, QUESTION), await asked(pop, QUESTION)
    RECEIPTS.append((await pop.post(QUESTION))[1]["receipt"])
    found: dict[str, list[Any]] = {}
    for what, (shown, _, _) in SHOWN.items():
        query = f"?token={own.token}&ticket_token={own.token}" if "URL" in what else ""
        for ticket in (own.ticket, "00000000-0000-4000-8000-000000000000", "x" * 200):
            status, body, _ = await pop.get(f"/v1/tickets/{ticket}{events}{query}", **shown(own, other))
            found.setdefault(what, []).append((status, msgspec.json.decode(body)["detail"]))

    assert {what: [(status, detail)] * 3 for what, (_, status, detail) in SHOWN.items()} == found


async def test_token_that_is_too_old_and_ticket_that_is_forgotten(pop: RunningPop, tmp_path: Path) -> None:
    """A token is refused after a week. A good one for a ticket that is forgotten finds nothing, on both paths."""
    ticket = await asked(pop, QUESTION)
    key = await asyncio.to_thread(load_or_make_token_key, tmp_path / "state")
    found = []
    for name, age in ((ticket.ticket, timedelta(days=7)), ("gone", timedelta(0))):
        made_at = (utc_now() - age).timestamp()
        followed = Followed(name, make_ticket_token(name, str(DROP), key=key, now=made_at))
        for path in (followed.path.removesuffix("/events"), followed.path):
            status, body, _ = await pop.get(path, **followed.headers)
            found.append((status, msgspec.json.decode(body)["detail"]))

    assert [(403, "token is not good for this ticket, expected its own")] * 2 == found[:2]
    assert [(404, "this ticket's progress is no longer known here")] * 2 == found[2:]


async def test_one_stream_a_ticket_and_so_many_in_all(pop: RunningPop) -> None:
    """The second of a ticket ends the first; the one too many is told to poll, and may; one that leaves makes room."""
    tickets = [await asked(pop, QUESTION) for _ in range(3)]
    async with following(pop, tickets[0]) as first, following(pop, tickets[0]) as second:
        replaced = await first.rest()
        async with following(pop, tickets[1]):
            status, body, reply = await pop.get(tickets[2].path, **tickets[2].headers)
            polled = (await pop.get(f"/v1/tickets/{tickets[2].ticket}", **tickets[2].headers))[0]
        alive = await second.event()

    problem = msgspec.json.decode(body)
    assert all(event.name in {"waiting", "delivered"} for event in replaced)
    assert alive is not None
    assert (503, "overloaded", 200) == (status, problem["reason"], polled)
    assert "2 streams are open, expected fewer than 2; poll GET /v1/tickets/{ticket} instead" == problem["detail"]
    assert {"Retry-After", "Access-Control-Allow-Origin"} <= set(reply.headers)

    async def there_is_room() -> bool:
        return b"skerry_ticket_streams 0.0" in (await pop.get("/metrics"))[1]

    await until(there_is_room, "the places of viewers who left")
    async with following(pop, tickets[2]) as reader:
        assert await reader.event() is not None


async def test_quiet_stream_beats(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> None:
    """Comments come while nothing else does, so that no proxy takes the connection for an idle one."""
    async with webhook_pop(pen, tmp_path, origin, stream_heartbeat_s=0.01) as pop:
        ticket = await asked(pop, QUESTION)
        async with following(pop, ticket) as reader:
            await until_delivered(reader)
            comments = [await reader.block() for _ in range(3)]

    assert [": \n\n"] * 3 == comments


async def test_pop_that_stops_ends_streams_at_once(pop: RunningPop, pen: Pen, tmp_path: Path) -> None:
    """It does not wait for them, although it would wait a minute for a request in progress."""
    ticket = await asked(pop, QUESTION)
    origin = pop.origin
    async with asyncio.timeout(PATIENCE_S), webhook_pop(pen, tmp_path / "2", origin, stop_grace_s=60) as stopping:
        there = await asked(stopping, QUESTION)
        context = following(stopping, there)
        reader = await context.__aenter__()
        await until_delivered(reader)
    await context.__aexit__(None, None, None)

    assert ticket.ticket != there.ticket


async def test_one_event_for_a_viewer_behind_a_proxy_that_buffers(pop: RunningPop) -> None:
    """`Prefer: wait`: the response ends with the first event, or after its time."""
    ticket = await asked(pop, QUESTION)
    async with following(pop, ticket, Prefer="wait=30") as reader:
        now = await reader.rest()
    async with following(pop, ticket) as reader:
        last = await until_delivered(reader)
    async with following(pop, ticket, Prefer="wait=0", **{"Last-Event-ID": last.id}) as reader:
        nothing = await reader.rest()
    async with following(pop, ticket, Prefer="respond-async, wait=30", **{"Last-Event-ID": last.id}) as reader:
        applied = reader.reply.headers["Preference-Applied"]
        await tell(pop, ticket, "answered", reply=NEWS)
        one = await reader.rest()

    assert 1 == len(now)
    assert [] == nothing
    assert ("wait=30", ["replied"]) == (applied, [event.name for event in one])


async def test_streams_have_no_head(pop: RunningPop) -> None:
    """A HEAD request would wait for the end of the stream."""
    ticket = await asked(pop, QUESTION)
    async with pop.http.head(pop.url + ticket.path, headers=ticket.headers) as reply:
        assert reply.status == 405
