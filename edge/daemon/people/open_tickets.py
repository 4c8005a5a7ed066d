"""Unresolved tickets of each session that people have.

The session is released when its last ticket is resolved. Until then, what the viewer writes joins one of them.
"""

from typing import NamedTuple

from edge.errors import Reason
from edge.host import RecentlyUsedByOwner
from edge.records import IslandName, Ticket

MAX_PER_SESSION = 16
"""Tickets remembered for one session; of more, the latest."""

MAX_FOLLOW_UPS = 20
MAX_FOLLOW_UP_BYTES = 20_000
"""Follow-ups of one ticket that people get, and their text in UTF-8. Somebody who writes more is read from the first
twenty, and does not fill the queue or the disk."""

SessionKey = tuple[IslandName, str]


class Join(NamedTuple):
    """How a follow-up joins an open ticket."""

    ticket: str
    """Id of the open ticket, which is also what the viewer is told."""
    is_kept: bool
    """False: the ticket has as many follow-ups as it may, or has these words already. So this one is counted and not
    delivered."""


class _OpenTicket(NamedTuple):
    id: str
    lane: str
    follow_ups: int = 0
    size_bytes: int = 0


class OpenTickets:
    """Unresolved tickets of the last `sessions` sessions; each tenant has its share. In memory, as the sessions."""

    def __init__(self, sessions: int) -> None:
        self._session_of: RecentlyUsedByOwner[str, SessionKey] = RecentlyUsedByOwner(sessions)
        self._open: RecentlyUsedByOwner[SessionKey, tuple[_OpenTicket, ...]] = RecentlyUsedByOwner(sessions)

    def add(self, ticket: Ticket) -> None:
        """Remember the ticket of an escalation. A follow-up is left out: it joined one that is remembered."""
        # A promised callback leaves the session with the machine, so there is nothing to release.
        if not ticket.session or ticket.joins or ticket.reason is Reason.SURGE:
            return
        key = (IslandName.parse(ticket.island), ticket.session)
        # A question asked while people have the session is one more for them. Any other escalation is a new start: the
        # tickets before it belong to a time that ended, and must not release the session now.
        earlier = (self._open.get(key) or ()) if ticket.reason is Reason.HUMAN_ACTIVE else ()
        self._session_of.put(ticket.id, key, owner=key[0].tenant)
        self._put(key, (*earlier, _OpenTicket(ticket.id, ticket.lane))[-MAX_PER_SESSION:])

    def join(self, name: IslandName, session: str, *, lane: str, text: str, ticket_id: str = "") -> Join | None:
        """The open ticket of a session that a further escalation to `lane` joins; None: make a ticket of its own.

        Only a ticket in the same lane is joined: words about harm must not arrive with the people who have a parcel to
        find. Each call counts as one follow-up with this text, unless it would have made the very ticket (`ticket_id`)
        that is open: then it is the same question, which came again.
        """
        key = (name, session)
        tickets = self._open.get(key) or ()
        if ticket_id and any(ticket.id == ticket_id for ticket in tickets):
            return Join(ticket_id, is_kept=False)
        found = next((ticket for ticket in reversed(tickets) if ticket.lane == lane), None)
        if found is None:
            return None
        counted = found._replace(follow_ups=found.follow_ups + 1, size_bytes=found.size_bytes + len(text.encode()))
        if counted.follow_ups > MAX_FOLLOW_UPS or counted.size_bytes > MAX_FOLLOW_UP_BYTES:
            return Join(found.id, is_kept=False)
        # Counted before it is durable: of several at once none may exceed the limit. If one cannot be stored, its
        # viewer is told so, and the ticket takes one follow-up less.
        self._put(key, tuple(counted if ticket is found else ticket for ticket in tickets))
        return Join(found.id, is_kept=True)

    def resolve(self, ticket: str) -> SessionKey | None:
        """Mark a ticket as resolved; gives the session if this was its last open ticket, else None. Idempotent."""
        key = self._session_of.get(ticket)
        open_now = self._open.get(key) or () if key is not None else ()
        if key is None or all(one.id != ticket for one in open_now):
            return None
        remaining = tuple(one for one in open_now if one.id != ticket)
        self._put(key, remaining)
        return None if remaining else key

    def forget(self, key: SessionKey) -> None:
        """Forget the tickets of a session that was released in another way."""
        self._put(key, ())

    def _put(self, key: SessionKey, tickets: tuple[_OpenTicket, ...]) -> None:
        self._open.put(key, tickets, owner=key[0].tenant)
