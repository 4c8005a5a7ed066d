"""Islands by PoP and revision: what the publisher said, how old that is, and what it says when it does not answer."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from edge.desk.live import FleetView, PublisherAddress
from edge.errors import ConfigError
from edge.records import (
    FleetStatus,
    IslandFleetStatus,
    IslandOnPop,
    IslandState,
    Lag,
    LagReason,
    PopFleetStatus,
    Wanted,
)
from edge.wire.publisher import FleetClient
from tests.desk.desk import NOON, running, token_of
from tests.waiting import until

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def island(name: str) -> IslandOnPop:
    """Revision 3 on a PoP."""
    return IslandOnPop(
        island=name,
        state=IslandState.FRESH,
        since=NOON,
        revision=3,
        highest_revision=3,
        rollout_percent=None,
        previous_revision=None,
        last_error="",
    )


NAMES = ("northwind/drop", "globex/drop")
FLEET = FleetStatus(
    at=NOON,
    everyone=False,
    islands=tuple(
        IslandFleetStatus(
            wanted=Wanted(island=name, revision=4),
            meant=2,
            lagging=(Lag(pop="ams-1", reason=LagReason.BEHIND, text="…", since=NOON, revision=3),),
        )
        for name in NAMES
    ),
    pops=(
        PopFleetStatus(pop="ams-1", heard_at=NOON, silent_since=NOON, islands=tuple(map(island, NAMES))),
        PopFleetStatus(pop="fra-1", heard_at=NOON, islands=tuple(map(island, NAMES))),
    ),
)


async def good(_request: web.Request) -> web.Response:
    """The status of the fleet."""
    return web.Response(body=msgspec.json.encode(FLEET), content_type="application/json")


async def failing(_request: web.Request) -> web.Response:
    """500."""
    return web.Response(status=500, text="secret words")


async def page(_request: web.Request) -> web.Response:
    """A page of a proxy."""
    return web.Response(text="<html>secret words</html>", content_type="text/html")


async def elsewhere(_request: web.Request) -> web.Response:
    """A redirect, which would take the token to another host."""
    return web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"})


async def never(_request: web.Request) -> web.Response:
    """No answer."""
    await asyncio.Event().wait()
    raise AssertionError


ODD: dict[str, tuple[Handler, str]] = {
    "status 500": (failing, "answered with status 500, expected 200"),
    "HTML": (page, "answered with something else than the status of a fleet, expected a publisher's"),
    "a redirect": (elsewhere, "answered with status 302, expected 200"),
    "never": (never, "did not answer within 0.05 s"),
}


async def ask(view: FleetView, handler: Handler, *, timeout_s: float = 5.0) -> None:
    """Ask a publisher that answers so."""
    app = web.Application()
    app.router.add_get("/v1/fleet", handler)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        await view.ask(FleetClient(session, str(server.make_url("")), timeout_s=timeout_s))


async def test_islands_of_one_tenant() -> None:
    """Each with its PoPs, their revisions, and those that lag; nothing of another tenant."""
    view = FleetView()
    await ask(view, good)
    board = view.board("northwind", NOON)

    assert board is not None
    (shown,) = board.islands
    assert ("northwind/drop", 4, ("ams-1",)) == (shown.island, shown.revision, shown.lagging)
    assert [("ams-1", 3, NOON), ("fra-1", 3, None)] == [(one.pop, one.revision, one.silent_since) for one in shown.pops]
    assert ("", None) == (board.error, board.silent_since)


@pytest.mark.parametrize("case", ODD)
async def test_publisher_that_answers_otherwise(case: str) -> None:
    """What was heard before stays, with its age; the board says what happened, in words of ours."""
    at = 0.0
    view = FleetView(lambda: at)
    await ask(view, good)
    at = 21.0
    handler, text = ODD[case]
    await ask(view, handler, timeout_s=0.05 if handler is never else 5.0)
    board = view.board("northwind", NOON)

    assert board is not None
    assert board.error.endswith(text)
    assert 1 == len(board.islands)
    assert (21.0, NOON - timedelta(seconds=21)) == (board.age_s, board.silent_since)


async def test_publisher_that_never_answered() -> None:
    """There are no islands, no age and no zeros; after 20 s it is silent since the desk's start."""
    at = 0.0
    view = FleetView(lambda: at)
    await ask(view, failing)
    first = view.board("northwind", NOON)
    at = 21.0
    later = view.board("northwind", NOON)

    assert first is not None
    assert later is not None
    assert (None, None, None, ()) == (first.heard, first.age_s, first.silent_since, first.islands)
    assert NOON - timedelta(seconds=21) == later.silent_since


async def test_answer_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is cut at the limit."""
    monkeypatch.setattr("edge.wire.publisher.fleet_client.MAX_FLEET_BYTES", 10)
    view = FleetView()
    await ask(view, good)
    board = view.board("northwind", NOON)

    assert board is not None
    assert board.error.endswith("sent more than 10 bytes")


async def test_desk_shows_the_fleet(tmp_path: Path) -> None:
    """At `/v1/board`, asked with the token of its file. A desk without a publisher says so."""
    asked: list[str | None] = []

    async def guarded(request: web.Request) -> web.Response:
        asked.append(request.headers.get("Authorization"))
        return await good(request)

    app = web.Application()
    app.router.add_get("/v1/fleet", guarded)
    file = tmp_path / "publisher.token"
    await asyncio.to_thread(file.write_text, "abc\n")
    await asyncio.to_thread(file.chmod, 0o600)
    token = await token_of(tmp_path / "home", "anna", tenant="northwind")
    async with TestServer(app) as server:
        url = str(server.make_url(""))
        publisher = await asyncio.to_thread(lambda: PublisherAddress(url, token=file))
        async with running(tmp_path / "home", publisher=publisher, now=lambda: NOON) as desk:
            anna = desk.caller(token)

            async def is_shown() -> bool:
                return bool((await anna.get("/v1/board"))[1]["fleet"]["islands"])

            await until(is_shown, "the desk asks the publisher")
            _, board = await anna.get("/v1/board")
    async with running(tmp_path / "home", now=lambda: NOON) as desk:
        _, without = await desk.caller(token).get("/v1/board")

    assert ["Bearer abc"] == asked[:1]
    assert ["northwind/drop"] == [one["island"] for one in board["fleet"]["islands"]]
    assert without["fleet"] is None


BAD_ADDRESSES: dict[str, tuple[dict[str, Any], str]] = {
    "no scheme": ({"url": "publisher:8090"}, "--publisher is no publisher's address"),
    "no host": ({"url": "https://"}, "--publisher is no publisher's address"),
    "no port": ({"url": "http://host:99999"}, "--publisher is no publisher's address"),
    "a login": ({"url": "https://me:secret@host"}, "--publisher has a login"),
    "a token in the open": ({"url": "http://host", "token": Path("x")}, "would show the token to the network"),
    "no token file": ({"url": "https://host", "token": Path("/nowhere/x")}, "/nowhere/x"),
}


@pytest.mark.parametrize("case", BAD_ADDRESSES)
def test_bad_address(case: str) -> None:
    """The desk does not start, and the error repeats no password."""
    arguments, text = BAD_ADDRESSES[case]
    with pytest.raises(ConfigError) as caught:
        PublisherAddress(**arguments)

    assert text in caught.value.text
    assert "secret" not in caught.value.text
