"""Writes a batch of events into the tally, in one transaction. Runs in the tally's thread."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from edge.daemon.telemetry import TIMED, TimedWait
from edge.records import DeskEvent, FeedbackRequest, FeedbackResponse, FeedbackTopic
from edge.store.tally import TallyStore
from edge.tally import (
    Contact,
    CounterName,
    Counts,
    Decided,
    ProgressEvent,
    TicketRecord,
    advance_contact,
    after_take_back,
    close_contact,
    compare_reply,
    contradict_contact,
    count_choice,
    count_decided,
    count_feedback,
    count_progress,
    counts_at,
    hour_of,
    touch_contact,
)
from edge.tokens import Receipt

Texts = Callable[[TicketRecord], Sequence[str]]
"""Gives the answers that a ticket suggested, as far as they are still known."""


_CHOICE = "choice"
"""Stands among the topics of feedback, to count a choice once."""

_FINAL = frozenset({CounterName.OFFER_TAKEN, CounterName.OFFER_REFUSED})
"""One of these ends its offer."""

_PICKED_WAITING = frozenset({CounterName.SOLVED_WAITING, CounterName.WAITING_LATE})
"""Picks while waiting: the first counts. A person may take the ticket up after it was taken back."""


class ArrivedDeskEvent(NamedTuple):
    """A desk event, and when it arrived (Unix seconds)."""

    desk_event: DeskEvent
    at: float


class FeedbackEvent(NamedTuple):
    """Feedback on one outcome: yes or no, by topic."""

    receipt: Receipt
    statements: dict[FeedbackTopic, bool]


class ChoiceEvent(NamedTuple):
    """A choice from an offer: one of its snippets, or none of these; and under which name it counts."""

    offer: Receipt
    name: CounterName


Event = Decided | ArrivedDeskEvent | FeedbackEvent | ChoiceEvent
FeedbackResult = FeedbackResponse | None
"""The response to the sender of feedback; None for other events, which have no sender who waits."""


def statements_of(request: FeedbackRequest) -> dict[FeedbackTopic, bool]:
    """What a request states, by topic."""
    # "Not contacted again" and "not converted" are no statements: both may still happen.
    statements = {
        FeedbackTopic.HELPFUL: request.helpful,
        FeedbackTopic.RESOLVED: request.resolved,
        FeedbackTopic.CONTACTED_AGAIN: request.contacted_again or None,
        FeedbackTopic.CONVERTED: request.converted or None,
    }
    return {topic: value for topic, value in statements.items() if value is not None}


class WriteResult(NamedTuple):
    """Counts that were added, waits of tickets, and a result for each event, in their order."""

    counts: Counts
    waits: list[TimedWait]
    results: list[FeedbackResult]


class TallyWriter:
    """Writes to one store. Not thread-safe: call `write` in the thread that owns the store."""

    def __init__(self, store: TallyStore, *, texts: Texts, contact_window_s: float) -> None:
        self._store, self._texts, self._contact_window_s = store, texts, contact_window_s
        self._trimmed_hour: int | None = None

    def write(self, events: Sequence[Event], now: float) -> WriteResult:
        """Count a batch of events, and close the contacts whose window is over at `now`; durable on return.

        Raises `StorageError`; then nothing of the batch was counted, unless only the last sync to the disk failed.
        """
        self._waits: list[TimedWait] = []
        counts: Counts = Counter()
        hour = hour_of(now)
        with self._store.transaction():
            results = [self._write_event(event, counts) for event in events]
            # After the events, whose questions may still belong to these contacts. Those whose window is over are
            # closed before the surplus is forgotten: an ended contact has a result, a forgotten one has none.
            for contact in self._store.delete_contacts_before(now - self._contact_window_s):
                counts += _close(contact)
            for contact in self._store.delete_excess_contacts():
                counts += counts_at(contact.began, contact.island, contact.snippet, {CounterName.CONTACT_FORGOTTEN: 1})
            self._store.add(counts)
            if hour != self._trimmed_hour:
                self._store.trim(now)
        self._trimmed_hour = hour
        return WriteResult(counts, self._waits, results)

    def _write_event(self, event: Event, counts: Counts) -> FeedbackResult:
        match event:
            case Decided():
                self._write_decided(event, counts)
                return None
            case ArrivedDeskEvent():
                self._write_desk_event(event, counts)
                return None
            case ChoiceEvent():
                self._write_choice(event, counts)
                return None
            case FeedbackEvent():
                return self._write_feedback(event, counts)

    def _write_decided(self, event: Decided, counts: Counts) -> None:
        counts.update(count_decided(event))
        if not event.is_question:
            self._touch(event)
            return
        if event.ticket:
            opened = TicketRecord(event.island, event.snippet, event.at, event.revision, event.suggested)
            self._store.put_ticket(event.ticket, opened)
        if event.contact:
            contact = self._store.contact(event.contact)
            # The contact's window may have ended since the last write, which closes contacts only at its end.
            if contact is not None and event.at - contact.began > self._contact_window_s:
                counts.update(_close(contact))
                contact = None
            contact = contact or Contact(event.island, event.snippet, event.at)
            contact = advance_contact(contact, event.outcome, event.snippet)
            if event.filtered:
                contact = touch_contact(contact, event.rules)
            self._store.put_contact(event.contact, contact)

    def _touch(self, event: Decided) -> None:
        """Note filters that found something in a message that is no question, such as one that was ignored."""
        contact = self._store.contact(event.contact) if event.contact and event.filtered else None
        if contact is not None and event.at - contact.began <= self._contact_window_s:
            self._store.put_contact(event.contact, touch_contact(contact, event.rules))

    def _write_desk_event(self, event: ArrivedDeskEvent, counts: Counts) -> None:
        desk_event = event.desk_event
        ticket = self._store.ticket(desk_event.ticket)
        if ticket is None:
            return
        # What the desk states counts. Else the first reply is compared with the suggestions; a later one may be about
        # something else.
        suggestion = desk_event.suggestion
        if suggestion is None and desk_event.reply and not ticket.replied:
            suggestion = compare_reply(desk_event.reply, self._texts(ticket))
        progress = ProgressEvent(event.at, desk_event.state, has_reply=bool(desk_event.reply), suggestion=suggestion)
        counted, ticket = count_progress(ticket, progress)
        waited_s = max(0.0, event.at - ticket.at)
        self._waits += [
            TimedWait(name, ticket.island, waited_s) for name in TIMED if any(k.name == name for k in counted)
        ]
        counts.update(counted)
        self._store.put_ticket(desk_event.ticket, ticket)

    def _write_choice(self, event: ChoiceEvent, counts: Counts) -> None:
        offer, tenant = event.offer, event.offer.island.partition("/")[0]
        # Once, also if the PoP forgot over a restart that the receipt was used. While waiting, none of these may be
        # said before a pick, and both count.
        name = CounterName.SOLVED_WAITING if event.name in _PICKED_WAITING else event.name
        topic = _CHOICE if name in _FINAL else f"{_CHOICE}.{name}"
        # A question that came again has another receipt, and the same ticket.
        about = offer.ticket.encode() or offer.number
        if not self._store.add_feedback(about, topic, offer.at, tenant=tenant):
            return
        counts.update(count_choice(offer.at, offer.island, offer.snippet, event.name))
        ticket = self._store.ticket(offer.ticket) if event.name is CounterName.SOLVED_WAITING else None
        if ticket is not None:
            self._store.put_ticket(offer.ticket, after_take_back(ticket))

    def _write_feedback(self, event: FeedbackEvent, counts: Counts) -> FeedbackResult:
        receipt, statements = event.receipt, event.statements
        tenant = receipt.island.partition("/")[0]
        # A session says one thing about an answer, however often it got it: its receipts are as many as it likes.
        about = receipt.contact + receipt.snippet.encode() if receipt.contact else receipt.number
        new = [topic for topic in statements if self._store.add_feedback(about, topic, receipt.at, tenant=tenant)]
        for topic in new:
            counted = count_feedback(
                receipt.at,
                receipt.island,
                receipt.snippet,
                topic,
                is_yes=statements[topic],
                has_session=bool(receipt.contact),
                rules=receipt.rules,
            )
            counts.update(counted)
        contradictions = {FeedbackTopic.CONTACTED_AGAIN: True, FeedbackTopic.RESOLVED: False}
        if any(statements[topic] is contradictions.get(topic) for topic in new):
            self._contradict(receipt)
        return FeedbackResponse(
            island=receipt.island,
            snippet=receipt.snippet,
            counted=tuple(new),
            repeated=tuple(topic for topic in statements if topic not in new),
        )

    def _contradict(self, receipt: Receipt) -> None:
        contact = self._store.contact(receipt.contact)
        # A contact that began after the outcome is a later one, which the feedback is not about.
        if contact is not None and contact.began <= receipt.at:
            self._store.put_contact(receipt.contact, contradict_contact(contact))


def _close(contact: Contact) -> Counts:
    return counts_at(contact.began, contact.island, contact.snippet, close_contact(contact))
