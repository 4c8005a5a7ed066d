"""How many questions a minute, from the counts that PoPs post every few seconds."""

import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from edge.records.desk import PopFigures

WINDOW_S = 60.0
LEAST_S = 9.0
"""Two posts that are closer say little of a minute."""


class _Counted(NamedTuple):
    at: float
    since: datetime | None
    by_tenant: Mapping[str, Counter[str]]


class Rates:
    """The posts of the last minute of each PoP. `clock` returns seconds that nobody sets."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._posts: dict[str, deque[_Counted]] = {}

    def note(self, pop: str, figures: PopFigures) -> None:
        """Take a PoP's counts. After a restart of the PoP it counts from zero, and so does this."""
        now, posts = self._clock(), self._posts.setdefault(pop, deque())
        new = _Counted(now, figures.since, _counts(figures))
        if posts and posts[-1].since != new.since:
            posts.clear()
        posts.append(new)
        # One older than the window stays: the window begins at it.
        while len(posts) > 1 and now - posts[1].at >= WINDOW_S:
            posts.popleft()

    def per_minute(self, pop: str, tenant: str) -> dict[str, float] | None:
        """Questions to the tenant by outcome a minute; None while there is too little to tell."""
        posts = self._posts.get(pop)
        if not posts or posts[-1].at - posts[0].at < LEAST_S:
            return None
        first, last = posts[0], posts[-1]
        before, after = (one.by_tenant.get(tenant, Counter()) for one in (first, last))
        minutes = (last.at - first.at) / 60.0
        # Never below zero: an island that a PoP no longer lists takes its counts with it.
        return {outcome: round(max(0, count - before[outcome]) / minutes, 2) for outcome, count in after.items()}


def _counts(figures: PopFigures) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for one in figures.islands:
        tenant = one.island.partition("/")[0]
        found.setdefault(tenant, Counter()).update(one.counts)
    return found
