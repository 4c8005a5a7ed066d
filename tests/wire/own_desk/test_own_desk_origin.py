"""A ticket goes to the desk's own path, with this PoP's token."""

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from edge.wire.own_desk import OwnDeskOrigin


async def test_ticket_is_posted() -> None:
    """Once, with its id as the key of the request."""
    seen: list[tuple[str | None, str | None, bytes]] = []

    async def take(request: web.Request) -> web.Response:
        headers = request.headers
        seen.append((headers.get("Authorization"), headers.get("Idempotency-Key"), await request.read()))
        return web.json_response({"ticket": "t-1"}, status=201)

    app = web.Application()
    app.router.add_post("/v1/tickets", take)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        origin = OwnDeskOrigin(session, f"{server.make_url('')}/", token="a-token", timeout_s=5)
        await origin.deliver("t-1", b'{"id": "t-1"}')

    assert [("Bearer a-token", "t-1", b'{"id": "t-1"}')] == seen
