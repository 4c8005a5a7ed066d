"""`GET /v1/islands/{tenant}/{island}/answers`: every served answer, signed, with a question that it answers.

The reader verifies each answer as it would a snippet, and shows none after its `expires`. The list says when it was
written, so that a reader without a connection can say how old it is. It may be cached as a snippet may.
"""

from collections.abc import Callable, Iterable

from aiohttp import web

from edge.daemon.api import cache_control, find_served
from edge.daemon.ask import approved, as_signed, find_slot
from edge.daemon.sync import PopClock, PopEntry, PopShelf
from edge.decide import wanted_locales
from edge.host import json_response
from edge.records import Automation, IslandName
from edge.records.answers import AnswerList, ListedAnswer


class AnswerRoutes:
    """The route of the list. `pop`: the PoP's name."""

    def __init__(self, *, pop: str, shelf: Callable[[], PopShelf], now: PopClock) -> None:
        self._pop, self._shelf, self._now = pop, shelf, now

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
        answers = tuple(_listed(entry, one.id, wanted) for one in entry.island.snippets if _is_served(entry, one.id))
        response = json_response(
            AnswerList(island=str(name), revision=entry.island.revision, at=now, answers=answers)
        )  # fmt: skip
        response.headers["Cache-Control"] = cache_control(status, now)
        if not stated:
            response.headers["Vary"] = "Accept-Language"
        return response


def _is_served(entry: PopEntry, snippet: str) -> bool:
    # The text of a snippet for people only is not public.
    return entry.snippets[snippet].automation is Automation.ANSWER


def _listed(entry: PopEntry, snippet: str, wanted: tuple[str, ...]) -> ListedAnswer:
    answer = approved(entry, snippet, wanted)
    question = answer.title or entry.snippets[snippet].examples[0]
    return ListedAnswer(snippet=snippet, question=question, signed=as_signed(answer))
