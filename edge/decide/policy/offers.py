"""What is a viewer offered to pick from, when no answer is sure?

One likely question ("did you mean …?"), or a choice of two or three. The island says how likely it must be that one of
them is right (`[offers] floor`). In an island of a release that knew no such floor, they must together reach the
threshold of answers.

A question that people take has offers, too, from a lower floor (`waiting_floor`): while the viewer waits, a wrong one
costs a glance. What nobody may pick is never shown.
"""

from collections.abc import Collection

from msgspec.structs import replace

from edge.decide.policy.harm import is_flagged
from edge.decide.policy.routes import MAX_OPTIONS, Asked, escalate, must_be_reviewed, route_to
from edge.errors import Reason
from edge.records import Automation, Candidate, Decision, Island, Option, Outcome, SignedSnippet, TicketKind, Verdict

PEOPLE_BEHIND_FROM = 0.1
"""From this confidence on, a candidate that only people may answer stops an offer, although it is not shown."""


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
    for_people = _for_people(verdict.candidates[:MAX_OPTIONS], island, asked, incidents)
    if not likely or any(one in for_people for one in likely):
        return None
    # What is not shown may be meant all the same, and then people must see the question.
    if policy and _is_likely(for_people):
        return None
    options = _options(likely)
    return Decision(outcome=Outcome.CLARIFY, reason=Reason.AMBIGUOUS, options=options, target_precision=threshold)


def options_while_waiting(
    verdict: Verdict, island: Island, *, asked: Asked, incidents: Collection[str]
) -> tuple[Option, ...]:
    """The likely candidates for a viewer who waits for a person, three at most; empty where none may be offered.

    Together they reach `waiting_floor`. In a public chat nobody could pick, and what people must see has no options.
    """
    policy = island.offers
    if not policy or not policy.waiting_floor or asked.is_public:
        return ()
    listed = verdict.candidates[:MAX_OPTIONS]
    for_people = _for_people(listed, island, asked, incidents)
    shown = tuple(one for one in listed if one not in for_people)
    if _is_likely(for_people) or sum(one.confidence for one in shown) < policy.waiting_floor:
        return ()
    return _options(shown)


def offer_across(
    verdict: Verdict, island: Island, *, asked: Asked, threshold: float, incidents: Collection[str]
) -> Decision | None:
    """The offer of what the second model finds likely for a question in another language; None: people take it.

    The reader of harm knows English. So nothing is offered either if the message may mean, with the island's own
    `doubt`, a snippet that is flagged `safety` or `fraud`.
    """
    flagged = {one.id for one in island.snippets if any(is_flagged(one, kind) for kind in TicketKind)}
    harm = sum(candidate.confidence for candidate in verdict.across if candidate.snippet in flagged)
    if asked.is_public or harm >= island.harm_policy.doubt:
        return None
    across = replace(verdict, candidates=verdict.across)
    return offer(across, island, asked=asked, threshold=threshold, incidents=incidents)


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


def _for_people(
    candidates: tuple[Candidate, ...], island: Island, asked: Asked, incidents: Collection[str]
) -> tuple[Candidate, ...]:
    """Those of the candidates that no machine may offer."""
    snippets = {snippet.id: snippet for snippet in island.snippets}
    return tuple(one for one in candidates if not may_offer(snippets[one.snippet], island, asked, incidents))


def _is_likely(for_people: tuple[Candidate, ...]) -> bool:
    return any(one.confidence >= PEOPLE_BEHIND_FROM for one in for_people)


def _options(candidates: tuple[Candidate, ...]) -> tuple[Option, ...]:
    return tuple(Option(snippet=one.snippet, question=one.nearest_example) for one in candidates)


def _likely_together(candidates: tuple[Candidate, ...], floor: float) -> tuple[Candidate, ...]:
    """The fewest of the best candidates that together reach the floor, three at most; empty if three do not."""
    together = 0.0
    for count, candidate in enumerate(candidates[:MAX_OPTIONS], start=1):
        together += candidate.confidence
        if together >= floor:
            return candidates[:count]
    return ()
