"""The document in which a PoP says what it is at, within the bounds that its publisher sets. Pure."""

from collections.abc import Iterable, Mapping

import msgspec

from edge.records import MAX_POP_LINE_CHARACTERS, MAX_STATUS_BYTES, IslandStatus, PopIsland, PopStatus


def island_reports(
    statuses: Iterable[IslandStatus], highest: Mapping[str, int], percent: Mapping[str, int]
) -> tuple[PopIsland, ...]:
    """What a PoP posts of its islands.

    By island: `highest` is the newest revision ever taken, `percent` the share of sessions that get a revision in
    rollout here.
    """
    return tuple(
        PopIsland(
            island=one.island,
            state=one.state,
            since=one.since,
            revision=one.revision,
            highest_revision=highest.get(one.island, one.revision or 0),
            rollout_percent=percent.get(one.island),
            previous_revision=one.previous_revision,
            last_error=one.last_error[:MAX_POP_LINE_CHARACTERS],
        )
        for one in statuses
    )


def encode_status(status: PopStatus) -> bytes:
    """The document that is signed and posted, at most `MAX_STATUS_BYTES`: islands that do not fit are only counted."""
    document = msgspec.json.encode(status)
    while len(document) > MAX_STATUS_BYTES:
        kept = status.islands[: len(status.islands) // 2]
        omitted = status.omitted + len(status.islands) - len(kept)
        status = msgspec.structs.replace(status, islands=kept, omitted=omitted)
        document = msgspec.json.encode(status)
    return document
