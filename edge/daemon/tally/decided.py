"""A decision in the form that is counted: without text and session."""

from collections.abc import Sequence
from datetime import datetime

from edge.errors import Reason
from edge.records import AskRequest, Decision, IslandName, Outcome, RankedCandidate, Ticket, TicketKind
from edge.tally import Decided
from edge.tokens import contact_of


def decided(
    request: AskRequest,
    decision: Decision,
    *,
    ranked: Sequence[RankedCandidate],
    ticket: Ticket | None,
    now: datetime,
    key: bytes,
) -> Decided:
    """The decision as the tally counts it. `key` makes the contact's name of the session."""
    return Decided(
        at=now.timestamp(),
        island=request.island,
        snippet=_snippet_of(decision, ranked),
        outcome=decision.outcome,
        reason=decision.reason,
        contact=contact_of(IslandName.parse(request.island), request.session, key=key),
        ticket=ticket.id if ticket else "",
        revision=(ticket.revision or 0) if ticket else 0,
        suggested=tuple(candidate.provenance.snippet for candidate in ticket.candidates) if ticket else (),
        filtered=tuple((hit.rule.value, hit.then.value) for hit in decision.filtered),
    )


def _snippet_of(decision: Decision, ranked: Sequence[RankedCandidate]) -> str:
    """The snippet that a question is counted under, as `edge.tally` defines it; '' for none."""
    if decision.snippet and decision.outcome in {Outcome.ANSWER, Outcome.IGNORE}:
        return decision.snippet
    is_out_of_scope = Reason.OUT_OF_SCOPE in {decision.reason, decision.because}
    if not ranked or is_out_of_scope or decision.kind is not TicketKind.SUPPORT:
        return ""
    return ranked[0].provenance.snippet
