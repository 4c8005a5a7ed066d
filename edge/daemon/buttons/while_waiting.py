"""Picks from what an escalation offers while its viewer waits for a person.

The ticket is durable, and people may have it. So a pick is no question of its own: it makes no ticket, and is no turn
of the conversation. It is answered, and the ticket is taken back unless a person is at work on it. Nothing is
remembered of it here: the outbox knows whether a ticket was taken back, so the same pick again gives the same answer.

**Crashes.** The take-back is stored before the viewer has the answer. A process that dies in between has taken the
ticket back, and the viewer may pick again. One that dies before it has changed nothing.
"""

from typing import NamedTuple

import msgspec

from edge.daemon.ask import Approved, OpenQuestion, approved, provenance_of, screened, signed_answer
from edge.daemon.handoff import Handoff
from edge.daemon.ledger import Ledger, log_of
from edge.daemon.limits import asker_name
from edge.daemon.people import Remembered
from edge.daemon.sync import PopEntry
from edge.daemon.tally import Tally
from edge.decide import by_taken_offer, language_note, open_question
from edge.errors import Reason, SkerryError
from edge.host import get_logger
from edge.records import AskResponse, Author, Outcome, SolvedByViewer, ThresholdWhy
from edge.records.ledger import LeafKind, LeafPayload, ShownAnswer
from edge.safety import NOTHING_FOUND, masked
from edge.tally import CounterName
from edge.tokens import Receipt, check_revision, make_receipt, make_ticket_token


class _Picked(NamedTuple):
    """What a pick comes to."""

    outcome: Outcome
    reason: Reason
    snippet: str = ""
    """For `answer`: the snippet that answers."""


class WhileWaiting:
    """Answers picks of viewers who wait for a person, and takes their tickets back. Belongs to the event loop."""

    def __init__(
        self,
        *,
        pop: str,
        handoff: Handoff,
        remembered: Remembered,
        tally: Tally,
        ledger: Ledger,
        token_key: bytes,
    ) -> None:
        self._pop, self._handoff, self._remembered, self._tally = pop, handoff, remembered, tally
        self._ledger = ledger
        self._key, self._log = token_key, get_logger()

    async def choose(self, question: OpenQuestion, snippet: str | None, offer: Receipt) -> AskResponse:
        """Answer what the viewer picked from `offer`, whose ticket is then taken back, durably; or leave the ticket.

        `snippet`: one of the offered; None for none of these. Raises `RefusedError` (`TOKEN_INVALID`) if the island has
        another revision by now. If the disk fails, the viewer has the answer, and people keep the ticket.
        """
        picked = self._decide(question, snippet, offer)
        if snippet is None:
            self._tally.count_choice(offer, CounterName.WAITING_REFUSED)
        elif picked.outcome is Outcome.ANSWER and question.slot.entry is not None:
            is_back = await self._take_back(question, question.slot.entry, picked.snippet, offer)
            self._tally.count_choice(offer, CounterName.SOLVED_WAITING if is_back else CounterName.WAITING_LATE)
            picked = picked._replace(reason=Reason.SOLVED_WAITING if is_back else Reason.PICKED)
        self._log.info(
            "choice while waiting", island=offer.island, outcome=picked.outcome, reason=picked.reason,
            snippet=picked.snippet or None, ticket=offer.ticket,
        )  # fmt: skip
        return self._response(question, picked, offer)

    def _decide(self, question: OpenQuestion, snippet: str | None, offer: Receipt) -> _Picked:
        """What the pick comes to, before it is known whether the ticket can be taken back."""
        entry, now = question.slot.entry, question.now
        if snippet is None:
            return _Picked(Outcome.ESCALATE, Reason.NONE_OF_THESE)
        unserved = open_question(Author.VIEWER, question.status)
        if unserved is not None or entry is None:
            return _Picked(Outcome.ESCALATE, unserved.reason if unserved else Reason.ISLAND_UNKNOWN)
        check_revision(offer, entry.island.revision)
        load = self._remembered.loads.get(entry.island.tenant, now)
        asker = asker_name(question.asker)
        signals = self._remembered.steerings.observe(entry, None, load, now, asker=asker, asked=question.asked)
        decision = by_taken_offer(snippet, entry.island, asked=question.asked, incidents=signals.incidents)
        return _Picked(decision.outcome, decision.reason, decision.snippet)

    async def _take_back(self, question: OpenQuestion, entry: PopEntry, snippet: str, offer: Receipt) -> bool:
        """True if the ticket is taken back. Then its session is the machine's again, if people have nothing else."""
        # Of several matters, the viewer has an answer to one.
        if offer.keeps_ticket:
            return False
        solved = SolvedByViewer(
            id=SolvedByViewer.id_of(offer.ticket),
            ticket=offer.ticket,
            created=question.now,
            pop=self._pop,
            island=offer.island,
            lane=offer.lane,
            session=question.request.session,
            provenance=provenance_of(entry, snippet, question.wanted),
        )
        try:
            is_back = await self._handoff.take_back(solved)
        except SkerryError as error:
            self._log.warning("a ticket cannot be taken back, people keep it", ticket=offer.ticket, error=error.text)
            return False
        if is_back:
            self._remembered.sessions.resolve(offer.ticket)
        return is_back

    def _response(self, question: OpenQuestion, picked: _Picked, offer: Receipt) -> AskResponse:
        status, entry = question.status, question.slot.entry
        answering = entry if picked.outcome is Outcome.ANSWER else None
        answer = approved(answering, picked.snippet, question.wanted) if answering else None
        # The receipt is of the same number, so that a pick again gives the same, and feedback on both counts once.
        receipt = offer._replace(snippet=picked.snippet, offered=()) if answering else offer
        is_peoples = picked.reason is not Reason.SOLVED_WAITING
        now = question.now.timestamp()
        return AskResponse(
            outcome=picked.outcome,
            reason=picked.reason,
            island=status.island,
            revision=status.revision,
            state=status.state,
            target_precision=offer.threshold,
            threshold_why=ThresholdWhy(offer.why) if offer.why else None,
            answerable_share=offer.share,
            answer=answer.document.answer if answer else None,
            provenance=provenance_of(answering, picked.snippet, question.wanted) if answering else None,
            signed=signed_answer(answering, picked.snippet, question.wanted) if answering else None,
            language_note=language_note(answer.document.locale, question.wanted) if answer else msgspec.UNSET,
            ticket=offer.ticket if is_peoples else None,
            ticket_token=make_ticket_token(offer.ticket, offer.island, key=self._key, now=now) if is_peoples else None,
            lane=offer.lane if is_peoples else None,
            receipt=make_receipt(receipt, key=self._key),
            leaf=self._note(question, picked, answer, offer) or msgspec.UNSET,
            elapsed_ms=question.elapsed_ms(),
        )

    def _note(self, question: OpenQuestion, picked: _Picked, answer: Approved | None, offer: Receipt) -> str:
        """Give the tap its leaf. Returns its hash; empty if there is no room."""
        payload = LeafPayload(
            island=offer.island,
            revision=question.status.revision,
            channel=question.request.channel,
            question=masked(question.request.text, screened(question).screened or NOTHING_FOUND),
            outcome=picked.outcome,
            reason=picked.reason,
            answers=(ShownAnswer(snippet=picked.snippet, digest=answer.snippet.digest),) if answer else (),
            picked=picked.snippet,
            refused=() if picked.snippet else offer.offered,
            ticket=offer.ticket,
            lane=offer.lane,
        )
        event = log_of(offer.island, question.slot.entry, is_known=question.is_known)
        at, session = question.now.timestamp(), question.request.session
        return self._ledger.note(event, LeafKind.TAP, payload, at=at, session=session)
