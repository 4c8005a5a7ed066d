"""The second half of every question: decide it, make its ticket, remember it, count it and log it.

`answerer` and `edge.daemon.buttons` find the resolution of a question, typed or pressed; the concluder carries it out.

**Crashes.** The ticket is stored first, and a conversation is remembered only after that. A process that dies before
the ticket is stored has told the viewer nothing. One that dies later loses what is remembered, which is in memory
anyway, and the ticket is delivered after the start.
"""

import time
from dataclasses import replace

from edge.config import PopConfig
from edge.consent import Permission
from edge.daemon.ask.leaf import hand_over_leaf, leaf_of_ticket, note_leaf
from edge.daemon.ask.overload import Overload
from edge.daemon.ask.provenance import Ranking
from edge.daemon.ask.question import Concluded, OpenQuestion, Ranked, screened
from edge.daemon.ask.remember import QuestionLog, remember
from edge.daemon.ask.standing import standing_of
from edge.daemon.ask.ticket import make_ticket
from edge.daemon.ask.transcript import Transcripts
from edge.daemon.consents import Consents, conclude_within
from edge.daemon.handoff import Handoff, Held
from edge.daemon.ledger import Ledger
from edge.daemon.limits import Limiter, asker_name, is_vouched
from edge.daemon.people import Join, Remembered
from edge.daemon.tally import Tally
from edge.daemon.telemetry import Metrics
from edge.decide import (
    Conclusion,
    OfferRefused,
    OfferTaken,
    PostedForPeople,
    Resolution,
    Standing,
    is_urgent,
)
from edge.errors import LimitedError, Reason
from edge.records import IslandName, Outcome, Ticket, Verdict
from edge.records.consent import PersonalStep
from edge.tokens import make_promise, make_ticket_token


class Concluder:
    """Concludes questions and carries the conclusions out. Belongs to the event loop."""

    def __init__(
        self,
        *,
        config: PopConfig,
        limiter: Limiter,
        handoff: Handoff,
        consents: Consents,
        remembered: Remembered,
        overload: Overload,
        tally: Tally,
        ledger: Ledger,
        token_key: bytes,
        metrics: Metrics,
        model: str,
    ) -> None:
        self._pop, self._tickets, self._model, self._token_key = config.pop.name, config.tickets, model, token_key
        self._handoff, self._remembered, self._tally, self._log = handoff, remembered, tally, QuestionLog(metrics)
        self._overload, self._limiter, self._consents, self.ledger = overload, limiter, consents, ledger
        self._transcripts = Transcripts()

    async def conclude(self, question: OpenQuestion, resolution: Resolution) -> Concluded:
        """Decide a question and carry the decision out; an escalation is durable on return.

        Raises `LimitedError` when the asker has made too many tickets, `RefusedError` (`OVERLOADED`) when the outbox is
        full or too much is asked at once, and `StorageError` when it cannot write. Then nothing is remembered of the
        question, except that surge control and incidents have counted it.
        """
        question = screened(question)
        request, entry, now, asker = question.request, question.slot.entry, question.now, question.asker
        counted = resolution.verdict if isinstance(resolution, PostedForPeople) else resolution
        counted = counted if isinstance(counted, Verdict) else None
        # A choice was counted for surge control and incidents when something was offered.
        verdict = resolution.verdict if isinstance(resolution, (OfferRefused, OfferTaken)) else counted
        ranked = Ranking(verdict, entry, without=question.refused, picked=question.picked)
        # What a tenant's own system posts is no viewer's session.
        asking = entry.island if entry and not question.source_id else None
        permission = await self._consents.permission(
            question.slot.name, asking, request.session, shown=request.consent, taken=question.consent
        )
        conclusion, missing = conclude_within(
            permission,
            resolution,
            island=entry.island if entry else None,
            asked=question.asked,
            standing=self._standing(question, counted),
            now=now.timestamp(),
        )
        if question.in_overload:
            self._overload.check_ticket(conclusion.decision)
        join = self._join(question, conclusion)
        if join is not None:
            # What is picked for this question must not take back the ticket of an earlier one.
            conclusion = conclusion.without_options()
        ticket, leaf = None, ""
        if conclusion.decision.outcome is Outcome.ESCALATE and (join is None or join.is_kept):
            # Before anything else, and the only wait. If it raises, or the process dies here, session, load, transcript
            # and counts are as if the question had not been asked, and the viewer may ask again.
            if question.in_overload:
                self._overload.count_ticket()
            conclusion, ticket, missing, leaf = await self._put_ticket(
                question, conclusion, verdict, ranked(), join=join, permission=permission, missing=missing
            )
        elif question.consent is not None:
            await self._consents.store(question.consent)
        ticket_id = join.ticket if join else ticket.id if ticket else None
        # No await from here on: another question sees all of this one or nothing of it.
        if ticket is None:
            leaf = note_leaf(self.ledger, question, conclusion, verdict, ticket_id or "")
        remember(self._remembered, question, conclusion, ticket, join=join)
        # After the ticket was made: its transcript holds the earlier turns, not the question itself.
        self._transcripts.add(request, conclusion.decision, now)
        took_s = time.perf_counter() - question.began
        self._log.write_soon(question.status, conclusion, verdict, ticket_id, took_s=took_s)
        callback_token = ticket_token = receipt = None
        if ticket is not None and ticket.reason is Reason.SURGE:
            purpose = permission.purpose_of(PersonalStep.CALLBACK)
            callback_token = make_promise(ticket, key=self._token_key, purpose=purpose)
        # The parts of a message are no offer: the viewer may want the answers to all of them, and asks for each.
        reason = conclusion.decision.reason
        is_offered = reason is Reason.RAMP or (bool(conclusion.decision.options) and reason is not Reason.PARTS)
        is_offer = is_offered and not question.asked.is_public and question.is_known
        if question.is_known:
            # Names that only viewers gave are not counted: nobody could say how many there may be.
            receipt = self._tally.count_decision(
                request,
                conclusion,
                # An answer counts for its own snippet.
                ranked=() if conclusion.posted else ranked(),
                ticket=ticket,
                now=now,
                is_vouched=is_vouched(asker),
                offer_revision=entry.island.revision if entry and is_offer else 0,
                wanted=question.wanted,
            )
        if ticket_id is not None:
            ticket_token = make_ticket_token(ticket_id, request.island, key=self._token_key, now=now.timestamp())
        # The answer to a pick is the viewer's choice, however likely it was.
        shown = None if isinstance(resolution, OfferTaken) else verdict
        is_masked = ticket is not None and not permission.may(PersonalStep.CONTACT)
        masked = question.screened.masked_rules if question.screened and is_masked else ()
        tokens = callback_token, receipt, took_s, ticket_token
        return Concluded(conclusion, shown, ranked, ticket, ticket_id, *tokens, is_offer, masked, leaf, missing)

    def _join(self, question: OpenQuestion, conclusion: Conclusion) -> Join | None:
        """The open ticket that an escalation joins; None: it makes a ticket, which is counted.

        It joins if people have its session, or if its asker has made too many tickets. Raises `LimitedError` if it may
        make no more, and has none in the same lane that it could join.
        """
        if conclusion.decision.outcome is not Outcome.ESCALATE:
            return None
        if conclusion.decision.reason is Reason.HUMAN_ACTIVE:
            join = self._open_ticket(question, conclusion)
            if join is not None:
                return join
        decision = conclusion.decision
        urgent = is_urgent(decision.kind, decision.lane, self._tickets.urgent_lanes)
        try:
            self._limiter.count_ticket(question.asker, question.request.island, is_urgent=urgent)
        except LimitedError:
            join = self._open_ticket(question, conclusion)
            if join is None:
                raise
            return join
        return None

    def _open_ticket(self, question: OpenQuestion, conclusion: Conclusion) -> Join | None:
        if conclusion.island is None or not question.request.session:
            return None
        return self._remembered.open_tickets.join(
            conclusion.island.name,
            question.request.session,
            lane=conclusion.decision.lane,
            text=question.request.text,
            ticket_id=question.ticket_id,
        )

    def _standing(self, question: OpenQuestion, verdict: Verdict | None) -> Standing:
        """The standing of the conversation, read just before the decision."""
        entry, now = question.slot.entry, question.now
        if entry is None:
            return Standing()
        # The question counts for surge control and incidents here, even if its ticket is refused: they measure what
        # is asked, and a full outbox is when they matter most.
        load = self._remembered.loads.get(entry.island.tenant, now)
        asker, known = asker_name(question.asker), self._remembered
        signals = known.steerings.observe(entry, verdict, load, now, asker=asker, asked=question.asked)
        return standing_of(known, question, entry, signals, load, verdict=verdict, asker=asker)

    async def _put_ticket(
        self,
        question: OpenQuestion,
        conclusion: Conclusion,
        verdict: Verdict | None,
        ranked: Ranked,
        *,
        join: Join | None,
        permission: Permission,
        missing: tuple[PersonalStep, ...],
    ) -> tuple[Conclusion, Ticket, tuple[PersonalStep, ...], str]:
        """The conclusion with its place in the lane, its ticket, the steps that were left out, the hash of its leaf.

        Ticket and leaf are durable.
        """
        tenant, decision = IslandName.parse(question.request.island).tenant, conclusion.decision
        # A follow-up belongs to a ticket that people have, so it keeps no pace.
        held = self._handoff.lanes.hold(tenant, decision) if join is None else Held(decision)
        conclusion = replace(conclusion, decision=held.decision)
        transcript, consented, missing = self._transcripts.agreed(question.request, permission, missing)
        ticket = make_ticket(
            question.request,
            conclusion,
            ticket_id=question.ticket_id,
            pop=self._pop,
            entry=question.slot.entry,
            verdict=verdict,
            ranked=ranked,
            transcript=transcript,
            consented=consented,
            trace=question.trace,
            model=self._model,
            settings=self._tickets,
            now=question.now,
            asker=question.asker,
            joins=join.ticket if join else "",
            refused=question.refused,
            picked=question.picked,
            path=question.path,
            typed=question.typed,
            source_id=question.source_id,
            wanted=question.wanted,
            may_keep=permission.may(PersonalStep.CONTACT),
            screened=question.screened,
        )
        taken, leaf = question.consent, hand_over_leaf(self.ledger, question, conclusion, verdict, ticket)
        await self._handoff.put(ticket, held, leaf, consent=[taken.parcel] if taken else ())
        if taken is not None:
            self._consents.note(taken)
        return conclusion, ticket, missing, await leaf_of_ticket(self.ledger, question, leaf)
