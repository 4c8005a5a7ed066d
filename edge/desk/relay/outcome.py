"""What a look at a conversation means for the tickets in it, written within one transaction.

A reply goes to the newest ticket that was in the conversation before it, and with it the ticket's follow-ups are
answered. Where there are only follow-ups, because their ticket's conversation is gone, it goes to the newest of them.
A state goes to all tickets of the conversation.
"""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from edge.desk.store import DeskStore, add_event, record
from edge.records import TicketState
from edge.records.desk import QueueState
from edge.wire.conversations import ConversationLook


class RelayedTicket(NamedTuple):
    """A ticket in a conversation."""

    id: str
    message: int
    """Where it stands in the conversation."""
    is_follow_up: bool
    pop: str
    tenant: str
    lane: str
    row: str
    queue: str
    state: str


class Step(NamedTuple):
    """One change of one ticket."""

    ticket: RelayedTicket
    queue: QueueState
    state: TicketState
    action: str
    reply: str = ""
    source: str = ""
    """What the event tells of, if it may be found again."""


def steps(tickets: Sequence[RelayedTicket], look: ConversationLook, *, seen: int, who: str) -> list[Step]:
    """The changes that a look brings, in order. `tickets`: oldest first. Replies up to message `seen` are known."""
    now = {one.id: one for one in tickets}
    found: list[Step] = []

    def add(ticket: str, step: Step) -> None:
        found.append(step)
        now[ticket] = now[ticket]._replace(queue=step.queue, state=step.state)

    for reply in look.replies:
        before = [now[one.id] for one in tickets if one.message < reply.message]
        if reply.message <= seen or not before:
            continue
        target = next((one for one in reversed(before) if not one.is_follow_up), before[-1])
        is_resolved = target.queue == QueueState.RESOLVED
        queue = QueueState.RESOLVED if is_resolved else QueueState.ANSWERED
        # What people add to a resolved ticket reaches its viewer, and the ticket stays resolved.
        state = TicketState.RESOLVED if is_resolved else TicketState.ANSWERED
        add(target.id, Step(target, queue, state, "reply", reply.text, f"{who}-{reply.message}"))
        for one in before:
            if one.is_follow_up and one.queue == QueueState.OPEN and one.id != target.id:
                add(one.id, Step(one, QueueState.ANSWERED, TicketState.ANSWERED, "reply"))
    for one in list(now.values()):
        if look.state is TicketState.RESOLVED and one.queue != QueueState.RESOLVED:
            add(one.id, Step(one, QueueState.RESOLVED, TicketState.RESOLVED, "resolve"))
        elif look.state is TicketState.ACKNOWLEDGED and one.state == TicketState.DELIVERED:
            add(one.id, Step(one, QueueState(one.queue), TicketState.ACKNOWLEDGED, "claim"))
    return found


def apply(connection: sqlite3.Connection, found: Sequence[Step], *, store: DeskStore, who: str) -> list[str]:
    """Write changes and the events that tell PoPs of them. Returns the tickets that are no longer open."""
    now = store.clock()
    for step in found:
        one = step.ticket
        if (
            step.source
            and connection.execute("SELECT 1 FROM events WHERE id = ?", (f"{one.id}.{step.source}",)).fetchone()
        ):
            continue
        event = add_event(connection, one.pop, one.id, step.state, now=now, reply=step.reply, source=step.source)
        connection.execute(
            "UPDATE tickets SET queue = ?, state = ?, event = ? WHERE id = ?", (step.queue, step.state, event, one.id)
        )
        if step.queue != QueueState.OPEN:
            connection.execute("UPDATE tickets SET claimed_by = '' WHERE id = ?", (one.id,))
        if step.reply:
            connection.execute("UPDATE tickets SET replied_by = ?, reply = ? WHERE id = ?", (who, step.reply, one.id))
        record(connection, at=now, who=who, action=step.action, ticket=one.id)
        store.note_row(one.row, one.tenant, one.lane)
        store.note_pop(one.pop)
    return [step.ticket.id for step in found if step.queue != QueueState.OPEN]
