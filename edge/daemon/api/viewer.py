"""What viewers ask beside questions: a step of a decision tree, and what a callback was promised."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec
from aiohttp import web

from edge.daemon.ask import TreeWalker
from edge.errors import RefusedError
from edge.host import safe_detail
from edge.records import CallbackRequest, IslandName, TreeRequest
from edge.tokens import read_promise

T = TypeVar("T")


class ViewerRoutes:
    """`POST /v1/tree/…` and `POST /v1/callback`."""

    def __init__(self, *, walker: TreeWalker, token_key: bytes) -> None:
        self._walker, self._key = walker, token_key

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """To be added to the app's."""
        return [
            web.post("/v1/tree/{tenant}/{island}/{tree}", self._tree),
            web.post("/v1/callback", self._callback),
        ]

    async def _tree(self, request: web.Request) -> web.Response:
        match = request.match_info
        name = IslandName.parse(f"{match['tenant']}/{match['island']}")
        pressed = await _read(request, TreeRequest, "a step of a tree")
        response = await self._walker.step(name, match["tree"], pressed)
        return _json(response, status=202 if response.ticket else 200)

    async def _callback(self, request: web.Request) -> web.Response:
        asked = await _read(request, CallbackRequest, "a callback's token")
        return _json(read_promise(asked.token, key=self._key))


async def _read(request: web.Request, kind: type[T], what: str) -> T:
    """The body as a record; an empty one is an empty object."""
    try:
        return msgspec.json.decode(await request.read() or b"{}", type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError(f"the body is not {what}: {safe_detail(error)}") from error


def _json(document: object, *, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(document), status=status, content_type="application/json")
