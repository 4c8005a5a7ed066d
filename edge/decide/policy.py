"""What a verdict means on one island: answer, clarify, escalate or ignore.

The order of the branches in `by_verdict` and `_by_candidates` is the policy: the first branch that fits decides. A
branch that keeps the machine silent stands above every branch that lets it speak.
"""

from collections.abc import Collection

from edge.decide.routes import DEFAULT_LANE, NOTHING_KNOWN, Asked, must_be_reviewed, route_to
from edge.errors import Reason
from edge.records import (
    Automation,
    Candidate,
    Decision,
    Island,
    Option,
    Outcome,
    SignedSnippet,
    TreeStep,
    Urgency,
    Verdict,
)

MAX_OPTIONS = 3
"""A viewer of a live stream reads three options at a glance, and hardly more."""

OUT_OF_SCOPE_BELOW = 0.5
"""Below this, it is more likely than not that no candidate is right."""

_BY_AUTOMATION = {Automation.REVIEW: Reason.REVIEW_REQUIRED, Automation.NEVER: Reason.NEVER_AUTOMATE}


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
    # Language is first: the encoder has read English only, so below this line the confidences of a foreign question
    # would be trusted. A question that is word for word an example needs no confidence.
    if verdict.is_foreign and not verdict.exact and _is_english(island):
        return escalate(island, Reason.LANGUAGE_UNSUPPORTED, _harm(verdict, island), threshold, asked)
    decision = _by_candidates(verdict, island, asked=asked, island_threshold=threshold, incidents=incidents)
    # Small talk is last: a greeting that the author has an answer for is answered. Only what would be escalated is
    # ignored, and only in public chat, where a greeting is not meant for people. A review rule that matches it wins.
    is_chatter = verdict.is_small_talk and asked.is_public and not must_be_reviewed(island, None, asked)
    if is_chatter and decision.outcome is Outcome.ESCALATE:
        return Decision(outcome=Outcome.IGNORE, reason=Reason.OUT_OF_SCOPE, target_precision=decision.target_precision)
    return decision


def by_tree_end(step: TreeStep, island: Island, *, incidents: Collection[str] = ()) -> Decision:
    """The decision at the end of a tree: people of a lane, or an answer, as the author wrote it."""
    if step.lane:
        return Decision(outcome=Outcome.ESCALATE, reason=Reason.TREE, lane=step.lane, urgency=Urgency.PERSON)
    # Before the answer: during an incident it may be wrong, also at the end of a tree.
    if step.snippet in incidents:
        snippets = (snippet for snippet in island.snippets if snippet.id == step.snippet)
        lane = next((snippet.lane for snippet in snippets), "") or island.default_lane
        urgency = Urgency.NEVER_DEFERRED
        return Decision(outcome=Outcome.ESCALATE, reason=Reason.INCIDENT, lane=lane, urgency=urgency)
    return Decision(outcome=Outcome.ANSWER, reason=Reason.TREE, snippet=step.snippet)


def _by_candidates(
    verdict: Verdict, island: Island, *, asked: Asked, island_threshold: float, incidents: Collection[str]
) -> Decision:
    """The decision by the candidates' confidences. An incident beats review, review beats sure, sure beats clarify."""
    if not verdict.candidates:
        return escalate(island, Reason.OUT_OF_SCOPE, None, island_threshold, asked)
    snippets = {snippet.id: snippet for snippet in island.snippets}
    best = snippets[verdict.candidates[0].snippet]
    threshold = best.target_precision or island_threshold
    is_sure = verdict.exact or verdict.confidence >= threshold
    # An incident beats review: the answer may be wrong now, so the ticket must say so and must never be deferred.
    if best.id in incidents and (is_sure or verdict.confidence >= OUT_OF_SCOPE_BELOW):
        return escalate(island, Reason.INCIDENT, best, threshold, asked)
    # Review beats confidence: if a rule wants a person, the machine does not answer, however sure triage is.
    if must_be_reviewed(island, best, asked):
        return escalate(island, _BY_AUTOMATION.get(best.automation, Reason.REVIEW_REQUIRED), best, threshold, asked)
    if is_sure:
        # The snippet's own `automation` is a review rule, too.
        if best.automation is not Automation.ANSWER:
            return escalate(island, _BY_AUTOMATION[best.automation], best, threshold, asked)
        reason = Reason.EXACT if verdict.exact else Reason.CONFIDENT
        return Decision(outcome=Outcome.ANSWER, reason=reason, snippet=best.id, target_precision=threshold)
    # Each option leads to its answer. So the machine clarifies only if it may give every one of them.
    likely = _likely_together(verdict.candidates, threshold)
    if likely and all(_may_offer(snippets[candidate.snippet], incidents) for candidate in likely):
        options = tuple(Option(snippet=c.snippet, question=c.nearest_example) for c in likely)
        return Decision(outcome=Outcome.CLARIFY, reason=Reason.AMBIGUOUS, options=options, target_precision=threshold)
    # After clarify: under a low threshold, candidates may together be sure enough to clarify and yet below this limit.
    if verdict.any_confidence < OUT_OF_SCOPE_BELOW:
        return escalate(island, Reason.OUT_OF_SCOPE, _harm(verdict, island), threshold, asked)
    return escalate(island, _BY_AUTOMATION.get(best.automation, Reason.LOW_CONFIDENCE), best, threshold, asked)


def _harm(verdict: Verdict, island: Island) -> SignedSnippet | None:
    """The first candidate's snippet if only people may answer it, so that possible harm goes to its own lane."""
    first = next((candidate.snippet for candidate in verdict.candidates), None)
    best = next((snippet for snippet in island.snippets if snippet.id == first), None)
    return best if best and best.automation is Automation.NEVER else None


def _is_english(island: Island) -> bool:
    return island.locale.partition("-")[0].lower() == "en"


def _may_offer(snippet: SignedSnippet, incidents: Collection[str]) -> bool:
    return snippet.automation is Automation.ANSWER and snippet.id not in incidents


def _likely_together(candidates: tuple[Candidate, ...], threshold: float) -> tuple[Candidate, ...]:
    """The two or three best candidates that together reach the threshold; empty if three do not."""
    together = 0.0
    for count, candidate in enumerate(candidates[:MAX_OPTIONS], start=1):
        together += candidate.confidence
        if together >= threshold:
            return candidates[:count]
    return ()


def escalate(
    island: Island, reason: Reason, best: SignedSnippet | None, threshold: float | None, asked: Asked
) -> Decision:
    """An escalation to the lane that the island's rules name. `best` is the snippet probably meant."""
    lane, kind, urgency = route_to(island, reason, best, asked)
    return Decision(
        outcome=Outcome.ESCALATE, reason=reason, lane=lane, target_precision=threshold, kind=kind, urgency=urgency
    )
