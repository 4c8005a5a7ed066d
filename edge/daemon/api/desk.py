"""The door's part for what is not a question: people's load, sessions they release, callbacks, decision trees."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from aiohttp import web

from edge.daemon.ask import Answerer, TreeWalker
from edge.daemon.people import LoadReports, People
from edge.daemon.sync import PopShelf
from edge.host import json_response, read_record
from edge.records import CallbackRequest, IslandName, ReleaseRequest, TreeRequest
from edge.tokens import read_promise

T = TypeVar("T")


class DeskRoutes:
    """Reads requests, asks those who decide, writes responses."""

    def __init__(
        self,
        *,
        people: People,
        loads: LoadReports,
        asking: Answerer,
        shelf: Callable[[], PopShelf],
        token_key: bytes,
        now: Callable[[], datetime],
    ) -> None:
        self.people, self._loads = people, loads
        self._trees = TreeWalker(asking=asking, people=people, shelf=shelf, token_key=token_key, now=now)
        self._key = token_key

    def routes(self) -> Sequence[web.RouteDef]:
        """What the door adds to its own."""
        return [
            web.put("/v1/load", self._load),
            web.post("/v1/release", self._release),
            web.post("/v1/callback", self._callback),
            web.post("/v1/tree/{tenant}/{island}/{tree}", self._tree),
        ]

    async def _load(self, request: web.Request) -> web.Response:
        self._loads.put(request.headers.get("Authorization", ""), await request.read())
        return web.Response(status=204)

    async def _release(self, request: web.Request) -> web.Response:
        release = await _read(request, ReleaseRequest, "a release")
        name = IslandName.parse(release.island)
        self.people.authorise(request.headers.get("Authorization", ""), name.tenant)
        self.people.release(name, release.session)
        return web.Response(status=204)

    async def _callback(self, request: web.Request) -> web.Response:
        asked = await _read(request, CallbackRequest, "a callback's token")
        return json_response(read_promise(asked.token, key=self._key))

    async def _tree(self, request: web.Request) -> web.Response:
        match = request.match_info
        name = IslandName.parse(f"{match['tenant']}/{match['island']}")
        pressed = await _read(request, TreeRequest, "a step of a tree")
        response = await self._trees.step(name, match["tree"], pressed)
        return json_response(response, status=202 if response.ticket else 200)


async def _read(request: web.Request, kind: type[T], what: str) -> T:
    """The body as a record; an empty one is an empty object."""
    return read_record(await request.read() or b"{}", kind, what=what)
