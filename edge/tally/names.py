"""The closed set of names that counts have."""

from enum import StrEnum
from typing import Final

from edge.errors import Reason
from edge.records import FeedbackTopic, Outcome, Suggestion

BOUNDS_S: Final = (
    5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600, 900, 1_200, 1_800, 2_700, 3_600, 5_400, 7_200, 10_800,
    14_400, 21_600, 28_800, 43_200, 86_400, 172_800, 604_800,
)  # fmt: skip
"""Times are counted by the first bound that they do not exceed. Tickets are forgotten after the last."""


class CounterName(StrEnum):
    """What is counted, but for what `because`, `within_name`, `suggestion` and `feedback` name."""

    ANSWERED = "answered"
    CLARIFIED = "clarified"
    ESCALATED = "escalated"
    WITH_PEOPLE = "with_people"
    """Asked while people had the session."""
    IGNORED = "ignored"
    WITHOUT_SESSION = "without_session"

    CONTACT_RESOLVED = "contact.resolved"
    CONTACT_AGAIN = "contact.again"
    CONTACT_PEOPLE = "contact.people"
    CONTACT_OPEN = "contact.open"
    CONTACT_FORGOTTEN = "contact.forgotten"
    """There were more contacts than are remembered."""
    CONTACT_ANSWERS = "contact.answers"
    """The machine's answers in contacts that are over."""

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
    """Decisions of this outcome for this reason."""
    return f"{outcome}.{reason}"


def fallback_reason(name: str) -> str | None:
    """Why questions were not answered, if that is what a count is of."""
    prefix = next((prefix for prefix in _FALLBACKS if name.startswith(prefix)), None)
    return name.removeprefix(prefix) if prefix else None


def within_name(event: CounterName, bound_s: int) -> str:
    """Tickets whose `event` came within so long, and not within the bound before."""
    return f"{event}.within.{bound_s}"


def is_within(name: str) -> bool:
    """Whether a count is one bar of a histogram."""
    return ".within." in name


def bound_of(seconds: float) -> int:
    """The first bound that a time does not exceed."""
    return next((bound for bound in BOUNDS_S if seconds <= bound), BOUNDS_S[-1])


def suggestion(found: Suggestion) -> str:
    """Replies that made this of what was suggested."""
    return f"suggestion.{found}"


def feedback(topic: FeedbackTopic, *, said: bool) -> str:
    """Feedback that said yes or no."""
    return f"feedback.{topic}" if said else f"feedback.not_{topic}"
