"""The feed of a desk as bytes, in pieces of any size, and as one document."""

import contextlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from edge.errors import Cause, RefusedError, UnreachableError
from edge.records import DeskEvent, LoadReport, TicketState
from edge.records.desk import PopFigures
from edge.wire.own_desk import DeskClient, DeskItem
from edge.wire.own_desk.desk_client import MAX_ITEM_BYTES

ANSWERED = {"id": "e-1", "ticket": "t-1", "state": "answered", "reply": "on Monday\r\n\u202e: \u2028 data: x"}
BUSY = {"tenant": "acme", "queue_depth": 3, "wait_s": 20, "agents": 2}
REPLY = DeskItem(41, DeskEvent(id="e-1", ticket="t-1", state=TicketState.ANSWERED, reply=ANSWERED["reply"]))
LOAD = LoadReport(tenant="acme", queue_depth=3, wait_s=20, agents=2)


class ScriptedDesk:
    """Answers each request with `status`, `body` and `content_type`, in pieces of `size` bytes."""

    def __init__(self) -> None:
        self.requests: list[dict[str, str]] = []
        self.status, self.body, self.content_type, self.size = 200, b"", "text/event-stream", 1_000
        self.app = web.Application()
        self.app.router.add_get("/v1/pops/fra-1/events", self._answer)
        self.app.router.add_post("/v1/pops/fra-1/status", self._take)
        self.figures, self.figures_status = list[bytes](), 204

    async def _take(self, request: web.Request) -> web.Response:
        self.requests.append(dict(request.headers))
        self.figures.append(await request.read())
        return web.Response(status=self.figures_status)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(dict(request.headers))
        response = web.StreamResponse(status=self.status, headers={"Content-Type": self.content_type})
        await response.prepare(request)
        for start in range(0, len(self.body), self.size):
            await response.write(self.body[start : start + self.size])
        return response


@pytest.fixture
def desk() -> ScriptedDesk:
    """A desk that has nothing."""
    return ScriptedDesk()


@contextlib.asynccontextmanager
async def client_of(desk: ScriptedDesk) -> AsyncIterator[DeskClient]:
    """The feed of `fra-1`."""
    async with TestServer(desk.app) as server, aiohttp.ClientSession() as session:
        yield DeskClient(session, str(server.make_url("/")), pop="fra-1", token="t" * 24, idle_s=20.0)


async def streamed(desk: ScriptedDesk, after: int = 0) -> list[DeskItem]:
    """All items of one stream."""
    async with client_of(desk) as client:
        return [item async for item in client.stream(after)]


def event(kind: str, data: Any, number: int = 0) -> bytes:
    """An event as the desk sends it."""
    lines = ([f"id: {number}"] if number else []) + [f"event: {kind}", f"data: {json.dumps(data)}"]
    return "\n".join([*lines, "", ""]).encode()


@pytest.mark.parametrize("size", [1, 7, 1_000])
async def test_stream(desk: ScriptedDesk, size: int) -> None:
    """The pieces do not matter. A load report has no number."""
    desk.size = size
    desk.body = b": here\n\n" + event("load", BUSY) + event("ticket", ANSWERED, 41) + event("load", BUSY)

    assert [DeskItem(0, LOAD), REPLY, DeskItem(0, LOAD)] == await streamed(desk)
    assert "Bearer " + "t" * 24 == desk.requests[0]["Authorization"]
    assert "Last-Event-ID" not in desk.requests[0]


async def test_number_is_given_back(desk: ScriptedDesk) -> None:
    """In a stream, and in a poll."""
    async with client_of(desk) as client:
        assert [] == [item async for item in client.stream(41)]
        desk.body, desk.content_type = b'{"events": [], "last": 41}', "application/json"
        assert ((), False) == await client.poll(41)

    assert ["41", "41"] == [request["Last-Event-ID"] for request in desk.requests]
    assert ["text/event-stream", "application/json"] == [request["Accept"] for request in desk.requests]


async def test_poll(desk: ScriptedDesk) -> None:
    """The same items as by a stream."""
    document = {
        "events": [{"id": 41, "type": "ticket", "data": ANSWERED}, {"id": None, "type": "load", "data": BUSY}],
        "last": 41,
    }
    desk.body, desk.content_type = json.dumps(document).encode(), "application/json"
    async with client_of(desk) as client:
        assert ((REPLY, DeskItem(0, LOAD)), False) == await client.poll(0)


UNREADABLE = {
    "a later release's type": (event("party", {}, 42), "it is of a type that this release does not know"),
    "no JSON": (b"id: 42\nevent: ticket\ndata: {\n\n", "it is no DeskEvent: "),
    "a state of a later release": (event("ticket", ANSWERED | {"state": "eaten"}, 42), "it is no DeskEvent: "),
    "a list": (event("ticket", [], 42), "it is no DeskEvent: "),
}


@pytest.mark.parametrize(("body", "fault"), UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_what_cannot_be_read_holds_up_nothing(desk: ScriptedDesk, body: bytes, fault: str) -> None:
    """It has its number, so that the desk forgets it; the next one is taken."""
    desk.body = body + event("ticket", ANSWERED, 43)
    unread, read = await streamed(desk)

    assert (42, None) == (unread.number, unread.what)
    assert unread.fault.startswith(fault)
    assert REPLY.what == read.what


STRANGE: dict[str, tuple[int, str, Cause]] = {
    "a token that is not good": (401, "application/problem+json", Cause.TOKEN_REFUSED),
    "a page": (200, "text/html", Cause.STRANGE_ANSWER),
    "a number that it never sent": (409, "application/problem+json", Cause.CONFLICT),
    "busy": (503, "application/problem+json", Cause.STATUS),
}


@pytest.mark.parametrize(("status", "content_type", "cause"), STRANGE.values(), ids=STRANGE.keys())
async def test_strange_answer(desk: ScriptedDesk, status: int, content_type: str, cause: Cause) -> None:
    """It is named, by a stream and by a poll."""
    desk.status, desk.content_type, desk.body = status, content_type, b"<html>"
    with pytest.raises(UnreachableError) as by_stream:
        await streamed(desk)
    async with client_of(desk) as client:
        with pytest.raises(UnreachableError) as by_poll:
            await client.poll(0)

    assert (cause, cause) == (by_stream.value.cause, by_poll.value.cause)


async def test_event_that_is_too_large(desk: ScriptedDesk) -> None:
    """No desk fills a PoP's memory."""
    desk.body = event("ticket", ANSWERED | {"reply": "x" * MAX_ITEM_BYTES}, 41)
    with pytest.raises(RefusedError, match="a pushed event is "):
        await streamed(desk)


async def test_figures(desk: ScriptedDesk) -> None:
    """As JSON, under the PoP's token; a desk that does not take them is named."""
    figures = PopFigures(at=datetime(2026, 11, 1, tzinfo=UTC), confirmed=41)
    async with client_of(desk) as client:
        await client.post_figures(figures)
        desk.figures_status = 503
        with pytest.raises(UnreachableError, match="/v1/pops/fra-1/status answered with status 503, expected 2xx"):
            await client.post_figures(figures)

    assert [figures, figures] == [msgspec.json.decode(body, type=PopFigures) for body in desk.figures]
    assert "Bearer " + "t" * 24 == desk.requests[0]["Authorization"]
