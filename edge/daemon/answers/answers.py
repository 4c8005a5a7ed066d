"""`GET /v1/islands/{tenant}/{island}/answers`: every served answer, signed, with a question that it answers.

The reader verifies each answer as it would a snippet, and shows none after its `expires`. The list says when it was
written, so that a reader without a connection can say how old it is. It may be cached as a snippet may.
"""

from collections.abc import Callable, Iterable

from aiohttp import web

from edge.daemon.answers.lists import MAX_LIST_BYTES, AnswerLists
from edge.daemon.api import cache_control, has_document
from edge.daemon.ask import find_served, find_slot
from edge.daemon.sync import PopClock, PopShelf
from edge.decide import wanted_locales
from edge.records import IslandName


class AnswerRoutes:
    """The route of the list. `pop`: the PoP's name."""

    def __init__(
        self, *, pop: str, shelf: Callable[[], PopShelf], now: PopClock, max_bytes: int = MAX_LIST_BYTES
    ) -> None:
        self._pop, self._shelf, self._now = pop, shelf, now
        self._lists = AnswerLists(max_bytes=max_bytes)

    @property
    def routes(self) -> Iterable[web.RouteDef]:
        """One for all islands."""
        return [web.get("/v1/islands/{tenant}/{island}/answers", self._get)]

    async def _get(self, request: web.Request) -> web.Response:
        shelf, now = self._shelf(), self._now()
        name = IslandName.parse(f"{request.match_info['tenant']}/{request.match_info['island']}")
        # Without a session, as for a snippet.
        entry, status = find_served(shelf, find_slot(shelf, name).seen_by("", pop=self._pop), now)
        stated = request.query.get("locale", "")
        wanted = wanted_locales(stated, "", "" if stated else request.headers.get("Accept-Language", ""))
        found = self._lists.list_of(entry, wanted, now)
        headers = {"Cache-Control": cache_control(status, now), "ETag": found.etag, "Content-Type": "application/json"}
        if not stated:
            headers["Vary"] = "Accept-Language"
        if has_document(request.headers.get("If-None-Match", ""), found.etag):
            return web.Response(status=304, headers=headers)
        return web.Response(body=found.body, headers=headers)
