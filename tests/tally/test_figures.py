"""`edge.tally.figures`: shares, times and costs from sums of counts."""

from collections import Counter

import msgspec
import pytest

from edge.errors import Reason
from edge.records import Outcome, Prices, Suggestion, TicketState
from edge.tally import (
    BOUNDS_S,
    DEFINITIONS,
    CounterName,
    Counts,
    Decided,
    ProgressEvent,
    Share,
    TicketRecord,
    cost_of,
    count_choice,
    count_decided,
    count_progress,
    figures_of,
    hour_of,
)

PRICES = Prices(currency="EUR", answer=0.02, ticket=4.0)


def decided(outcome: Outcome, reason: Reason, *, contact: bytes = b"c") -> Counter[str]:
    """Counts of one question, by name."""
    return by_name(count_decided(Decided(7_300.0, "a/b", "s", outcome, reason, contact)))


def by_name(counts: Counts) -> Counter[str]:
    """Counts by name, over all hours and snippets."""
    return Counter({key.name: count for key, count in counts.items()})


def progressed(*events: tuple[float, TicketState, bool]) -> Counter[str]:
    """Counts of a ticket of second 0, after these desk events."""
    ticket, counts = TicketRecord("a/b", "s", 0.0), Counter[str]()
    for at, state, has_reply in events:
        counted, ticket = count_progress(ticket, ProgressEvent(at, state, has_reply=has_reply))
        counts.update(by_name(counted))
    return counts


def test_figures_without_counts() -> None:
    """Without counts every share, time and cost is None, not 0."""
    figures = msgspec.to_builtins(figures_of({}))
    values = [value["value"] for value in figures.values() if isinstance(value, dict) and "value" in value]

    assert values
    assert all(value is None for value in values)
    assert (None, None) == (figures["time_to_reply"]["mean_s"], figures["time_to_reply"]["half_within_s"])
    assert (None, None) == (figures["cost"], figures["cost_per_resolved_contact"])


def test_questions() -> None:
    """Ignored questions, and those asked while people had the session, do not count."""
    counts = (
        decided(Outcome.ANSWER, Reason.EXACT)
        + decided(Outcome.ANSWER, Reason.CONFIDENT, contact=b"")
        + decided(Outcome.CLARIFY, Reason.AMBIGUOUS)
        + decided(Outcome.ESCALATE, Reason.LOW_CONFIDENCE)
        + decided(Outcome.ESCALATE, Reason.HUMAN_ACTIVE, contact=b"")
        + decided(Outcome.IGNORE, Reason.COOLING_DOWN, contact=b"")
    )
    figures = figures_of(counts)

    assert (4, Share(2, 4, 0.5), Share(1, 4, 0.25)) == (figures.questions, figures.automation, figures.escalated)
    assert Share(1, 4, 0.25) == figures.without_session
    assert {"ambiguous": Share(1, 4, 0.25), "low_confidence": Share(1, 4, 0.25)} == figures.fallback


def test_offers() -> None:
    """An offer counts once, and so does what was chosen from it."""
    clarified = Decided(0.0, "acme/drop", "sizes", Outcome.CLARIFY, Reason.AMBIGUOUS)
    counts = by_name(count_decided(clarified))
    for _ in range(3):
        counts += by_name(count_decided(clarified._replace(is_offer=True)))
    counts += by_name(count_choice(0.0, "acme/drop", "sizes", CounterName.OFFER_TAKEN))
    counts += by_name(count_choice(0.0, "acme/drop", "sizes", CounterName.OFFER_REFUSED))
    found = figures_of(counts)

    assert (Share(2, 3, 2 / 3), Share(1, 2, 0.5)) == (found.offers_chosen, found.offer_precision)
    assert {"offered": 3, "offer.taken": 1, "offer.refused": 1}.items() <= counts.items()


def test_solved_while_waiting() -> None:
    """It is one question, which is escalated, too. Offers while waiting are no offers of the other kind."""
    escalated = Decided(0.0, "acme/drop", "sizes", Outcome.ESCALATE, Reason.LOW_CONFIDENCE, ticket="t", is_offer=True)
    counts = by_name(count_decided(escalated)) + by_name(count_decided(escalated)) + by_name(count_decided(escalated))
    names = (CounterName.SOLVED_WAITING, CounterName.WAITING_LATE)
    for name in names:
        counts += by_name(count_choice(0.0, "acme/drop", "sizes", name))
    found = figures_of(counts, cost=6.0)

    assert (Share(1, 3, 1 / 3), Share(2, 3, 2 / 3)) == (found.solved_waiting, found.waiting_chosen)
    assert (3, Share(3, 3, 1.0), Share(0, 0, None)) == (found.questions, found.escalated, found.offers_chosen)
    assert (1, 6.0) == (found.resolved_contacts, found.cost_per_resolved_contact)


def test_a_tree_that_ends_with_people_is_a_fallback() -> None:
    """A tree that ends with an answer is not one."""
    counts = decided(Outcome.ANSWER, Reason.TREE) + decided(Outcome.ESCALATE, Reason.TREE)

    assert {"tree": Share(1, 2, 0.5)} == figures_of(counts).fallback


A, N, R = TicketState.ACKNOWLEDGED, TicketState.ANSWERED, TicketState.RESOLVED
COURSES = {
    "step by step": ([(10, A, False), (60, N, True), (90, R, False)], (1, 1, 1, 1), (10, 60)),
    "each step twice": ([(10, A, False), (11, A, False), (60, N, True), (70, N, True)], (1, 1, 0, 1), (10, 60)),
    "resolved at once, without a reply": ([(20, R, False)], (1, 0, 1, 1), (20, None)),
    "replied in another order": ([(50, R, False), (60, N, True)], (1, 1, 1, 1), (60, 60)),
    "a reply with another state": ([(30, A, True)], (1, 1, 0, 1), (30, 30)),
    "event before the question": ([(-5, A, False)], (1, 0, 0, 0), (5, None)),
}


@pytest.mark.parametrize(("events", "done", "within"), COURSES.values(), ids=COURSES.keys())
def test_ticket(events: list[tuple[float, TicketState, bool]], done: tuple[int, ...], within: tuple[int, ...]) -> None:
    """Each step counts once, with the time of its first event."""
    counts = progressed(*events)
    figures = figures_of(counts)
    names = ("acknowledged", "replied", "resolved", "dealt_with")

    assert done == tuple(counts[f"ticket.{name}"] for name in names)
    assert within == (figures.time_to_acknowledge.half_within_s, figures.time_to_reply.half_within_s)


def test_times_of_several_pops_add_up() -> None:
    """Percentiles are computed from the sum of all PoPs."""
    quick = sum((progressed((4, N, True)) for _ in range(9)), Counter[str]())
    slow = progressed((10_000, N, True))
    times = figures_of(quick + slow).time_to_reply

    assert (10, 5, 5) == (times.counted, times.half_within_s, times.nine_tenths_within_s)
    assert 1_003.6 == times.mean_s
    assert 10_800 == figures_of(slow).time_to_reply.half_within_s


def test_time_beyond_the_last_bound() -> None:
    """It counts in the last bound. Tickets are deleted by then, so the clock must have jumped."""
    assert BOUNDS_S[-1] == figures_of(progressed((1e9, N, True))).time_to_reply.half_within_s


def test_suggestion_counts_with_the_first_reply() -> None:
    """A second reply to the same ticket does not count."""
    ticket = TicketRecord("a/b", "s", 0.0)
    used, ticket = count_progress(ticket, ProgressEvent(5, N, has_reply=True, suggestion=Suggestion.USED))
    again, _ = count_progress(ticket, ProgressEvent(9, N, has_reply=True, suggestion=Suggestion.IGNORED))

    assert Share(1, 1, 1.0) == figures_of(by_name(used) + by_name(again)).suggestion_used


def test_cost() -> None:
    """Cost over all resolved contacts. Without a resolved contact it is None."""
    counts = Counter({"contact.answers": 100, "contact.resolved": 70, "ticket.dealt_with": 12, "ticket.resolved": 10})
    cost = cost_of(counts, PRICES)
    figures = figures_of(counts, cost=cost)

    assert (80, 50.0) == (figures.resolved_contacts, figures.cost)
    assert 50.0 / 80 == figures.cost_per_resolved_contact
    assert figures_of({"contact.answers": 3}, cost=0.06).cost_per_resolved_contact is None


def test_hours() -> None:
    """Also before 1970, for a clock that is wrong."""
    assert [7_200, 7_200, -3_600] == [hour_of(7_200.0), hour_of(10_799.9), hour_of(-0.1)]


def test_every_definition_is_one_line() -> None:
    """It fits into a table: at most 120 characters, in one line."""
    assert all(len(text) <= 120 and "\n" not in text for text in DEFINITIONS.values())
