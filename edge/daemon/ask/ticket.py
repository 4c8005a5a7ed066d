"""Makes the ticket of a question: its text, the session's transcript, the candidates, and the event's context.

A ticket stays below `MAX_TICKET_BYTES`. If it is too large, the parts that people need least are left out first; the
question is never cut.
"""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from edge.config import TicketsSection
from edge.consent import looks_like_token
from edge.daemon.ask.provenance import Approved, approved
from edge.daemon.ask.question import filters_of
from edge.daemon.sync import PopEntry
from edge.decide import Conclusion, is_urgent, language_note
from edge.errors import Reason
from edge.records import (
    MAX_TICKET_BYTES,
    AskRequest,
    Decision,
    Harm,
    IslandContext,
    PartVerdict,
    PressedButton,
    RankedCandidate,
    Ticket,
    TicketCandidate,
    TicketContext,
    TicketPart,
    Turn,
    Verdict,
)
from edge.records.consent import TicketConsent
from edge.records.filters import FilterHit, FiltersPolicy
from edge.records.locales import Translation
from edge.records.trees import TypedValue
from edge.safety import Screened, masked, screen
from edge.store.outbox import follow_up_id
from edge.tokens import ANONYMOUS, Asker

_HARM_FROM = 0.05
"""Below this probability, a ticket does not speak of harm: people would read a number that says nothing."""

_FOLLOW_UP_DIGITS = 12
"""A ticket has at most 20 follow-ups, so 48 bits tell them apart."""


def make_ticket(
    request: AskRequest,
    conclusion: Conclusion,
    *,
    ticket_id: str = "",
    pop: str,
    entry: PopEntry | None,
    verdict: Verdict | None = None,
    ranked: tuple[RankedCandidate, ...],
    transcript: tuple[Turn, ...],
    consented: TicketConsent | msgspec.UnsetType = msgspec.UNSET,
    trace: str,
    model: str,
    settings: TicketsSection,
    now: datetime,
    asker: Asker = ANONYMOUS,
    joins: str = "",
    refused: tuple[str, ...] = (),
    picked: str = "",
    path: tuple[PressedButton, ...] = (),
    typed: TypedValue | None = None,
    source_id: str = "",
    wanted: tuple[str, ...] = (),
    may_keep: bool = False,
    screened: Screened | None = None,
) -> Ticket:
    """The ticket for a question that people take, below `MAX_TICKET_BYTES`, with masks for what the filters found.

    `ranked`: most likely candidate first. `ticket_id`: empty for a random one. `joins`: the id of the open ticket that
    this one follows up, if it does. `refused`: ids of the snippets that the viewer was offered and did not want.
    `picked`: id of the one that the viewer picked. `path`, `typed`: the buttons of a decision tree, and what was typed
    in it. `source_id`: the id that a tenant's own system has for the message. `wanted`: the viewer's languages.
    `may_keep`: the viewer has agreed that people get the words as they were written. `screened`: what the island's
    filters found in the text; None: they look.
    """
    island, decision, filters = entry.island if entry else None, conclusion.decision, filters_of(entry)
    found = screened or screen(request.text, filters)
    text = masked(request.text, found, may_keep=may_keep)
    urgent = is_urgent(decision.kind, decision.lane, settings.urgent_lanes)
    due_s = settings.urgent_deadline_s if urgent else settings.deadline_s
    # A callback is due when it was promised, and no earlier than any other ticket.
    if decision.reason is Reason.SURGE:
        due_s = max(due_s, decision.wait_s or 0.0)
    ticket = Ticket(
        id=_id_of(ticket_id or str(uuid.uuid4()), joins),
        created=now,
        deadline=now + timedelta(seconds=due_s),
        pop=pop,
        island=request.island,
        revision=island.revision if island else None,
        text=text,
        session=request.session,
        joins=joins or msgspec.UNSET,
        channel=request.channel,
        locale=request.locale,
        language_note=language_note(island.locale, wanted) if island else msgspec.UNSET,
        consent="" if looks_like_token(request.consent) else request.consent,
        consented=consented,
        trace=trace,
        reason=decision.reason,
        because=decision.because,
        kind=decision.kind,
        schema=f"skerry.{decision.kind}/1",
        risk_flags=_risk_flags(decision, ranked, entry),
        harm=_harm(verdict),
        refused=refused or msgspec.UNSET,
        picked=picked or msgspec.UNSET,
        # In triage's normal form, where a masked piece could not be found. The text has all words of the parts.
        parts=_parts(verdict) if text == request.text else msgspec.UNSET,
        path=path or msgspec.UNSET,
        typed=typed or msgspec.UNSET,
        source_id=source_id or msgspec.UNSET,
        promised_wait_s=decision.wait_s,
        lane=decision.lane,
        candidates=tuple(_candidate(candidate, entry, wanted) for candidate in ranked),
        threshold=_or_unset(conclusion.threshold),
        threshold_why=conclusion.why or msgspec.UNSET,
        answerable_share=_or_unset(conclusion.share),
        transcript=transcript if may_keep else tuple(_masked_turn(turn, filters) for turn in transcript),
        context=_context(island.context if island else IslandContext(), asker, decision.filtered),
        model=model,
    )
    return next(smaller for smaller in _ever_smaller(ticket) if len(msgspec.json.encode(smaller)) < MAX_TICKET_BYTES)


def _candidate(candidate: RankedCandidate, entry: PopEntry | None, wanted: Sequence[str]) -> TicketCandidate:
    """The candidate with the texts by which a person may reply."""
    fields = msgspec.structs.asdict(candidate)
    if entry is None:
        return TicketCandidate(**fields)
    snippet = entry.snippets[candidate.provenance.snippet]
    answer = entry.documents[snippet.id].answer
    return TicketCandidate(
        **fields,
        automation=snippet.automation,
        answer=answer or msgspec.UNSET,
        script=snippet.script,
        translation=_translation(approved(entry, snippet.id, wanted)),
    )


def _translation(answer: Approved) -> Translation | msgspec.UnsetType:
    """The answer in the viewer's language, if it is not the island's own."""
    if not answer.is_translation:
        return msgspec.UNSET
    document = answer.document
    return Translation(
        locale=document.locale,
        answer=document.answer,
        approved_by=document.approved_by,
        approved_at=document.approved_at,
    )


def _or_unset(value: float | None) -> float | msgspec.UnsetType:
    return msgspec.UNSET if value is None else value


def _risk_flags(decision: Decision, ranked: tuple[RankedCandidate, ...], entry: PopEntry | None) -> tuple[str, ...]:
    flags = entry.snippets[ranked[0].provenance.snippet].risk_flags if entry and ranked else ()
    return (*flags, f"possible_{decision.suspected}") if decision.suspected else flags


def _harm(verdict: Verdict | None) -> Harm | msgspec.UnsetType:
    if verdict is None:
        return msgspec.UNSET
    # Both read the same message; in another language, only the second one understands it.
    harm = max((verdict.harm, verdict.across_harm), key=lambda one: max(one.safety, one.fraud))
    return harm if max(harm.safety, harm.fraud) >= _HARM_FROM else msgspec.UNSET


def _parts(verdict: Verdict | None) -> tuple[TicketPart, ...] | msgspec.UnsetType:
    if verdict is None or not verdict.parts:
        return msgspec.UNSET
    return tuple(_part(part) for part in verdict.parts)


def _part(part: PartVerdict) -> TicketPart:
    first = next(iter(part.verdict.candidates), None)
    if first is None:
        return TicketPart(text=part.question)
    return TicketPart(text=part.question, snippet=first.snippet, confidence=first.confidence)


def _id_of(ticket_id: str, joins: str) -> str:
    return follow_up_id(joins, ticket_id.replace("-", "")[:_FOLLOW_UP_DIGITS]) if joins else ticket_id


def _ever_smaller(ticket: Ticket) -> Iterator[Ticket]:
    """The ticket, then ever smaller ones.

    Without texts of unlikely candidates, old turns, parts, a tree's first steps, the last texts, unlikely candidates,
    and in the end context.
    """
    yield ticket
    for place in range(len(ticket.candidates) - 1, 0, -1):
        for text in ("script", "translation", "answer"):
            ticket = _without_text(ticket, place, text)
            yield ticket
    while ticket.transcript:
        ticket = msgspec.structs.replace(ticket, transcript=ticket.transcript[1:])
        yield ticket
    # The text has all words of the parts.
    ticket = msgspec.structs.replace(ticket, parts=msgspec.UNSET)
    yield ticket
    # The text has the last step.
    while ticket.path:
        ticket = msgspec.structs.replace(ticket, path=ticket.path[1:] or msgspec.UNSET)
        yield ticket
    for text in ("script", "translation", "answer") if ticket.candidates else ():
        ticket = _without_text(ticket, 0, text)
        yield ticket
    while ticket.candidates:
        ticket = msgspec.structs.replace(ticket, candidates=ticket.candidates[:-1])
        yield ticket
    # The claims stay: they are of this viewer, and at most 3 kB. So do the filters' verdicts, at most one a rule.
    least = TicketContext(claims=ticket.context.claims, filters=ticket.context.filters)
    yield msgspec.structs.replace(ticket, context=least)


def _without_text(ticket: Ticket, place: int, text: str) -> Ticket:
    shorter = msgspec.structs.replace(ticket.candidates[place], **{text: msgspec.UNSET})
    candidates = (*ticket.candidates[:place], shorter, *ticket.candidates[place + 1 :])
    return msgspec.structs.replace(ticket, candidates=candidates)


def _masked_turn(turn: Turn, filters: FiltersPolicy) -> Turn:
    text = masked(turn.text, screen(turn.text, filters))
    return turn if text == turn.text else msgspec.structs.replace(turn, text=text)


def _context(of_island: IslandContext, asker: Asker, filtered: tuple[FilterHit, ...]) -> TicketContext:
    return TicketContext(
        order_window=of_island.order_window,
        fulfilment_partner=of_island.fulfilment_partner,
        risk_flags=of_island.risk_flags,
        claims=dict(asker.claims) if asker.claims else msgspec.UNSET,
        filters=filtered or msgspec.UNSET,
    )
