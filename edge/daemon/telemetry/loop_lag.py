"""How late is the event loop? The one measure that everything in a process agrees on when there is too much to do."""

import asyncio
from collections import deque

INTERVAL_S = 0.01
"""How often it is measured, by a timer: a task that sleeps would take four times as much of the processor."""

_STANDING = 5
"""The lag is the least of so many measurements. A burst makes one late, and only what stands makes all late (as CoDel
sees it, RFC 8289, section 3).
"""


class LoopLag:
    """The lag of the event loop. `measure` must run as a task."""

    def __init__(self) -> None:
        self.lag_s = 0.0
        """How late the loop came to its last timers, at least, in seconds."""
        self._last = deque([0.0] * _STANDING, _STANDING)
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def measure(self) -> None:
        """Measure until cancelled."""
        self._wait(asyncio.get_running_loop())
        try:
            await asyncio.Event().wait()
        finally:
            if self._timer is not None:
                self._timer.cancel()

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due = loop.time() + INTERVAL_S
        self._timer = loop.call_later(INTERVAL_S, self._note, loop)

    def _note(self, loop: asyncio.AbstractEventLoop) -> None:
        self._last.append(loop.time() - self._due)
        self.lag_s = min(self._last)
        self._wait(loop)
