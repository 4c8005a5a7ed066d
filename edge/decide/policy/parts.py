"""What does a message of several parts mean on this island?

The order of the rules is the policy, as in `policy`:

1. A part for people decides lane and kind for the whole message, and nothing is answered. So does an aside.
2. If the whole message is sure of a snippet and no part asks for anything else, it is answered as one question.
3. Parts that ask nothing are left out. If all others are sure, their answers are given together, or as a choice.
4. If each has a likely snippet, the viewer picks.
5. Otherwise people take the message, and the answer of a part that is sure comes first among the suggestions. If none
   is sure, the viewer may pick from what is likely of the whole while waiting, and people keep the ticket.
"""

from collections.abc import Callable, Collection
from typing import NamedTuple

from msgspec.structs import replace

from edge.decide.policy.offers import may_offer, options_while_waiting
from edge.decide.policy.routes import BY_AUTOMATION, MAX_OPTIONS, Asked, escalate
from edge.errors import Reason
from edge.records import Automation, Candidate, Decision, Island, Option, Outcome, TicketKind, Verdict

PEOPLE_FROM = 0.3
"""From this confidence on, a part whose first candidate only people may answer is for people."""

CHOICE_FROM = 0.2
"""From this confidence on, a part's first candidate may be one option of a choice between the parts' questions."""

OTHER_FROM = 0.1
"""From this confidence on, a part's next candidate may be one, too, if there is room."""

ASKS_FROM = 0.02
"""A part below this probability of asking the team for something is a remark. Of parts that ask, 2 % are below."""

REMARK_HARM, REMARK_LIKELY = 0.005, 0.2
"""Outside of public chats, a remark has less than these probabilities of harm, and of meaning any snippet. What is told
there without a question may be for people."""

TOLD_BELOW, TOLD_FROM = 0.6, 0.5
"""A part that asks with less than the first probability, and means a snippet with the second or more, only tells what
the question is about. With 0.5 in place of 0.6, one more of 241 sample questions goes to people, and of 600 pairs of
them one more has both answers."""

NO_HARM_BELOW = 0.02
"""From this probability of harm on, a part is no remark, a message is not answered as one matter, and no answer to a
part is shown while people read the rest."""

Decide = Callable[[Verdict], Decision]
"""The decision on a message with one part."""

_FIRST = (Reason.NEVER_AUTOMATE, Reason.INCIDENT, Reason.REVIEW_REQUIRED)
"""Of two parts for people, the one with the earlier reason decides."""


class _Judged(NamedTuple):
    """A part, and the decision on it as if it were a message of its own."""

    verdict: Verdict
    decision: Decision

    @property
    def is_sure(self) -> bool:
        return self.decision.outcome is Outcome.ANSWER

    def asks(self, asked: Asked) -> bool:
        harm = max(self.verdict.harm.safety, self.verdict.harm.fraud)
        is_empty = harm < REMARK_HARM and self.verdict.any_confidence < REMARK_LIKELY
        is_remark = harm < NO_HARM_BELOW if asked.is_public else is_empty
        return self.is_sure or self.verdict.asks >= ASKS_FROM or not is_remark


def by_parts(
    verdict: Verdict, island: Island, decide: Decide, *, asked: Asked, threshold: float, incidents: Collection[str] = ()
) -> Decision:
    """The decision on a message with parts, none of which is for people. `decide` decides a part, and the whole."""
    judged = [_Judged(part.verdict, decide(part.verdict)) for part in verdict.parts]
    whole = decide(verdict)
    may_tell_of_harm = max(verdict.harm.safety, verdict.harm.fraud) >= NO_HARM_BELOW
    is_one_matter = whole.outcome is Outcome.ANSWER and all(_goes_along(one, whole.snippet, asked) for one in judged)
    if is_one_matter and not may_tell_of_harm:
        return whole
    asking = [one for one in judged if one.asks(asked)]
    if not asking:
        return _without_answer(whole, island, asked, threshold)
    if all(one.is_sure for one in asking):
        return _answers(asking, threshold, asked)
    if len(asking) == 1:
        return asking[0].decision
    offered = {snippet.id for snippet in island.snippets if may_offer(snippet, island, asked, incidents)}
    is_quiet = asked.is_public or may_tell_of_harm
    choice = _choice(asking, offered, threshold)
    if choice is not None:
        return choice
    options = () if is_quiet else options_while_waiting(verdict, island, asked=asked, incidents=incidents)
    return _to_people(asking, island, asked, options, is_quiet=is_quiet)


def part_for_people(
    verdict: Verdict, island: Island, decide: Decide, *, asked: Asked, threshold: float
) -> Decision | None:
    """The escalation of the part or aside that people must see first; None if a machine may answer each of them."""
    found = list[Decision]()
    for part in (*verdict.parts, *verdict.asides):
        decision, candidates = decide(part.verdict), part.verdict.candidates
        if decision.reason in _FIRST:
            found.append(decision)
        elif candidates and candidates[0].confidence >= PEOPLE_FROM:
            best = island.by_id[candidates[0].snippet]
            if best.automation is not Automation.ANSWER:
                found.append(escalate(island, BY_AUTOMATION[best.automation], best, threshold, asked))
    return min(found, key=lambda decision: _FIRST.index(decision.reason), default=None)


def _goes_along(one: _Judged, snippet: str, asked: Asked) -> bool:
    """True if a part leaves the answer to the whole message as it is: it is about the same matter, or asks nothing."""
    is_related = any(candidate.snippet == snippet for candidate in one.verdict.candidates)
    # "Ordered this morning": said of a matter that a machine may answer, and no question.
    is_told = one.verdict.asks < TOLD_BELOW and one.verdict.confidence >= TOLD_FROM
    return is_related or is_told or not one.asks(asked)


def _without_answer(whole: Decision, island: Island, asked: Asked, threshold: float) -> Decision:
    """The decision on a message of which no part asks for anything: as of the whole, but not an answer."""
    if whole.outcome is not Outcome.ANSWER:
        return whole
    return escalate(island, Reason.LOW_CONFIDENCE, None, threshold, asked)


def _answers(asking: list[_Judged], threshold: float, asked: Asked) -> Decision:
    """The answers to parts that are all sure. A public chat has no room for two, so its viewer picks."""
    by_snippet = {one.decision.snippet: one for one in asking}
    first, *others = by_snippet.values()
    if not others:
        return first.decision
    if asked.is_public or len(by_snippet) > MAX_OPTIONS:
        options = tuple(_option(one.verdict.candidates[0]) for one in list(by_snippet.values())[:MAX_OPTIONS])
        return Decision(outcome=Outcome.CLARIFY, reason=Reason.PARTS, options=options, target_precision=threshold)
    return replace(first.decision, reason=Reason.PARTS, more=tuple(one.decision.snippet for one in others))


def _choice(asking: list[_Judged], offered: Collection[str], threshold: float) -> Decision | None:
    """A choice between what the parts ask; None if a part has nothing that is `offered`: snippets of a machine.

    The first candidate of each part comes first. Where there is room, the next best ones of parts that are not sure
    follow.
    """
    unsure = [one.verdict for one in asking if not one.is_sure]
    if any(one.confidence < CHOICE_FROM or one.candidates[0].snippet not in offered for one in unsure):
        return None
    others = sorted((one for verdict in unsure for one in verdict.candidates[1:]), key=lambda one: -one.confidence)
    likely = [one for one in others if one.confidence >= OTHER_FROM and one.snippet in offered]
    firsts = {one.verdict.candidates[0].snippet: _option(one.verdict.candidates[0]) for one in asking}
    if not 1 < len(firsts) <= MAX_OPTIONS:
        return None
    options = firsts | {one.snippet: _option(one) for one in likely if one.snippet not in firsts}
    listed = tuple(options.values())[:MAX_OPTIONS]
    return Decision(outcome=Outcome.CLARIFY, reason=Reason.PARTS, options=listed, target_precision=threshold)


def _to_people(
    asking: list[_Judged], island: Island, asked: Asked, options: tuple[Option, ...], *, is_quiet: bool
) -> Decision:
    """The escalation of the first part for people, or the offer if all are about one snippet.

    Unless it is quiet, an escalation shows the answer to a part that is sure, or else the `options` of the whole.
    """
    unsure = [one.decision for one in asking if not one.is_sure]
    offer = unsure[0]
    people = next((decision for decision in unsure if decision.outcome is not Outcome.CLARIFY), None)
    if people is None and len({decision.options[0].snippet for decision in unsure}) == 1:
        return offer
    # What a viewer picks for one part would leave the others without an answer.
    people = people or escalate(island, Reason.LOW_CONFIDENCE, None, offer.target_precision, asked)
    sure = tuple(one.decision.snippet for one in asking if one.is_sure)
    if sure or people.kind is not TicketKind.SUPPORT:
        return replace(people, options=(), more=() if is_quiet else sure[:1])
    return replace(people, options=options, keeps_ticket=bool(options))


def _option(candidate: Candidate) -> Option:
    return Option(snippet=candidate.snippet, question=candidate.nearest_example)
