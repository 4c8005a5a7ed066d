"""What is a viewer offered to pick from, when no answer is sure?

One likely question ("did you mean …?"), or a choice of two or three. The island says how likely it must be that one of
them is right (`[offers] floor`). In an island of a release that knew no such floor, they must together reach the
threshold of answers.
"""

from collections.abc import Collection

from edge.decide.policy.routes import MAX_OPTIONS, Asked, escalate, must_be_reviewed, route_to
from edge.errors import Reason
from edge.records import Automation, Candidate, Decision, Island, Option, Outcome, SignedSnippet, TicketKind, Verdict


def offer(
    verdict: Verdict, island: Island, *, asked: Asked, threshold: float, incidents: Collection[str]
) -> Decision | None:
    """The offer of the likely candidates; None if they are not likely enough, or people must answer one of them."""
    policy = island.offers
    if not policy:
        likely = _likely_together(verdict.candidates, threshold)
    elif not asked.is_public:
        likely = _likely_together(verdict.candidates, policy.floor)
    else:
        # No buttons exist there, so all that can be asked is "did you mean …?".
        likely = _likely_together(verdict.candidates[:1], policy.floor) if policy.in_public_chat else ()
    # Each option leads to its answer. So an offer is made only if the machine may give every one of them.
    snippets = {snippet.id: snippet for snippet in island.snippets}
    if not likely or not all(may_offer(snippets[one.snippet], island, asked, incidents) for one in likely):
        return None
    options = tuple(Option(snippet=one.snippet, question=one.nearest_example) for one in likely)
    return Decision(outcome=Outcome.CLARIFY, reason=Reason.AMBIGUOUS, options=options, target_precision=threshold)


def by_taken_offer(snippet_id: str, island: Island, *, asked: Asked, incidents: Collection[str]) -> Decision:
    """The decision on a snippet that the viewer picked: its answer, unless people must give it by now.

    Raises `KeyError` for a snippet that the island does not have.
    """
    snippet = {snippet.id: snippet for snippet in island.snippets}[snippet_id]
    if snippet_id in incidents:
        return escalate(island, Reason.INCIDENT, snippet, None, asked)
    if not may_offer(snippet, island, asked, incidents):
        return escalate(island, Reason.REVIEW_REQUIRED, snippet, None, asked)
    return Decision(outcome=Outcome.ANSWER, reason=Reason.PICKED, snippet=snippet_id)


def may_offer(snippet: SignedSnippet, island: Island, asked: Asked, incidents: Collection[str]) -> bool:
    """True if a machine may give this snippet's answer to a viewer who picks it.

    Never where the snippet's flags or a route of the island (its keywords, say) speak of safety or fraud.
    """
    return (
        snippet.automation is Automation.ANSWER
        and snippet.id not in incidents
        and route_to(island, Reason.AMBIGUOUS, snippet, asked).kind is TicketKind.SUPPORT
        and not must_be_reviewed(island, snippet, asked)
    )


def _likely_together(candidates: tuple[Candidate, ...], floor: float) -> tuple[Candidate, ...]:
    """The fewest of the best candidates that together reach the floor, three at most; empty if three do not."""
    together = 0.0
    for count, candidate in enumerate(candidates[:MAX_OPTIONS], start=1):
        together += candidate.confidence
        if together >= floor:
            return candidates[:count]
    return ()
