"""`POST /v1/reload` of an admin socket: read all files again, and say what became of each."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from edge.host.body import json_response
from edge.host.watched.report import FileReport, FileReports


def reload_route(look_at_all: Callable[[], Awaitable[list[FileReport]]]) -> web.RouteDef:
    """The route, for the admin socket of any process with a `FileWatch`."""

    async def reload(_request: web.Request) -> web.Response:
        return json_response(FileReports(files=tuple(await look_at_all())))

    return web.post("/v1/reload", reload)
