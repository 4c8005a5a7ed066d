"""Choices from what was offered: each request brings the receipt of the offer, what was picked, and the question again.

The receipt is the proof: it has the offered snippets, and hashes of session and question. So nothing is remembered of
an offer, apart from the numbers of receipts that were used. What a restart forgets of them does no harm: a picked
answer is given again, and a ticket has the id that its receipt gives it, so there is no second one.

What an escalation offered while its viewer waits goes to `while_waiting`.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from edge.daemon.ask import (
    Concluder,
    Judge,
    OpenQuestion,
    Overload,
    Suggest,
    find_slot,
    is_other_language,
    make_response,
    read_across,
    read_as_sent,
    unmarked,
)
from edge.daemon.buttons.while_waiting import WhileWaiting
from edge.daemon.limits import asker_name
from edge.daemon.sync import PopShelf
from edge.daemon.tally import Tally
from edge.decide import (
    Asked,
    OfferRefused,
    OfferTaken,
    Resolution,
    Unjudged,
    check_labels,
    check_text,
    open_question,
)
from edge.errors import Reason
from edge.host import RecentlyUsed
from edge.records import AskRequest, AskResponse, Author, ChoiceRequest, IslandName, Verdict
from edge.tally import CounterName
from edge.tokens import (
    ANONYMOUS,
    Asker,
    Receipt,
    check_choice,
    check_revision,
    choice_ticket_id,
    contact_of,
    read_offer,
    used_before,
)
from edge.triage import Matter, matter_of, without_controls

MAX_USED = 50_000
"""Numbers of used receipts that are remembered: 10 MB at most. A receipt is good for an hour."""


class Chooser:
    """Answers what viewers pick, and escalates what they refuse. Belongs to the event loop."""

    def __init__(
        self,
        *,
        pop: str,
        model: str,
        judge: Judge,
        overload: Overload,
        concluder: Concluder,
        tally: Tally,
        while_waiting: WhileWaiting,
        shelf: Callable[[], PopShelf],
        token_key: bytes,
        now: Callable[[], datetime],
        suggest: "Suggest | None" = None,
        max_used: int = MAX_USED,
    ) -> None:
        """`suggest`: the second model, for the tickets of questions in other languages; None: there is none."""
        self._pop, self._model, self._key = pop, model, token_key
        self._judge, self._overload, self._concluder, self._tally = judge, overload, concluder, tally
        self._while_waiting, self._shelf, self._now = while_waiting, shelf, now
        self._suggest = suggest
        self._used: RecentlyUsed[bytes, bool] = RecentlyUsed(max_used)

    def read(self, receipt: str) -> Receipt:
        """The offer that a receipt is of. Raises `RefusedError` (`TOKEN_INVALID`) as `edge.tokens.read_offer` does."""
        return read_offer(receipt, key=self._key, now=self._now().timestamp())

    async def choose(
        self, request: ChoiceRequest, offer: Receipt, *, asker: Asker = ANONYMOUS, trace: str = ""
    ) -> AskResponse:
        """Answer what `asker` picked from `offer`, or escalate the question; that is durable on return.

        The response has the desk's form. Raises `RefusedError` with the problem to send back: `TEXT_INVALID`,
        `MALFORMED` for a snippet that was not offered, `TOKEN_INVALID` if the receipt is of another session, question
        or revision, or was used, `ISLAND_UNKNOWN`, `OVERLOADED`. Raises `StorageError` when the outbox cannot write.
        Then nothing was promised, and the receipt can be used again.
        """
        began = time.perf_counter()
        text = without_controls(request.text)
        check_text(text)
        check_labels(session=asker.session, channel=request.channel, locale=request.locale, consent=request.consent)
        name = IslandName.parse(offer.island)
        contact = contact_of(name, asker.session, key=self._key)
        check_choice(offer, request.snippet, text=text, contact=contact, key=self._key)
        now, shelf = self._now(), self._shelf()
        slot = find_slot(shelf, name).seen_by(asker.session, pop=self._pop)
        message = read_as_sent(request.text, request.marks)
        question = OpenQuestion(
            request=AskRequest(
                island=offer.island,
                text=text,
                session=asker.session,
                channel=request.channel,
                locale=request.locale,
                consent=request.consent,
            ),
            slot=slot,
            status=shelf.status_of(slot, now),
            asked=Asked(
                message.words,
                request.channel,
                asker.claims,
                message.mentions,
                is_other_language=is_other_language(request.locale, slot),
            ),
            now=now,
            began=began,
            trace=trace,
            asker=asker,
            in_overload=self._overload.is_on,
            ticket_id=choice_ticket_id(offer, key=self._key),
            refused=offer.offered if request.snippet is None else (),
            # As the offer was made, so that what is picked is in the language in which it was read.
            wanted=tuple(offer.wanted.split()),
        )
        if offer.ticket:
            return await self._while_waiting.choose(question, request.snippet, offer)
        with self._used_once(offer):
            resolution = await self._resolve(question, request, offer, matter_of(message))
            question = question._replace(picked=resolution.snippet if isinstance(resolution, OfferTaken) else "")
            concluded = await self._concluder.conclude(question, resolution)
        is_taken = request.snippet is not None
        self._tally.count_choice(offer, CounterName.OFFER_TAKEN if is_taken else CounterName.OFFER_REFUSED)
        return make_response(concluded, question, self._model)

    @contextmanager
    def _used_once(self, offer: Receipt) -> Iterator[None]:
        """Marks the receipt as used. If the choice fails, it is not."""
        if self._used.get(offer.number):
            raise used_before()
        # Before any await: of two choices at once, the second must see the first.
        self._used.put(offer.number, True)
        try:
            yield
        except BaseException:
            self._used.pop(offer.number)
            raise

    async def _resolve(
        self, question: OpenQuestion, request: ChoiceRequest, offer: Receipt, matter: Matter
    ) -> Resolution:
        entry = question.slot.entry
        unserved = open_question(Author.VIEWER, question.status)
        if unserved is not None or entry is None:
            return unserved or Unjudged(Reason.ISLAND_UNKNOWN)
        if request.snippet is not None:
            check_revision(offer, entry.island.revision)
            # As it was judged for the offer, if that is remembered: for people, if they must answer by now.
            return OfferTaken(request.snippet, self._judge.look(entry, matter))
        # Judged again for the ticket's candidates, and for harm. Of another revision too: people take it anyway.
        if question.in_overload:
            verdict = self._judge.look(entry, matter)
        else:
            judged = await self._judge.judge(entry, matter, asker=asker_name(question.asker).name)
            verdict = judged if isinstance(judged, Verdict) else None
            if verdict is not None:
                # Else people would read what the first model takes a foreign question for.
                verdict = await read_across(question, verdict, unmarked(request.text, request.marks), self._suggest)
        return OfferRefused(offer.offered, verdict, offer.is_ramp)
