"""What happened within the last second, written into the tally in one transaction. Runs in the tally's thread."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from edge.daemon.telemetry import TIMED, TimedWait
from edge.errors import Reason, RefusedError
from edge.records import DeskEvent, FeedbackResponse, FeedbackTopic
from edge.store.tally import TallyStore
from edge.tally import (
    Contact,
    CounterName,
    Counts,
    Decided,
    ProgressEvent,
    TicketRecord,
    advance_contact,
    close_contact,
    compare_reply,
    contradict_contact,
    count_decided,
    count_feedback,
    count_progress,
    counts_at,
    hour_of,
)
from edge.tokens import Receipt

Texts = Callable[[TicketRecord], Sequence[str]]
"""The answers that a ticket suggested, as far as they are still known."""


class DeskReported(NamedTuple):
    """What a desk reported, when (Unix seconds)."""

    desk_event: DeskEvent
    at: float


class FeedbackEvent(NamedTuple):
    """What somebody said of a decision: yes or no, by topic."""

    receipt: Receipt
    said: dict[FeedbackTopic, bool]


Event = Decided | DeskReported | FeedbackEvent
FeedbackAnswer = FeedbackResponse | RefusedError | None
"""What the sender of an event is told; None: nobody waits."""


class WriteResult(NamedTuple):
    """What was counted, the times in it, and an answer to each event."""

    counts: Counts
    waits: list[TimedWait]
    answers: list[FeedbackAnswer]


class TallyWriter:
    """Keeps one store. Not for threads: `write` is called by the one that owns the store."""

    def __init__(self, store: TallyStore, *, texts: Texts, contact_window_s: float) -> None:
        self._store, self._texts, self._contact_window_s = store, texts, contact_window_s
        self._trimmed: int | None = None

    def write(self, events: Sequence[Event], now: float) -> WriteResult:
        """Count what happened; durable on return.

        Raises `StorageError`, and then nothing of it was counted, unless only the last sync failed.
        """
        self._waits: list[TimedWait] = []
        counts: Counts = Counter()
        hour = hour_of(now)
        with self._store.transaction():
            answers = [self._write_one(event, counts) for event in events]
            for contact in self._store.delete_contacts_before(now - self._contact_window_s):
                counts += _closing(contact)
            for contact in self._store.delete_excess_contacts():
                counts += counts_at(contact.began, contact.island, contact.snippet, {CounterName.CONTACT_FORGOTTEN: 1})
            self._store.add(counts)
            if hour != self._trimmed:
                self._store.trim(now)
        self._trimmed = hour
        return WriteResult(counts, self._waits, answers)

    def _write_one(self, event: Event, counts: Counts) -> FeedbackAnswer:
        match event:
            case Decided():
                self._decided(event, counts)
                return None
            case DeskReported():
                self._reported(event, counts)
                return None
            case FeedbackEvent():
                return self._heard(event, counts)

    def _decided(self, event: Decided, counts: Counts) -> None:
        counts.update(count_decided(event))
        if not event.is_question:
            return
        if event.ticket:
            opened = TicketRecord(event.island, event.snippet, event.at, event.revision, event.suggested)
            self._store.put_ticket(event.ticket, opened)
        if event.contact:
            contact = self._store.contact(event.contact)
            if contact is not None and event.at - contact.began > self._contact_window_s:
                counts.update(_closing(contact))
                contact = None
            contact = contact or Contact(event.island, event.snippet, event.at)
            self._store.put_contact(event.contact, advance_contact(contact, event.outcome, event.snippet))

    def _reported(self, event: DeskReported, counts: Counts) -> None:
        desk_event = event.desk_event
        opened = self._store.ticket(desk_event.ticket)
        if opened is None:
            return
        found = desk_event.suggestion
        if found is None and desk_event.reply and not opened.replied:
            found = compare_reply(desk_event.reply, self._texts(opened))
        progress = ProgressEvent(event.at, desk_event.state, has_reply=bool(desk_event.reply), suggestion=found)
        counted, opened = count_progress(opened, progress)
        waited_s = max(0.0, event.at - opened.at)
        self._waits += [
            TimedWait(name, opened.island, waited_s) for name in TIMED if any(k.name == name for k in counted)
        ]
        counts.update(counted)
        self._store.put_ticket(desk_event.ticket, opened)

    def _heard(self, event: FeedbackEvent, counts: Counts) -> FeedbackAnswer:
        receipt = event.receipt
        if self._store.is_feedback_full():
            return RefusedError("as much feedback is remembered as may be, try again later", reason=Reason.OVERLOADED)
        news = [topic for topic in event.said if self._store.add_feedback(receipt.number, topic, receipt.at)]
        for topic in news:
            counts.update(count_feedback(receipt.at, receipt.island, receipt.snippet, topic, is_yes=event.said[topic]))
        is_bad = {FeedbackTopic.CONTACTED_AGAIN: True, FeedbackTopic.RESOLVED: False}
        if any(event.said[topic] is is_bad.get(topic) for topic in news):
            self._contradict(receipt)
        return FeedbackResponse(
            island=receipt.island,
            snippet=receipt.snippet,
            counted=tuple(news),
            repeated=tuple(topic for topic in event.said if topic not in news),
        )

    def _contradict(self, receipt: Receipt) -> None:
        contact = self._store.contact(receipt.contact)
        if contact is not None and contact.began <= receipt.at:
            self._store.put_contact(receipt.contact, contradict_contact(contact))


def _closing(contact: Contact) -> Counts:
    return counts_at(contact.began, contact.island, contact.snippet, close_contact(contact))
