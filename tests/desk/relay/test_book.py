"""The book of a relay: what goes with a ticket, and what another desk behind knows of it."""

import msgspec

from edge.desk.live import OpenDesk
from edge.desk.relay.book import RelayBook
from edge.desk.store import IncomingTicket, Scope
from edge.records import DeskEvent, TicketState
from edge.wire.conversations import ConversationLook, PersonReply
from edge.wire.desks import TicketPlace
from tests.desk.desk import Clock, body, tid


def book(desk: OpenDesk, where: str = "chatwoot https://chat.example 3") -> RelayBook:
    """The book of one tenant's relay."""
    return RelayBook(desk.store, desk=where, tenant="northwind", who="chatwoot")


def put(desk: OpenDesk, number: int, **fields: str) -> str:
    """A ticket comes in; its id."""
    desk.intake.put(IncomingTicket.parse(body(number, f"question {number}", **fields)))
    return tid(number)


def read(event: bytes) -> DeskEvent:
    """An event for a PoP."""
    return msgspec.json.decode(event, type=DeskEvent)


def rows(desk: OpenDesk) -> tuple[int, int]:
    """How many conversations and tickets the file knows of."""
    with desk.store.reading() as connection:
        (conversations,) = connection.execute("SELECT count(*) FROM relay_conversations").fetchone()
        (tickets,) = connection.execute("SELECT count(*) FROM relay_tickets").fetchone()
    return conversations, tickets


def test_rows_go_with_their_tickets(desk: OpenDesk, clock: Clock) -> None:
    """A conversation goes with the last of its tickets; nothing of a viewer stays."""
    known = book(desk)
    known.placed(put(desk, 1), TicketPlace(7, 0), viewer="v", is_follow_up=False)
    clock.move(days=20)
    known.placed(put(desk, 2), TicketPlace(7, 3), viewer="v", is_follow_up=False)
    known.placed(put(desk, 3), TicketPlace(8, 0), viewer="w", is_follow_up=False)
    found = [rows(desk)]
    for days in (20, 20):
        clock.move(days=days)
        desk.store.forget_old(keep_days=30)
        found.append(rows(desk))

    assert [(2, 3), (2, 2), (0, 0)] == found


def test_another_desk_behind(desk: OpenDesk) -> None:
    """It has no conversation of these numbers, so open tickets are handed on to it."""
    ticket = put(desk, 1)
    book(desk).placed(ticket, TicketPlace(7, 0), viewer="v", is_follow_up=False)
    other = book(desk, "chatwoot https://other.example 3")

    assert [] == [one.id for one in book(desk).due(9)]
    assert [ticket] == [one.id for one in other.due(9)]
    assert ("", []) == (other.root("v"), other.open_conversations())


def test_another_tenants_tickets(desk: OpenDesk) -> None:
    """They are nobody's here, also if somebody names one in a webhook."""
    ticket = put(desk, 1, island="acme/drop")
    known = book(desk)

    assert [] == known.due(9)
    assert known.conversation_of(ticket) is None


def test_failed_ticket_is_due_later(desk: OpenDesk, clock: Clock) -> None:
    """The cause is in its history once."""
    ticket, known = put(desk, 1), book(desk)
    for _ in range(3):
        known.failed(ticket, again_in_s=10.0, fault="not handed on: silent")
    before = known.due(9)
    clock.move(seconds=11)
    after = known.due(9)

    assert ([], [(ticket, 3)]) == (before, [(one.id, one.attempts) for one in after])
    assert 2 == len(desk.queue.ticket(ticket, Scope("northwind")).history)


def test_same_look_twice(desk: OpenDesk) -> None:
    """As after a crash, or by a webhook and the look: the second changes nothing."""
    ticket, known = put(desk, 1), book(desk)
    known.placed(ticket, TicketPlace(7, 0), viewer="v", is_follow_up=False)
    look = ConversationLook(TicketState.RESOLVED, (PersonReply(5, "Tomorrow."),), 5)

    assert [0, 0] == [known.take(7, look), known.take(7, look)]
    assert ["Tomorrow.", ""] == [read(one.body).reply for one in desk.events.after("fra-1", 0)]
