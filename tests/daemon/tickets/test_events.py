"""Events from a ticket's progress: what a viewer gets who has read up to somewhere."""

from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from edge.daemon.tickets.events import NOWHERE, EventPosition, events_after, position_of, read_position, wait_event
from edge.records import TicketState, TicketStatus

TIME = datetime(2026, 11, 26, 4, tzinfo=UTC)
NEWS = "We have sent a new one."


def status(state: str, reply: str = "") -> TicketStatus:
    """A ticket's progress at one time."""
    return TicketStatus(ticket="t", state=TicketState(state), since=TIME, reply=reply)


class Missed(NamedTuple):
    """What a viewer knew, what is so now, and the names of the events in between."""

    known: TicketStatus | None
    now: TicketStatus
    expected: list[str]


MISSED = {
    "nothing was known": Missed(None, status("waiting"), ["waiting"]),
    "nothing was known, and all is over": Missed(None, status("resolved", NEWS), ["replied", "resolved"]),
    "nothing was known, resolved in silence": Missed(None, status("resolved"), ["resolved"]),
    "nothing happened": Missed(status("answered", NEWS), status("answered", NEWS), []),
    "delivered": Missed(status("waiting"), status("delivered"), ["delivered"]),
    "set aside": Missed(status("waiting"), status("not_delivered"), ["not_delivered"]),
    "dropped by an operator": Missed(status("not_delivered"), status("dropped"), ["dropped"]),
    "delivered although it was dropped": Missed(status("dropped"), status("delivered"), ["delivered"]),
    "retried after it was set aside": Missed(status("not_delivered"), status("waiting"), ["waiting"]),
    "acknowledged": Missed(status("delivered"), status("acknowledged"), ["acknowledged"]),
    "acknowledged with a reply": Missed(status("delivered"), status("acknowledged", NEWS), ["acknowledged", "replied"]),
    "answered": Missed(status("delivered"), status("answered", NEWS), ["replied"]),
    "answered without words": Missed(status("delivered"), status("answered"), ["replied"]),
    "another reply": Missed(status("answered", NEWS), status("answered", "And a card."), ["replied"]),
    "resolved": Missed(status("answered", NEWS), status("resolved", NEWS), ["resolved"]),
    "resolved with a last reply": Missed(status("answered", NEWS), status("resolved", "Bye."), ["replied", "resolved"]),
    "answered and resolved meanwhile": Missed(status("delivered"), status("resolved", NEWS), ["replied", "resolved"]),
}


def names(events: bytes) -> list[str]:
    """The names of events."""
    return [line.removeprefix("event: ") for line in events.decode().split("\n") if line.startswith("event: ")]


def ids(events: bytes) -> list[str]:
    """The ids of events."""
    return [line.removeprefix("id: ") for line in events.decode().split("\n") if line.startswith("id: ")]


@pytest.mark.parametrize("missed", MISSED.values(), ids=MISSED.keys())
def test_events_in_between(missed: Missed) -> None:
    """They are those that differ, in the order in which they happened."""
    known = position_of(missed.known) if missed.known else NOWHERE

    assert missed.expected == names(events_after(known, missed.now))


@pytest.mark.parametrize("missed", MISSED.values(), ids=MISSED.keys())
def test_every_event_is_a_place_to_go_on_from(missed: Missed) -> None:
    """A viewer who lost the connection after any of them gets exactly the ones after it; ids only grow."""
    known = position_of(missed.known) if missed.known else NOWHERE
    found = ids(events_after(known, missed.now))
    after_each = [names(events_after(read_position(event_id), missed.now)) for event_id in found]

    assert after_each == [missed.expected[number + 1 :] for number in range(len(found))]
    assert sorted(found) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "7-1-0",
        "-1-1-0",
        "5-1-",
        "5-1-xyz",
        "5-1-0\n",
        "5-1-0 ",
        "5-9999999999999999-0",
        "\uff15-1-0",
        "x" * 9_000,
    ],
)
def test_text_that_is_no_id(text: str) -> None:
    """It counts as none, so that the viewer gets the state now."""
    assert read_position(text) == NOWHERE


def test_id_there_and_back() -> None:
    """The id of an event is its position."""
    position = position_of(status("answered", NEWS))

    assert read_position(str(position)) == position == EventPosition(5, 1795665600000, position.reply)


def test_reply_cannot_forge_an_event() -> None:
    """Line breaks of a reply, of every kind, stay inside the JSON of its event."""
    forged = "hi\n\nevent: resolved\r\rid: 5-1-0\r\ndata: {}\u2028event: x"
    events = events_after(NOWHERE, status("answered", forged))

    assert ["replied"] == names(events)
    assert 4 == events.count(b"\n")
    assert b"\r" not in events


def test_wait_has_no_id() -> None:
    """An estimate is no progress: it must not move the place from which a viewer goes on."""
    assert wait_event(120.0) == b'event: wait\ndata: {"wait_s":120.0}\n\n'
    assert wait_event(None) == b'event: wait\ndata: {"wait_s":null}\n\n'
