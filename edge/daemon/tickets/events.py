"""A ticket's progress as server-sent events (WHATWG HTML, section 9.2), and where a viewer stopped reading.

The outbox stores how far a ticket has come, and its last reply. Events are derived from that: a viewer who comes back
with the id of the last event gets what differs now. So a lost notification loses nothing. Of several replies that were
written while nobody read, only the last is left.

    event: replied
    id: 5-1795666488000-9f86d081
    data: {"ticket":"1e4dcb12-…","state":"answered","since":"…","reply":"We have sent a new one."}
"""

import hashlib
import re
from typing import NamedTuple

import msgspec

from edge.records import TicketState, TicketStatus

HEARTBEAT = b": \n\n"
"""A comment. Readers ignore it; proxies see that the connection lives."""

GREETING = b"retry: 3000\n\n"
"""The first bytes: a reader that lost its connection should wait 3 s."""

REPLIED = "replied"
"""Event of a reply. The other events are named by the state that the ticket came to."""

_ORDER = {state: number for number, state in enumerate(TicketState)}
_ANSWERED = _ORDER[TicketState.ANSWERED]
_ID = re.compile(r"(?P<order>[0-6])-(?P<changed_ms>[0-9]{1,15})-(?P<reply>[0-9a-f]{8}|0)")
_NO_REPLY = "0"
_DIGEST_BYTES = 4


class EventPosition(NamedTuple):
    """How far a viewer has read: the id of an event. It grows with the ticket's state, and then with the time."""

    order: int
    """Place of the state in `TicketState`."""
    changed_ms: int
    """When the ticket came to that state, in Unix milliseconds."""
    reply: str
    """Digest of the last reply, 8 hexadecimal characters; `0` without one."""

    def __str__(self) -> str:
        """The event's id."""
        return f"{self.order}-{self.changed_ms}-{self.reply}"


NOWHERE = EventPosition(-1, 0, _NO_REPLY)
"""The position of a viewer who has read nothing."""


def read_position(text: str) -> EventPosition:
    """The position in a `Last-Event-ID`. Any other text counts as none: then the viewer gets the state now."""
    match = _ID.fullmatch(text)
    return EventPosition(int(match["order"]), int(match["changed_ms"]), match["reply"]) if match else NOWHERE


def position_of(status: TicketStatus) -> EventPosition:
    """The position of a viewer who knows all of `status`."""
    return EventPosition(_ORDER[status.state], int(status.since.timestamp() * 1000), _digest(status.reply))


def events_after(known: EventPosition, status: TicketStatus) -> bytes:
    """The events between a viewer's position and `status`; nothing if there are none."""
    now = position_of(status)
    events = []
    is_moved, has_reply = now.order != known.order, now.reply not in {_NO_REPLY, known.reply}
    if is_moved and now.order < _ANSWERED:
        events.append(_event(status.state, now._replace(reply=known.reply), status))
    # A reply comes after "acknowledged" and before "resolved", also if the desk sent both at once.
    if has_reply or (is_moved and now.order == _ANSWERED):
        events.append(_event(REPLIED, now._replace(order=min(now.order, _ANSWERED)), status))
    if is_moved and now.order > _ANSWERED:
        events.append(_event(status.state, now, status))
    return b"".join(events)


def wait_event(wait_s: float | None) -> bytes:
    """The event of an estimated wait. It has no id: after a reconnection the estimate of then is sent."""
    return b"event: wait\ndata: %b\n\n" % msgspec.json.encode({"wait_s": wait_s})


def _event(name: str, position: EventPosition, status: TicketStatus) -> bytes:
    # JSON has no line breaks, so nothing that a desk writes can begin another field.
    return f"event: {name}\nid: {position}\ndata: ".encode() + msgspec.json.encode(status) + b"\n\n"


def _digest(reply: str) -> str:
    if not reply:
        return _NO_REPLY
    return hashlib.blake2b(reply.encode(), digest_size=_DIGEST_BYTES).hexdigest()
