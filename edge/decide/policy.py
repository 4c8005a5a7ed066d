"""Question, verdict, island and state in; what to do out.

Review beats confidence: a snippet that a person must see is never sent by a machine, however sure it is.
"""

from collections.abc import Collection

from edge.decide.routes import DEFAULT_LANE, NOT_SAID, Asked, must_be_reviewed, place
from edge.errors import Reason
from edge.records import (
    Automation,
    Candidate,
    Decision,
    Island,
    IslandState,
    IslandStatus,
    Option,
    Outcome,
    SignedSnippet,
    Verdict,
)

OPTIONS_MAX = 3
"""More than three options are a menu, and a menu is no answer."""

OUT_OF_SCOPE_BELOW = 0.5
"""Below this it is more likely than not that no candidate is right."""

_UNSERVED = {
    IslandState.NEVER_LOADED: Reason.ISLAND_UNKNOWN,
    IslandState.REJECTED: Reason.ISLAND_UNKNOWN,
    IslandState.STOPPED: Reason.ISLAND_STALE,
    IslandState.EXPIRED: Reason.ISLAND_EXPIRED,
    IslandState.WITHDRAWN: Reason.ISLAND_WITHDRAWN,
}

_BY_AUTOMATION = {Automation.REVIEW: Reason.REVIEW_REQUIRED, Automation.NEVER: Reason.NEVER_AUTOMATE}


def by_state(status: IslandStatus, island: Island | None, *, asked: Asked = NOT_SAID) -> Decision | None:
    """The decision that the island's state alone makes, or None when triage may be asked."""
    reason = _UNSERVED.get(status.state)
    if reason is None and status.phase == "before":
        reason = Reason.ISLAND_NOT_OPEN
    return without_verdict(reason, island, asked=asked) if reason else None


def without_verdict(reason: Reason, island: Island | None, *, asked: Asked = NOT_SAID) -> Decision:
    """Hand the question to people, because of something other than the question."""
    if island is None:
        return Decision(outcome=Outcome.ESCALATE, reason=reason, lane=DEFAULT_LANE)
    return escalate(island, reason, None, None, asked)


def by_verdict(
    verdict: Verdict,
    island: Island,
    *,
    asked: Asked = NOT_SAID,
    wanted_precision: float | None = None,
    incidents: Collection[str] = (),
) -> Decision:
    """What to do about a question that triage has judged, on an island that may be served.

    `wanted_precision` is what surge control made of the island's own; a snippet's own stands. Questions that probably
    mean one of `incidents` (snippets) go to people. In stream chat, small talk that nothing answers is nobody's work:
    refused, without a ticket.
    """
    usual = island.wanted_precision if wanted_precision is None else wanted_precision
    if verdict.is_foreign and not verdict.exact and _is_english(island):
        return escalate(island, Reason.LANGUAGE_UNSUPPORTED, _harm(verdict, island), usual, asked)
    decision = _by_candidates(verdict, island, asked=asked, usual=usual, incidents=incidents)
    is_chatter = verdict.is_small_talk and asked.is_public and not must_be_reviewed(island, None, asked)
    if is_chatter and decision.outcome is Outcome.ESCALATE:
        wanted = decision.wanted_precision
        return Decision(outcome=Outcome.REFUSE, reason=Reason.OUT_OF_SCOPE, wanted_precision=wanted)
    return decision


def _by_candidates(
    verdict: Verdict, island: Island, *, asked: Asked, usual: float, incidents: Collection[str]
) -> Decision:
    if not verdict.candidates:
        return escalate(island, Reason.OUT_OF_SCOPE, None, usual, asked)
    snippets = {snippet.id: snippet for snippet in island.snippets}
    best = snippets[verdict.candidates[0].snippet]
    wanted = best.wanted_precision or usual
    is_sure = verdict.exact or verdict.confidence >= wanted
    if best.id in incidents and (is_sure or verdict.confidence >= OUT_OF_SCOPE_BELOW):
        return escalate(island, Reason.INCIDENT, best, wanted, asked)
    if must_be_reviewed(island, best, asked):
        return escalate(island, _BY_AUTOMATION.get(best.automation, Reason.REVIEW_REQUIRED), best, wanted, asked)
    if is_sure:
        if best.automation is not Automation.ANSWER:
            return escalate(island, _BY_AUTOMATION[best.automation], best, wanted, asked)
        reason = Reason.EXACT if verdict.exact else Reason.CONFIDENT
        return Decision(outcome=Outcome.ANSWER, reason=reason, snippet=best.id, wanted_precision=wanted)
    likely = _likely_together(verdict.candidates, wanted)
    if likely and all(_may_offer(snippets[candidate.snippet], incidents) for candidate in likely):
        options = tuple(Option(snippet=c.snippet, question=c.nearest_example) for c in likely)
        return Decision(outcome=Outcome.CLARIFY, reason=Reason.AMBIGUOUS, options=options, wanted_precision=wanted)
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
    for count, candidate in enumerate(candidates[:OPTIONS_MAX], start=1):
        together += candidate.confidence
        if together >= wanted:
            return candidates[:count]
    return ()


def escalate(
    island: Island, reason: Reason, best: SignedSnippet | None, wanted: float | None, asked: Asked
) -> Decision:
    """Hand it to the people that the island's rules name; `best` is the snippet probably meant."""
    lane, kind, urgency = place(island, reason, best, asked)
    return Decision(
        outcome=Outcome.ESCALATE, reason=reason, lane=lane, wanted_precision=wanted, kind=kind, urgency=urgency
    )
