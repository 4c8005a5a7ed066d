"""Which askers were counted a moment ago? One who asks again at once must not count as several."""

from collections import OrderedDict
from typing import NamedTuple


class AskerName(NamedTuple):
    """One asker, as far as it can be told from others, and how much it counts."""

    name: str
    weight: float = 1.0


class DistinctAskers:
    """Askers of each topic within the last `window_s` seconds, each once. At most `max_askers` pairs; not thread-safe.

    Beyond that the pair that was counted longest ago is forgotten, and may count again sooner. A pair is remembered as
    a hash of 8 bytes: two are confused once in 10^11 at 16,000 pairs.
    """

    def __init__(self, *, window_s: float, max_askers: int) -> None:
        self._window_s, self._max_askers = window_s, max_askers
        # In the order in which they were counted, which is that of their times.
        self._counted: OrderedDict[int, tuple[float, str | None, float]] = OrderedDict()
        self._weights: dict[str | None, float] = {}

    def __len__(self) -> int:
        return len(self._counted)

    def count(self, topic: str | None, asker: AskerName, now: float) -> bool:
        """Count `asker` for `topic`; False if it was counted within the window. `now` must not decrease."""
        self._forget(now - self._window_s)
        pair = hash((topic, asker.name))
        if pair in self._counted:
            return False
        if len(self._counted) >= self._max_askers:
            self._forget_first()
        self._counted[pair] = (now, topic, asker.weight)
        self._weights[topic] = self._weights.get(topic, 0.0) + asker.weight
        return True

    def weight(self, topic: str | None, now: float) -> float:
        """How much the distinct askers of `topic` weigh together, within the window before `now`."""
        self._forget(now - self._window_s)
        return self._weights.get(topic, 0.0)

    def _forget(self, before: float) -> None:
        while self._counted and next(iter(self._counted.values()))[0] <= before:
            self._forget_first()

    def _forget_first(self) -> None:
        _, (_, topic, weight) = self._counted.popitem(last=False)
        left = self._weights[topic] - weight
        if left > 0:
            self._weights[topic] = left
        else:
            del self._weights[topic]
