"""Why may an island not be served? One table from its state to the reason in responses, logs and metrics."""

from edge.errors import Reason
from edge.records import IslandState, IslandStatus

_UNSERVED = {
    IslandState.NEVER_LOADED: Reason.ISLAND_UNKNOWN,
    IslandState.REJECTED: Reason.ISLAND_UNKNOWN,
    IslandState.EVICTED: Reason.ISLAND_EVICTED,
    IslandState.STOPPED: Reason.ISLAND_STALE,
    IslandState.EXPIRED: Reason.ISLAND_EXPIRED,
    IslandState.WITHDRAWN: Reason.ISLAND_WITHDRAWN,
}

UNSERVED_REASONS = frozenset({*_UNSERVED.values(), Reason.ISLAND_NOT_OPEN})
"""All reasons that `unserved_reason` gives."""


def unserved_reason(status: IslandStatus) -> Reason | None:
    """The reason why an island may not be served now; None if it may."""
    # The state is first: an island that was withdrawn before it opened is withdrawn, and will not open.
    if status.state in _UNSERVED:
        return _UNSERVED[status.state]
    return Reason.ISLAND_NOT_OPEN if status.phase == "before" else None
