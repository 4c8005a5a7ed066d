"""What a PoP says, held against what it said before: lost and resurrected states."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from edge.records import IslandState, IslandStatus
from edge.shelf import SERVED


class Said(NamedTuple):
    """The last word on one island."""

    revision: int
    withdrawn: bool


@dataclass
class Audit:
    """What was found. `lost` and `resurrected` are sentences, one for each finding."""

    kills: Counter[str] = field(default_factory=Counter)
    changes: int = 0
    looks: int = 0
    lost: list[str] = field(default_factory=list)
    resurrected: list[str] = field(default_factory=list)


class Watch:
    """Compares what a PoP says with what it said before."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._known: dict[str, Said] = {}

    def note(self, statuses: list[IslandStatus]) -> None:
        """One answer of the PoP, about every island."""
        self._audit.looks += 1
        found = {status.island: status for status in statuses}
        for name in self._known.keys() - found.keys():
            self._audit.lost.append(f"the PoP no longer knows {name}")
        for status in statuses:
            self._note_one(status, self._known.get(status.island, Said(0, withdrawn=False)))

    def agreed(self, name: str, said: Said) -> None:
        """Repository and PoP say the same; from here on it cannot go back."""
        self._known[name] = said

    def _note_one(self, status: IslandStatus, known: Said) -> None:
        if status.state is IslandState.WITHDRAWN:
            self._known[status.island] = known._replace(withdrawn=True)
        elif status.state not in SERVED or status.revision is None:
            self._audit.lost.append(f"the PoP says {status.state} of {status.island}: {status.last_error}")
        elif status.revision < known.revision + known.withdrawn:
            text = f"{status.island} revision {status.revision} is served after {known}"
            self._audit.resurrected.append(text)
        else:
            self._known[status.island] = Said(status.revision, withdrawn=False)
