"""One question, from request to response. Reads straight down and waits at most twice: for triage, for the outbox."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime

from edge.config import PopConfig
from edge.daemon.ask.response import make_response, rank
from edge.daemon.ask.ticket import Transcripts, make_ticket
from edge.daemon.handoff import Handoff
from edge.daemon.people import People
from edge.daemon.sync import PopEntry, PopShelf, PopSlot
from edge.daemon.tally import Tally
from edge.daemon.telemetry import Metrics
from edge.decide import Asked, by_state, check_text, without_verdict
from edge.errors import Reason, RefusedError
from edge.host import RecentlyUsed, get_logger, where
from edge.records import (
    AskRequest,
    AskResponse,
    Author,
    Decision,
    IslandName,
    IslandStatus,
    Outcome,
    RankedCandidate,
    Ticket,
    TicketKind,
    Verdict,
)
from edge.shelf import SERVED
from edge.tokens import promise
from edge.triage import Triage, normalise


class Answerer:
    """Answers questions from the shelf in force, and hands over what it may not answer."""

    def __init__(
        self,
        *,
        config: PopConfig,
        triage: Triage,
        executor: Executor,
        shelf: Callable[[], PopShelf],
        handoff: Handoff,
        people: People,
        token_key: bytes,
        metrics: Metrics,
        tally: Tally,
        now: Callable[[], datetime],
    ) -> None:
        self.tally = tally
        self._people, self._token_key = people, token_key
        self._pop, self._triage, self._executor = config.pop.name, triage, executor
        self._bounds, self._transcripts = config.outbox, Transcripts()
        self._waiting_max, self._waiting = config.triage.waiting_max, 0
        self._shelf, self._handoff, self._metrics, self._now = shelf, handoff, metrics, now
        self._verdicts: RecentlyUsed[tuple[IslandName, int, str], Verdict] = RecentlyUsed(config.triage.cache_entries)
        self._log = get_logger()

    async def ask(self, request: AskRequest, *, trace: str = "") -> AskResponse:
        """Decide one question; `trace` is the request's `traceparent`. An escalation is durable when this returns.

        Raises `RefusedError` for a question that is none, or an island that nothing signed or configured speaks of,
        or (`OVERLOADED`) when the outbox is full; `StorageError` when the outbox cannot write.
        """
        began = time.perf_counter()
        check_text(request.text)
        now = self._now()
        shelf = self._shelf()
        place = self.place(IslandName.parse(request.island), request.session, shelf)
        status = shelf.status_of(place, now)
        asked = Asked(text=normalise(request.text), channel=request.channel)
        decision, verdict = await self._decide(request, place, status, asked)
        if place.entry:
            decision = self._people.settle(request, decision, place.entry, asked=asked, now=now)
        ranked = rank(verdict, place.entry) if verdict and place.entry and status.state in SERVED else ()
        ticket = None
        if decision.outcome is Outcome.ESCALATE:
            ticket = await self.hand_over(request, place, decision, ranked, now, trace=trace)
        if place.entry:
            self._people.remember(request, decision, place.entry, now)
        self._transcripts.note(request, decision, now)
        took_s = time.perf_counter() - began
        self.record(status, decision, verdict, ticket, took_s=took_s)
        return make_response(
            decision,
            status=status,
            entry=place.entry,
            verdict=verdict,
            ranked=ranked,
            ticket=ticket,
            wanted_precision=self._wanted(decision, place, now),
            callback=self._callback(ticket),
            receipt=self.tally.decided(request, decision, ranked=ranked, ticket=ticket, now=now),
            model=self._triage.model,
            took_s=took_s,
        )

    def place(self, name: IslandName, session: str, shelf: PopShelf) -> PopSlot:
        """An island as this session sees it; raises `RefusedError` (`ISLAND_UNKNOWN`)."""
        place = shelf.get(name)
        if place is None:
            raise RefusedError(
                f"island '{name}' is unknown here, expected one listed at /v1/islands", reason=Reason.ISLAND_UNKNOWN
            )
        return place.seen_by(session, pop=self._pop)

    async def _decide(
        self, request: AskRequest, place: PopSlot, status: IslandStatus, asked: Asked
    ) -> tuple[Decision, Verdict | None]:
        if request.author is not Author.VIEWER:
            return Decision(outcome=Outcome.REFUSE, reason=Reason.NOT_A_VIEWER), None
        island = place.entry.island if place.entry else None
        early = by_state(status, island, asked=asked)
        if early is not None or place.entry is None or island is None:
            return early or without_verdict(Reason.ISLAND_UNKNOWN, island, asked=asked), None
        if self._waiting >= self._waiting_max:
            return without_verdict(Reason.OVERLOADED, island, asked=asked), None
        try:
            verdict = await self._judge(place.entry, request.text)
        except Exception as error:  # noqa: BLE001 - whatever the model's libraries raise: people take the question
            self._log.error("triage failed", island=request.island, error=type(error).__name__, where=where(error))
            return without_verdict(Reason.MODEL_UNAVAILABLE, island, asked=asked), None
        return self._people.judge(verdict, place.entry, asked=asked, now=self._now()), verdict

    async def _judge(self, entry: PopEntry, text: str) -> Verdict:
        key = (entry.island.name, entry.island.revision, normalise(text))
        verdict = self._verdicts.get(key)
        if verdict is not None:
            self._metrics.verdicts_remembered.inc()
            return verdict
        loop = asyncio.get_running_loop()
        self._waiting += 1
        try:
            with self._metrics.triage_s.time():
                verdict = await loop.run_in_executor(self._executor, self._triage.judge, entry.head, text)
        finally:
            self._waiting -= 1
        self._verdicts.put(key, verdict)
        return verdict

    async def hand_over(
        self,
        request: AskRequest,
        place: PopSlot,
        decision: Decision,
        ranked: tuple[RankedCandidate, ...],
        now: datetime,
        *,
        trace: str = "",
    ) -> Ticket:
        """A ticket for people, durable on return; raises as `ask` does."""
        ticket = make_ticket(
            request,
            decision,
            pop=self._pop,
            entry=place.entry,
            ranked=ranked,
            transcript=self._transcripts.of(request),
            trace=trace,
            model=self._triage.model,
            bounds=self._bounds,
            now=now,
        )
        await self._handoff.put(ticket)
        self._people.hand_over(ticket)
        return ticket

    def _wanted(self, decision: Decision, place: PopSlot, now: datetime) -> float | None:
        """The threshold that was applied, or would have been."""
        if decision.wanted_precision is not None or place.entry is None:
            return decision.wanted_precision
        return self._people.wanted_precision(place.entry, now)

    def _callback(self, ticket: Ticket | None) -> str | None:
        if ticket is None or ticket.reason is not Reason.SURGE:
            return None
        return promise(ticket, key=self._token_key)

    def record(
        self, status: IslandStatus, decision: Decision, verdict: Verdict | None, ticket: Ticket | None, *, took_s: float
    ) -> None:
        """The canonical line of one question, and its counts. The question's words are in neither.

        Of a matter of safety or fraud, not even what it was about: the class of the line is for who may read more.
        """
        self._metrics.questions.labels(decision.outcome, decision.reason).inc()
        self._metrics.ask_s.observe(took_s)
        is_support = decision.kind is TicketKind.SUPPORT
        self._log.info(
            "question",
            log_class=decision.kind,
            island=status.island,
            revision=status.revision,
            decision=decision.outcome,
            reason=decision.reason,
            confidence=round(verdict.confidence, 4) if verdict and is_support else None,
            snippet=decision.snippet or None,
            ticket=ticket.id if ticket else None,
            ms=round(took_s * 1000, 3),
        )
