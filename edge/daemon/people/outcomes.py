"""What became of questions since the start, by island and class of channel, for a desk's wall."""

from collections import Counter
from collections.abc import Mapping

from edge.decide import ChannelClass
from edge.records import IslandName, Outcome

OutcomeCounts = Mapping[tuple[IslandName, ChannelClass], Mapping[Outcome, int]]


class Outcomes:
    """Counts outcomes. Bounded by the islands that this PoP ever accepted. Not thread-safe."""

    def __init__(self) -> None:
        self._counts: dict[tuple[IslandName, ChannelClass], Counter[Outcome]] = {}

    def count(self, name: IslandName, channel: ChannelClass, outcome: Outcome) -> None:
        """Count one question to an island that is here."""
        counts = self._counts.get((name, channel))
        if counts is None:
            counts = self._counts[name, channel] = Counter()
        counts[outcome] += 1

    def counts(self) -> OutcomeCounts:
        """What was counted until now."""
        return {key: dict(counts) for key, counts in self._counts.items()}
