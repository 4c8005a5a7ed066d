"""What do the island's filters decide about a question?

Harm and fraud come first: what may tell of them is never ignored by a filter, and goes where the judgement sends it.
Masks decide nothing here.
"""

from msgspec.structs import replace

from edge.decide.policy.routes import Asked, escalate
from edge.decide.policy.stream import ignore
from edge.errors import Reason
from edge.records import Decision, Island, Outcome, TicketKind
from edge.records.filters import FilterAction
from edge.safety import flood_hit

_ASKED_FOR = frozenset({Reason.ASKED_FOR_PERSON, Reason.NONE_OF_THESE, Reason.POSTED, Reason.TREE})
"""Somebody wants people to have it, or a button was pressed and nothing was written. It is not ignored."""

_FLOODS = frozenset({Reason.ALREADY_ASKED, Reason.COOLING_DOWN})


def is_filtered_before(asked: Asked, island: Island) -> bool:
    """True if a filter before the judgement holds or ignores the message, so that it is not judged."""
    if not asked.filtered:
        return False
    first = {one.rule for one in island.filters_policy.before}
    return any(hit.rule in first and hit.then is not FilterAction.MASK for hit in asked.filtered)


def apply_filters(decision: Decision, island: Island, asked: Asked) -> Decision:
    """The decision as the first filter wants it that holds or ignores the message. What is ignored stays ignored."""
    if not asked.filtered:
        return decision
    then = next((hit.then for hit in asked.filtered if hit.then is not FilterAction.MASK), None)
    if then is None or decision.outcome is Outcome.IGNORE:
        return decision
    if decision.kind is not TicketKind.SUPPORT or decision.suspected is not None:
        return decision
    if then is FilterAction.IGNORE:
        return decision if decision.reason in _ASKED_FOR else ignore(decision, Reason.FILTERED)
    if decision.outcome is Outcome.ESCALATE or decision.reason is Reason.TREE:
        return decision
    return escalate(island, Reason.FILTERED, None, decision.target_precision, asked)


def with_verdicts(decision: Decision, island: Island | None, asked: Asked) -> Decision:
    """The decision with the verdicts of all filters, that on a flood included. Of a bot's message there are none."""
    if decision.reason is Reason.NOT_A_VIEWER:
        return decision
    found = asked.filtered
    if island is not None and decision.reason in _FLOODS:
        flood = flood_hit(island.filters_policy)
        found = found if flood.then is FilterAction.PASS else (*found, flood)
    return replace(decision, filtered=found) if found else decision
