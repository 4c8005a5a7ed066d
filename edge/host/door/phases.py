"""Which connection is in which phase, since when: to end those that take too long, and to make room for new ones.

A phase has one time limit, so its connections end in the order in which they entered it. Every operation takes the same
time, however many connections there are.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from enum import IntEnum
from heapq import merge
from operator import itemgetter
from typing import Generic, TypeVar

C = TypeVar("C")


class Phase(IntEnum):
    """What a connection does now."""

    IDLE = 0
    """Nothing of a request has arrived."""
    HEAD = 1
    """A request's headers are arriving."""
    BODY = 2
    """A request's body is arriving."""
    BUSY = 3
    """A whole request has arrived and is being answered."""
    STREAM = 4
    """The response is a stream of events. It may last for hours."""
    UNREAD = 5
    """The peer does not read: more is written than the kernel takes."""
    LAST = 6
    """The last response is sent; what still arrives is dropped."""


class Phases(Generic[C]):
    """The phase of every connection. `limits_s`: the time limit of a phase in seconds; others have none."""

    def __init__(self, limits_s: dict[Phase, float], clock: Callable[[], float]) -> None:
        self._limits_s, self._clock = limits_s, clock
        self._by_phase: tuple[OrderedDict[C, float], ...] = tuple(OrderedDict() for _ in Phase)
        self._renewed: list[C] = []
        """Whose time begins again. Once a turn of the event loop: for each response it would cost more than that."""

    def __len__(self) -> int:
        return sum(len(connections) for connections in self._by_phase)

    def count(self, phase: Phase) -> int:
        """Connections in a phase."""
        return len(self._by_phase[phase])

    def enter(self, connection: C, phase: Phase) -> None:
        """Add a connection, in a phase."""
        self._by_phase[phase][connection] = self._clock()

    def move(self, connection: C, old: Phase, new: Phase) -> None:
        """Move a connection to another phase. One that has left stays away."""
        if self._by_phase[old].pop(connection, None) is not None:
            self._by_phase[new][connection] = self._clock()

    def renew_soon(self, connection: C) -> bool:
        """Let the time of a connection in `IDLE` begin again with the next `renew`. True if it is the first one."""
        self._renewed.append(connection)
        return len(self._renewed) == 1

    def renew(self) -> None:
        """Let the time of those begin again, in their order. Those that are in another phase by now are left out."""
        now, idle = self._clock(), self._by_phase[Phase.IDLE]
        for connection in self._renewed:
            if connection in idle:
                idle.move_to_end(connection)
                idle[connection] = now
        self._renewed.clear()

    def leave(self, connection: C, phase: Phase) -> None:
        """Remove a connection. Idempotent."""
        self._by_phase[phase].pop(connection, None)

    def overdue(self) -> Iterator[C]:
        """The connections whose time in their phase is over, oldest first. They stay until they leave."""
        self.renew()
        now = self._clock()
        for phase, limit_s in self._limits_s.items():
            yield from list(self._first(phase, now - limit_s))

    def longest_first(self, *phases: Phase) -> Iterator[C]:
        """The connections in these phases, the longest in its phase first. No phase may change while it is read."""
        self.renew()
        for connection, _ in merge(*(self._by_phase[phase].items() for phase in phases), key=itemgetter(1)):
            yield connection

    def all(self) -> list[C]:
        """Every connection."""
        return [connection for connections in self._by_phase for connection in connections]

    def _first(self, phase: Phase, until: float) -> Iterator[C]:
        for connection, since in self._by_phase[phase].items():
            if since > until:
                return
            yield connection
