"""The status document that a PoP posts, within the publisher's bounds. Pure."""

from collections.abc import Iterable, Mapping

import msgspec

from edge.records import (
    MAX_POP_LINE_CHARACTERS,
    MAX_STATUS_BYTES,
    IslandState,
    IslandStatus,
    PopIsland,
    PopStatus,
)

_POSTED_AS = {IslandState.EVICTED: IslandState.NEVER_LOADED}
"""States that older publishers do not know. They would refuse the whole status."""

_EVICTED = "an operator evicted it from this PoP"


def pop_islands(
    statuses: Iterable[IslandStatus], highest: Mapping[str, int], percent: Mapping[str, int]
) -> tuple[PopIsland, ...]:
    """The islands of a status document.

    By island: `highest` is the newest revision ever accepted, `percent` the share of sessions that get a revision in
    rollout here.
    """
    return tuple(
        PopIsland(
            island=status.island,
            state=_POSTED_AS.get(status.state, status.state),
            since=status.since,
            revision=status.revision,
            highest_revision=highest.get(status.island, status.revision or 0),
            rollout_percent=percent.get(status.island),
            previous_revision=status.previous_revision,
            last_error=_error(status)[:MAX_POP_LINE_CHARACTERS],
            evicted=True if status.state is IslandState.EVICTED else msgspec.UNSET,
        )
        for status in statuses
    )


def _error(status: IslandStatus) -> str:
    """The last error. An eviction stands there as well, for publishers that know no other way to show it."""
    return status.last_error or (_EVICTED if status.state is IslandState.EVICTED else "")


def encode_status(status: PopStatus) -> bytes:
    """The JSON to sign and post, at most `MAX_STATUS_BYTES`. Islands that do not fit are counted in `omitted`."""
    document = msgspec.json.encode(status)
    while len(document) > MAX_STATUS_BYTES:
        kept = status.islands[: len(status.islands) // 2]
        omitted = status.omitted + len(status.islands) - len(kept)
        status = msgspec.structs.replace(status, islands=kept, omitted=omitted)
        document = msgspec.json.encode(status)
    return document
