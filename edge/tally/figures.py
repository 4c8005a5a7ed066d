"""Compute figures from sums of counts. A figure without any counts is None, not 0."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from edge.records import FeedbackTopic, Prices, Suggestion
from edge.tally import names
from edge.tally.filtered import FilterFigures, figures_by_rule, filtered_messages
from edge.tally.names import BOUNDS_S, CounterName
from edge.tally.shares import Share, affirmed, ended_contacts, reported, share_of

DEFINITIONS = {
    "questions": "answered, clarified or escalated; without those ignored or asked while people had the session",
    "automation rate": "answered by the machine, of questions",
    "clarified": "the viewer got questions to pick from, of questions; a picked one counts as another question",
    "offers chosen from": "the viewer picked one or none of these, of offers that could be chosen from",
    "precision of offers": "the viewer picked one, of offers chosen from; a picked one need not be right",
    "escalated": "a ticket for people, of questions",
    "solved while waiting": "the viewer picked an answer, the ticket was taken back, of questions; in escalated too",
    "offers while waiting": "the viewer picked one or none of these, of escalated questions that could be chosen from",
    "first-contact resolution": "answered, and nothing more within the window, of contacts whose window is over",
    "without a session": "questions that belong to no contact, of questions; not in first-contact resolution",
    "acknowledged": "tickets with a desk event, of escalated",
    "replied": "tickets to which people replied, of escalated",
    "time to acknowledge": "from the question to the first desk event; half and nine tenths of tickets are within",
    "time to reply": "from the question to the first reply; half and nine tenths of tickets are within",
    "suggestion used": "the reply is a suggested answer in normal form, of replies to tickets with suggestions",
    "suggestion edited": "the reply is at least 60 % like a suggested answer, word by word, of the same replies",
    "suggestion ignored": "any other reply, of the same replies; a desk may state all three itself",
    "helpful": "feedback that the answer helped, of feedback on this topic",
    "resolved": "feedback that the question is resolved, of feedback on this topic",
    "contacted again": "feedback that the viewer asked people again, of questions; none without such feedback",
    "came again": "answered, and the session asked again or said that it had to, of contacts whose window is over",
    "converted": "feedback that the answer led to its aim, of questions; none without such feedback",
    "cost per resolved contact": (
        "price of answers in closed contacts and of tickets dealt with, over contacts and tickets resolved or solved"
    ),
}
"""Definition of each figure in one line, with the terms of `edge.tally`."""


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """How long a step of tickets took. Percentiles are bounds of the histogram, so they are upper limits."""

    counted: int
    """Number of tickets."""
    mean_s: float | None
    half_within_s: int | None
    """The lowest bound within which half of the tickets are."""
    nine_tenths_within_s: int | None
    """The lowest bound within which nine tenths of the tickets are."""
    within_s: dict[int, int]
    """Number of tickets by bound in seconds: within this bound, and not within the one before."""


class StatsFigures(msgspec.Struct, frozen=True, kw_only=True):
    """All figures of one selection of counts. `DEFINITIONS` and `edge.tally` define them."""

    questions: int
    automation: Share
    clarified: Share
    offers_chosen: Share
    """Offers from which the viewer picked one, or none of these, of all that could be chosen from."""
    offer_precision: Share
    """Offers of which the viewer picked one, of those chosen from."""
    escalated: Share
    solved_waiting: Share
    """Tickets that were taken back because the viewer picked an answer, of questions. They are in `escalated`, too."""
    waiting_chosen: Share
    """Offers while waiting from which the viewer picked one, or none of these, of all of them."""
    fallback: dict[str, Share]
    """Clarified and escalated questions by reason, of questions; the commonest first."""
    first_contact_resolution: Share
    contacts_forgotten: int
    """Contacts that were dropped before their window was over, because there were too many."""
    came_again: Share
    """Contacts that the machine answered and that asked again, or said so, of those whose window is over."""
    without_session: Share
    acknowledged: Share
    replied: Share
    time_to_acknowledge: Times
    time_to_reply: Times
    suggestion_used: Share
    suggestion_edited: Share
    suggestion_ignored: Share
    helpful: Share
    resolved: Share
    contacted_again: Share
    converted: Share
    filtered: dict[str, dict[str, int]]
    """Messages by filter rule, and by what happened then: `mask`, `hold` or `ignore`. Ignored ones are no questions."""
    touched: dict[str, FilterFigures]
    """By filter rule: how the conversations went on in which it found something."""
    resolved_contacts: int
    """Contacts resolved by the machine, tickets resolved by people, and those that viewers solved while waiting."""
    cost: float | None
    """Cost of answers and tickets. None: no prices are configured."""
    cost_per_resolved_contact: float | None


def figures_of(counts: Mapping[str, int], *, cost: float | None = None) -> StatsFigures:
    """Compute the figures of a sum of counts. `cost` is the sum of `cost_of` over the same counts."""
    at = Counter(counts).__getitem__
    questions = at(CounterName.ANSWERED) + at(CounterName.CLARIFIED) + at(CounterName.ESCALATED)
    tickets = at(CounterName.ESCALATED)
    contacts = ended_contacts(counts)
    replies = {use: at(names.suggestion(use)) for use in Suggestion}
    compared = sum(replies.values())
    taken, refused = at(CounterName.OFFER_TAKEN), at(CounterName.OFFER_REFUSED)
    solved = at(CounterName.SOLVED_WAITING)
    resolved = at(CounterName.CONTACT_RESOLVED) + at(CounterName.TICKET_RESOLVED) + solved
    chosen = solved + at(CounterName.WAITING_LATE) + at(CounterName.WAITING_REFUSED)
    return StatsFigures(
        questions=questions,
        automation=share_of(at(CounterName.ANSWERED), questions),
        clarified=share_of(at(CounterName.CLARIFIED), questions),
        offers_chosen=share_of(taken + refused, at(CounterName.OFFERED)),
        offer_precision=share_of(taken, taken + refused),
        escalated=share_of(tickets, questions),
        solved_waiting=share_of(solved, questions),
        waiting_chosen=share_of(chosen, at(CounterName.WAITING_OFFERED)),
        fallback=_fallback(counts, questions),
        first_contact_resolution=share_of(at(CounterName.CONTACT_RESOLVED), contacts),
        came_again=share_of(at(CounterName.CONTACT_AGAIN), contacts),
        contacts_forgotten=at(CounterName.CONTACT_FORGOTTEN),
        without_session=share_of(at(CounterName.WITHOUT_SESSION), questions),
        acknowledged=share_of(at(CounterName.TICKET_ACKNOWLEDGED), tickets),
        replied=share_of(at(CounterName.TICKET_REPLIED), tickets),
        time_to_acknowledge=_times(counts, CounterName.TICKET_ACKNOWLEDGED, at(CounterName.TICKET_ACKNOWLEDGED_S)),
        time_to_reply=_times(counts, CounterName.TICKET_REPLIED, at(CounterName.TICKET_REPLIED_S)),
        suggestion_used=share_of(replies[Suggestion.USED], compared),
        suggestion_edited=share_of(replies[Suggestion.EDITED], compared),
        suggestion_ignored=share_of(replies[Suggestion.IGNORED], compared),
        helpful=affirmed(counts, FeedbackTopic.HELPFUL),
        resolved=affirmed(counts, FeedbackTopic.RESOLVED),
        contacted_again=reported(counts, FeedbackTopic.CONTACTED_AGAIN, questions),
        converted=reported(counts, FeedbackTopic.CONVERTED, questions),
        filtered=filtered_messages(counts),
        touched=figures_by_rule(counts),
        resolved_contacts=resolved,
        cost=cost,
        cost_per_resolved_contact=None if cost is None or not resolved else cost / resolved,
    )


def cost_of(counts: Mapping[str, int], prices: Prices) -> float:
    """Cost of one PoP's counts at its own prices. Costs in the same currency can be added."""
    at = Counter(counts).__getitem__
    return prices.answer * at(CounterName.CONTACT_ANSWERS) + prices.ticket * at(CounterName.TICKET_DEALT_WITH)


def _fallback(counts: Mapping[str, int], questions: int) -> dict[str, Share]:
    """Shares of clarified and escalated questions by reason, the commonest first."""
    by_reason: Counter[str] = Counter()
    for name, count in counts.items():
        reason = names.fallback_reason(name)
        if reason is not None:
            by_reason[reason] += count
    ordered = sorted(by_reason.items(), key=lambda item: (-item[1], item[0]))
    return {reason: share_of(count, questions) for reason, count in ordered}


def _times(counts: Mapping[str, int], event: CounterName, total_s: int) -> Times:
    by_bound = [(bound, counts.get(names.within_name(event, bound), 0)) for bound in BOUNDS_S]
    counted = sum(count for _, count in by_bound)
    return Times(
        counted=counted,
        mean_s=total_s / counted if counted else None,
        half_within_s=_within(by_bound, counted, 0.5),
        nine_tenths_within_s=_within(by_bound, counted, 0.9),
        within_s={bound: count for bound, count in by_bound if count},
    )


def _within(by_bound: Sequence[tuple[int, int]], counted: int, share: float) -> int | None:
    """The lowest bound within which `share` of all tickets is."""
    reached = 0
    for bound, count in by_bound:
        reached += count
        if count and reached >= share * counted:
            return bound
    return None
