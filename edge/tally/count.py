"""What happened, as counts."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from edge.errors import Reason
from edge.records import FeedbackTopic, Outcome, Suggestion, TicketState
from edge.tally import names
from edge.tally.names import OUTCOMES, CounterName

HOUR_S = 3_600


class CountKey(NamedTuple):
    """Where a count belongs. `hour` is Unix seconds, a multiple of 3,600."""

    hour: int
    island: str
    snippet: str
    name: str


Counts = Counter[CountKey]


class Decided(NamedTuple):
    """One question on which a decision fell. Nothing of it says who asked or what."""

    at: float
    """Unix seconds."""
    island: str
    snippet: str
    outcome: Outcome
    reason: Reason
    contact: bytes = b""
    """Names the session's contact with the island; empty without a session."""
    ticket: str = ""
    revision: int = 0
    suggested: tuple[str, ...] = ()
    """The snippets that the ticket offers to people."""

    @property
    def is_question(self) -> bool:
        """Whether it counts as a question of its own."""
        return self.outcome is not Outcome.IGNORE and self.reason is not Reason.HUMAN_ACTIVE


class TicketRecord(NamedTuple):
    """What is remembered of a ticket until its desk is done with it."""

    island: str
    snippet: str
    at: float
    revision: int = 0
    suggested: tuple[str, ...] = ()
    acknowledged: bool = False
    replied: bool = False
    resolved: bool = False


class ProgressEvent(NamedTuple):
    """What a desk reported of a ticket; `suggestion` is None when nothing can be said about it."""

    at: float
    state: TicketState
    has_reply: bool = False
    suggestion: Suggestion | None = None


def hour_of(moment: float) -> int:
    """The hour that a moment (Unix seconds) belongs to."""
    return int(moment // HOUR_S) * HOUR_S


def count_decided(event: Decided) -> Counts:
    """What one decision counts for at once."""
    name = CounterName.WITH_PEOPLE if event.reason is Reason.HUMAN_ACTIVE else OUTCOMES[event.outcome]
    found: list[str] = [name, names.because(name, event.reason)]
    if event.is_question and not event.contact:
        found.append(CounterName.WITHOUT_SESSION)
    return counts_at(event.at, event.island, event.snippet, dict.fromkeys(found, 1))


def count_feedback(at: float, island: str, snippet: str, topic: FeedbackTopic, *, said: bool) -> Counts:
    """What one statement counts for, in the hour of the decision that it is about."""
    return counts_at(at, island, snippet, {names.feedback(topic, said=said): 1})


def count_progress(ticket: TicketRecord, progress: ProgressEvent) -> tuple[Counts, TicketRecord]:
    """What a desk's report counts for, each thing once for each ticket; and the ticket afterwards."""
    waited_s = max(0.0, progress.at - ticket.at)
    is_resolved = progress.state is TicketState.RESOLVED
    after = ticket._replace(
        acknowledged=True,
        replied=ticket.replied or progress.has_reply or progress.state is TicketState.ANSWERED,
        resolved=ticket.resolved or is_resolved,
    )
    counts = dict(_progress(ticket, after, waited_s))
    if after.replied and not ticket.replied and progress.suggestion is not None:
        counts[names.suggestion(progress.suggestion)] = 1
    return counts_at(ticket.at, ticket.island, ticket.snippet, counts), after


def _progress(before: TicketRecord, after: TicketRecord, waited_s: float) -> Iterator[tuple[str, int]]:
    if not before.acknowledged:
        yield CounterName.TICKET_ACKNOWLEDGED, 1
        yield CounterName.TICKET_ACKNOWLEDGED_S, round(waited_s)
        yield names.within_name(CounterName.TICKET_ACKNOWLEDGED, names.bound_of(waited_s)), 1
    if after.replied and not before.replied:
        yield CounterName.TICKET_REPLIED, 1
        yield CounterName.TICKET_REPLIED_S, round(waited_s)
        yield names.within_name(CounterName.TICKET_REPLIED, names.bound_of(waited_s)), 1
    if after.resolved and not before.resolved:
        yield CounterName.TICKET_RESOLVED, 1
    if (after.replied or after.resolved) and not (before.replied or before.resolved):
        yield CounterName.TICKET_DEALT_WITH, 1


def counts_at(moment: float, island: str, snippet: str, counts: Mapping[str, int]) -> Counts:
    """Counts of the hour that `moment` belongs to."""
    return Counter({CountKey(hour_of(moment), island, snippet, name): count for name, count in counts.items()})
