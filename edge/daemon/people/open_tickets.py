"""Which tickets a session with people still waits for: when the desk has resolved all of them, it is released."""

from edge.errors import Reason
from edge.host import RecentlyUsed
from edge.records import IslandName, Ticket

MAX_PER_SESSION = 16
"""Who asks more than this while people have the session is waiting for the latest of it."""

SessionKey = tuple[IslandName, str]


class OpenTickets:
    """The unresolved tickets of the `sessions` heard of lately. In memory, as the sessions are."""

    def __init__(self, sessions: int) -> None:
        self._session_of: RecentlyUsed[str, SessionKey] = RecentlyUsed(sessions)
        self._open: RecentlyUsed[SessionKey, tuple[str, ...]] = RecentlyUsed(sessions)

    def add(self, ticket: Ticket) -> None:
        """Add a ticket that people were given.

        A question that was asked while people had the session joins their tickets; any other starts a new list. A
        promised callback leaves the session with the machine, so there is nothing to release.
        """
        if not ticket.session or ticket.reason is Reason.SURGE:
            return
        key = (IslandName.parse(ticket.island), ticket.session)
        earlier = (self._open.get(key) or ()) if ticket.reason is Reason.HUMAN_ACTIVE else ()
        self._session_of.put(ticket.id, key)
        self._open.put(key, (*earlier, ticket.id)[-MAX_PER_SESSION:])

    def resolve(self, ticket: str) -> SessionKey | None:
        """The session for which this was the last one; None for any other, also when it is reported again."""
        key = self._session_of.get(ticket)
        before = self._open.get(key) or () if key is not None else ()
        if key is None or ticket not in before:
            return None
        left = tuple(one for one in before if one != ticket)
        self._open.put(key, left)
        return None if left else key

    def forget(self, key: SessionKey) -> None:
        """The session was released in another way."""
        self._open.put(key, ())
