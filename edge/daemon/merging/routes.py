"""`POST /v1/sessions/merge` and `/v1/sessions/merge/undo`, which need a desk token of the tenant."""

from collections.abc import Sequence

from aiohttp import web

from edge.daemon.merging.merging import Merging, tenant_of
from edge.daemon.people import DeskTokens
from edge.host import json_response, read_record
from edge.records.merges import MergeRequest, MergeUndoRequest


class MergeRoutes:
    """The routes. Viewers have no part in them."""

    def __init__(self, *, merging: Merging, tokens: DeskTokens) -> None:
        self._merging, self._tokens = merging, tokens

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """The routes, for the app."""
        return [web.post("/v1/sessions/merge", self._merge), web.post("/v1/sessions/merge/undo", self._undo)]

    async def _merge(self, request: web.Request) -> web.Response:
        wanted = read_record(await request.read(), MergeRequest, what="a merge of two sessions")
        self._authorise(request, tenant_of(wanted))
        return json_response(await self._merging.merge(wanted))

    async def _undo(self, request: web.Request) -> web.Response:
        wanted = read_record(await request.read(), MergeUndoRequest, what="the undoing of a merge")
        self._authorise(request, wanted.tenant)
        return json_response(await self._merging.undo(wanted))

    def _authorise(self, request: web.Request, tenant: str) -> None:
        self._tokens.authorise(request.headers.get("Authorization", ""), tenant)
