"""Unresolved tickets of each session that people have. The session is released when its last ticket is resolved."""

from edge.errors import Reason
from edge.host import RecentlyUsed
from edge.records import IslandName, Ticket

MAX_PER_SESSION = 16
"""Tickets remembered for one session; of more, the latest."""

SessionKey = tuple[IslandName, str]


class OpenTickets:
    """Unresolved tickets of the last `sessions` sessions. In memory, as the sessions themselves."""

    def __init__(self, sessions: int) -> None:
        self._session_of: RecentlyUsed[str, SessionKey] = RecentlyUsed(sessions)
        self._open: RecentlyUsed[SessionKey, tuple[str, ...]] = RecentlyUsed(sessions)

    def add(self, ticket: Ticket) -> None:
        """Remember the ticket of an escalation."""
        # A promised callback leaves the session with the machine, so there is nothing to release.
        if not ticket.session or ticket.reason is Reason.SURGE:
            return
        key = (IslandName.parse(ticket.island), ticket.session)
        # A question asked while people have the session joins their tickets. Any other escalation is a new start: the
        # tickets before it belong to a time that ended, and must not release the session now.
        earlier = (self._open.get(key) or ()) if ticket.reason is Reason.HUMAN_ACTIVE else ()
        self._session_of.put(ticket.id, key)
        self._open.put(key, (*earlier, ticket.id)[-MAX_PER_SESSION:])

    def resolve(self, ticket: str) -> SessionKey | None:
        """Mark a ticket as resolved; gives the session if this was its last open ticket, else None. Idempotent."""
        key = self._session_of.get(ticket)
        open_now = self._open.get(key) or () if key is not None else ()
        if key is None or ticket not in open_now:
            return None
        remaining = tuple(name for name in open_now if name != ticket)
        self._open.put(key, remaining)
        return None if remaining else key

    def forget(self, key: SessionKey) -> None:
        """Forget the tickets of a session that was released in another way."""
        self._open.put(key, ())
