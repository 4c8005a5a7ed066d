"""The document in which a PoP says what it is at, within the bounds that its publisher sets. Pure."""

from collections.abc import Iterable, Mapping

import msgspec

from edge.records import POP_LINE_MAX_CHARACTERS, STATUS_MAX_BYTES, IslandStatus, PopIsland, PopStatus


def island_reports(
    statuses: Iterable[IslandStatus], highest: Mapping[str, int], percent: Mapping[str, int]
) -> tuple[PopIsland, ...]:
    """What a PoP posts of its islands.

    By island: `highest` is the newest revision ever taken, `percent` how much of the sessions get a staged one here.
    """
    return tuple(
        PopIsland(
            island=one.island,
            state=one.state,
            since=one.since,
            revision=one.revision,
            highest=highest.get(one.island, one.revision or 0),
            percent=percent.get(one.island),
            previous=one.previous_revision,
            last_error=one.last_error[:POP_LINE_MAX_CHARACTERS],
        )
        for one in statuses
    )


def encode_status(status: PopStatus) -> bytes:
    """The document that is signed and posted, at most `STATUS_MAX_BYTES`: islands that do not fit are only counted."""
    document = msgspec.json.encode(status)
    while len(document) > STATUS_MAX_BYTES:
        kept = status.islands[: len(status.islands) // 2]
        omitted = status.omitted + len(status.islands) - len(kept)
        status = msgspec.structs.replace(status, islands=kept, omitted=omitted)
        document = msgspec.json.encode(status)
    return document
