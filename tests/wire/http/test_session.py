"""The HTTP session of our processes: it tells no versions, and keeps no cookies."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from edge.wire.http import new_http_session

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]


async def test_nothing_is_told_and_nothing_kept(serve: Serve) -> None:
    """The second request has no cookie that the first response set."""
    seen: list[tuple[str, str | None]] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append((request.headers["User-Agent"], request.headers.get("Cookie")))
        return web.Response(headers={"Set-Cookie": "proxy=7; Path=/"})

    url = await serve(handler)
    async with new_http_session() as session:
        for _ in range(2):
            async with session.get(url):
                pass

    assert [("skerry", None), ("skerry", None)] == seen
