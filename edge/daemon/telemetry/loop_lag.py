"""How late is the event loop? The one measure that everything in a process agrees on when there is too much to do."""

import asyncio
from collections import deque

INTERVAL_S = 0.01
"""How often it is measured. A measurement costs about 15 µs, so this is a thousandth of a core."""

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

    async def measure(self) -> None:
        """Measure until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + INTERVAL_S
            await asyncio.sleep(INTERVAL_S)
            self._last.append(loop.time() - due)
            self.lag_s = min(self._last)
