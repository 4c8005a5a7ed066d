"""The time by which the outbox lives, and what becomes of stored times when that time turns out to be wrong.

A machine without a battery for its clock starts in the past; another one may start in the future. Times that were
stored by such a clock would close the outbox for age, or hold tickets back for a year. Two rules prevent it:

* Opened: a ticket is from now if it is from the future, or older than any outage. Its order and its pause move along.
* While it runs: if the clock is set, all stored times are moved by as much, so that every ticket keeps its age.

Steps are seen by comparison with a clock that nobody sets (`CLOCK_BOOTTIME`; it goes on while the machine sleeps).

The outbox lives by the time in which its rows are stored, and upkeep alone moves both, together. So code that
compares a time with stored ones, or stores one, reads `Outbox.now`: a clock that was set in between does not fit the
rows yet. Moving rewrites all of them, which may need as much room as they have. Until there is room, the outbox goes on
by the time that it has, and nothing waits for the move.
"""

import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

MAX_STEP_S = 60.0
"""A clock that is kept by NTP never moves by so much at once, and nobody misses a minute."""

MAX_OUTAGE_S = 30 * 86_400.0
"""Nobody waits for people for a month. A ticket that seems to have done so was stored by a clock that was behind."""

_AT_OPENING = (
    "UPDATE tickets SET created = :now, rank = rank + :now - created,"
    " due = CASE due WHEN 0 THEN 0 ELSE max(0, due + :now - created) END"
    " WHERE place IN (SELECT place FROM tickets WHERE created > :now OR created < :now - :outage)"
)
_AT_STEP = (
    "UPDATE tickets SET created = created + :step, rank = rank + :step,"
    " due = CASE due WHEN 0 THEN 0 ELSE max(0, due + :step) END"
)

Transaction = Callable[[], AbstractContextManager[sqlite3.Connection]]

OnMoved = Callable[[float, int], None]
"""Called after stored times were moved, with the clock's step (seconds; 0: at opening) and the number of tickets."""


def boot_time_s() -> float:
    """Seconds since the machine's start, by a clock that nobody sets."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class OutboxClock:
    """Call it for the time in which rows are stored (Unix seconds). It goes on evenly and raises nothing.

    `transaction` is the outbox's. `catch_up` moves the rows and this time by the step that `clock` took.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        transaction: Transaction,
        *,
        on_moved: OnMoved,
        steady: Callable[[], float] = boot_time_s,
    ) -> None:
        self._clock, self._transaction, self._on_moved, self._steady = clock, transaction, on_moved, steady
        self._offset_s = clock() - steady()
        self._bound(clock())

    def __call__(self) -> float:
        """The time now."""
        return self._steady() + self._offset_s

    def catch_up(self, *, has_room: Callable[[], bool]) -> None:
        """Move stored times if `clock` was set since the last call and the disk `has_room` for it.

        Raises `StorageError`. Then, and without room, rows and time stay as they are, and the next call tries again.
        """
        offset_s = self._clock() - self._steady()
        step_s = offset_s - self._offset_s
        if abs(step_s) > MAX_STEP_S:
            if not has_room():
                return
            self._move(step_s)
        # Also for a small step: a clock that is slowly put right takes no step in the end.
        self._offset_s = offset_s

    def _bound(self, now: float) -> None:
        with self._transaction() as connection:
            moved = connection.execute(_AT_OPENING, {"now": now, "outage": MAX_OUTAGE_S}).rowcount
            connection.execute("UPDATE progress SET changed = ? WHERE changed > ?", (now, now))
            connection.execute("UPDATE callbacks SET seen = ? WHERE seen > ?", (now, now))
            connection.execute("UPDATE origins SET taken = ? WHERE taken > ?", (now, now))
            connection.execute("UPDATE merges SET put = ? WHERE put > ?", (now, now))
        if moved:
            self._on_moved(0.0, moved)

    def _move(self, step_s: float) -> None:
        with self._transaction() as connection:
            moved = connection.execute(_AT_STEP, {"step": step_s}).rowcount
            connection.execute("UPDATE progress SET changed = changed + ?", (step_s,))
            connection.execute("UPDATE callbacks SET seen = seen + ?", (step_s,))
            connection.execute("UPDATE origins SET taken = taken + ?", (step_s,))
            connection.execute("UPDATE merges SET put = put + ?", (step_s,))
        self._on_moved(step_s, moved)
