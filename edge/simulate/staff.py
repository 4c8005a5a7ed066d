"""People at work, in virtual time: a queue, callbacks for when it is empty, and a report of both."""

import heapq
from collections import deque
from random import Random
from typing import NamedTuple

from edge.decide import Load
from edge.records import LoadReport

HANDLE_SHAPE = 4.0
"""Of the gamma distribution of handling times: they vary by half their mean, as measured call centres' do."""


class QueueWait(NamedTuple):
    """How long one question waited for a person, and how long it was told to expect. Seconds."""

    asked_at: float
    waited_s: float
    promised_s: float | None


class _Waiting(NamedTuple):
    asked_at: float
    promised_s: float | None


class Staff:
    """`agents` people, first come first served; callbacks only when nobody else waits."""

    def __init__(self, agents: int, *, handle_s: float, rng: Random) -> None:
        self.agents, self._handle_s, self._rng = agents, handle_s, rng
        self._busy_until: list[float] = []
        self._queue: deque[_Waiting] = deque()
        self._callbacks: deque[_Waiting] = deque()
        self.waits: list[QueueWait] = []
        self.callback_waits: list[QueueWait] = []
        self.busy_s = 0.0

    @property
    def depth(self) -> int:
        """Questions that wait for a person, callbacks not counted."""
        return len(self._queue)

    @property
    def callbacks(self) -> int:
        """Callbacks that are still owed."""
        return len(self._callbacks)

    def queue(self, now: float, promised_s: float | None) -> None:
        """One more in the queue."""
        self._queue.append(_Waiting(now, promised_s))
        self._start_work(now)

    def call_back(self, now: float, promised_s: float | None) -> None:
        """One more to be called back."""
        self._callbacks.append(_Waiting(now, promised_s))
        self._start_work(now)

    def advance(self, now: float) -> None:
        """Let people work until `now`."""
        while self._busy_until and self._busy_until[0] <= now:
            self._start_work(heapq.heappop(self._busy_until))

    def finish(self) -> None:
        """Let people work until nobody waits."""
        while self._busy_until:
            self._start_work(heapq.heappop(self._busy_until))

    def report(self, now: float, *, noise: float, pops: int = 1) -> Load:
        """What the desk says of itself, off by a share of `noise` (standard deviation), to each of so many `pops`."""
        seen = max(0.0, self._rng.gauss(1.0, noise)) if noise else 1.0
        depth = round(len(self._queue) * seen)
        waited_s = (now - self._queue[0].asked_at) * seen if depth and self._queue else 0.0
        return Load(
            report=LoadReport(
                tenant="simulated",
                queue_depth=depth,
                wait_s=waited_s,
                agents=self.agents,
                free_agents=self.agents - len(self._busy_until),
                callbacks=len(self._callbacks),
                handle_s=self._handle_s,
                pops=pops,
            ),
            at=now,
        )

    def _start_work(self, now: float) -> None:
        while len(self._busy_until) < self.agents and (self._queue or self._callbacks):
            line, waits = (self._queue, self.waits) if self._queue else (self._callbacks, self.callback_waits)
            waiting = line.popleft()
            waits.append(QueueWait(waiting.asked_at, now - waiting.asked_at, waiting.promised_s))
            took_s = self._rng.gammavariate(HANDLE_SHAPE, self._handle_s / HANDLE_SHAPE)
            self.busy_s += took_s
            heapq.heappush(self._busy_until, now + took_s)
