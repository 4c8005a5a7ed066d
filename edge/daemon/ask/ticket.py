"""A ticket put together: the question, what was asked before it in the session, what triage thought, the event.

A ticket stays below `MAX_TICKET_BYTES`: what people need least goes first, the question never.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from edge.config import TicketsSection
from edge.daemon.sync import PopEntry
from edge.errors import Reason
from edge.records import MAX_TICKET_BYTES, AskRequest, Decision, IslandContext, RankedCandidate, Ticket, Turn


def make_ticket(
    request: AskRequest,
    decision: Decision,
    *,
    pop: str,
    entry: PopEntry | None,
    ranked: tuple[RankedCandidate, ...],
    transcript: tuple[Turn, ...],
    trace: str,
    model: str,
    limits: TicketsSection,
    now: datetime,
) -> Ticket:
    """The ticket for a question that people take, small enough for any desk. A callback is due when it was promised."""
    island = entry.island if entry else None
    urgent = decision.lane in limits.urgent_lanes
    due_s = limits.urgent_deadline_s if urgent else limits.deadline_s
    if decision.reason is Reason.SURGE:
        due_s = max(due_s, decision.wait_s or 0.0)
    ticket = Ticket(
        id=str(uuid.uuid4()),
        created=now,
        deadline=now + timedelta(seconds=due_s),
        pop=pop,
        island=request.island,
        revision=island.revision if island else None,
        text=request.text,
        session=request.session,
        channel=request.channel,
        locale=request.locale,
        consent=request.consent,
        trace=trace,
        reason=decision.reason,
        because=decision.because,
        kind=decision.kind,
        schema=f"skerry.{decision.kind}/1",
        risk_flags=entry.snippets[ranked[0].provenance.snippet].risk_flags if entry and ranked else (),
        promised_wait_s=decision.wait_s,
        lane=decision.lane,
        candidates=ranked,
        transcript=transcript,
        context=island.context if island else IslandContext(),
        model=model,
    )
    return next(smaller for smaller in _ever_smaller(ticket) if len(msgspec.json.encode(smaller)) < MAX_TICKET_BYTES)


def _ever_smaller(ticket: Ticket) -> Iterator[Ticket]:
    """The ticket, then without its oldest turns, then without its least likely candidates, then without flags."""
    yield ticket
    while ticket.transcript:
        ticket = msgspec.structs.replace(ticket, transcript=ticket.transcript[1:])
        yield ticket
    while ticket.candidates:
        ticket = msgspec.structs.replace(ticket, candidates=ticket.candidates[:-1])
        yield ticket
    yield msgspec.structs.replace(ticket, context=IslandContext())
