"""Two requests of viewers that are not questions: a step of a decision tree, and a callback promise."""

from collections.abc import Sequence

from aiohttp import web

from edge.daemon.ask import TreeWalker
from edge.host import json_response, read_record
from edge.records import CallbackRequest, IslandName, TreeRequest
from edge.tokens import read_promise


class ViewerRoutes:
    """`POST /v1/trees/…` and `POST /v1/callback-promises`."""

    def __init__(self, *, walker: TreeWalker, token_key: bytes) -> None:
        self._walker, self._key = walker, token_key

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """The routes, for the app."""
        return [
            web.post("/v1/trees/{tenant}/{island}/{tree}", self._tree),
            web.post("/v1/callback-promises", self._promise),
        ]

    async def _tree(self, request: web.Request) -> web.Response:
        match = request.match_info
        name = IslandName.parse(f"{match['tenant']}/{match['island']}")
        step = read_record(await request.read() or b"{}", TreeRequest, what="a step of a tree")
        response = await self._walker.step(name, match["tree"], step)
        return json_response(response, status=202 if response.ticket else 200)

    async def _promise(self, request: web.Request) -> web.Response:
        callback = read_record(await request.read() or b"{}", CallbackRequest, what="a callback token")
        return json_response(read_promise(callback.token, key=self._key))
