"""One question, from request to response. It waits for triage, the outbox, and a second model if there is one."""

import time
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from edge.daemon.ask.concluder import Concluder
from edge.daemon.ask.judge import Judge
from edge.daemon.ask.overload import Overload, too_much
from edge.daemon.ask.question import OpenQuestion, Readings, filters_of, find_slot_for_question, unmarked
from edge.daemon.ask.response import MakeResponse, make_response
from edge.daemon.consents import TakenConsent
from edge.daemon.limits import asker_name
from edge.daemon.sync import PopEntry, PopShelf, PopSlot
from edge.decide import (
    MAX_TEXT_CHARACTERS,
    OUT_OF_SCOPE_BELOW,
    Asked,
    Resolution,
    Unjudged,
    check_labels,
    check_text,
    is_filtered_before,
    open_question,
    wanted_locales,
)
from edge.errors import Reason, RefusedError
from edge.records import AskRequest, AskResponse, IslandName, Verdict
from edge.safety import screen
from edge.tokens import ANONYMOUS, Asker
from edge.triage import Matter, language_of, without_controls

if TYPE_CHECKING:
    # A PoP without the second model loads nothing of it.
    from edge.triage import Across

Suggest: TypeAlias = "Callable[[PopEntry, str], Awaitable[Across]]"
"""What the second model finds in a text in another language."""


class Answerer:
    """Answers questions from the shelf in force, and escalates the others. Belongs to the event loop."""

    def __init__(
        self,
        *,
        pop: str,
        model: str,
        judge: Judge,
        overload: Overload,
        concluder: Concluder,
        shelf: Callable[[], PopShelf],
        now: Callable[[], datetime],
        named_tenants: Collection[str] = frozenset(),
        suggest: "Suggest | None" = None,
    ) -> None:
        """`named_tenants`: those that the configuration names; a question to any island of theirs becomes a ticket.

        `suggest`: the second model, for questions in other languages; None: they go to people.
        """
        self._pop, self._model, self._named_tenants = pop, model, named_tenants
        self._judge, self._overload, self._concluder = judge, overload, concluder
        self._shelf, self._now, self._suggest, self._readings = shelf, now, suggest, Readings()

    async def ask(
        self,
        request: AskRequest,
        *,
        asker: Asker = ANONYMOUS,
        trace: str = "",
        ticket_id: str = "",
        accepted: str = "",
        consent: TakenConsent | None = None,
        make: MakeResponse = make_response,
    ) -> AskResponse:
        """Answer one question of `asker`, in the desk's form, or in that of `make`. An escalation is durable on return.

        `trace` is the request's `traceparent`, `accepted` its `Accept-Language`. `ticket_id` is the id for its ticket;
        empty: a new one. `consent`: what the viewer agrees to with the question; stored with the ticket, or alone.

        The session is the asker's: `request.session` must be `asker.session`.

        Raises `RefusedError` with the problem to send back: `TEXT_INVALID`, `ISLAND_UNKNOWN`, or `OVERLOADED` when the
        outbox is full. Raises `StorageError` when the outbox cannot write. Nothing was promised then.
        """
        began = time.perf_counter()
        sent, request = request, replace(request, text=without_controls(request.text))
        check_text(request.text)
        check_labels(session=request.session, channel=request.channel, locale=request.locale, consent=request.consent)
        # Clock and shelf are read once. The awaits below take milliseconds, and a shelf that is swapped meanwhile must
        # not give one question the answer of one revision and the state of another.
        now, shelf = self._now(), self._shelf()
        name = IslandName.parse(request.island)
        slot = find_slot_for_question(shelf, name, named_tenants=self._named_tenants, now=now)
        slot = slot.seen_by(request.session, pop=self._pop)
        # From the text as it was sent: marks count its characters.
        message, matter = self._readings.read(sent.text, sent.marks)
        is_other = is_other_language(request.locale, slot)
        found = screen(request.text, filters_of(slot.entry))
        asked = Asked(message.words, request.channel, asker.claims, message.mentions, is_other, found.hits)
        # By its words alone, and only where a second model reads them: without it, people have such a question.
        spoken = language_of(matter.question) if self._suggest is not None else ""
        question = OpenQuestion(
            request=request,
            slot=slot,
            status=shelf.status_of(slot, now),
            asked=asked,
            now=now,
            began=began,
            trace=trace,
            asker=asker,
            in_overload=self._overload.is_on,
            ticket_id=ticket_id,
            is_known=shelf.get(name) is not None,
            wanted=wanted_locales(request.locale, spoken, accepted),
            consent=consent,
            screened=found,
        )
        resolution = await self._resolve(question, matter)
        if isinstance(resolution, Verdict):
            # Not the normal form: it spells out English abbreviations ("y" is "why").
            resolution = await read_across(question, resolution, unmarked(sent.text, sent.marks), self._suggest)
        concluded = await self._concluder.conclude(question, resolution)
        return make(concluded, question, self._model)

    async def _resolve(self, question: OpenQuestion, matter: Matter) -> Resolution:
        # Before triage: a bot's message, or a question to an island that is not served, must not wait in its queue.
        resolution = open_question(question.request.author, question.status, question.request.want)
        if resolution is not None:
            return resolution
        if question.slot.entry is None:
            return Unjudged(Reason.ISLAND_UNKNOWN)
        if is_filtered_before(question.asked, question.slot.entry.island):
            return Unjudged(Reason.FILTERED)
        if question.in_overload:
            return self._judge.look(question.slot.entry, matter) or self._unjudged(question)
        owner = asker_name(question.asker).name
        return await self._judge.judge(question.slot.entry, matter, asker=owner)

    def _unjudged(self, question: OpenQuestion) -> Unjudged:
        """People take an urgent question without a verdict. Raises `RefusedError` (`OVERLOADED`) for every other."""
        entry = question.slot.entry
        if entry is None or not self._overload.is_urgent(entry.island, question.asked):
            raise too_much()
        return Unjudged(Reason.OVERLOADED)

    def needs_only_a_look(self, request: AskRequest) -> bool:
        """False if the question would be refused while there is too much at once, because it needs triage.

        Fast, and changes nothing. True also for a question that is refused for another reason.
        """
        try:
            slot = self._shelf().get(IslandName.parse(request.island))
        except RefusedError:
            return True
        entry = slot.entry if slot is not None else None
        if entry is None or len(request.text) > MAX_TEXT_CHARACTERS:
            return True
        message, matter = self._readings.read(request.text, request.marks)
        asked = Asked(text=message.words, channel=request.channel)
        return self._judge.look(entry, matter) is not None or self._overload.may_be_urgent(entry.island, asked)


async def read_across(question: OpenQuestion, verdict: Verdict, text: str, suggest: "Suggest | None") -> Verdict:
    """The verdict with what the second model finds likely, if the question may be in another language.

    `text`: as it was sent, without what its platform marked. `suggest`: None without a second model.
    """
    entry = question.slot.entry
    if suggest is None or entry is None or question.in_overload or verdict.exact:
        return verdict
    # A short question has few words to tell its language by. Then the viewer's page may know it.
    is_declared = question.asked.is_other_language
    if not verdict.is_foreign and not (is_declared and verdict.any_confidence < OUT_OF_SCOPE_BELOW):
        return verdict
    found = await suggest(entry, text)
    return replace(verdict, across=found.candidates, across_harm=found.harm)


def is_other_language(locale: str, slot: PopSlot) -> bool:
    """True if `locale` names another language than that of the slot's island."""
    if slot.entry is None or not locale:
        return False
    return locale.partition("-")[0].lower() != slot.entry.island.locale.partition("-")[0].lower()
