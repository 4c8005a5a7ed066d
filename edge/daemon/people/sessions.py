"""Which sessions people have, and what else is remembered of a viewer's conversation with an island.

In memory, and bounded by the sessions heard of lately. After a restart people whose session it was are asked once more;
what must not be lost, the tickets, is in the outbox.
"""

from edge.daemon.people.open_tickets import OpenTickets, SessionKey
from edge.decide import FRESH, Conclusion, Session
from edge.host import RecentlyUsed
from edge.records import IslandName


class Sessions:
    """The last `capacity` sessions, by island and session. Not for threads."""

    def __init__(self, capacity: int, open_tickets: OpenTickets) -> None:
        self._sessions: RecentlyUsed[SessionKey, Session] = RecentlyUsed(capacity)
        self._open = open_tickets

    def get(self, name: IslandName, session: str) -> Session:
        """What is remembered of a session; a fresh one for a session that is unknown."""
        return self._sessions.get((name, session)) or FRESH

    def carry_out(self, name: IslandName, session: str, conclusion: Conclusion) -> None:
        """Remember what was concluded in a session."""
        self._sessions.put((name, session), conclusion.next_session(self.get(name, session)))

    def resolve(self, ticket: str) -> bool:
        """The desk is done with a ticket; whether that released its session. An unknown ticket is fine."""
        key = self._open.resolve(ticket)
        if key is None:
            return False
        self.release(*key)
        return True

    def release(self, name: IslandName, session: str) -> None:
        """People are done with a session; the machine may answer in it again. An unknown session is fine."""
        self._sessions.put((name, session), FRESH)
        self._open.forget((name, session))
