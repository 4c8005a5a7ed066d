"""Figures from sums of counts. What nothing was counted for has no value: None, never 0."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from edge.records import FeedbackTopic, Prices, Suggestion
from edge.tally import names
from edge.tally.names import BOUNDS_S, CounterName

DEFINITIONS = {
    "questions": "answered, clarified or escalated; without those ignored or asked while people had the session",
    "automation rate": "answered by the machine, of questions",
    "clarified": "the viewer was offered a choice, of questions; what is picked is a question of its own",
    "escalated": "a ticket for people, of questions",
    "first-contact resolution": "answered and not heard of again within the window, of contacts whose window is over",
    "without a session": "questions that no contact can be made of, of questions; not in first-contact resolution",
    "acknowledged": "tickets of which the desk reported anything, of escalated",
    "replied": "tickets to which people replied, of escalated",
    "time to acknowledge": "from the question to the desk's first report; half and nine tenths came within",
    "time to reply": "from the question to the first reply; half and nine tenths came within",
    "suggestion used": "the reply is a suggested answer in normal form, of replies that had a suggestion",
    "suggestion edited": "its words are at least 60 % those of one, in order, of the same",
    "suggestion ignored": "anything else, of the same; what the desk itself states beats the comparison",
    "helpful": "said to be, of feedback whether it was",
    "resolved": "said to be, of feedback whether it was",
    "contacted again": "said to have, of questions; none as long as nobody says so",
    "converted": "said to have, of questions; none as long as nobody says so",
    "cost per resolved contact": (
        "price of the answers in contacts that are over and of the tickets dealt with, over contacts resolved by either"
    ),
}
"""Each figure in one line; the words are those of `edge.tally`."""


class Share(msgspec.Struct, frozen=True):
    """A part of a whole, with both; `value` is None when there is no whole."""

    part: int
    of: int
    value: float | None


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """How long things took. Percentiles are bounds of the histogram: so many came within, not exactly at."""

    counted: int
    mean_s: float | None
    half_within_s: int | None
    nine_tenths_within_s: int | None
    within_s: dict[int, int]
    """How many came within each bound and not within the one before."""


class StatsFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one selection; `DEFINITIONS` and `edge.tally` say what each means."""

    questions: int
    automation: Share
    clarified: Share
    escalated: Share
    fallback: dict[str, Share]
    """By reason, of questions."""
    first_contact_resolution: Share
    contacts_forgotten: int
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
    resolved_contacts: int
    cost: float | None
    """None: no prices were configured."""
    cost_per_resolved_contact: float | None


def figures_of(counts: Mapping[str, int], *, cost: float | None = None) -> StatsFigures:
    """The figures of a sum of counts; `cost` is the sum of `cost_of` over the same."""
    at = Counter(counts).__getitem__
    questions = at(CounterName.ANSWERED) + at(CounterName.CLARIFIED) + at(CounterName.ESCALATED)
    tickets = at(CounterName.ESCALATED)
    contacts = sum(at(f"contact.{state}") for state in ("resolved", "again", "people", "open"))
    replies = {found: at(names.suggestion(found)) for found in Suggestion}
    compared = sum(replies.values())
    resolved = at(CounterName.CONTACT_RESOLVED) + at(CounterName.TICKET_RESOLVED)
    return StatsFigures(
        questions=questions,
        automation=_share(at(CounterName.ANSWERED), questions),
        clarified=_share(at(CounterName.CLARIFIED), questions),
        escalated=_share(tickets, questions),
        fallback=_fallback(counts, questions),
        first_contact_resolution=_share(at(CounterName.CONTACT_RESOLVED), contacts),
        contacts_forgotten=at(CounterName.CONTACT_FORGOTTEN),
        without_session=_share(at(CounterName.WITHOUT_SESSION), questions),
        acknowledged=_share(at(CounterName.TICKET_ACKNOWLEDGED), tickets),
        replied=_share(at(CounterName.TICKET_REPLIED), tickets),
        time_to_acknowledge=_times(counts, CounterName.TICKET_ACKNOWLEDGED, at(CounterName.TICKET_ACKNOWLEDGED_S)),
        time_to_reply=_times(counts, CounterName.TICKET_REPLIED, at(CounterName.TICKET_REPLIED_S)),
        suggestion_used=_share(replies[Suggestion.USED], compared),
        suggestion_edited=_share(replies[Suggestion.EDITED], compared),
        suggestion_ignored=_share(replies[Suggestion.IGNORED], compared),
        helpful=_said(counts, FeedbackTopic.HELPFUL),
        resolved=_said(counts, FeedbackTopic.RESOLVED),
        contacted_again=_claimed(counts, FeedbackTopic.CONTACTED_AGAIN, questions),
        converted=_claimed(counts, FeedbackTopic.CONVERTED, questions),
        resolved_contacts=resolved,
        cost=cost,
        cost_per_resolved_contact=None if cost is None or not resolved else cost / resolved,
    )


def cost_of(counts: Mapping[str, int], prices: Prices) -> float:
    """What the counts of one PoP cost at its own prices; costs in one currency add up."""
    at = Counter(counts).__getitem__
    return prices.answer * at(CounterName.CONTACT_ANSWERS) + prices.ticket * at(CounterName.TICKET_DEALT_WITH)


def _fallback(counts: Mapping[str, int], questions: int) -> dict[str, Share]:
    """Commonest first."""
    found: Counter[str] = Counter()
    for name, count in counts.items():
        reason = names.fallback_reason(name)
        if reason is not None:
            found[reason] += count
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return {reason: _share(count, questions) for reason, count in ordered}


def _said(counts: Mapping[str, int], topic: FeedbackTopic) -> Share:
    yes, no = (counts.get(names.feedback(topic, said=said), 0) for said in (True, False))
    return _share(yes, yes + no)


def _claimed(counts: Mapping[str, int], topic: FeedbackTopic, questions: int) -> Share:
    """Nobody says no, so that nobody says yes may only mean that nobody was asked."""
    yes = counts.get(names.feedback(topic, said=True), 0)
    return _share(yes, questions if yes else 0)


def _share(part: int, whole: int) -> Share:
    return Share(part, whole, part / whole if whole else None)


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
    """The lowest bound within which that share lies."""
    reached = 0
    for bound, count in by_bound:
        reached += count
        if count and reached >= share * counted:
            return bound
    return None
