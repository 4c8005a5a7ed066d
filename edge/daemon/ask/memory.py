"""What a PoP remembers between questions, as `edge.decide` wants to see it, and how a conclusion changes it.

All of it is bounded and none of it is on disk; nothing in it is lost that a viewer was promised.
"""

from collections.abc import Callable
from datetime import datetime

from edge.daemon.people import DeskLoads, Sessions, Steerings
from edge.daemon.sync import PopEntry
from edge.decide import Conclusion, Standing
from edge.host import RecentlyUsed
from edge.records import AskRequest, IslandName, Ticket, Verdict


class ConversationMemory:
    """Sessions, desks' loads, islands' steering, and what was posted where. Not for threads."""

    def __init__(self, *, sessions: Sessions, loads: DeskLoads, steerings: Steerings, posted_max: int) -> None:
        """`posted_max`: how many posted answers are remembered."""
        self._sessions, self._loads, self._steerings = sessions, loads, steerings
        self._posted: RecentlyUsed[tuple[IslandName, str, str], float] = RecentlyUsed(posted_max)

    def standing(self, request: AskRequest, entry: PopEntry, verdict: Verdict | None, now: datetime) -> Standing:
        """Where this conversation stands; a `verdict` is counted for the island's incidents."""
        name = entry.island.name
        load = self._loads.get(name.tenant, now)
        bearing = self._steerings.observe(entry, verdict, load, now)
        return Standing(
            session=self._sessions.get(name, request.session) if request.session else None,
            load=load,
            threshold=bearing.threshold,
            incidents=bearing.incidents,
            posted_at=self._posted_in(name, request.channel),
        )

    def threshold(self, entry: PopEntry, now: datetime) -> float:
        """How sure the machine must be for an answer of this island now."""
        load = self._loads.get(entry.island.tenant, now)
        return self._steerings.observe(entry, None, load, now).threshold

    def carry_out(self, request: AskRequest, entry: PopEntry, conclusion: Conclusion) -> None:
        """Remember what was concluded, once its ticket, if there is one, is durable."""
        name = entry.island.name
        if request.session:
            self._sessions.carry_out(name, request.session, conclusion)
        if conclusion.posted:
            self._posted.put((name, request.channel, conclusion.posted), conclusion.now)
        self._loads.carry_out(name.tenant, conclusion)

    def hand_over(self, ticket: Ticket) -> None:
        """Remember a durable ticket: its session waits for people, and it is on its way to them."""
        self._sessions.hand_over(ticket)
        self._loads.hand_over(ticket)

    def _posted_in(self, name: IslandName, channel: str) -> Callable[[str], float | None]:
        return lambda snippet: self._posted.get((name, channel, snippet))
