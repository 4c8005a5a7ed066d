"""The routes for people. The guard has let in agents only, and each sees one tenant, or one of its lanes.

A ticket of another tenant or lane does not exist: 404, as for one that never was.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
from aiohttp import web

from edge.desk.access import AGENT, Agent, DeskGuard
from edge.desk.live import DeskThread, FleetView, OpenDesk, PostedFigures, write
from edge.desk.people.changes import ChangeStream
from edge.desk.people.requests import check_words, optional_record, queue_query
from edge.desk.store import Scope, export_lines, lanes_of
from edge.errors import StorageError
from edge.host import json_response, read_record
from edge.records.desk import AgentSelf, ClaimRequest, DraftRequest, HandlingResult, ReplyRequest, ResolveRequest

_NO_STORE = {"Cache-Control": "no-store"}


class PeopleRoutes:
    """The routes of one desk."""

    def __init__(
        self,
        thread: DeskThread,
        figures: PostedFigures,
        fleet: FleetView,
        guard: DeskGuard,
        changes: ChangeStream,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._thread, self._figures, self._fleet, self._now = thread, figures, fleet, now
        self._guard, self._changes = guard, changes

    def add_to(self, app: web.Application) -> None:
        """Serve the routes in `app`."""
        app.router.add_get("/v1/me", _get_self)
        app.router.add_get("/v1/queue", self._get_queue)
        app.router.add_get("/v1/changes", self._changes.handle, allow_head=False)
        app.router.add_get("/v1/board", self._get_board)
        app.router.add_get("/v1/export", self._get_export, allow_head=False)
        app.router.add_get("/v1/drafts", self._get_drafts)
        app.router.add_post("/v1/drafts", self._post_draft)
        app.router.add_get("/v1/tickets/{id}", self._get_ticket)
        app.router.add_post("/v1/tickets/{id}/claim", self._post_claim)
        app.router.add_post("/v1/tickets/{id}/release", self._post_release)
        app.router.add_post("/v1/tickets/{id}/reply", self._post_reply)
        app.router.add_post("/v1/tickets/{id}/resolve", self._post_resolve)

    async def _get_queue(self, request: web.Request) -> web.Response:
        query, scope = queue_query(request.query), _scope(request)
        return await self._answer(
            lambda desk: desk.queue.page(
                scope, state=query.state, lane=query.lane, after=query.after, limit=query.limit
            )
        )

    async def _get_ticket(self, request: web.Request) -> web.Response:
        ticket, scope = request.match_info["id"], _scope(request)
        return await self._answer(lambda desk: desk.queue.ticket(ticket, scope))

    async def _post_claim(self, request: web.Request) -> web.Response:
        claim = optional_record(await request.read(), ClaimRequest, what="a claim")
        return await self._act(
            request, lambda desk, ticket, agent, scope: desk.actions.claim(ticket, agent, scope, row=claim.row)
        )

    async def _post_release(self, request: web.Request) -> web.Response:
        claim = optional_record(await request.read(), ClaimRequest, what="the end of a claim")
        return await self._act(
            request, lambda desk, ticket, agent, scope: desk.actions.release(ticket, agent, scope, row=claim.row)
        )

    async def _post_reply(self, request: web.Request) -> web.Response:
        reply = read_record(await request.read(), ReplyRequest, what="a reply")
        check_words(reply.text, what="reply")
        return await self._act(
            request, lambda desk, ticket, agent, scope: desk.actions.reply(ticket, agent, scope, reply)
        )

    async def _post_resolve(self, request: web.Request) -> web.Response:
        resolve = optional_record(await request.read(), ResolveRequest, what="a request to resolve")
        return await self._act(
            request, lambda desk, ticket, agent, scope: desk.actions.resolve(ticket, agent, scope, row=resolve.row)
        )

    async def _get_drafts(self, request: web.Request) -> web.Response:
        scope = _scope(request)
        return await self._answer(lambda desk: desk.drafts.newest(scope))

    async def _post_draft(self, request: web.Request) -> web.Response:
        draft = read_record(await request.read(), DraftRequest, what="a draft")
        check_words(draft.text, what="draft")
        agent, scope = request[AGENT].name, _scope(request)
        return await self._answer(lambda desk: desk.drafts.add(draft, agent, scope), status=201)

    async def _get_board(self, request: web.Request) -> web.Response:
        scope = _scope(request)
        unconfirmed, lanes = await self._thread.do(
            lambda desk: (desk.events.unconfirmed(scope), lanes_of(desk.store, scope))
        )
        now = self._now()
        board = self._figures.board(self._guard.tokens.pops, scope=scope, now=now, unconfirmed=unconfirmed)
        return _document(msgspec.structs.replace(board, lanes=lanes, fleet=self._fleet.board(scope.tenant, now)))

    async def _get_export(self, request: web.Request) -> web.StreamResponse:
        """Send all lines, some hundred at a time."""
        scope = _scope(request)
        # Before the head: what fails now is a problem document.
        found = await self._thread.do(_export_after(0, scope))
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson", **_NO_STORE})
        await response.prepare(request)
        while found and self._guard.still_allows(request):
            lines = b"".join(msgspec.json.encode(line) + b"\n" for _, line in found)
            if not await write(request, response, lines):
                return response
            try:
                found = await self._thread.do(_export_after(found[-1][0], scope))
            except StorageError:
                break
        if found and request.transport is not None:
            # Cut, so that nobody takes a part for the whole.
            request.transport.abort()
        return response

    async def _act(
        self, request: web.Request, work: Callable[[OpenDesk, str, str, Scope], HandlingResult]
    ) -> web.Response:
        agent: Agent = request[AGENT]
        ticket, scope = request.match_info["id"], _scope(request)
        return await self._answer(lambda desk: work(desk, ticket, agent.name, scope))

    async def _answer(self, work: Callable[[OpenDesk], object], *, status: int = 200) -> web.Response:
        return _document(await self._thread.do(work), status=status)


async def _get_self(request: web.Request) -> web.Response:
    agent = request[AGENT]
    return _document(AgentSelf(name=agent.name, tenant=agent.tenant, lane=agent.lane))


def _export_after(after: int, scope: Scope) -> Callable[[OpenDesk], list[tuple[int, object]]]:
    def work(desk: OpenDesk) -> list[tuple[int, object]]:
        with desk.store.reading() as connection:
            return list(
                export_lines(connection, after=after, tenant=scope.tenant, lane=scope.lane, now=desk.store.clock())
            )

    return work


def _scope(request: web.Request) -> Scope:
    agent = request[AGENT]
    return Scope(agent.tenant, agent.lane)


def _document(document: object, *, status: int = 200) -> web.Response:
    response = json_response(document, status=status)
    response.headers.update(_NO_STORE)
    return response
