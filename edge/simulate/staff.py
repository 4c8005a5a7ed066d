"""People of a desk in virtual time: they work on a queue, then on callbacks, and send load reports."""

import heapq
from collections import deque
from random import Random
from typing import NamedTuple

from edge.decide import Load
from edge.records import LoadReport

HANDLE_SHAPE = 4.0
"""Shape of the gamma distribution of handling times: standard deviation half the mean, as measured in call centres."""


class QueueWait(NamedTuple):
    """How long a question waited for a person, and the wait that its viewer was promised. In seconds."""

    asked_at: float
    waited_s: float
    promised_s: float | None


class _Waiting(NamedTuple):
    asked_at: float
    promised_s: float | None


class Staff:
    """`agents` people, first come first served. A callback is made only while the queue is empty."""

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
        """Questions in the queue, without callbacks."""
        return len(self._queue)

    @property
    def callbacks(self) -> int:
        """Promised callbacks that are not made yet."""
        return len(self._callbacks)

    def queue(self, now: float, promised_s: float | None) -> None:
        """Add a question to the queue."""
        self._queue.append(_Waiting(now, promised_s))
        self._start_work(now)

    def call_back(self, now: float, promised_s: float | None) -> None:
        """Add a promised callback."""
        self._callbacks.append(_Waiting(now, promised_s))
        self._start_work(now)

    def advance(self, now: float) -> None:
        """Let people work until `now`."""
        while self._busy_until and self._busy_until[0] <= now:
            self._start_work(heapq.heappop(self._busy_until))

    def finish(self) -> None:
        """Let people work until the queue is empty and all callbacks are made."""
        while self._busy_until:
            self._start_work(heapq.heappop(self._busy_until))

    def report(self, now: float, *, noise: float, pops: int = 1) -> Load:
        """The load report of the desk, as each of `pops` PoPs receives it.

        Queue and wait are multiplied by a random factor around 1 with the standard deviation `noise`.
        """
        factor = max(0.0, self._rng.gauss(1.0, noise)) if noise else 1.0
        depth = round(len(self._queue) * factor)
        waited_s = (now - self._queue[0].asked_at) * factor if depth and self._queue else 0.0
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
        """Give everybody who is free a question, the queue's before the callbacks."""
        while len(self._busy_until) < self.agents and (self._queue or self._callbacks):
            line, waits = (self._queue, self.waits) if self._queue else (self._callbacks, self.callback_waits)
            waiting = line.popleft()
            waits.append(QueueWait(waiting.asked_at, now - waiting.asked_at, waiting.promised_s))
            work_s = self._rng.gammavariate(HANDLE_SHAPE, self._handle_s / HANDLE_SHAPE)
            self.busy_s += work_s
            heapq.heappush(self._busy_until, now + work_s)
