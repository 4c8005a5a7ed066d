"""Who is at work: agents who used their token a moment ago. An open page counts, as it asks all the time."""

import time
from collections.abc import Callable

from edge.desk.access import Agent

PRESENT_S = 120.0
"""An agent is at work for this long after the last use of the token."""


class Presence:
    """When each agent was last heard of. `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._used: dict[Agent, float] = {}

    def note(self, agent: Agent) -> None:
        """The agent uses the token now."""
        self._used[agent] = self._clock()

    def at_work(self) -> dict[str, set[str]]:
        """Names of the agents at work, by tenant."""
        since = self._clock() - PRESENT_S
        self._used = {agent: at for agent, at in self._used.items() if at > since}
        found: dict[str, set[str]] = {}
        for agent in self._used:
            found.setdefault(agent.tenant, set()).add(agent.name)
        return found
