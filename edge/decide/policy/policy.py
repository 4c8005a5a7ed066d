"""What a verdict means on one island: answer, clarify, escalate or ignore.

The order of the branches in `by_verdict` and `_by_candidates` is the policy: the first branch that fits decides. A
branch that keeps the machine silent stands above every branch that lets it speak.
"""

from collections.abc import Collection

from msgspec.structs import replace

from edge.decide.policy.harm import danger_across, danger_in, harm_escalation, is_flagged, suspect
from edge.decide.policy.offers import offer, offer_across, options_across_while_waiting, options_while_waiting
from edge.decide.policy.parts import by_parts, part_for_people
from edge.decide.policy.routes import (
    BY_AUTOMATION,
    DEFAULT_LANE,
    NOTHING_KNOWN,
    Asked,
    escalate,
    must_be_reviewed,
)
from edge.decide.policy.stream import ignore, is_chatter
from edge.errors import Reason
from edge.records import (
    Automation,
    Decision,
    Island,
    Outcome,
    SignedSnippet,
    TicketKind,
    Urgency,
    Verdict,
)
from edge.records.trees import TreeStep

OUT_OF_SCOPE_BELOW = 0.5
"""Below this, it is more likely than not that no candidate is right."""


_FOR_PEOPLE = frozenset({Reason.NEVER_AUTOMATE, Reason.REVIEW_REQUIRED, Reason.INCIDENT})
"""Reasons for which people see a message, also if it hardly seems to ask them for anything."""


def without_verdict(reason: Reason, island: Island | None, *, asked: Asked = NOTHING_KNOWN) -> Decision:
    """The decision on a question whose content does not matter: people take it, unless no viewer wrote it."""
    if reason is Reason.NOT_A_VIEWER:
        return Decision(outcome=Outcome.IGNORE, reason=reason)
    if island is None:
        return Decision(outcome=Outcome.ESCALATE, reason=reason, lane=DEFAULT_LANE)
    return escalate(island, reason, None, None, asked)


def by_verdict(
    verdict: Verdict,
    island: Island,
    *,
    asked: Asked = NOTHING_KNOWN,
    target_precision: float | None = None,
    incidents: Collection[str] = (),
) -> Decision:
    """The decision on a question that triage has judged, on an island that may be served.

    `target_precision` is the island's own as surge control has moved it. It does not change a snippet's own. Questions
    that probably mean one of `incidents` (snippets) go to people.
    """
    threshold = island.target_precision if target_precision is None else target_precision
    # The author's own example was approved for what it says. For every other message, harm is first: before language,
    # since a foreign message may tell of it, too, and before anything that a machine may say.
    danger = None if verdict.exact else danger_in(verdict, island) or danger_across(verdict, island)
    if danger is not None and danger.is_certain:
        return harm_escalation(danger, verdict, island, threshold, asked)
    decision = _without_harm(verdict, island, asked=asked, threshold=threshold, incidents=incidents)
    return decision if danger is None else suspect(decision, danger, island, asked)


def by_refused_offer(
    verdict: Verdict | None,
    island: Island,
    *,
    asked: Asked,
    target_precision: float | None,
    incidents: Collection[str] = (),
) -> Decision:
    """The decision on a question whose viewer wants nothing of what was offered: people take it.

    `verdict`: triage's on the question; None if it could not be judged again.
    """
    if verdict is not None:
        decision = by_verdict(verdict, island, asked=asked, target_precision=target_precision, incidents=incidents)
        # It may tell of harm, or of an incident that has begun meanwhile: then that is what people must know.
        is_harm = decision.suspected is not None or decision.kind is not TicketKind.SUPPORT
        if decision.outcome is Outcome.ESCALATE and (is_harm or decision.reason in _FOR_PEOPLE):
            return decision
    return escalate(island, Reason.NONE_OF_THESE, None, None, asked)


def by_posted(
    verdict: Verdict | None,
    island: Island,
    *,
    asked: Asked,
    target_precision: float | None,
    incidents: Collection[str] = (),
) -> Decision:
    """The decision on a message that the tenant's own system posted: people take it, also if it could be answered.

    `verdict`: triage's on the message; None if it could not be judged.
    """
    if verdict is None:
        return escalate(island, Reason.POSTED, None, None, asked)
    decision = by_verdict(verdict, island, asked=asked, target_precision=target_precision, incidents=incidents)
    if decision.outcome is Outcome.ESCALATE:
        # Nobody waits at a page who could pick something.
        return replace(decision, options=(), keeps_ticket=False)
    snippets = {snippet.id: snippet for snippet in island.snippets}
    # Of a message in another language, the first model knows nothing.
    is_likely = not verdict.across and verdict.confidence >= OUT_OF_SCOPE_BELOW
    likely = snippets[verdict.candidates[0].snippet] if is_likely else None
    return escalate(island, Reason.POSTED, likely, decision.target_precision, asked)


def _without_harm(
    verdict: Verdict, island: Island, *, asked: Asked, threshold: float, incidents: Collection[str]
) -> Decision:
    """The decision on a message that most probably tells of no harm."""
    decision = _by_meaning(verdict, island, asked=asked, threshold=threshold, incidents=incidents)
    # Chatter is last: a greeting that the author has an answer for is answered, and what people must see they see.
    is_for_people = decision.reason in _FOR_PEOPLE or must_be_reviewed(island, None, asked)
    if is_chatter(verdict, island, asked) and not is_for_people:
        return ignore(decision, Reason.CHATTER)
    return decision


def _by_meaning(
    verdict: Verdict, island: Island, *, asked: Asked, threshold: float, incidents: Collection[str]
) -> Decision:
    """The decision by what a message means, of its parts or as a whole."""
    # The encoder has read English only, so below this line the confidences of a foreign question would be trusted. A
    # question that is word for word an example needs no confidence.
    if verdict.is_foreign and not verdict.exact and _is_english(island):
        likely = offer_across(verdict, island, asked=asked, threshold=threshold, incidents=incidents)
        if likely is not None:
            return likely
        escalated = escalate(island, Reason.LANGUAGE_UNSUPPORTED, None, threshold, asked)
        return _with_options(escalated, verdict, island, asked=asked, incidents=incidents)

    def decide(one: Verdict) -> Decision:
        return _by_candidates(one, island, asked=asked, island_threshold=threshold, incidents=incidents)

    if verdict.exact:
        return decide(verdict)
    if for_people := part_for_people(verdict, island, decide, asked=asked, threshold=threshold):
        return for_people
    if verdict.parts:
        return by_parts(verdict, island, decide, asked=asked, threshold=threshold, incidents=incidents)
    return decide(verdict)


def by_tree_end(step: TreeStep, island: Island, *, incidents: Collection[str] = ()) -> Decision:
    """The decision at the end of a tree: people of a lane, or an answer, as the author wrote it."""
    if step.lane:
        return Decision(outcome=Outcome.ESCALATE, reason=Reason.TREE, lane=step.lane, urgency=Urgency.PERSON)
    # Before the answer: during an incident it may be wrong, also at the end of a tree.
    if step.snippet in incidents:
        snippet = island.by_id.get(step.snippet)
        lane = (snippet.lane if snippet else "") or island.default_lane
        urgency = Urgency.NEVER_DEFERRED
        return Decision(outcome=Outcome.ESCALATE, reason=Reason.INCIDENT, lane=lane, urgency=urgency)
    return Decision(outcome=Outcome.ANSWER, reason=Reason.TREE, snippet=step.snippet)


def _by_candidates(
    verdict: Verdict, island: Island, *, asked: Asked, island_threshold: float, incidents: Collection[str]
) -> Decision:
    """The decision by the candidates' confidences. An incident beats review, review beats sure, sure beats clarify."""
    if not verdict.candidates:
        return escalate(island, Reason.OUT_OF_SCOPE, None, island_threshold, asked)
    best = island.by_id[verdict.candidates[0].snippet]
    threshold = best.target_precision or island_threshold
    is_sure = verdict.exact or verdict.confidence >= threshold
    # An incident beats review: the answer may be wrong now, so the ticket must say so and must never be deferred.
    if best.id in incidents and (is_sure or verdict.confidence >= OUT_OF_SCOPE_BELOW):
        return escalate(island, Reason.INCIDENT, best, threshold, asked)
    # Review beats confidence: if a rule wants a person, the machine does not answer, however sure triage is.
    if must_be_reviewed(island, best, asked):
        return escalate(island, BY_AUTOMATION.get(best.automation, Reason.REVIEW_REQUIRED), best, threshold, asked)
    if is_sure:
        # The snippet's own `automation` is a review rule, too.
        if best.automation is not Automation.ANSWER:
            return escalate(island, BY_AUTOMATION[best.automation], best, threshold, asked)
        reason = Reason.EXACT if verdict.exact else Reason.CONFIDENT
        return Decision(outcome=Outcome.ANSWER, reason=reason, snippet=best.id, target_precision=threshold)
    offered = offer(verdict, island, asked=asked, threshold=threshold, incidents=incidents)
    if offered is not None:
        return offered
    if verdict.any_confidence < OUT_OF_SCOPE_BELOW:
        across = offer_across(verdict, island, asked=asked, threshold=threshold, incidents=incidents)
        if across is not None:
            return across
    escalated = _unsure(verdict, best, island, threshold, asked)
    return _with_options(escalated, verdict, island, asked=asked, incidents=incidents)


def _with_options(
    escalated: Decision, verdict: Verdict, island: Island, *, asked: Asked, incidents: Collection[str]
) -> Decision:
    """The escalation with what its viewer may pick from while waiting.

    Of a question in another language: what the second model finds, and nothing that the first one does.
    """
    if escalated.kind is not TicketKind.SUPPORT or escalated.reason in _FOR_PEOPLE:
        return escalated
    if verdict.across:
        options = options_across_while_waiting(verdict, island, asked=asked, incidents=incidents)
    elif escalated.reason is Reason.LANGUAGE_UNSUPPORTED:
        return escalated
    else:
        options = options_while_waiting(verdict, island, asked=asked, incidents=incidents)
    return replace(escalated, options=options)


def _unsure(verdict: Verdict, best: SignedSnippet, island: Island, threshold: float, asked: Asked) -> Decision:
    """The escalation of a question of which no candidate is sure, or likely enough to be offered."""
    # After the offer: under a low floor, candidates may together be likely enough for one and yet below this limit.
    if verdict.any_confidence < OUT_OF_SCOPE_BELOW:
        return escalate(island, Reason.OUT_OF_SCOPE, None, threshold, asked)
    # Harm was looked for above, with its own floor: below it, its people are not called.
    meant = None if any(is_flagged(best, kind) for kind in TicketKind) else best
    return escalate(island, BY_AUTOMATION.get(best.automation, Reason.LOW_CONFIDENCE), meant, threshold, asked)


def _is_english(island: Island) -> bool:
    return island.locale.partition("-")[0].lower() == "en"
