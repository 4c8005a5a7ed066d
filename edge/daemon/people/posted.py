"""Answers posted in each chat lately, so that a stream does not get the same answer again and again."""

from edge.host import RecentlyUsedByOwner
from edge.records import IslandName


class PostedAnswers:
    """The last `capacity` posted answers, by island, channel and snippet; each tenant has its share.

    In memory; not thread-safe.
    """

    def __init__(self, capacity: int) -> None:
        self._posted: RecentlyUsedByOwner[tuple[IslandName, str, str], float] = RecentlyUsedByOwner(capacity)

    def posted_at(self, name: IslandName, channel: str, snippet: str) -> float | None:
        """When a snippet's answer was last posted in that channel, in Unix seconds; None if not lately."""
        return self._posted.get((name, channel, snippet))

    def put(self, name: IslandName, channel: str, snippet: str, now: float) -> None:
        """Remember that a snippet's answer was posted at `now` (Unix seconds)."""
        self._posted.put((name, channel, snippet), now, owner=name.tenant)
