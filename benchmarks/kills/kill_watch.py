"""Comparison of a PoP's answers with its earlier answers: lost and resurrected states."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from edge.records import IslandState, IslandStatus
from edge.shelf import SERVED


class Seen(NamedTuple):
    """The state of one island, as it was seen last."""

    revision: int
    withdrawn: bool


@dataclass
class Audit:
    """The result of all rounds. `lost` and `resurrected` hold one sentence for each finding."""

    kills: Counter[str] = field(default_factory=Counter)
    changes: int = 0
    looks: int = 0
    lost: list[str] = field(default_factory=list)
    resurrected: list[str] = field(default_factory=list)


class Watch:
    """Compares a PoP's answers with its earlier ones."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._known: dict[str, Seen] = {}

    def compare(self, statuses: list[IslandStatus]) -> None:
        """Compare one answer of the PoP, about every island."""
        self._audit.looks += 1
        for name in self._known.keys() - {status.island for status in statuses}:
            self._audit.lost.append(f"the PoP no longer knows {name}")
        for status in statuses:
            self._compare_island(status, self._known.get(status.island, Seen(0, withdrawn=False)))

    def agreed(self, name: str, state: Seen) -> None:
        """Record a state in which repository and PoP agree. The PoP must not go back behind it."""
        self._known[name] = state

    def _compare_island(self, status: IslandStatus, known: Seen) -> None:
        if status.state is IslandState.WITHDRAWN:
            self._known[status.island] = known._replace(withdrawn=True)
        elif status.state not in SERVED or status.revision is None:
            self._audit.lost.append(f"the PoP says {status.state} of {status.island}: {status.last_error}")
        elif status.revision < known.revision + known.withdrawn:
            text = f"{status.island} revision {status.revision} is served after {known}"
            self._audit.resurrected.append(text)
        else:
            self._known[status.island] = Seen(status.revision, withdrawn=False)
