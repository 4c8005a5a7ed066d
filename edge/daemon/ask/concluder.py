"""The second half of every question: decide it, make its ticket, remember it, count it and log it.

`answerer` and `tree_walk` find the resolution of a question, typed or by buttons; the concluder carries it out.

**Crashes.** The ticket is stored first, and a conversation is remembered only after that. A process that dies before
the ticket is stored has told the viewer nothing. One that dies later loses what is remembered, which is in memory
anyway, and the ticket is delivered after the start.
"""

import time
from datetime import datetime
from typing import NamedTuple

from edge.config import PopConfig
from edge.daemon.ask.provenance import rank
from edge.daemon.ask.remember import remember
from edge.daemon.ask.standing import standing_of
from edge.daemon.ask.ticket import make_ticket
from edge.daemon.ask.transcript import Transcripts
from edge.daemon.handoff import Handoff
from edge.daemon.people import Remembered
from edge.daemon.sync import PopEntry, PopSlot
from edge.daemon.tally import Tally
from edge.daemon.telemetry import Metrics
from edge.decide import Asked, Conclusion, Resolution, Standing, conclude
from edge.errors import Reason
from edge.host import get_logger
from edge.records import AskRequest, IslandStatus, Outcome, RankedCandidate, Ticket, TicketKind, Verdict
from edge.tokens import ANONYMOUS, Asker, make_promise


class OpenQuestion(NamedTuple):
    """One question, with time and shelf as they were when it arrived."""

    request: AskRequest
    slot: PopSlot
    status: IslandStatus
    asked: Asked
    now: datetime
    began: float
    """When it arrived, by `time.perf_counter`, in seconds."""
    trace: str = ""
    asker: Asker = ANONYMOUS
    is_known: bool = True
    """False if neither signed metadata nor the configuration names the island, only its tenant."""


class Concluded(NamedTuple):
    """What became of a question, for the response."""

    conclusion: Conclusion
    verdict: Verdict | None
    ranked: tuple[RankedCandidate, ...]
    ticket: Ticket | None
    callback_token: str | None
    receipt: str | None
    took_s: float


class Concluder:
    """Concludes questions and carries the conclusions out. Belongs to the event loop."""

    def __init__(
        self,
        *,
        config: PopConfig,
        handoff: Handoff,
        remembered: Remembered,
        tally: Tally,
        token_key: bytes,
        metrics: Metrics,
        model: str,
    ) -> None:
        self._pop, self._limits, self._model, self._token_key = config.pop.name, config.tickets, model, token_key
        self._handoff, self._remembered, self._tally, self._metrics = handoff, remembered, tally, metrics
        self._transcripts = Transcripts()
        self._log = get_logger()

    async def conclude(self, question: OpenQuestion, resolution: Resolution) -> Concluded:
        """Decide a question and carry the decision out; an escalation is durable on return.

        Raises `RefusedError` (`OVERLOADED`) when the outbox is full, `StorageError` when it cannot write. Then nothing
        is remembered of the question, except that surge control and incidents have counted it.
        """
        request, entry, now = question.request, question.slot.entry, question.now
        verdict = resolution if isinstance(resolution, Verdict) else None
        ranked = rank(verdict, entry) if verdict and entry else ()
        conclusion = conclude(
            resolution,
            island=entry.island if entry else None,
            asked=question.asked,
            standing=self._standing(request, entry, verdict, now),
            now=now.timestamp(),
        )
        ticket = None
        if conclusion.decision.outcome is Outcome.ESCALATE:
            # Before anything else, and the only wait. If it raises, or the process dies here, session, load, transcript
            # and counts are as if the question had not been asked, and the viewer may ask again.
            ticket = await self._put_ticket(question, conclusion, ranked)
        # No await from here on: another question sees all of this one or nothing of it.
        remember(self._remembered, request, entry, conclusion, ticket)
        # After the ticket was made: its transcript holds the earlier turns, not the question itself.
        self._transcripts.add(request, conclusion.decision, now)
        took_s = time.perf_counter() - question.began
        self._log_and_count(question.status, conclusion, verdict, ticket, took_s=took_s)
        receipt = None
        if question.is_known:
            # Names that only viewers gave are not counted: nobody could say how many there may be.
            receipt = self._tally.count_decision(request, conclusion.decision, ranked=ranked, ticket=ticket, now=now)
        return Concluded(conclusion, verdict, ranked, ticket, self._callback_token(ticket), receipt, took_s)

    def _standing(
        self, request: AskRequest, entry: PopEntry | None, verdict: Verdict | None, now: datetime
    ) -> Standing:
        """The standing of the conversation, read just before the decision."""
        if entry is None:
            return Standing()
        # The question counts for surge control and incidents here, even if its ticket is refused: they measure what
        # is asked, and a full outbox is when they matter most.
        load = self._remembered.loads.get(entry.island.tenant, now)
        signals = self._remembered.steerings.observe(entry, verdict, load, now)
        return standing_of(self._remembered, request, entry, signals, load)

    async def _put_ticket(
        self, question: OpenQuestion, conclusion: Conclusion, ranked: tuple[RankedCandidate, ...]
    ) -> Ticket:
        ticket = make_ticket(
            question.request,
            conclusion.decision,
            pop=self._pop,
            entry=question.slot.entry,
            ranked=ranked,
            transcript=self._transcripts.get(question.request),
            trace=question.trace,
            model=self._model,
            limits=self._limits,
            now=question.now,
        )
        await self._handoff.put(ticket)
        return ticket

    def _callback_token(self, ticket: Ticket | None) -> str | None:
        if ticket is None or ticket.reason is not Reason.SURGE:
            return None
        return make_promise(ticket, key=self._token_key)

    def _log_and_count(
        self,
        status: IslandStatus,
        conclusion: Conclusion,
        verdict: Verdict | None,
        ticket: Ticket | None,
        *,
        took_s: float,
    ) -> None:
        """Count the question in the metrics, and write its canonical log line. The viewer's words are in neither."""
        decision = conclusion.decision
        self._metrics.questions.labels(decision.outcome, decision.reason).inc()
        self._metrics.ask_s.observe(took_s)
        if ticket is not None:
            self._metrics.count_fallback(decision.because or decision.reason)
        # For safety and fraud the topic is omitted too; `log_class` lets a pipeline restrict access to the line.
        is_support = decision.kind is TicketKind.SUPPORT
        self._log.info(
            "question",
            log_class=decision.kind,
            island=status.island,
            revision=status.revision,
            outcome=decision.outcome,
            reason=decision.reason,
            confidence=round(verdict.confidence, 4) if verdict and is_support else None,
            snippet=decision.snippet or None,
            ticket=ticket.id if ticket else None,
            ms=round(took_s * 1000, 3),
        )
