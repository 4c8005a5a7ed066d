"""What a PoP says of itself: one status, signed and posted to its publisher.

The document is JSON within the bounds below, so that a publisher which takes thousands of them stays small.
"""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Annotated

import msgspec

from edge.records.name import NAME_PATTERN
from edge.records.state import IslandState, IslandStatus
from edge.records.time import Utc

STATUS_MAX_BYTES = 4_194_304
"""Of one status: ten thousand islands with an error each, or twenty thousand without."""

EVERY_MAX_S = 3600.0
"""The longest that a PoP may promise to be silent."""

_ERROR_MAX_CHARACTERS = 200

PopName = Annotated[str, msgspec.Meta(pattern=rf"\A{NAME_PATTERN}\Z")]
_Island = Annotated[str, msgspec.Meta(pattern=rf"\A{NAME_PATTERN}/{NAME_PATTERN}\Z")]
_Line = Annotated[str, msgspec.Meta(max_length=_ERROR_MAX_CHARACTERS)]
_Pattern = Annotated[str, msgspec.Meta(max_length=140)]
_Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
_Number = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]


class PopIsland(msgspec.Struct, frozen=True, kw_only=True):
    """One island on one PoP."""

    island: _Island
    state: IslandState
    since: Utc
    revision: _Number | None = None
    """What is served or would be."""
    highest: _Number = 0
    """The newest revision ever taken, withdrawn ones too."""
    percent: _Percent | None = None
    """While `revision` is staged: how much of the sessions get it on this PoP; None: everybody."""
    previous: _Number | None = None
    """What the others keep."""
    last_error: _Line = ""


class PopStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What one PoP says of itself. Unknown fields are skipped: PoPs are upgraded before and after their publisher."""

    pop: PopName
    run: _Number
    """Higher at each start of the PoP. `(run, sequence)` only ever grows, so a replay is known as one."""
    sequence: _Number
    time: Utc
    every_s: Annotated[float, msgspec.Meta(gt=0, le=EVERY_MAX_S)]
    """It promises to be heard again within this long."""
    version: _Line = ""
    model: _Line = ""
    serves: Annotated[tuple[_Pattern, ...], msgspec.Meta(max_length=2_000)] = ("*/*",)
    """Which islands are meant to be served there: names, or patterns of them."""
    islands: Annotated[tuple[PopIsland, ...], msgspec.Meta(max_length=20_000)] = ()
    omitted: _Number = 0
    """How many islands did not fit."""

    def wants(self, island: str) -> bool:
        """Whether the island is meant to be served there."""
        return any(fnmatchcase(island, pattern) for pattern in self.serves)


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
            last_error=one.last_error[:_ERROR_MAX_CHARACTERS],
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
