"""What is remembered of each session: above all, whether people have it.

In memory, and bounded: each tenant may count on an equal share, and within it the session that was quiet longest is
forgotten first, those that people have last. So asking at one tenant's islands forgets no session of another's. After a
restart the machine has every session again, so it may answer in one that people had. Tickets are not lost: they are in
the outbox.
"""

from edge.daemon.people.open_tickets import OpenTickets, SessionKey
from edge.decide import FRESH, Conclusion, Session
from edge.host import RecentlyUsedByOwner
from edge.records import IslandName


class Sessions:
    """The last `capacity` sessions, by island and session id. Not thread-safe."""

    def __init__(self, capacity: int, open_tickets: OpenTickets) -> None:
        self._sessions: RecentlyUsedByOwner[SessionKey, Session] = RecentlyUsedByOwner(capacity)
        self._open = open_tickets

    def get(self, name: IslandName, session: str) -> Session:
        """The state of a session; a new one if it is unknown."""
        return self._sessions.get((name, session)) or FRESH

    def carry_out(self, name: IslandName, session: str, conclusion: Conclusion) -> None:
        """Update a session by a conclusion."""
        # From the session as it is now: others may have been concluded while this one's ticket went to the disk.
        after, now = conclusion.next_session(self.get(name, session)), conclusion.now
        self._sessions.put((name, session), after, owner=name.tenant, now=now, held_until=after.people_until)

    def resolve(self, ticket: str) -> bool:
        """Mark a ticket as resolved by its desk; True if that released its session. An unknown ticket is ignored."""
        key = self._open.resolve(ticket)
        if key is None:
            return False
        self.release(*key)
        return True

    def release(self, name: IslandName, session: str) -> None:
        """Give a session back to the machine, which may then answer in it. Idempotent; any session id is accepted."""
        self._sessions.put((name, session), FRESH, owner=name.tenant)
        self._open.forget((name, session))
