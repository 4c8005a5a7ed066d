"""How many people are at work at the desk behind? It is part of the load that PoPs get."""

from collections.abc import Callable

from edge.desk.relay.behind import Behind
from edge.desk.relay.faults import Faults
from edge.errors import UnreachableError

BELIEVED_S = 60.0
"""How long a number is believed at least, as a PoP believes a load."""


class PeopleBehind:
    """What the desk behind said last, or `agents` of the settings. `clock` gives seconds that nobody sets.

    A number is believed for three rounds of looks, `look_s` apart, so one round that fails or is late costs nothing.
    """

    def __init__(
        self, behind: Behind, faults: Faults, *, agents: int | None, look_s: float, clock: Callable[[], float]
    ) -> None:
        self._behind, self._faults, self._agents, self._clock = behind, faults, agents, clock
        self._believed_s = max(BELIEVED_S, 3 * look_s)
        self._said: int | None = None
        self._until = 0.0

    @property
    def count(self) -> int | None:
        """The number; None if it is not known now."""
        return self._agents if self._agents is not None else self._said if self._clock() <= self._until else None

    async def look(self) -> None:
        """Ask for it, unless it is in the settings. Raises what is wrong with the desk behind as a whole."""
        if self._agents is not None:
            return
        try:
            self._said = await self._behind.looks.people()
        except UnreachableError as error:
            # A token may have no right to this alone, and this alone may be slow.
            if not await self._faults.may_go_on(error):
                raise
            return
        self._until = self._clock() + self._believed_s
