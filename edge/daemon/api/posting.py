"""The request of a tenant's own system: a message for people."""

from collections.abc import Sequence

from aiohttp import web

from edge.daemon.callers import Callers, trace_of
from edge.daemon.people import DeskTokens
from edge.daemon.posting import MessageIntake, PostedMessage
from edge.host import json_response, read_record
from edge.records import IslandName


class PostingRoutes:
    """`POST /v1/tickets`, which needs a desk token of the tenant."""

    def __init__(self, *, intake: MessageIntake, callers: Callers, tokens: DeskTokens) -> None:
        self._intake, self._callers, self._tokens = intake, callers, tokens

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """The routes, for the app."""
        return [web.post("/v1/tickets", self._post)]

    async def _post(self, request: web.Request) -> web.Response:
        message = read_record(await request.read(), PostedMessage, what="a message for people")
        tenant = IslandName.parse(message.island).tenant
        self._tokens.authorise(request.headers.get("Authorization", ""), tenant)
        ticket, is_new = await self._intake.take(
            message,
            address=self._callers.sender(request).address,
            trace=trace_of(request.headers.get("traceparent", "")),
        )
        response = json_response(ticket, status=202 if is_new else 200)
        response.headers["Cache-Control"] = "no-store"
        return response
