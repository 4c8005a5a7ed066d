"""Two requests of desks: a load report, and the release of a session."""

from collections.abc import Sequence

from aiohttp import web

from edge.daemon.people import DeskTokens, LoadReports, Sessions
from edge.host import read_record
from edge.records import IslandName, ReleaseRequest


class DeskRoutes:
    """`PUT /v1/load` and `POST /v1/release`; both need a desk token of the tenant."""

    def __init__(self, *, sessions: Sessions, load_reports: LoadReports, tokens: DeskTokens) -> None:
        self._sessions, self._load_reports, self._tokens = sessions, load_reports, tokens

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """The routes, for the app."""
        return [web.put("/v1/load", self._load), web.post("/v1/release", self._release)]

    async def _load(self, request: web.Request) -> web.Response:
        self._load_reports.put(request.headers.get("Authorization", ""), await request.read())
        return web.Response(status=204)

    async def _release(self, request: web.Request) -> web.Response:
        release = read_record(await request.read() or b"{}", ReleaseRequest, what="a release")
        name = IslandName.parse(release.island)
        self._tokens.authorise(request.headers.get("Authorization", ""), name.tenant)
        self._sessions.release(name, release.session)
        return web.Response(status=204)
