"""Requests of viewers: a question, a step of a decision tree, and a callback promise."""

from collections.abc import Sequence

from aiohttp import web
from msgspec.structs import replace

from edge.daemon.api.callers import Callers
from edge.daemon.api.trace_context import trace_of
from edge.daemon.ask import Answerer, TreeWalker, read_name
from edge.host import json_response, read_record
from edge.records import AskRequest, CallbackRequest, TreeRequest
from edge.tokens import read_promise


class ViewerRoutes:
    """`POST /v1/ask`, `POST /v1/trees/…` and `POST /v1/callback-promises`."""

    def __init__(self, *, callers: Callers, answerer: Answerer, walker: TreeWalker, token_key: bytes) -> None:
        self._callers, self._answerer, self._walker, self._key = callers, answerer, walker, token_key

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """The routes, for the app."""
        return [
            web.post("/v1/ask", self._ask),
            web.post("/v1/trees/{tenant}/{island}/{tree}", self._tree),
            web.post("/v1/callback-promises", self._promise),
        ]

    async def _ask(self, request: web.Request) -> web.Response:
        asked = read_record(await request.read(), AskRequest, what="a question")
        asker = self._callers.asker(request, session=asked.session)
        asked = replace(asked, session=asker.session)
        trace = trace_of(request.headers.get("traceparent", ""))
        response = await self._answerer.ask(asked, asker=asker, trace=trace)
        return json_response(response, status=202 if response.ticket else 200)

    async def _tree(self, request: web.Request) -> web.Response:
        match = request.match_info
        name = read_name(f"{match['tenant']}/{match['island']}")
        step = read_record(await request.read() or b"{}", TreeRequest, what="a step of a tree")
        asker = self._callers.asker(request, session=step.session)
        response = await self._walker.step(name, match["tree"], replace(step, session=asker.session), asker=asker)
        return json_response(response, status=202 if response.ticket else 200)

    async def _promise(self, request: web.Request) -> web.Response:
        callback = read_record(await request.read() or b"{}", CallbackRequest, what="a callback token")
        return json_response(read_promise(callback.token, key=self._key))
