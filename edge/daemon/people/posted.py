"""Which answers were posted in which chat lately, so that a stream is spared the same one again and again."""

from edge.host import RecentlyUsed
from edge.records import IslandName


class PostedAnswers:
    """The last `capacity` answers, by island, channel and snippet. In memory; not for threads."""

    def __init__(self, capacity: int) -> None:
        self._posted: RecentlyUsed[tuple[IslandName, str, str], float] = RecentlyUsed(capacity)

    def at(self, name: IslandName, channel: str, snippet: str) -> float | None:
        """When a snippet's answer was last posted there, in Unix seconds."""
        return self._posted.get((name, channel, snippet))

    def put(self, name: IslandName, channel: str, snippet: str, now: float) -> None:
        """Remember that it was posted at `now`."""
        self._posted.put((name, channel, snippet), now)
