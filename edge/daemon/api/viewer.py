"""Requests of viewers: a question, a choice, a step of a decision tree, and a callback promise."""

from collections.abc import Sequence

from aiohttp import web
from msgspec.structs import replace

from edge.daemon.ask import Answerer, make_response, make_viewers_response, viewers_form
from edge.daemon.browser import Repeats
from edge.daemon.buttons import Chooser, TreeWalker
from edge.daemon.callers import Callers, trace_of
from edge.daemon.limits import Limiter
from edge.daemon.people import DeskTokens
from edge.decide import wanted_locales
from edge.host import json_response, read_record
from edge.records import AskRequest, CallbackRequest, ChoiceRequest, IslandName, Outcome
from edge.records.trees import TreeRequest
from edge.tokens import read_promise


class ViewerRoutes:
    """`POST /v1/ask`, `/v1/choice`, `/v1/trees/…` and `/v1/callback-promises`."""

    def __init__(
        self,
        *,
        callers: Callers,
        limiter: Limiter,
        desk_tokens: DeskTokens,
        answerer: Answerer,
        chooser: Chooser,
        walker: TreeWalker,
        repeats: Repeats,
        token_key: bytes,
    ) -> None:
        self._callers, self._limiter, self._desk_tokens, self._repeats = callers, limiter, desk_tokens, repeats
        self._answerer, self._chooser, self._walker, self._key = answerer, chooser, walker, token_key

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """The routes, for the app."""
        return [
            web.post("/v1/ask", self._ask),
            web.post("/v1/choice", self._choice),
            web.get("/v1/trees/{tenant}/{island}", self._trees),
            web.post("/v1/trees/{tenant}/{island}/{tree}", self._tree),
            web.post("/v1/callback-promises", self._promise),
        ]

    async def _ask(self, request: web.Request) -> web.Response:
        body = await request.read()
        asked = read_record(body, AskRequest, what="a question")
        is_desk = self._desk_tokens.is_of(request.headers.get("Authorization"), asked.island.partition("/")[0])
        island = str(IslandName.parse(asked.island))
        asker = self._callers.asker(request, island=island, session=asked.session)
        # As soon as it is known who asks: what is refused costs no triage.
        self._limiter.count_question(asker, island)
        asked = replace(asked, session=asker.session)
        trace, accepted = trace_of(request.headers.get("traceparent", "")), request.headers.get("Accept-Language", "")

        make = make_response if is_desk else make_viewers_response

        async def respond(ticket_id: str) -> web.Response:
            response = await self._answerer.ask(
                asked, asker=asker, trace=trace, ticket_id=ticket_id, accepted=accepted, make=make
            )
            return json_response(response, status=202 if response.ticket else 200)

        # The same request of a browser in another language has another response, and the same ticket.
        form = " ".join(("desk" if is_desk else "viewer", *wanted_locales("", "", accepted)))
        return await self._repeats.respond_once(request, body, asker=asker, form=form, respond=respond)

    async def _choice(self, request: web.Request) -> web.Response:
        body = await request.read()
        choice = read_record(body, ChoiceRequest, what="a choice")
        # Before it is known who chooses: the receipt says for which island a session must be good.
        offer = self._chooser.read(choice.receipt)
        asker = self._callers.asker(request, island=offer.island, session=choice.session)
        self._limiter.count_question(asker, offer.island)
        trace = trace_of(request.headers.get("traceparent", ""))

        # The receipt gives the ticket its id, with and without a key.
        async def respond(_ticket_id: str) -> web.Response:
            response = await self._chooser.choose(choice, offer, asker=asker, trace=trace)
            status = 202 if response.outcome is Outcome.ESCALATE else 200
            return json_response(viewers_form(response), status=status)

        return await self._repeats.respond_once(request, body, asker=asker, form="viewer", respond=respond)

    async def _tree(self, request: web.Request) -> web.Response:
        match = request.match_info
        name = IslandName.parse(f"{match['tenant']}/{match['island']}")
        body = await request.read()
        step = read_record(body or b"{}", TreeRequest, what="a step of a tree")
        asker = self._callers.asker(request, island=str(name), session=step.session)
        self._limiter.count_question(asker, str(name))
        step = replace(step, session=asker.session)

        accepted = request.headers.get("Accept-Language", "")

        async def respond(ticket_id: str) -> web.Response:
            response = await self._walker.step(
                name, match["tree"], step, asker=asker, ticket_id=ticket_id, accepted=accepted
            )
            return json_response(response, status=202 if response.ticket else 200)

        # As of a question: another language has another response.
        form = " ".join(("viewer", *wanted_locales("", "", accepted)))
        return await self._repeats.respond_once(request, body, asker=asker, form=form, respond=respond)

    async def _trees(self, request: web.Request) -> web.Response:
        match = request.match_info
        return json_response(self._walker.trees(IslandName.parse(f"{match['tenant']}/{match['island']}")))

    async def _promise(self, request: web.Request) -> web.Response:
        callback = read_record(await request.read() or b"{}", CallbackRequest, what="a callback token")
        return json_response(read_promise(callback.token, key=self._key))
