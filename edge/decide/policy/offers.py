"""What is a viewer offered to pick from, when no answer is sure?

One likely question ("did you mean …?"), or a choice of two or three. The island says how likely it must be that one of
them is right (`[offers] floor`). In an island of a release that knew no such floor, they must together reach the
threshold of answers.

A question that people take has offers, too, from a lower floor (`waiting_floor`): while the viewer waits, a wrong one
costs a glance. What nobody may pick is never shown.
"""

from collections.abc import Collection

from msgspec.structs import replace

from edge.decide.policy.harm import confidence_in_flagged
from edge.decide.policy.routes import MAX_OPTIONS, Asked, escalate, must_be_reviewed, route_to
from edge.errors import Reason
from edge.records import Automation, Candidate, Decision, Island, Option, Outcome, SignedSnippet, TicketKind, Verdict

SILENT_FROM = 0.01
"""From this probability of harm on, by the second model, nothing is offered. Lower than any tenant's doubt: it was
measured on few lines, and an offer that is missing costs a tap (`python -m benchmarks languages`)."""

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
    if not likely:
        return None
    # Each option leads to its answer. So an offer is made only if the machine may give every one of them.
    for_people = _for_people(verdict.candidates[:MAX_OPTIONS], island, asked, incidents)
    if any(one in for_people for one in likely):
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
    # First what costs least to find out: most questions for people have no likely candidates.
    if sum(one.confidence for one in listed) < policy.waiting_floor:
        return ()
    for_people = _for_people(listed, island, asked, incidents)
    shown = tuple(one for one in listed if one not in for_people)
    if _is_likely(for_people) or sum(one.confidence for one in shown) < policy.waiting_floor:
        return ()
    return _options(shown)


def offer_across(
    verdict: Verdict, island: Island, *, asked: Asked, threshold: float, incidents: Collection[str]
) -> Decision | None:
    """The offer of what the second model finds likely for a question in another language; None: people take it.

    Nothing in a public chat, and nothing where the message may tell of harm.
    """
    if asked.is_public or _may_tell_of_harm(verdict, island):
        return None
    across = replace(verdict, candidates=verdict.across)
    return offer(across, island, asked=asked, threshold=threshold, incidents=incidents)


def options_across_while_waiting(
    verdict: Verdict, island: Island, *, asked: Asked, incidents: Collection[str]
) -> tuple[Option, ...]:
    """What the second model finds likely, for a viewer who waits for a person; empty where `offer_across` is silent."""
    if _may_tell_of_harm(verdict, island):
        return ()
    across = replace(verdict, candidates=verdict.across)
    return options_while_waiting(across, island, asked=asked, incidents=incidents)


def _may_tell_of_harm(verdict: Verdict, island: Island) -> bool:
    """True if a question in another language may tell of harm or fraud.

    The reader knows English. So there are two other witnesses: the second model itself, and the island's own snippets
    that are flagged `safety` or `fraud`, from the island's `doubt` on.
    """
    harm, doubt = verdict.across_harm, island.harm_policy.doubt
    meant = confidence_in_flagged(verdict.across, island, *TicketKind)
    return max(harm.safety, harm.fraud) >= min(SILENT_FROM, doubt) or meant >= doubt


def may_be_for_people(verdict: Verdict, island: Island, *, asked: Asked, incidents: Collection[str]) -> bool:
    """True if a message may mean what only people may answer, although nothing is sure, or tell of harm."""
    judged = (verdict, *(part.verdict for part in verdict.parts))
    candidates = [one for each in judged for one in (*each.candidates[:MAX_OPTIONS], *each.across)]
    return _may_tell_of_harm(verdict, island) or _is_likely(_for_people(tuple(candidates), island, asked, incidents))


def by_taken_offer(snippet_id: str, island: Island, *, asked: Asked, incidents: Collection[str]) -> Decision:
    """The decision on a snippet that the viewer picked: its answer, unless people must give it by now.

    Raises `KeyError` for a snippet that the island does not have.
    """
    snippet = island.by_id[snippet_id]
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
    return tuple(one for one in candidates if not may_offer(island.by_id[one.snippet], island, asked, incidents))


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
