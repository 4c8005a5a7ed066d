"""Question, verdict, island and state in; what to do out.

Review beats confidence: a snippet that a person must see is never sent by a machine, however sure it is.
"""

from collections.abc import Collection

from edge.decide.routes import DEFAULT_LANE, NOT_SAID, Asked, must_be_reviewed, route_to
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
"""More than three options are a menu, and a menu is no answer."""

OUT_OF_SCOPE_BELOW = 0.5
"""Below this it is more likely than not that no candidate is right."""

_BY_AUTOMATION = {Automation.REVIEW: Reason.REVIEW_REQUIRED, Automation.NEVER: Reason.NEVER_AUTOMATE}


def without_verdict(reason: Reason, island: Island | None, *, asked: Asked = NOT_SAID) -> Decision:
    """Hand the question to people because of something other than the question; what is no viewer's is ignored."""
    if reason is Reason.NOT_A_VIEWER:
        return Decision(outcome=Outcome.IGNORE, reason=reason)
    if island is None:
        return Decision(outcome=Outcome.ESCALATE, reason=reason, lane=DEFAULT_LANE)
    return escalate(island, reason, None, None, asked)


def by_verdict(
    verdict: Verdict,
    island: Island,
    *,
    asked: Asked = NOT_SAID,
    target_precision: float | None = None,
    incidents: Collection[str] = (),
) -> Decision:
    """What to do about a question that triage has judged, on an island that may be served.

    `target_precision` is what surge control made of the island's own; a snippet's own stands. Questions that probably
    mean one of `incidents` (snippets) go to people. In stream chat, small talk that nothing answers is nobody's work:
    refused, without a ticket.
    """
    usual = island.target_precision if target_precision is None else target_precision
    if verdict.is_foreign and not verdict.exact and _is_english(island):
        return escalate(island, Reason.LANGUAGE_UNSUPPORTED, _harm(verdict, island), usual, asked)
    decision = _by_candidates(verdict, island, asked=asked, usual=usual, incidents=incidents)
    is_chatter = verdict.is_small_talk and asked.is_public and not must_be_reviewed(island, None, asked)
    if is_chatter and decision.outcome is Outcome.ESCALATE:
        wanted = decision.target_precision
        return Decision(outcome=Outcome.IGNORE, reason=Reason.OUT_OF_SCOPE, target_precision=wanted)
    return decision


def by_tree_end(step: TreeStep, island: Island, *, incidents: Collection[str] = ()) -> Decision:
    """What the author put at the end of a tree: people of a lane, or an answer. An incident takes answers away."""
    if step.lane:
        return Decision(outcome=Outcome.ESCALATE, reason=Reason.TREE, lane=step.lane, urgency=Urgency.PERSON)
    if step.snippet in incidents:
        lane = next((one.lane for one in island.snippets if one.id == step.snippet), "") or island.default_lane
        urgency = Urgency.NEVER_DEFERRED
        return Decision(outcome=Outcome.ESCALATE, reason=Reason.INCIDENT, lane=lane, urgency=urgency)
    return Decision(outcome=Outcome.ANSWER, reason=Reason.TREE, snippet=step.snippet)


def _by_candidates(
    verdict: Verdict, island: Island, *, asked: Asked, usual: float, incidents: Collection[str]
) -> Decision:
    """The order of the branches is the policy: broken beats review, review beats sure, sure beats asking back.

    So an incident is taken from the machine even where a rule wants a review, and a snippet that people must see is
    never answered, however sure triage is.
    """
    if not verdict.candidates:
        return escalate(island, Reason.OUT_OF_SCOPE, None, usual, asked)
    snippets = {snippet.id: snippet for snippet in island.snippets}
    best = snippets[verdict.candidates[0].snippet]
    wanted = best.target_precision or usual
    is_sure = verdict.exact or verdict.confidence >= wanted
    if best.id in incidents and (is_sure or verdict.confidence >= OUT_OF_SCOPE_BELOW):
        return escalate(island, Reason.INCIDENT, best, wanted, asked)
    if must_be_reviewed(island, best, asked):
        return escalate(island, _BY_AUTOMATION.get(best.automation, Reason.REVIEW_REQUIRED), best, wanted, asked)
    if is_sure:
        if best.automation is not Automation.ANSWER:
            return escalate(island, _BY_AUTOMATION[best.automation], best, wanted, asked)
        reason = Reason.EXACT if verdict.exact else Reason.CONFIDENT
        return Decision(outcome=Outcome.ANSWER, reason=reason, snippet=best.id, target_precision=wanted)
    # Asking back offers answers, so each of them must be one that the machine may give.
    likely = _likely_together(verdict.candidates, wanted)
    if likely and all(_may_offer(snippets[candidate.snippet], incidents) for candidate in likely):
        options = tuple(Option(snippet=c.snippet, question=c.nearest_example) for c in likely)
        return Decision(outcome=Outcome.CLARIFY, reason=Reason.AMBIGUOUS, options=options, target_precision=wanted)
    # Only now: a question may be unsure as a whole, and two candidates together sure enough to ask back.
    if verdict.any_confidence < OUT_OF_SCOPE_BELOW:
        return escalate(island, Reason.OUT_OF_SCOPE, _harm(verdict, island), wanted, asked)
    return escalate(island, _BY_AUTOMATION.get(best.automation, Reason.LOW_CONFIDENCE), best, wanted, asked)


def _harm(verdict: Verdict, island: Island) -> SignedSnippet | None:
    """The snippet probably meant if it is for people only: what might be harm goes where harm is looked after."""
    first = next((one.snippet for one in verdict.candidates), None)
    found = next((snippet for snippet in island.snippets if snippet.id == first), None)
    return found if found and found.automation is Automation.NEVER else None


def _is_english(island: Island) -> bool:
    return island.locale.partition("-")[0].lower() == "en"


def _may_offer(snippet: SignedSnippet, incidents: Collection[str]) -> bool:
    return snippet.automation is Automation.ANSWER and snippet.id not in incidents


def _likely_together(candidates: tuple[Candidate, ...], wanted: float) -> tuple[Candidate, ...]:
    """The two or three best candidates that are together as sure as wanted; empty when even they are not."""
    together = 0.0
    for count, candidate in enumerate(candidates[:MAX_OPTIONS], start=1):
        together += candidate.confidence
        if together >= wanted:
            return candidates[:count]
    return ()


def escalate(
    island: Island, reason: Reason, best: SignedSnippet | None, wanted: float | None, asked: Asked
) -> Decision:
    """Hand it to the people that the island's rules name; `best` is the snippet probably meant."""
    lane, kind, urgency = route_to(island, reason, best, asked)
    return Decision(
        outcome=Outcome.ESCALATE, reason=reason, lane=lane, target_precision=wanted, kind=kind, urgency=urgency
    )
