"""One question, from request to response. It waits at most twice: for triage, and for the outbox."""

import time
from collections.abc import Callable, Collection
from datetime import datetime

from edge.daemon.ask.concluder import Concluder, OpenQuestion
from edge.daemon.ask.find import find_slot_for_question, read_name
from edge.daemon.ask.judge import Judge
from edge.daemon.ask.response import make_response
from edge.daemon.sync import PopShelf
from edge.decide import Asked, Resolution, Unjudged, check_text, open_question
from edge.errors import Reason
from edge.records import AskRequest, AskResponse
from edge.tokens import ANONYMOUS, Asker
from edge.triage import normalise


class Answerer:
    """Answers questions from the shelf in force, and escalates the others. Belongs to the event loop."""

    def __init__(
        self,
        *,
        pop: str,
        model: str,
        judge: Judge,
        concluder: Concluder,
        shelf: Callable[[], PopShelf],
        now: Callable[[], datetime],
        named_tenants: Collection[str] = frozenset(),
    ) -> None:
        """`named_tenants`: those that the configuration names; a question to any island of theirs becomes a ticket."""
        self._pop, self._model, self._named_tenants = pop, model, named_tenants
        self._judge, self._concluder, self._shelf, self._now = judge, concluder, shelf, now

    async def ask(self, request: AskRequest, *, asker: Asker = ANONYMOUS, trace: str = "") -> AskResponse:
        """Answer one question of `asker`; `trace` is the request's `traceparent`. An escalation is durable on return.

        The session is the asker's: `request.session` must be `asker.session`.

        Raises `RefusedError` with the problem to send back: `TEXT_INVALID`, `ISLAND_UNKNOWN`, or `OVERLOADED` when the
        outbox is full. Raises `StorageError` when the outbox cannot write. Nothing was promised then.
        """
        began = time.perf_counter()
        check_text(request.text)
        # Clock and shelf are read once. The awaits below take milliseconds, and a shelf that is swapped meanwhile must
        # not give one question the answer of one revision and the state of another.
        now, shelf = self._now(), self._shelf()
        name = read_name(request.island)
        slot = find_slot_for_question(shelf, name, named_tenants=self._named_tenants, now=now)
        slot = slot.seen_by(request.session, pop=self._pop)
        asked = Asked(text=normalise(request.text), channel=request.channel)
        is_known = shelf.get(name) is not None
        question = OpenQuestion(request, slot, shelf.status_of(slot, now), asked, now, began, trace, asker, is_known)
        concluded = await self._concluder.conclude(question, await self._resolve(question))
        return make_response(concluded, status=question.status, entry=slot.entry, model=self._model)

    async def _resolve(self, question: OpenQuestion) -> Resolution:
        # Before triage: a bot's message, or a question to an island that is not served, must not wait in its queue.
        resolution = open_question(question.request.author, question.status)
        if resolution is not None:
            return resolution
        if question.slot.entry is None:
            return Unjudged(Reason.ISLAND_UNKNOWN)
        return await self._judge.judge(question.slot.entry, question.asked.text)
