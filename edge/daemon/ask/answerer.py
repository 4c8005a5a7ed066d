"""One question, from request to response. Reads straight down, and waits at most twice: for triage, for the outbox."""

import time
from collections.abc import Callable
from datetime import datetime

from edge.daemon.ask.concluder import Concluder, OpenQuestion
from edge.daemon.ask.judge import Judge
from edge.daemon.ask.response import make_response
from edge.daemon.sync import PopShelf, PopSlot
from edge.decide import Asked, Resolution, Unjudged, check_text, open_question
from edge.errors import Reason, RefusedError
from edge.records import AskRequest, AskResponse, IslandName
from edge.triage import normalise


class Answerer:
    """Answers questions from the shelf in force, and hands over what it may not answer."""

    def __init__(
        self,
        *,
        pop: str,
        model: str,
        judge: Judge,
        concluder: Concluder,
        shelf: Callable[[], PopShelf],
        now: Callable[[], datetime],
    ) -> None:
        self._pop, self._model = pop, model
        self._judge, self._concluder, self._shelf, self._now = judge, concluder, shelf, now

    async def ask(self, request: AskRequest, *, trace: str = "") -> AskResponse:
        """Decide one question; `trace` is the request's `traceparent`. An escalation is durable when this returns.

        Raises `RefusedError` for text that is no question, or an island that nothing signed or configured speaks of,
        or (`OVERLOADED`) when the outbox is full; `StorageError` when the outbox cannot write.
        """
        began = time.perf_counter()
        check_text(request.text)
        now, shelf = self._now(), self._shelf()
        slot = find_slot(shelf, IslandName.parse(request.island)).seen_by(request.session, pop=self._pop)
        asked = Asked(text=normalise(request.text), channel=request.channel)
        question = OpenQuestion(request, slot, shelf.status_of(slot, now), asked, now, began, trace)
        concluded = await self._concluder.conclude(question, await self._resolve(question))
        return make_response(concluded, status=question.status, entry=slot.entry, model=self._model)

    async def _resolve(self, question: OpenQuestion) -> Resolution:
        resolution = open_question(question.request.author, question.status)
        if resolution is not None:
            return resolution
        if question.slot.entry is None:
            return Unjudged(Reason.ISLAND_UNKNOWN)
        return await self._judge.judge(question.slot.entry, question.asked.text)


def find_slot(shelf: PopShelf, name: IslandName) -> PopSlot:
    """What the shelf knows of an island; raises `RefusedError` (`ISLAND_UNKNOWN`)."""
    slot = shelf.get(name)
    if slot is None:
        raise RefusedError(
            f"island '{name}' is unknown here, expected one listed at /v1/islands", reason=Reason.ISLAND_UNKNOWN
        )
    return slot
