"""What an operator does with parcels: pages, hold, drop and retry."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.errors import RefusedError
from edge.records import TicketState
from edge.store.outbox import (
    Outbox,
    OutboxQuery,
    Parcel,
    drop_tickets,
    hold_tickets,
    read_page,
    read_payloads,
    read_rows,
    retry_dead_letters,
    retry_tickets,
)
from edge.store.outbox.rows import MAX_PAGE_BYTES, MAX_PAGE_ROWS

NOW = 1_788_000_000.0


@pytest.fixture
def outbox(state: Path) -> Iterator[Outbox]:
    """An outbox with three tickets of one tenant."""
    with Outbox(state, clock=lambda: NOW) as outbox:
        outbox.put_many([Parcel(name, name.encode(), tenant="acme") for name in ("a", "b", "c")])
        yield outbox


def due(outbox: Outbox) -> list[str]:
    """Ids of what is due now."""
    return [entry.id for entry in outbox.due(NOW, 100)]


def test_held_ticket_is_not_delivered_until_it_is_retried(outbox: Outbox) -> None:
    """Its progress says that it is not delivered, and it counts like a dead letter."""
    held = hold_tickets(outbox, ["b"])
    progress = outbox.progress.find("b")

    assert [("b", b"b")] == [(ticket.id, ticket.payload) for ticket in held]
    assert (["a", "c"], 1) == (due(outbox), outbox.dead_letters())
    assert progress is not None
    assert TicketState.DEAD_LETTER is progress[0]
    assert ["an operator holds it"] == [row.error for row in read_rows(outbox, OutboxQuery(dead_letters=True))]
    assert [] == hold_tickets(outbox, ["b"])
    assert [("b", True)] == [(ticket.id, ticket.dead_letter) for ticket in retry_tickets(outbox, ["b"])]
    assert ["a", "b", "c"] == due(outbox)


def test_dropped_ticket_is_gone_and_its_viewer_is_told(outbox: Outbox) -> None:
    """Its room is free again."""
    dropped = drop_tickets(outbox, ["a", "c", "a"])
    progress = outbox.progress.find("a")

    assert ["a", "c"] == [ticket.id for ticket in dropped]
    assert (["b"], 1, 1) == (due(outbox), outbox.depth(), outbox.size_bytes())
    assert progress is not None
    assert TicketState.DROPPED is progress[0]


def test_ticket_that_was_dropped_on_its_way(outbox: Outbox) -> None:
    """Origin has it in the end, and its viewer is told that."""
    drop_tickets(outbox, ["a"])
    outbox.delivered(["a"])
    progress = outbox.progress.find("a")

    assert progress is not None
    assert TicketState.DELIVERED is progress[0]


COMMANDS = {"hold": hold_tickets, "drop": drop_tickets, "retry": retry_tickets}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_ticket_that_is_not_there(outbox: Outbox, command: object) -> None:
    """Nothing is changed, neither of the ticket that is there."""
    assert callable(command)
    with pytest.raises(RefusedError, match=r"^the outbox holds no ticket 'x', expected one that `skerry outbox list`"):
        command(outbox, ["a", "x"])

    assert (["a", "b", "c"], 0) == (due(outbox), outbox.dead_letters())


def test_pages_of_rows(state: Path) -> None:
    """Each parcel is on one page, in their order; the last page says that it is the last."""
    names = [f"t{number}" for number in range(MAX_PAGE_ROWS + 7)]
    with Outbox(state) as outbox:
        outbox.put_many([Parcel(name, b"") for name in names])
        first = read_page(outbox, OutboxQuery())
        assert first.next is not None
        second = read_page(outbox, OutboxQuery(after=first.next))

        assert names == [ticket.id for page in (first, second) for ticket in page.tickets]
        assert (MAX_PAGE_ROWS, 7, None) == (len(first.tickets), len(second.tickets), second.next)


def test_pages_of_payloads(state: Path) -> None:
    """A page has a limit in bytes, but at least one parcel."""
    with Outbox(state) as outbox:
        outbox.put_many([Parcel(name, bytes(size)) for name, size in (("a", MAX_PAGE_BYTES + 9), ("b", 1), ("c", 1))])
        pages, after = list[list[str]](), 0
        while True:
            page = read_payloads(outbox, OutboxQuery(after=after))
            pages.append([ticket.id for ticket in page.tickets])
            if page.next is None:
                break
            after = page.next

    assert [["a"], ["b", "c"]] == pages


def test_hold_during_a_delivery(outbox: Outbox) -> None:
    """The ticket has left the queue once, by the operator's hand; that it is delivered or refused is told apart."""
    hold_tickets(outbox, ["a", "b"])

    assert [False, False] == [outbox.set_aside("a", error="status 422"), outbox.set_aside("gone", error="status 422")]
    assert ["c"] == outbox.delivered(["a", "b", "c"])
    assert 0 == outbox.depth()


def test_retry_of_all_dead_letters_goes_page_by_page(state: Path) -> None:
    """Each once, however many there are."""
    names = [f"t{number}" for number in range(MAX_PAGE_ROWS + 7)]
    with Outbox(state, clock=lambda: NOW) as outbox:
        outbox.put_many([Parcel(name, b"") for name in names])
        hold_tickets(outbox, names)
        first = retry_dead_letters(outbox)
        assert first.next is not None
        second = retry_dead_letters(outbox, first.next)

        assert names == [ticket.id for page in (first, second) for ticket in page.tickets]
        assert (None, 0) == (second.next, outbox.dead_letters())
