"""Does a message tell of harm or fraud? Then people take it, in the lane that the island has for it.

There are two witnesses: the general judgement, which knows no island, and the island's own snippets with the flags
`safety` and `fraud`. Each gives a calibrated probability, and the higher one counts. From the tenant's floor on, the
matter goes to the people for it. Where the general judgement is below it and doubts, ordinary people get the message
with a flag: a machine neither answers it nor keeps it silent.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from msgspec.structs import replace

from edge.decide.policy.routes import BY_AUTOMATION, Asked, escalate
from edge.errors import Reason
from edge.records import Automation, Candidate, Decision, Island, Outcome, SignedSnippet, TicketKind, Urgency, Verdict

_KINDS = (TicketKind.SAFETY, TicketKind.FRAUD)
"""In this order: of a message that tells of both, safety counts."""


OWN_FROM = 0.5
"""From this confidence on, a snippet is meant more likely than not."""


class Danger(NamedTuple):
    """A matter that a machine must not answer."""

    kind: TicketKind
    probability: float
    is_certain: bool
    """True if the probability reaches the tenant's floor."""


def danger_in(verdict: Verdict, island: Island) -> Danger | None:
    """The danger that a message tells of; None if that is unlikely. A certain one of any kind is found first."""
    policy = island.harm_policy
    floor, doubt = policy.floor, min(policy.doubt, policy.floor)
    # Most messages end here, for the same result: no candidate has a flag, and the general judgement does not doubt.
    if verdict.harm.safety < doubt and verdict.harm.fraud < doubt and not _may_mean_flagged(verdict, island):
        return None
    found = [(kind, _probability(verdict, island, kind)) for kind in _KINDS]
    likely = [Danger(kind, probability, probability >= floor) for kind, probability in found if probability >= doubt]
    danger = max(likely, key=lambda danger: danger.is_certain, default=None)
    if danger is None or danger.kind is not TicketKind.FRAUD or not _is_own_matter(verdict, island):
        return danger
    return danger._replace(is_certain=False)


def danger_across(verdict: Verdict, island: Island) -> Danger | None:
    """The danger that the second model finds in a message in another language, from the tenant's `doubt` on.

    Never a certain one: ordinary people read the message, and are told.
    """
    harm, doubt = verdict.across_harm, island.harm_policy.doubt
    if harm.safety < doubt and harm.fraud < doubt:
        return None
    kind, probability = max(((TicketKind.SAFETY, harm.safety), (TicketKind.FRAUD, harm.fraud)), key=lambda one: one[1])
    return Danger(kind, probability, is_certain=False) if probability >= doubt else None


def _is_own_matter(verdict: Verdict, island: Island) -> bool:
    """True if a snippet of the island is most likely meant: its people know what a double charge looks like."""

    def is_own(snippet: SignedSnippet) -> bool:
        return snippet.automation is not Automation.ANSWER and not is_flagged(snippet, TicketKind.FRAUD)

    return any(_confidence(one.candidates, island, is_own) >= OWN_FROM for one in _verdicts(verdict))


def harm_escalation(danger: Danger, verdict: Verdict, island: Island, threshold: float, asked: Asked) -> Decision:
    """The escalation of a certain danger, to the lane that the island's snippets or routes have for it."""
    flagged = {snippet.id: snippet for snippet in island.snippets if is_flagged(snippet, danger.kind)}
    firsts = (one.candidates[0] for one in _verdicts(verdict) if one.candidates)
    named = next((one for one in firsts if one.snippet in flagged and one.confidence >= OWN_FROM), None)
    if named is not None:
        best = flagged[named.snippet]
        return escalate(island, BY_AUTOMATION[best.automation], best, threshold, asked, kind=danger.kind)
    # The island's snippet for such matters is not what was asked, but it says who takes them.
    best_known = next(iter(flagged.values()), None)
    return escalate(island, Reason.HARM, best_known, threshold, asked, kind=danger.kind)


def suspect(decision: Decision, danger: Danger, island: Island, asked: Asked) -> Decision:
    """The decision on a message that may tell of harm: people of an ordinary lane read it, and are told."""
    if decision.outcome is not Outcome.ESCALATE:
        decision = escalate(island, Reason.HARM_POSSIBLE, None, decision.target_precision, asked)
    return replace(decision, suspected=danger.kind, urgency=Urgency.NEVER_DEFERRED, options=(), keeps_ticket=False)


SELF_HARM_TEXT = (
    "A person of our team will read your message. If you or somebody else may be in danger now, please call the"
    " emergency number where you are, or go to somebody near you. You do not have to be alone with this."
)
"""The words for a viewer whose message tells of self-harm. They name no number: which one is right depends on where
the viewer is, and only the island's author knows."""


def notice_of(decision: Decision, verdict: Verdict, island: Island) -> str | None:
    """The words to show at once to a viewer whose message may tell of self-harm; None for any other.

    An island's own example is not read for kinds of harm. So a matter of safety is one unless another kind is likelier.
    """
    harm = verdict.harm
    other = max(harm.threat, harm.harassment, harm.emergency)
    is_another = other > harm.self_harm and other >= island.harm_policy.doubt
    if decision.kind is not TicketKind.SAFETY or is_another:
        return None
    return island.harm_policy.self_harm_text or SELF_HARM_TEXT


def _probability(verdict: Verdict, island: Island, kind: TicketKind) -> float:
    """The higher of both witnesses. The island's own counts if it is meant; every line has a nearest snippet."""
    general = verdict.harm.safety if kind is TicketKind.SAFETY else verdict.harm.fraud
    own = max(confidence_in_flagged(one.candidates, island, kind) for one in _verdicts(verdict))
    return max(general, own) if own >= OWN_FROM else general


def _may_mean_flagged(verdict: Verdict, island: Island) -> bool:
    """True if a candidate has a flag of any kind."""
    # Loops for the same reason as in `routes`: a generator costs twice as much.
    for judged in _verdicts(verdict):
        for one in judged.candidates:
            if island.by_id[one.snippet].risk_flags:
                return True
    return False


def _verdicts(verdict: Verdict) -> tuple[Verdict, ...]:
    """The verdicts on a message as a whole, on its parts and on its asides."""
    return (verdict, *(one.verdict for one in (*verdict.parts, *verdict.asides)))


def is_flagged(snippet: SignedSnippet, kind: TicketKind) -> bool:
    """True if only people may answer the snippet, because it is about this kind of danger."""
    return kind in snippet.risk_flags and snippet.automation is not Automation.ANSWER


def confidence_in_flagged(candidates: Iterable[Candidate], island: Island, *kinds: TicketKind) -> float:
    """How likely one of the candidates is meant that are flagged as one of these kinds of danger."""
    # Most snippets have no flag, and every question asks for both kinds of danger.
    flagged = [one for one in candidates if island.by_id[one.snippet].risk_flags]
    return _confidence(flagged, island, lambda snippet: any(is_flagged(snippet, kind) for kind in kinds))


def _confidence(candidates: Iterable[Candidate], island: Island, counts: Callable[[SignedSnippet], bool]) -> float:
    return sum(candidate.confidence for candidate in candidates if counts(island.by_id[candidate.snippet]))
