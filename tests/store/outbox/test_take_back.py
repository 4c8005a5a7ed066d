"""Take-backs in the outbox: never before their ticket, one for each, and none that waits for an operator."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from edge.errors import RefusedError
from edge.records import DeskEvent, SolvedByViewer, TicketState
from edge.store.outbox import (
    Bounds,
    Outbox,
    Parcel,
    drop_tickets,
    follow_up_id,
    hold_tickets,
    retry_tickets,
    take_back,
)

NOW = 1_700_000_000.0
TICKET, OTHER = "0f8fad5b-d9cb-469f-a165-70867728950e", "0f8fad5b-d9cb-469f-a165-70867728950f"
FOLLOW_UP, OWN = follow_up_id(TICKET, "b1"), SolvedByViewer.id_of(TICKET)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    """Two tickets of one tenant's origin."""
    with Outbox(tmp_path, clock=lambda: NOW) as outbox:
        outbox.put_many(
            [Parcel(name, b"{}", origin="acme", deadline=NOW + 60, tenant="acme") for name in (TICKET, OTHER)]
        )
        yield outbox


def taken_back(outbox: Outbox, ticket: str = TICKET) -> bool:
    """Take a ticket back."""
    return take_back(outbox, ticket, b'{"solved":1}', tenant="acme")


def due(outbox: Outbox) -> list[str]:
    """What may be delivered now."""
    return [entry.id for entry in outbox.due(NOW, 9, origin="acme")]


def test_take_back_leaves_after_its_ticket(outbox: Outbox, tmp_path: Path) -> None:
    """By the same origin, also after a restart, and also if the ticket is postponed."""
    assert taken_back(outbox)
    outbox.postpone(TICKET, until=NOW + 60, error="503")
    outbox.close()
    with Outbox(tmp_path, clock=lambda: NOW) as again:
        found = [due(again)]
        again.delivered([TICKET])
        found.append(due(again))

    assert [[OTHER], [OWN, OTHER]] == found


def test_delivered_ticket_is_taken_back(outbox: Outbox) -> None:
    """Its origin is remembered with its progress."""
    outbox.delivered([TICKET])

    assert taken_back(outbox)
    assert [OWN, OTHER] == due(outbox)


def test_one_take_back_for_a_ticket(outbox: Outbox) -> None:
    """However often it is asked for, before and after it is delivered."""
    found = [taken_back(outbox), taken_back(outbox)]
    before = outbox.depth()
    outbox.delivered([TICKET])
    outbox.delivered([OWN])
    found.append(taken_back(outbox))

    assert ([True] * 3, 3) == (found, before)
    assert [OTHER] == due(outbox)


@pytest.mark.parametrize(
    ("state", "is_back"),
    [(TicketState.ACKNOWLEDGED, False), (TicketState.ANSWERED, False), (TicketState.RESOLVED, True)],
)
def test_person_takes_it_up_after_all(outbox: Outbox, state: TicketState, is_back: bool) -> None:
    """After it was taken back and delivered, a person works on it. That it is resolved is what the take-back does."""
    taken_back(outbox)
    outbox.delivered([TICKET])
    outbox.delivered([OWN])
    _say(outbox, state=state)

    assert is_back is taken_back(outbox)
    assert OWN not in due(outbox)


def test_viewer_who_wrote_on_has_a_person_again(outbox: Outbox) -> None:
    """The follow-up came behind the take-back, and opens the ticket again."""
    taken_back(outbox)
    outbox.put_many([Parcel(FOLLOW_UP, b"{}", origin="acme")])

    assert not taken_back(outbox)


STATES = (TicketState.ACKNOWLEDGED, TicketState.ANSWERED, TicketState.RESOLVED)


def _say(outbox: Outbox, *, state: TicketState) -> None:
    """The desk says how far the ticket has come."""
    outbox.progress.apply(DeskEvent(id="e", ticket=TICKET, state=state), "acme", NOW)


KEPT: dict[str, Callable[[Outbox], object]] = {
    "unknown": lambda outbox: outbox.dropped([OTHER]),
    "a dead letter": lambda outbox: outbox.set_aside(TICKET, error="422"),
    "held by an operator": lambda outbox: hold_tickets(outbox, [TICKET]),
    "dropped": lambda outbox: drop_tickets(outbox, [TICKET]),
    "with a follow-up": lambda outbox: outbox.put_many([Parcel(FOLLOW_UP, b"{}")]),
    "with a follow-up that origin has": lambda outbox: [
        outbox.put_many([Parcel(FOLLOW_UP, b"{}")]),
        outbox.delivered([TICKET]),
        outbox.delivered([FOLLOW_UP]),
    ],
    **{f"{state} by people": partial(_say, state=state) for state in STATES},
}


@pytest.mark.parametrize("happened", KEPT.values(), ids=KEPT)
def test_ticket_that_is_not_taken_back(outbox: Outbox, happened: Callable[[Outbox], object]) -> None:
    """A person is at work on it, more than one question waits in it, or nobody gets it."""
    happened(outbox)
    name = OTHER if happened is KEPT["unknown"] else TICKET

    assert not taken_back(outbox, name)
    assert SolvedByViewer.id_of(name) not in due(outbox)


LOST: dict[str, Callable[[Outbox], object]] = {
    name: KEPT[name] for name in ("a dead letter", "held by an operator", "dropped")
} | {"a person is at work on it": lambda outbox: outbox.forget_take_back(TICKET)}


@pytest.mark.parametrize("happened", LOST.values(), ids=LOST)
def test_take_back_is_lost_with_its_ticket(outbox: Outbox, happened: Callable[[Outbox], object]) -> None:
    """So it waits for no operator and never overtakes. The ticket is there as before, and what is counted fits."""
    taken_back(outbox)
    happened(outbox)
    depth, size = outbox.depth(), outbox.size_bytes()
    if happened is LOST["held by an operator"]:
        retry_tickets(outbox, [TICKET])

    assert OWN not in due(outbox)
    left = [TICKET, OTHER] if happened is not LOST["dropped"] else [OTHER]
    assert (len(left), len(left) * len(b"{}")) == (depth, size)
    assert not outbox.oldest() or TICKET in due(outbox) or happened in (LOST["a dead letter"], LOST["dropped"])


def test_follow_up_waits_for_the_take_back_before_it(outbox: Outbox) -> None:
    """What the viewer writes later reaches people later."""
    taken_back(outbox)
    outbox.put_many([Parcel(FOLLOW_UP, b"{}", origin="acme")])
    outbox.delivered([TICKET])

    assert [OWN, OTHER] == due(outbox)


def test_full_outbox_takes_nothing_back(tmp_path: Path) -> None:
    """That is an error, and the ticket is as it was."""
    with Outbox(tmp_path, bounds=Bounds(max_tickets=1)) as outbox:
        outbox.put_many([Parcel(TICKET, b"{}", tenant="acme")])
        with pytest.raises(RefusedError):
            taken_back(outbox)

        assert 1 == outbox.depth()
