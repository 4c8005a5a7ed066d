"""Leaves in the outbox's file: with their ticket or not at all, once, and until the ledger has them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.errors import RefusedError
from edge.records import DeskEvent, TicketState
from edge.store.leaves import HandedOver, NewLeaf, WaitingLeaves
from edge.store.outbox import Bounds, Outbox, Parcel

NOW = 1_800_000_000.0
WEEK_S = 7 * 86_400


def hand_over(number: int) -> NewLeaf:
    """The leaf of a ticket."""
    return NewLeaf(bytes([number]) * 32, "acme/drop", b"entry", "viewer", f"ticket-{number}", b"opening")


def parcel(number: int) -> Parcel:
    """A ticket with its leaf."""
    return Parcel(f"ticket-{number}", b"{}", leaf=hand_over(number))


@pytest.fixture
def outbox(state: Path) -> Iterator[Outbox]:
    """An empty outbox whose clock stands."""
    with Outbox(state, clock=lambda: NOW, bounds=Bounds(2), settle_s=0.0) as outbox:
        yield outbox


def test_leaf_is_stored_with_its_ticket(state: Path, outbox: Outbox) -> None:
    """It is there after the process died, as it was put."""
    outbox.put_many([parcel(1), parcel(2)])
    outbox.close()
    with Outbox(state) as again:
        assert [hand_over(1), hand_over(2)] == again.leaves.read(10)
        assert [hand_over(1)] == again.leaves.read(1)
        assert HandedOver("acme/drop", b"\x02" * 32) == again.leaves.handed("ticket-2")


def test_refused_ticket_has_no_leaf(outbox: Outbox) -> None:
    """A full outbox takes neither."""
    outbox.put_many([parcel(1), parcel(2)])
    with pytest.raises(RefusedError):
        outbox.put_many([parcel(3)])

    assert [hand_over(1), hand_over(2)] == outbox.leaves.read(10)
    assert outbox.leaves.handed("ticket-3") is None


def test_repeated_ticket_keeps_its_first_leaf(outbox: Outbox) -> None:
    """A ticket that comes again is the same ticket: another leaf for it is left out."""
    outbox.put_many([parcel(1)])
    outbox.put_many([parcel(1)._replace(leaf=hand_over(2)._replace(ticket="ticket-1"))])

    assert [hand_over(1)] == outbox.leaves.read(10)
    assert HandedOver("acme/drop", b"\x01" * 32) == outbox.leaves.handed("ticket-1")


def test_taken_leaf_is_gone(outbox: Outbox) -> None:
    """Deleting is repeated after a crash, and changes nothing then. The hand-over is still known."""
    outbox.put_many([parcel(1), parcel(2)])
    for _ in range(2):
        outbox.leaves.delete([b"\x01" * 32])

    assert [hand_over(2)] == outbox.leaves.read(10)
    assert outbox.leaves.handed("ticket-1") is not None


def test_words_that_nothing_keeps_leave(outbox: Outbox) -> None:
    """The leaves stay, and so do the words of other logs. Repeated, it changes nothing."""
    other = hand_over(2)._replace(log="globex/drop")
    outbox.put_many([parcel(1), parcel(2)._replace(leaf=other)])
    counts = [outbox.leaves.forget_openings(lambda log: log.startswith("globex/")) for _ in range(2)]

    assert ([1, 0], [hand_over(1)._replace(opening=b""), other]) == (counts, outbox.leaves.read(10))


def test_reply_has_a_leaf_about_the_hand_over(outbox: Outbox) -> None:
    """In the transaction of the event, once; an event without words has none."""
    made: list[tuple[DeskEvent, HandedOver]] = []

    def make(event: DeskEvent, handed: HandedOver) -> NewLeaf:
        made.append((event, handed))
        return NewLeaf(b"r" * 32, handed.log, b"reply", ticket=event.ticket)

    outbox.leaves.make_reply = make
    outbox.put_many([parcel(1)])
    silent = DeskEvent(id="e1", ticket="ticket-1", state=TicketState.ACKNOWLEDGED)
    reply = DeskEvent(id="e2", ticket="ticket-1", state=TicketState.ANSWERED, reply="It ships tomorrow.")
    for event in (silent, reply, reply):
        outbox.progress.apply(event, "", NOW)

    assert [(reply, HandedOver("acme/drop", b"\x01" * 32))] == made
    assert [b"entry", b"reply"] == [leaf.entry for leaf in outbox.leaves.read(10)]


def test_reply_to_a_ticket_without_a_leaf(state: Path) -> None:
    """It has one: in the log of the hand-over, of its tenant, or of nobody. It never counts as the hand-over."""
    asked: list[HandedOver] = []

    def make(event: DeskEvent, handed: HandedOver) -> NewLeaf:
        asked.append(handed)
        return NewLeaf(event.id.encode() * 32, handed.log, b"reply", ticket=event.ticket)

    with Outbox(state, clock=lambda: NOW) as outbox:
        outbox.leaves.make_reply = make
        leafless = NewLeaf(b"", "acme/drop", b"", ticket="c")
        outbox.put_many([Parcel("a", b"{}"), Parcel("b", b"{}", tenant="acme"), Parcel("c", b"{}", leaf=leafless)])
        assert [] == outbox.leaves.ids()
        outbox.delivered(["b", "c"])
        for ticket in "abca":
            reply = DeskEvent(id=f"{len(asked)}", ticket=ticket, state=TicketState.ANSWERED, reply="Hi.")
            outbox.progress.apply(reply, "", NOW)
        found = outbox.leaves.read(10)

    assert [("_/_", b""), ("_/_", b""), ("acme/drop", b""), ("_/_", b"")] == asked
    assert ["_/_", "_/_", "acme/drop", "_/_"] == [leaf.log for leaf in found]


def test_reply_without_room_has_none(outbox: Outbox) -> None:
    """The event is applied all the same."""
    outbox.leaves.make_reply = lambda _event, _handed: None
    outbox.put_many([parcel(1)])
    reply = DeskEvent(id="e", ticket="ticket-1", state=TicketState.ANSWERED, reply="Hi.")

    assert outbox.progress.apply(reply, "", NOW)
    assert [b"entry"] == [leaf.entry for leaf in outbox.leaves.read(10)]


def test_leaf_alone(outbox: Outbox) -> None:
    """A leaf that is about no ticket is durable by itself."""
    alone = NewLeaf(b"a" * 32, "acme/drop", b"consent", "viewer")
    outbox.leaves.put_alone(alone, NOW)
    outbox.leaves.put_alone(alone, NOW)

    assert [alone] == outbox.leaves.read(10)


def test_hand_over_is_forgotten_with_its_ticket(outbox: Outbox) -> None:
    """A week after it, once neither ticket nor progress is known; not before."""
    outbox.put_many([parcel(1), parcel(2)])
    outbox.delivered(["ticket-1"])
    with outbox.transaction() as connection:
        outbox.progress.forget_old(connection, NOW + WEEK_S + 1)

    assert [None, "acme/drop"] == [found and found.log for found in map(outbox.leaves.handed, ("ticket-1", "ticket-2"))]


def test_hand_overs_have_a_bound(state: Path) -> None:
    """Beyond it the oldest are forgotten, but for that of a ticket that waits."""
    with Outbox(state, clock=lambda: NOW, settle_s=0.0) as outbox:
        outbox.put_many([parcel(1)])
        leaves = WaitingLeaves(outbox.transaction, max_handed=3)
        with outbox.transaction() as connection:
            for number in range(2, 6):
                leaves.put(connection, hand_over(number), NOW + number)
            leaves.forget_surplus(connection)
        known = [number for number in range(1, 6) if outbox.leaves.handed(f"ticket-{number}") is not None]

    assert [1, 4, 5] == known


def test_surplus_of_hand_overs_is_looked_for_with_each_delivery(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hand-over of a ticket that waits no more is forgotten at once if there are too many."""
    monkeypatch.setattr(outbox.leaves, "_max_handed", 0)
    outbox.put_many([parcel(1)])
    outbox.delivered(["ticket-1"])

    assert outbox.leaves.handed("ticket-1") is None
