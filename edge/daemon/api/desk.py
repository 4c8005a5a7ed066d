"""Requests of desks: a load report, the release of a session, and what is asked now and not answered."""

from collections.abc import Callable, Sequence
from datetime import datetime

from aiohttp import web

from edge.daemon.api.feedback import selected_islands
from edge.daemon.people import DeskTokens, LoadReports, OpenQuestions, Sessions
from edge.host import json_response, read_record
from edge.records import IslandName, ReleaseRequest


class DeskRoutes:
    """`PUT /v1/load`, `POST /v1/release` and `GET /v1/open-questions`; all need a desk token of the tenant."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        load_reports: LoadReports,
        open_questions: OpenQuestions,
        tokens: DeskTokens,
        now: Callable[[], datetime],
    ) -> None:
        self._sessions, self._load_reports, self._tokens = sessions, load_reports, tokens
        self._open_questions, self._now = open_questions, now

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """The routes, for the app."""
        return [
            web.put("/v1/load", self._load),
            web.post("/v1/release", self._release),
            web.get("/v1/open-questions", self._open),
        ]

    async def _load(self, request: web.Request) -> web.Response:
        self._load_reports.put(request.headers.get("Authorization", ""), await request.read())
        return web.Response(status=204)

    async def _release(self, request: web.Request) -> web.Response:
        release = read_record(await request.read() or b"{}", ReleaseRequest, what="a release")
        name = IslandName.parse(release.island)
        self._tokens.authorise(request.headers.get("Authorization", ""), name.tenant)
        self._sessions.release(name, release.session)
        return web.Response(status=204)

    async def _open(self, request: web.Request) -> web.Response:
        _, tenant, island = selected_islands(request)
        # Also on this machine: the words are viewers'.
        self._tokens.authorise(request.headers.get("Authorization", ""), tenant)
        response = json_response(self._open_questions.report(self._now().timestamp(), tenant=tenant, island=island))
        response.headers["Cache-Control"] = "no-store"
        return response
