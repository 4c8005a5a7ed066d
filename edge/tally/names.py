"""The closed set of names of counts."""

from enum import StrEnum
from typing import Final

from edge.errors import Reason
from edge.records import FeedbackTopic, Outcome, Suggestion

BOUNDS_S: Final = (
    5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600, 900, 1_200, 1_800, 2_700, 3_600, 5_400, 7_200, 10_800,
    14_400, 21_600, 28_800, 43_200, 86_400, 172_800, 604_800,
)  # fmt: skip
"""Bounds of histograms, in seconds. A time is counted in the first bound that it does not exceed. Tickets are deleted
after the last one."""


class CounterName(StrEnum):
    """Names of counts. `because`, `within_name`, `suggestion` and `feedback` make the others."""

    ANSWERED = "answered"
    CLARIFIED = "clarified"
    ESCALATED = "escalated"
    WITH_PEOPLE = "with_people"
    """Questions asked while people had the session."""
    IGNORED = "ignored"
    WITHOUT_SESSION = "without_session"

    OFFERED = "offered"
    """Offers that a viewer could choose from. These three are counted under the likeliest snippet of the offer."""
    OFFER_TAKEN = "offer.taken"
    """Offers of which a viewer picked a snippet."""
    OFFER_REFUSED = "offer.refused"
    """Offers of which a viewer wanted none."""

    WAITING_OFFERED = "waiting.offered"
    """Escalated questions whose viewer could pick while waiting, counted under the likeliest snippet."""
    SOLVED_WAITING = "solved_waiting"
    """Tickets that were taken back, because the viewer picked an answer."""
    WAITING_LATE = "waiting.late"
    """Picks that took no ticket back: a person was at work on it, or it has more than one matter."""
    WAITING_REFUSED = "waiting.refused"
    """Offers while waiting of which the viewer wanted none."""

    CONTACT_RESOLVED = "contact.resolved"
    CONTACT_AGAIN = "contact.again"
    CONTACT_PEOPLE = "contact.people"
    CONTACT_OPEN = "contact.open"
    CONTACT_FORGOTTEN = "contact.forgotten"
    """Contacts that were dropped because there were too many."""
    CONTACT_ANSWERS = "contact.answers"
    """Answers by the machine in contacts whose window is over."""

    TICKET_ACKNOWLEDGED = "ticket.acknowledged"
    TICKET_ACKNOWLEDGED_S = "ticket.acknowledged_s"
    TICKET_REPLIED = "ticket.replied"
    TICKET_REPLIED_S = "ticket.replied_s"
    TICKET_RESOLVED = "ticket.resolved"
    TICKET_DEALT_WITH = "ticket.dealt_with"


OUTCOMES: Final = {
    Outcome.ANSWER: CounterName.ANSWERED,
    Outcome.CLARIFY: CounterName.CLARIFIED,
    Outcome.ESCALATE: CounterName.ESCALATED,
    Outcome.IGNORE: CounterName.IGNORED,
}

_FALLBACKS = (f"{CounterName.CLARIFIED}.", f"{CounterName.ESCALATED}.")


def because(outcome: CounterName, reason: Reason) -> str:
    """Name of the count of questions with this outcome for this reason."""
    return f"{outcome}.{reason}"


def fallback_reason(name: str) -> str | None:
    """The reason in the name of a count of clarified or escalated questions. None for other names."""
    prefix = next((prefix for prefix in _FALLBACKS if name.startswith(prefix)), None)
    return name.removeprefix(prefix) if prefix else None


_FILTERED = "filtered."


def filtered(rule: str, then: str) -> str:
    """Name of the count of messages in which a filter's rule found something, by what happened then."""
    return f"{_FILTERED}{rule}.{then}"


def filtered_rule(name: str) -> tuple[str, str] | None:
    """Rule and action in the name of a count of filtered messages. None for other names."""
    rule, point, then = name.removeprefix(_FILTERED).partition(".")
    return (rule, then) if point and name.startswith(_FILTERED) else None


_TOUCHED = "touched."


def touched(rule: str, name: str) -> str:
    """Name of the count `name` over the conversations alone in which a filter's rule found something."""
    return f"{_TOUCHED}{rule}.{name}"


def touched_rule(name: str) -> tuple[str, str] | None:
    """Rule and count in such a name. None for other names."""
    rule, point, counted = name.removeprefix(_TOUCHED).partition(".")
    return (rule, counted) if point and name.startswith(_TOUCHED) else None


def within_name(event: CounterName, bound_s: int) -> str:
    """Name of the count of tickets whose `event` came within this bound, and not within the one before."""
    return f"{event}.within.{bound_s}"


def is_within(name: str) -> bool:
    """True if a count is one bar of a histogram."""
    return ".within." in name


def bound_of(seconds: float) -> int:
    """The first bound that a time does not exceed; the last one for longer times."""
    return next((bound for bound in BOUNDS_S if seconds <= bound), BOUNDS_S[-1])


def suggestion(use: Suggestion) -> str:
    """Name of the count of replies that used, edited or ignored a suggestion."""
    return f"suggestion.{use}"


def feedback(topic: FeedbackTopic, *, is_yes: bool, has_session: bool = True) -> str:
    """Name of the count of feedback that says yes, or no, on a topic. Figures count only that of sessions."""
    whose = "feedback" if has_session else "feedback.without_session"
    return f"{whose}.{topic}" if is_yes else f"{whose}.not_{topic}"
