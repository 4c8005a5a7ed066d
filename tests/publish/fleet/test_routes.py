"""The fleet's two routes are called over real sockets."""

import asyncio
import contextlib
import io
import shutil
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

from edge.publish.fleet import FleetMembers, FleetRoutes, home_ahead
from edge.publish.fleet.auth import TOKEN_OF
from edge.publish.fleet.status_db import StatusDb
from edge.publish.repository import Repository, SignedIsland
from edge.records import MAX_STATUS_BYTES, FleetStatus, IslandName, Problem
from tests.publish.fleet.test_registry import AMS, OTHER, document

DROP = IslandName("acme", "drop")
HEADERS = {"Skerry-Pop": "ams", "Skerry-Pop-Key": AMS.public.hex()}


class Client:
    """A client of a server with the two routes."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self.session = url, session

    async def post(self, data: bytes, **headers: str) -> tuple[int, Problem | None]:
        """Post a status as `ams`; HTTP status and problem."""
        sent = {**HEADERS, "Skerry-Pop-Signature": AMS.sign(data).hex(), **headers}
        async with self.session.post(f"{self.url}/v1/fleet/status", data=io.BytesIO(data), headers=sent) as response:
            body = await response.read()
            return response.status, msgspec.json.decode(body, type=Problem) if body else None

    async def fleet(self, query: str = "") -> FleetStatus:
        """The answer to `GET /v1/fleet`."""
        async with self.session.get(f"{self.url}/v1/fleet{query}") as response:
            assert (200, "no-store") == (response.status, response.headers["Cache-Control"])
            return msgspec.json.decode(await response.read(), type=FleetStatus)

    async def refusal(self, query: str) -> tuple[int, str]:
        """HTTP status and text of a `GET /v1/fleet` that is refused."""
        async with self.session.get(f"{self.url}/v1/fleet{query}") as response:
            assert "application/problem+json" == response.content_type
            return response.status, msgspec.json.decode(await response.read(), type=Problem).detail


@contextlib.asynccontextmanager
async def serving(home: Path, token_of: str | None = None, **limits: Any) -> AsyncIterator[Client]:
    """Serve the routes. With `token_of`, every request counts as one with the token of that PoP."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if token_of is not None:
            request[TOKEN_OF] = token_of
        return await handler(request)

    app = web.Application(client_max_size=1024, middlewares=[guard])
    FleetRoutes(home, now=lambda: datetime.now(UTC), **limits).add_to(app)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield Client(str(server.make_url("")).rstrip("/"), session)


@pytest.fixture
def home(repository: Repository, island_signer: Callable[..., Callable[[int], SignedIsland]], now: datetime) -> Path:
    """A home with one island and the PoP `ams`."""
    repository.publish_island(DROP, island_signer(), now=now)
    FleetMembers(repository.home).add("ams", AMS.public.hex())
    return repository.home


@pytest.fixture
async def client(home: Path) -> AsyncIterator[Client]:
    """A client of the routes of that home."""
    async with serving(home) as client:
        yield client


async def test_fleet_before_and_after_a_status(client: Client) -> None:
    """The PoP lags until it posts; the query selects all islands, one island or one revision."""
    before = await client.fleet()
    assert (False, "never heard from") == (before.everyone, before.islands[0].lagging[0].text)
    assert (204, None) == await client.post(document())

    for query in ("", "?island=acme/drop", "?island=acme/drop&revision=3"):
        assert (await client.fleet(query)).everyone
    later = await client.fleet("?island=acme/drop&revision=4")
    assert (False, "on revision 3") == (later.everyone, later.islands[0].lagging[0].text)
    assert ["acme/drop"] == [island.island for island in later.pops[0].islands]


async def test_status_survives_a_restart(home: Path) -> None:
    """A restarted server still has the status, and refuses a replay of it."""
    async with serving(home) as client:
        assert (204, None) == await client.post(document())
    async with serving(home) as client:
        assert (await client.fleet()).everyone
        status, problem = await client.post(document())
        assert (409, "replayed") == (status, problem and problem.reason)


BAD_QUERIES = {
    "an island that was never published": ("?island=acme/none", 404, "island 'acme/none' was never published"),
    "a malformed name of an island": ("?island=../keys", 400, "this is not an island's name, expected "),
    "a revision without an island": ("?revision=1", 422, "the revision has no island, expected "),
    "a negative revision": ("?island=acme/drop&revision=-1", 400, "the revision is not a number, expected "),
    "a huge revision": (f"?island=acme/drop&revision={'9' * 5000}", 400, "the revision is not a number, expected "),
}


@pytest.mark.parametrize("case", BAD_QUERIES)
async def test_bad_query(client: Client, case: str) -> None:
    """A problem document says what is expected."""
    query, expected, text = BAD_QUERIES[case]
    status, detail = await client.refusal(query)

    assert expected == status
    assert detail.startswith(text)


async def test_status_code_of_a_refusal(client: Client) -> None:
    """403 for an unknown PoP, 401 for another key, 400 for a malformed status."""
    fra = {"Skerry-Pop": "fra"}
    other = {"Skerry-Pop-Key": OTHER.public.hex()}

    assert 403 == (await client.post(document(pop="fra"), **fra))[0]
    assert 401 == (await client.post(document(), **other))[0]
    assert 400 == (await client.post(b"[]"))[0]


async def test_status_that_is_too_large(client: Client) -> None:
    """It is refused by its Content-Length, before a byte of it is read."""
    status, problem = await client.post(b"x" * (MAX_STATUS_BYTES + 1))

    assert (413, "too_large") == (status, problem and problem.reason)
    assert f"the status is {MAX_STATUS_BYTES + 1} bytes, expected at most {MAX_STATUS_BYTES}" == (
        problem and problem.detail
    )


async def test_status_of_unknown_length(client: Client) -> None:
    """Chunked and compressed bodies are refused, because their size is not known beforehand."""

    async def chunks() -> AsyncIterator[bytes]:
        yield document()

    url = f"{client.url}/v1/fleet/status"
    async with client.session.post(url, data=chunks(), headers=HEADERS) as response:
        assert 400 == response.status
    async with client.session.post(url, data=document(), headers=HEADERS, compress="gzip") as response:
        assert 400 == response.status


async def test_large_status_is_accepted(client: Client) -> None:
    """The application's own small limit does not apply to a status."""
    islands = [
        {"island": f"acme/drop-{n}", "state": "fresh", "since": "2026-09-01T12:00:00Z", "revision": 1}
        for n in range(10_000)
    ]
    data = msgspec.json.encode(msgspec.json.decode(document()) | {"islands": islands})

    assert (204, None) == await client.post(data)


async def test_status_that_never_ends(home: Path) -> None:
    """A body that does not arrive in time is refused."""
    async with serving(home, read_s=0.05) as client:
        host, port = client.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /v1/fleet/status HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow")

        assert b"400" in await reader.readline()
        writer.close()
        await writer.wait_closed()


async def test_too_many_posts_at_once(home: Path) -> None:
    """One more than the limit is refused with 503, and the PoP tries again later."""
    async with serving(home, posts_at_once=0) as client:
        status, problem = await client.post(document())

    assert (503, "overloaded") == (status, problem and problem.reason)


async def test_token_of_another_pop(home: Path) -> None:
    """If tokens are required, a PoP cannot post in another's name."""
    async with serving(home, token_of="fra") as client:
        status, problem = await client.post(document())
        assert (401, "signature_invalid") == (status, problem and problem.reason)
    async with serving(home, token_of="ams") as client:
        assert (204, None) == await client.post(document())


async def test_flood_of_refusals_does_not_fill_the_log(client: Client) -> None:
    """There is one line for each PoP and reason, until a status of the PoP is accepted."""
    with capture_logs() as lines:
        for _ in range(5):
            await client.post(b"[]")
        await client.post(document())
        await client.post(document())

    refused = [line["reason"] for line in lines if line["event"] == "status is refused"]
    assert ["malformed", "replayed"] == refused


async def test_pop_that_is_ahead_of_the_home(client: Client, home: Path) -> None:
    """One error line, not one for each post, with the command to run; `GET /v1/fleet` has it, too."""
    with capture_logs() as lines:
        for sequence in (1, 2, 3):
            await client.post(document(sequence=sequence))
    (ahead,) = (await client.fleet()).ahead

    expected = "PoP 'ams' has island 'acme/drop' revision 3, and here 1 is the last one"
    more = "the home is older than its fleet, which would refuse what it publishes"
    (line,) = lines
    advice = f"run: skerry recover restored --home {home}; if the home was not restored, this PoP lies"
    text = f"{expected}: {more}; {advice}: skerry publisher pops remove ams --home {home}"
    assert ("error", text) == (
        line["log_level"],
        line["error"],
    )
    assert expected == ahead.text


async def test_fleet_does_not_tell_where_keys_are(client: Client) -> None:
    """A PoP's token reads this route. That the keys lie unencrypted in the home is for the home's own commands."""
    online = (await client.fleet()).online

    assert [("timestamp", None), ("snapshot", None)] == [(one.role, one.key) for one in online]


async def test_home_that_is_put_back_under_a_running_server(client: Client, home: Path, tmp_path: Path) -> None:
    """The next status is stored where commands look, and they are told that the home is below its fleet."""
    await asyncio.to_thread(shutil.copytree, home, tmp_path / "backup")
    await client.post(document())
    await asyncio.to_thread(shutil.rmtree, home)
    await asyncio.to_thread(shutil.copytree, tmp_path / "backup", home)
    before = await asyncio.to_thread(home_ahead, home)
    await client.post(document(sequence=8))
    after = await asyncio.to_thread(home_ahead, home)

    assert () == before
    assert ["acme/drop"] == [one.island for one in after]
    assert (await client.fleet()).pops[0].heard_at is not None


async def test_post_does_not_read_the_fleet(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cost does not grow with the number of PoPs, and yet the home is compared with the new status."""
    monkeypatch.setattr(StatusDb, "latest", lambda _statuses: pytest.fail("read"))
    with capture_logs() as lines:
        answer = await client.post(document())

    assert (204, None) == answer
    assert ["fleet is ahead of this publisher"] == [line["event"] for line in lines]


async def test_sender_who_alternates_does_not_fill_the_log(client: Client) -> None:
    """One line for each reason, also if two of them take turns."""
    with capture_logs() as lines:
        for _ in range(5):
            await client.post(b"[]")
            await client.post(b"[]", **{"Skerry-Pop-Signature": "ab" * 64})

    assert ["malformed", "signature_invalid"] == [line["reason"] for line in lines]


async def test_name_of_no_pop_is_not_logged(client: Client) -> None:
    """It may be any words of a stranger; all such names are one."""
    with capture_logs() as lines:
        for name in ("Pelargonium", "a word", "pelargonium" * 9):
            await client.post(b"[]", **{"Skerry-Pop": name})

    assert [("", "malformed")] == [(line["pop"], line["reason"]) for line in lines]


async def test_disk_that_fails(home: Path) -> None:
    """The answer is 503 without a path, and the log has a line with it. Once the disk works, statuses are accepted."""
    (home / "fleet.db").mkdir()
    async with serving(home) as client:
        with capture_logs() as lines:
            status, problem = await client.post(document())
        assert (503, "storage") == (status, problem and problem.reason)
        # Every PoP may ask.
        assert str(home) not in (problem.detail if problem else "")
        assert str(home) in lines[0]["error"]
        assert ["request about the fleet has failed"] == [line["event"] for line in lines]
        (home / "fleet.db").rmdir()
        assert (204, None) == await client.post(document())
