"""Turn events into counts: outcomes, feedback and progress of tickets."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from edge.errors import Reason
from edge.records import FeedbackTopic, Outcome, Suggestion, TicketState
from edge.tally import names
from edge.tally.names import OUTCOMES, CounterName

HOUR_S = 3_600


class CountKey(NamedTuple):
    """What a count is about. `hour` is Unix seconds, a multiple of 3,600."""

    hour: int
    island: str
    snippet: str
    name: str


Counts = Counter[CountKey]


class Decided(NamedTuple):
    """One decided question, without its text and its session."""

    at: float
    """When it was asked, in Unix seconds."""
    island: str
    snippet: str
    outcome: Outcome
    reason: Reason
    contact: bytes = b""
    """Name of the session's contact with the island; empty without a session."""
    ticket: str = ""
    revision: int = 0
    suggested: tuple[str, ...] = ()
    """Ids of the snippets that the ticket suggests to people."""
    is_offer: bool = False
    """True if the viewer can choose from its options."""
    filtered: tuple[tuple[str, str], ...] = ()
    """Rule and action of each filter that found something in it."""

    @property
    def rules(self) -> tuple[str, ...]:
        """Rules of the filters that found something in it."""
        return tuple(rule for rule, _ in self.filtered)

    @property
    def is_question(self) -> bool:
        """True if it counts as a question. One that people have already belongs to their ticket."""
        return self.outcome is not Outcome.IGNORE and self.reason is not Reason.HUMAN_ACTIVE


class TicketRecord(NamedTuple):
    """What the tally stores of a ticket, to count each step of its desk once. `at` is in Unix seconds."""

    island: str
    snippet: str
    at: float
    revision: int = 0
    suggested: tuple[str, ...] = ()
    acknowledged: bool = False
    replied: bool = False
    resolved: bool = False


class ProgressEvent(NamedTuple):
    """A desk event without the reply's text. `at` is in Unix seconds; `suggestion` is None if it is not known."""

    at: float
    state: TicketState
    has_reply: bool = False
    suggestion: Suggestion | None = None


def hour_of(moment: float) -> int:
    """Beginning of the hour of a time. Both are Unix seconds."""
    return int(moment // HOUR_S) * HOUR_S


def count_decided(event: Decided) -> Counts:
    """Counts of one decided question."""
    name = CounterName.WITH_PEOPLE if event.reason is Reason.HUMAN_ACTIVE else OUTCOMES[event.outcome]
    counted: list[str] = [name, names.because(name, event.reason)]
    if event.is_question and not event.contact:
        counted.append(CounterName.WITHOUT_SESSION)
    if event.is_offer:
        counted.append(CounterName.WAITING_OFFERED if event.ticket else CounterName.OFFERED)
    counted += [names.filtered(rule, then) for rule, then in event.filtered]
    return counts_at(event.at, event.island, event.snippet, dict.fromkeys(counted, 1))


def count_choice(at: float, island: str, snippet: str, choice: CounterName) -> Counts:
    """Count a choice from an offer, in the hour of the question. `snippet`: that under which the offer counts."""
    return counts_at(at, island, snippet, {choice: 1})


def count_feedback(
    at: float,
    island: str,
    snippet: str,
    topic: FeedbackTopic,
    *,
    is_yes: bool,
    has_session: bool = True,
    rules: Sequence[str] = (),
) -> Counts:
    """Counts of feedback on one topic, in the hour of its question. `is_yes` is what the feedback says.

    Feedback on questions without a session counts apart: one person can give any amount of it. `rules`: those of the
    filters that found something in the question.
    """
    name = names.feedback(topic, is_yes=is_yes, has_session=has_session)
    of_rules = [names.touched(rule, name) for rule in rules] if has_session else []
    return counts_at(at, island, snippet, dict.fromkeys((name, *of_rules), 1))


def count_progress(ticket: TicketRecord, progress: ProgressEvent) -> tuple[Counts, TicketRecord]:
    """Counts of one desk event, and the ticket's record afterwards. Each step of a ticket counts once."""
    # A clock that was set back must not give a negative time.
    waited_s = max(0.0, progress.at - ticket.at)
    is_resolved = progress.state is TicketState.RESOLVED
    after = ticket._replace(
        acknowledged=True,
        replied=ticket.replied or progress.has_reply or progress.state is TicketState.ANSWERED,
        resolved=ticket.resolved or is_resolved,
    )
    counts = dict(_new_steps(ticket, after, waited_s))
    if after.replied and not ticket.replied and progress.suggestion is not None:
        counts[names.suggestion(progress.suggestion)] = 1
    return counts_at(ticket.at, ticket.island, ticket.snippet, counts), after


def after_take_back(ticket: TicketRecord) -> TicketRecord:
    """A ticket's record once its viewer has solved it: what its desk says later is no work of people's."""
    return ticket._replace(acknowledged=True, replied=True, resolved=True)


def _new_steps(before: TicketRecord, after: TicketRecord, waited_s: float) -> Iterator[tuple[str, int]]:
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
    """`counts` (by name) in the hour of `moment` (Unix seconds)."""
    return Counter({CountKey(hour_of(moment), island, snippet, name): count for name, count in counts.items()})
