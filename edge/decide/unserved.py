"""Why an island may not be served: one table from its state to the reason that viewers, logs and metrics are given."""

from edge.errors import Reason
from edge.records import IslandState, IslandStatus

_UNSERVED = {
    IslandState.NEVER_LOADED: Reason.ISLAND_UNKNOWN,
    IslandState.REJECTED: Reason.ISLAND_UNKNOWN,
    IslandState.STOPPED: Reason.ISLAND_STALE,
    IslandState.EXPIRED: Reason.ISLAND_EXPIRED,
    IslandState.WITHDRAWN: Reason.ISLAND_WITHDRAWN,
}


def unserved_reason(status: IslandStatus) -> Reason | None:
    """Why an island may not be served now; None when it may."""
    # The state first: an island that is withdrawn and was not open yet is withdrawn.
    if status.state in _UNSERVED:
        return _UNSERVED[status.state]
    return Reason.ISLAND_NOT_OPEN if status.phase == "before" else None
