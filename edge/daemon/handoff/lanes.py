"""Lanes that admit so many tickets a minute: which ticket is held back, its place until then, and its likely wait.

Every ticket is durable at once. One that is held back is released to its origin at the lane's pace, in the order in
which they came. A lane without `admit_per_minute` holds nothing back.

In memory only. After a restart tickets that were held back keep their time (those of more than an hour ahead are
released at once), the pace begins again, and no wait is known until five tickets have moved.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

from edge.config import LaneSettings
from edge.decide import is_urgent
from edge.errors import Reason
from edge.host import RecentlyUsed
from edge.limits import Pace, usual_wait_s
from edge.records import Decision, Urgency

MAX_WAITS = 50
"""Waits of a lane that are remembered. At 30 tickets a minute they are those of the last two minutes."""

MAX_TICKETS = 10_000
"""Tickets without a desk event that are remembered, about 2 MB. Of more, the latest."""

LaneKey = tuple[str, str]
"""A tenant and a lane of its desk."""


class Held(NamedTuple):
    """When a ticket is released (Unix seconds; 0: at once), and its decision with place and likely wait."""

    decision: Decision
    due: float = 0.0
    lane: LaneKey | None = None
    """The lane whose pace it keeps; None if it keeps none."""


class Lanes:
    """The lanes of all tenants. Belongs to the event loop.

    `clock` gives Unix seconds, and may be set. `steady` gives seconds of a clock that nobody sets; without it, `clock`
    is used for both. A pace that lived by a clock that is put back would release nothing until then.
    """

    def __init__(
        self,
        settings: Mapping[str, LaneSettings],
        *,
        urgent_lanes: tuple[str, ...],
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] | None = None,
    ) -> None:
        self._settings, self._urgent_lanes = settings, urgent_lanes
        self._clock, self._steady = clock, steady or clock
        self._paces: dict[LaneKey, Pace] = {}
        self._waits: dict[LaneKey, deque[float]] = {}
        self._put: RecentlyUsed[str, tuple[LaneKey, float]] = RecentlyUsed(MAX_TICKETS)

    def hold(self, tenant: str, decision: Decision) -> Held:
        """Give an escalation its place in the lane. If its ticket cannot be stored, call `give_back`."""
        settings = self._settings.get(decision.lane)
        if settings is None or not self._may_be_held(decision):
            return Held(decision)
        lane, now = (tenant, decision.lane), self._steady()
        if lane not in self._paces:
            self._paces[lane] = Pace(settings.admit_per_minute)
            self._waits[lane] = deque(maxlen=MAX_WAITS)
        pace, usual_s = self._paces[lane], usual_wait_s(self._waits[lane])
        release = pace.admit(now)
        held_s = release - now
        # The last waits may be those of a shorter queue. That the ticket is held back for longer is known already.
        wait_s = None if usual_s is None else max(usual_s, held_s)
        decided = msgspec.structs.replace(decision, wait_s=wait_s, queue_place=pace.place(release, now))
        return Held(decided, self._clock() + held_s, lane)

    def give_back(self, held: Held) -> None:
        """Undo a `hold`: its ticket could not be stored."""
        if held.lane is not None:
            self._paces[held.lane].give_back()

    def stored(self, ticket: str, held: Held) -> None:
        """Remember since when a ticket waits."""
        if held.lane is not None:
            self._put.put(ticket, (held.lane, self._steady()))

    def moved(self, ticket: str) -> None:
        """Note how long a ticket waited for its desk's first event. Later events, and unknown tickets, are ignored."""
        found = self._put.pop(ticket)
        if found is not None:
            lane, since = found
            self._waits[lane].append(max(0.0, self._steady() - since))

    def _may_be_held(self, decision: Decision) -> bool:
        # Harm, and viewers who must get a person, never wait for a pace. A callback has its own promised time.
        return (
            not is_urgent(decision.kind, decision.lane, self._urgent_lanes)
            and decision.urgency is not Urgency.NEVER_DEFERRED
            and decision.reason is not Reason.SURGE
        )
