"""The fleet's two routes, over real sockets."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler
from structlog.testing import capture_logs

from edge.publish.fleet import FleetMembers, FleetRoutes
from edge.publish.fleet.auth import TOKEN_OF
from edge.publish.repository import Repository, SignedIsland
from edge.records import MAX_STATUS_BYTES, FleetStatus, IslandName, Problem
from tests.publish.fleet.test_registry import AMS, OTHER, document

DROP = IslandName("acme", "drop")
HEADERS = {"Skerry-Pop": "ams", "Skerry-Pop-Key": AMS.public.hex()}


class Desk:
    """A server with the two routes."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self.session = url, session

    async def post(self, data: bytes, **headers: str) -> tuple[int, Problem | None]:
        """Status and problem of a post by `ams`."""
        sent = {**HEADERS, "Skerry-Pop-Signature": AMS.sign(data).hex(), **headers}
        async with self.session.post(f"{self.url}/v1/fleet/status", data=io.BytesIO(data), headers=sent) as response:
            body = await response.read()
            return response.status, msgspec.json.decode(body, type=Problem) if body else None

    async def report(self, query: str = "") -> FleetStatus:
        """What `GET /v1/fleet` says."""
        async with self.session.get(f"{self.url}/v1/fleet{query}") as response:
            assert (200, "no-store") == (response.status, response.headers["Cache-Control"])
            return msgspec.json.decode(await response.read(), type=FleetStatus)

    async def refusal(self, query: str) -> tuple[int, str]:
        """Status and text of a `GET /v1/fleet` that is refused."""
        async with self.session.get(f"{self.url}/v1/fleet{query}") as response:
            assert "application/problem+json" == response.content_type
            return response.status, msgspec.json.decode(await response.read(), type=Problem).detail


@contextlib.asynccontextmanager
async def serving(home: Path, token_of: str | None = None, **limits: Any) -> AsyncIterator[Desk]:
    """The routes on a port, behind a guard that has seen the token of a PoP."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if token_of is not None:
            request[TOKEN_OF] = token_of
        return await handler(request)

    app = web.Application(client_max_size=1024, middlewares=[guard])
    FleetRoutes(home, now=lambda: datetime.now(UTC), **limits).add_to(app)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield Desk(str(server.make_url("")).rstrip("/"), session)


@pytest.fixture
def home(repository: Repository, island_signer: Callable[..., Callable[[int], SignedIsland]], now: datetime) -> Path:
    """A home with one island and the PoP `ams`."""
    repository.publish_island(DROP, island_signer(), now=now)
    FleetMembers(repository.home).add("ams", AMS.public.hex())
    return repository.home


@pytest.fixture
async def desk(home: Path) -> AsyncIterator[Desk]:
    """The routes of that home."""
    async with serving(home) as desk:
        yield desk


async def test_who_has_what_is_published(desk: Desk) -> None:
    """Before a status nobody, afterwards everyone; of one island, of one revision, of all."""
    before = await desk.report()
    assert (False, "never heard from") == (before.everyone, before.islands[0].lagging[0].text)
    assert (204, None) == await desk.post(document())

    for query in ("", "?island=acme/drop", "?island=acme/drop&revision=3"):
        assert (await desk.report(query)).everyone
    later = await desk.report("?island=acme/drop&revision=4")
    assert (False, "on revision 3") == (later.everyone, later.islands[0].lagging[0].text)
    assert ["acme/drop"] == [one.island for one in later.pops[0].islands]


async def test_status_outlives_the_server(home: Path) -> None:
    """A server that is started again knows its fleet, and a replay as one."""
    async with serving(home) as desk:
        assert (204, None) == await desk.post(document())
    async with serving(home) as desk:
        assert (await desk.report()).everyone
        status, problem = await desk.post(document())
        assert (409, "replayed") == (status, problem and problem.reason)


ASKED = {
    "an island that was never published": ("?island=acme/none", 404, "island 'acme/none' was never published"),
    "what is no island": ("?island=../keys", 400, "'../keys' is not an island's name, expected "),
    "a revision of nothing": ("?revision=1", 400, "a revision is a number and needs an island, "),
    "a revision that is none": ("?island=acme/drop&revision=-1", 400, "a revision is a number and needs"),
    "a revision beyond any": (f"?island=acme/drop&revision={'9' * 5000}", 400, "a revision is a number and needs"),
}


@pytest.mark.parametrize("case", ASKED)
async def test_what_cannot_be_asked(desk: Desk, case: str) -> None:
    """A problem document says what can."""
    query, status, text = ASKED[case]
    found, detail = await desk.refusal(query)

    assert status == found
    assert detail.startswith(text)


async def test_refusals_have_their_status(desk: Desk) -> None:
    """By who must act: a PoP that is not known, one with another key, one that makes no sense."""
    fra = {"Skerry-Pop": "fra"}
    other = {"Skerry-Pop-Key": OTHER.public.hex()}

    assert 403 == (await desk.post(document(pop="fra"), **fra))[0]
    assert 401 == (await desk.post(document(), **other))[0]
    assert 400 == (await desk.post(b"[]"))[0]


async def test_status_that_is_too_large(desk: Desk) -> None:
    """It is refused by what its head says, before a byte of it is read."""
    status, problem = await desk.post(b"x" * (MAX_STATUS_BYTES + 1))

    assert (413, "too_large") == (status, problem and problem.reason)
    assert f"the status is {MAX_STATUS_BYTES + 1} bytes, expected at most {MAX_STATUS_BYTES}" == (
        problem and problem.detail
    )


async def test_status_of_unsaid_or_compressed_length(desk: Desk) -> None:
    """What cannot be bounded beforehand is not read."""

    async def chunks() -> AsyncIterator[bytes]:
        yield document()

    url = f"{desk.url}/v1/fleet/status"
    async with desk.session.post(url, data=chunks(), headers=HEADERS) as response:
        assert 400 == response.status
    async with desk.session.post(url, data=document(), headers=HEADERS, compress="gzip") as response:
        assert 400 == response.status


async def test_large_status_is_taken(desk: Desk) -> None:
    """The application's own small bound is not the status's."""
    islands = [
        {"island": f"acme/drop-{n}", "state": "fresh", "since": "2026-09-01T12:00:00Z", "revision": 1}
        for n in range(10_000)
    ]
    data = msgspec.json.encode(msgspec.json.decode(document()) | {"islands": islands})

    assert (204, None) == await desk.post(data)


async def test_status_that_never_ends(home: Path) -> None:
    """A PoP that sends slower than a status takes is let go."""
    async with serving(home, read_s=0.05) as desk:
        host, port = desk.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /v1/fleet/status HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow")

        assert b"400" in await reader.readline()
        writer.close()
        await writer.wait_closed()


async def test_more_at_once_than_memory_is_meant_for(home: Path) -> None:
    """The next is told to come back; PoPs do so with jitter."""
    async with serving(home, posts_at_once=0) as desk:
        status, problem = await desk.post(document())

    assert (503, "overloaded") == (status, problem and problem.reason)


async def test_token_of_another_pop(home: Path) -> None:
    """Where PoPs show tokens, one cannot post in another's name."""
    async with serving(home, token_of="fra") as desk:
        status, problem = await desk.post(document())
        assert (401, "signature_invalid") == (status, problem and problem.reason)
    async with serving(home, token_of="ams") as desk:
        assert (204, None) == await desk.post(document())


async def test_flood_of_refusals_does_not_fill_the_log(desk: Desk) -> None:
    """One line for a PoP and a reason, until it has been believed again."""
    with capture_logs() as lines:
        for _ in range(5):
            await desk.post(b"[]")
        await desk.post(document())
        await desk.post(document())

    assert ["malformed", "replayed"] == [line["reason"] for line in lines]


async def test_disk_that_fails(home: Path) -> None:
    """503, one line in the log; once the disk is back, so is the fleet."""
    (home / "fleet.db").mkdir()
    async with serving(home) as desk:
        with capture_logs() as lines:
            status, problem = await desk.post(document())
        assert (503, "storage") == (status, problem and problem.reason)
        assert ["fleet not served"] == [line["event"] for line in lines]
        (home / "fleet.db").rmdir()
        assert (204, None) == await desk.post(document())
