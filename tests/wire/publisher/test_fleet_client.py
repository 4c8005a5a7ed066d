"""The status of the fleet, as its publisher tells it, and what is said where it tells something else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from edge.errors import Cause, RefusedError, UnreachableError
from edge.records import FleetStatus
from edge.wire.publisher import FleetClient, fleet_client

FLEET = FleetStatus(at=datetime(2026, 9, 1, 12, tzinfo=UTC), everyone=True, islands=(), pops=())


class ScriptedPublisher:
    """Answers each request with `status` and `body`, or never."""

    def __init__(self) -> None:
        self.status, self.body, self.is_silent = 200, msgspec.json.encode(FLEET), False
        self.tokens: list[str | None] = []
        self.app = web.Application()
        self.app.router.add_get("/v1/fleet", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        self.tokens.append(request.headers.get("Authorization"))
        if self.is_silent:
            await asyncio.Event().wait()
        return web.Response(status=self.status, body=self.body, headers={"Location": "/elsewhere"})


@pytest.fixture
async def publisher() -> ScriptedPublisher:
    """A publisher that answers as the test says."""
    return ScriptedPublisher()


@pytest.fixture
async def client(publisher: ScriptedPublisher) -> AsyncIterator[FleetClient]:
    """A client of it with a token, which waits for a tenth of a second."""
    async with TestServer(publisher.app) as server, aiohttp.ClientSession() as session:
        yield FleetClient(session, f"{server.make_url('')}/", token=lambda: "a-token", timeout_s=0.1)


async def test_status(publisher: ScriptedPublisher, client: FleetClient) -> None:
    """As the publisher sent it; the token goes with the request."""
    assert FLEET == await client.read()
    assert ["Bearer a-token"] == publisher.tokens


ODD = {
    "a page": (200, b"<html>secret words</html>", Cause.STRANGE_ANSWER, "something else than the status of a fleet"),
    "a redirect": (302, b"", None, "status 302, expected 200"),
    "no permission": (401, b"secret words", None, "status 401, expected 200"),
}


@pytest.mark.parametrize(("status", "body", "cause", "text"), ODD.values(), ids=ODD)
async def test_odd_answer(
    publisher: ScriptedPublisher, client: FleetClient, status: int, body: bytes, cause: Cause | None, text: str
) -> None:
    """It is named, and not quoted. A redirect is not followed: it would take the token elsewhere."""
    publisher.status, publisher.body = status, body
    with pytest.raises(UnreachableError) as caught:
        await client.read()

    assert text in caught.value.text
    assert "secret" not in caught.value.text
    assert cause in {None, caught.value.cause}
    assert 1 == len(publisher.tokens)


async def test_silent_publisher(publisher: ScriptedPublisher, client: FleetClient) -> None:
    """It is not waited for."""
    publisher.is_silent = True
    with pytest.raises(UnreachableError, match=r"did not answer within 0\.1 s") as caught:
        await client.read()

    assert Cause.SILENT is caught.value.cause


async def test_endless_answer(
    publisher: ScriptedPublisher, client: FleetClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is given up at the limit."""
    monkeypatch.setattr(fleet_client, "MAX_FLEET_BYTES", 1_000)
    publisher.body = b" " * 1_001
    with pytest.raises(RefusedError, match="sent more than 1000 bytes"):
        await client.read()
