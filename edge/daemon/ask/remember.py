"""Writes a conclusion to the PoP's memory, its metrics and its log, once its ticket is durable."""

import asyncio

from prometheus_client import Counter

from edge.daemon.ask.provenance import posted_as
from edge.daemon.ask.question import OpenQuestion
from edge.daemon.limits import asker_name, is_vouched
from edge.daemon.people import Join, Remembered
from edge.daemon.telemetry import Metrics
from edge.decide import Asked, Conclusion, class_of, takes_budget
from edge.errors import Reason
from edge.host import get_logger
from edge.records import AskRequest, IslandStatus, Outcome, Ticket, TicketKind, Verdict
from edge.tokens import Asker


def remember(
    remembered: Remembered, question: OpenQuestion, conclusion: Conclusion, ticket: Ticket | None, *, join: Join | None
) -> None:
    """Remember a conclusion. Call it after the ticket, if there is one, is durable. Not async: it is done whole."""
    request, entry, asker, asked, wanted = (
        question.request,
        question.slot.entry,
        question.asker,
        question.asked,
        question.wanted,
    )
    if ticket is not None:
        # Without an island too: people get the ticket even if its island is not here.
        remembered.open_tickets.add(ticket)
        remembered.in_flight.count(ticket)
    if entry is None:
        return
    name = entry.island.name
    remembered.outcomes.count(name, class_of(asked.channel), conclusion.decision.outcome)
    _note_open(remembered, request, conclusion, asker=asker, asked=asked)
    # Anybody may write `channel: "stream"`, and must not use up the chat's minute, or speak for others in it.
    if asked.is_public and is_vouched(asker):
        _note(remembered, conclusion, ticket, asker=asker, asked=asked)
    if request.session:
        remembered.sessions.carry_out(name, request.session, conclusion)
    # For the same reason: an answer that only the asker saw must not silence it for the chat.
    if conclusion.posted and is_vouched(asker):
        remembered.posted.put(name, request.channel, posted_as(entry, conclusion.posted, wanted), conclusion.now)
    # A follow-up takes no further place in the queue.
    if join is None:
        remembered.loads.carry_out(name.tenant, conclusion)


class QuestionLog:
    """Counts questions in the metrics, and writes their canonical log lines. The viewers' words are in neither."""

    def __init__(self, metrics: Metrics) -> None:
        # One logger for all lines: to make one takes as long as to write a line.
        self._metrics, self._log = metrics, get_logger()
        # To look a counter up by its labels takes longer than to raise it. There are as many as outcomes and reasons.
        self._counters = dict[tuple[Outcome, Reason], Counter]()

    def write_soon(
        self,
        status: IslandStatus,
        conclusion: Conclusion,
        verdict: Verdict | None,
        ticket_id: str | None,
        *,
        took_s: float,
    ) -> None:
        """Count one question and write its line, in the event loop's next turn.

        The response is written in this turn, so the viewer has it by then. A client that has it and asks for the
        metrics finds the question there: the loop calls what is due in the order in which it became due.
        """
        # No task: what waits here is neither cancelled with a request nor left out when the PoP stops.
        asyncio.get_running_loop().call_soon(self._write, status, conclusion, verdict, ticket_id, took_s)

    def _write(
        self,
        status: IslandStatus,
        conclusion: Conclusion,
        verdict: Verdict | None,
        ticket_id: str | None,
        took_s: float,
    ) -> None:
        decision, metrics = conclusion.decision, self._metrics
        key = decision.outcome, decision.reason
        counter = self._counters.get(key)
        if counter is None:
            counter = self._counters[key] = metrics.questions.labels(*key)
        counter.inc()
        metrics.ask_s.observe(took_s)
        if ticket_id is not None:
            metrics.count_fallback(decision.because or decision.reason)
        # For safety and fraud the topic is omitted; `log_class` lets a pipeline restrict access to the line.
        is_support = decision.kind is TicketKind.SUPPORT and decision.suspected is None
        self._log.info(
            "question",
            log_class=decision.kind,
            island=status.island,
            revision=status.revision,
            outcome=decision.outcome,
            reason=decision.reason,
            confidence=round(verdict.confidence, 4) if verdict and is_support else None,
            snippet=decision.snippet or None,
            ticket=ticket_id,
            ms=round(took_s * 1000, 3),
        )


def _note(remembered: Remembered, conclusion: Conclusion, ticket: Ticket | None, *, asker: Asker, asked: Asked) -> None:
    """Remember a line of a public chat that people have, or might have had. Harm is not shown on a board."""
    decision, island = conclusion.decision, conclusion.island
    if island is None or decision.kind is not TicketKind.SUPPORT or decision.suspected is not None:
        return
    if ticket is None and decision.reason not in _LEFT:
        return
    remembered.boards.note(
        island.name,
        asked.text,
        asker_name(asker).name,
        conclusion.now,
        is_ticket=ticket is not None,
        pays=ticket is not None and takes_budget(decision, asked),
    )


def _note_open(
    remembered: Remembered, request: AskRequest, conclusion: Conclusion, *, asker: Asker, asked: Asked
) -> None:
    """Count a question that was not answered, for the desk. Harm and fraud are not shown there."""
    decision, island = conclusion.decision, conclusion.island
    if island is None or decision.kind is not TicketKind.SUPPORT or decision.suspected is not None:
        return
    why = decision.because if decision.reason is Reason.SURGE else decision.reason
    if why in _OPEN:
        remembered.open_questions.note(island.name, asked.text, request.text, asker_name(asker), conclusion.now)


_OPEN = frozenset(
    {
        Reason.LOW_CONFIDENCE,
        Reason.OUT_OF_SCOPE,
        Reason.REVIEW_REQUIRED,
        Reason.NEVER_AUTOMATE,
        Reason.NONE_OF_THESE,
        Reason.CLARIFY_STREAK,
        Reason.INCIDENT,
        Reason.ALREADY_ASKED,
        Reason.OUT_OF_SCOPE_BUDGET,
    }
)
"""Why a question was not answered that triage has read. Where it was not asked, or does not know the language, nobody
has looked for harm: such questions are not shown."""

_LEFT = frozenset({Reason.CHATTER, Reason.ALREADY_ASKED, Reason.OUT_OF_SCOPE_BUDGET})
"""Why a line of a public chat makes no ticket, though people might have answered it."""
