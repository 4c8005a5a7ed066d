"""Looks after the outbox's files while a PoP runs: are they still there, is there room, and is nothing left over?

Its word on them is that of `/readyz`. It logs one line when they cannot be used, one when that has another kind of
reason, and one when they can again: requests that are refused meanwhile have none.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime

from edge.errors import StorageError
from edge.host import Silence, get_logger
from edge.host.threads import in_thread
from edge.store.outbox import Outbox

INTERVAL_S = 2.0
"""How long a viewer's words stay on the disk after the last delivery, and a disk that has room again counts as full."""

FORGET_S = 3_600.0
"""How often merges are looked for whose time is over. Not at the start: a machine that starts a year ahead must not
forget them all before it has the right time."""


class OutboxUpkeep:
    """Keeps the outbox in `thread`, which owns it. `clock` is the PoP's, corrected by what is proven.

    `steady` returns seconds by a clock that nobody sets.
    """

    def __init__(
        self,
        outbox: Outbox,
        thread: Executor,
        *,
        clock: Callable[[], datetime],
        interval_s: float = INTERVAL_S,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outbox, self._thread, self._clock, self._interval_s = outbox, thread, clock, interval_s
        self._has_clock = False
        self._steady, self._forget_at = steady, steady() + FORGET_S
        self._log, self._silence = get_logger(), Silence()
        self.fault: StorageError | None = None
        """Why no ticket can be taken; None if they can."""

    async def keep(self) -> None:
        """Look again and again until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self._interval_s)

    async def look(self) -> None:
        """Look once. Raises nothing of the disk's: `fault` says it."""
        try:
            await in_thread(self._thread, self._look)
        except StorageError as error:
            left_out = self._silence.failed(type(error).__name__)
            if left_out is not None:
                self._log.error(
                    "the state folder cannot be used, no ticket is taken", error=error.text, left_out=left_out
                )
            self.fault = error
            return
        if self._silence.succeeded():
            self._log.info("the state folder can be used again, tickets are taken")
        self.fault = None

    def _look(self) -> None:
        """In the outbox's thread."""
        if not self._has_clock:
            # By the time that signed metadata proves: a machine may start a year behind.
            self._outbox.live_by(lambda: self._clock().timestamp(), on_moved=self._log_moved)
            self._has_clock = True
        self._outbox.look_after()
        if self._steady() >= self._forget_at:
            self._outbox.merges.forget_old(self._outbox.now())
            self._forget_at = self._steady() + FORGET_S

    def _log_moved(self, step_s: float, tickets: int) -> None:
        if step_s:
            self._log.warning(
                "the clock was set, the times of stored tickets are moved with it",
                step_s=round(step_s),
                tickets=tickets,
            )
        else:
            self._log.warning("tickets were stored by a wrong clock, they count as put now", tickets=tickets)
