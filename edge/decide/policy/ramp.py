"""A drop begins: for some minutes, choices and trees are offered before what a viewer writes goes to people.

Everybody asks in the first minutes, and much of it is the same. What people must see is never held back: harm, and what
may be harm, a wish for a person, what only people answer, an incident, and what triage could not read. A viewer who
wants none of what is offered says so (`POST /v1/choice`), and goes on to people.
"""

from collections.abc import Collection

from msgspec.structs import replace

from edge.decide.policy.offers import may_be_for_people
from edge.decide.policy.routes import Asked
from edge.errors import Reason
from edge.records import Decision, Island, Outcome, TicketKind, Verdict

_HELD_BACK = frozenset({Reason.LOW_CONFIDENCE, Reason.OUT_OF_SCOPE})
"""Triage has read it, found no harm, and has no answer that is sure."""

_MINUTE_S = 60


def apply_ramp(
    decision: Decision, verdict: Verdict, island: Island, *, asked: Asked, incidents: Collection[str] = (), now: float
) -> Decision:
    """The decision on `verdict`, or an offer in its place while the drop begins. `now` is in Unix seconds."""
    if decision.outcome is not Outcome.ESCALATE or decision.reason not in _HELD_BACK or not _begins(island, now):
        return decision
    if decision.kind is not TicketKind.SUPPORT or decision.suspected is not None:
        return decision
    # Less likely than what decides, and still enough: the trees would be all that such a viewer is shown.
    if may_be_for_people(verdict, island, asked=asked, incidents=incidents) or _is_unread(decision, verdict, asked):
        return decision
    # A public chat has no buttons. The answer to one part of a message is shown with its ticket, or not at all.
    if asked.is_public or decision.more or not (decision.options or island.trees):
        return decision
    return Decision(
        outcome=Outcome.CLARIFY,
        reason=Reason.RAMP,
        options=decision.options,
        target_precision=decision.target_precision,
    )


def after_ramp(decision: Decision) -> Decision:
    """The escalation of a viewer who wanted nothing that was offered as the drop began: people read that it was."""
    return replace(decision, because=Reason.RAMP) if decision.reason is Reason.NONE_OF_THESE else decision


def _is_unread(decision: Decision, verdict: Verdict, asked: Asked) -> bool:
    """True for words that mean nothing in the island's language, of a viewer whose page names another."""
    return asked.is_other_language and decision.reason is Reason.OUT_OF_SCOPE and not verdict.across


def _begins(island: Island, now: float) -> bool:
    return 0 <= now - island.opens.timestamp() < (island.ramp.minutes * _MINUTE_S if island.ramp else 0)
