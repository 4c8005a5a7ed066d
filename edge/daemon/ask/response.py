"""What a viewer's device is told: the decision, the answer, and where it comes from."""

from edge.daemon.sync import PopEntry
from edge.records import AskResponse, Decision, IslandStatus, Outcome, Provenance, RankedCandidate, Ticket, Verdict


def make_response(
    decision: Decision,
    *,
    status: IslandStatus,
    entry: PopEntry | None,
    verdict: Verdict | None,
    ranked: tuple[RankedCandidate, ...],
    ticket: Ticket | None,
    wanted_precision: float | None,
    callback: str | None,
    receipt: str | None,
    model: str,
    took_s: float,
) -> AskResponse:
    """The response to one question; only an *answer* carries the snippet's text."""
    is_answer = decision.outcome is Outcome.ANSWER
    return AskResponse(
        decision=decision.outcome,
        reason=decision.reason,
        island=status.island,
        revision=status.revision,
        state=status.state,
        confidence=verdict.confidence if verdict else None,
        wanted_precision=wanted_precision,
        answer=entry.documents[decision.snippet].answer if entry and is_answer else None,
        provenance=provenance(entry, decision.snippet) if entry and is_answer else None,
        options=decision.options,
        ticket=ticket.id if ticket else None,
        lane=decision.lane if ticket else None,
        wait_s=decision.wait_s,
        callback=callback,
        receipt=receipt,
        candidates=ranked,
        model=model,
        elapsed_ms=round(took_s * 1000, 3),
    )


def provenance(entry: PopEntry, snippet: str) -> Provenance:
    """Where an approved answer comes from."""
    document = entry.documents[snippet]
    return Provenance(
        island=str(entry.island.name),
        revision=entry.island.revision,
        snippet=snippet,
        approved_by=document.approved_by,
        approved_at=document.approved_at,
        key_id=entry.key_ids[snippet],
    )


def rank(verdict: Verdict, entry: PopEntry) -> tuple[RankedCandidate, ...]:
    """The verdict's candidates, each with where its answer comes from."""
    return tuple(
        RankedCandidate(
            confidence=candidate.confidence,
            nearest_example=candidate.nearest_example,
            similarity=candidate.similarity,
            provenance=provenance(entry, candidate.snippet),
        )
        for candidate in verdict.candidates
    )
