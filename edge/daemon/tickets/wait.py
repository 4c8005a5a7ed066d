"""How long a viewer's ticket will probably wait for a person."""

from collections.abc import Callable
from datetime import datetime

from edge.daemon.people import Remembered
from edge.daemon.sync import PopShelf
from edge.decide import wait_s
from edge.errors import RefusedError
from edge.records import IslandName


class WaitEstimates:
    """Estimates by island, from the desks' last load reports."""

    def __init__(self, *, remembered: Remembered, shelf: Callable[[], PopShelf], now: Callable[[], datetime]) -> None:
        self._loads, self._shelf, self._now = remembered.loads, shelf, now

    def of(self, island: str) -> float | None:
        """Whole seconds until a person takes a question that is asked now; an earlier one waits less.

        None if the desk's load is not known, if nobody is at work, or if the island is not here.
        """
        try:
            name = IslandName.parse(island)
        except RefusedError:
            return None
        slot = self._shelf().get(name)
        policy = slot.entry.island.surge if slot and slot.entry else None
        load = self._loads.get(name.tenant, self._now())
        if policy is None or load is None:
            return None
        estimate = wait_s(load, policy.handle_s)
        return None if estimate is None else float(round(estimate))
