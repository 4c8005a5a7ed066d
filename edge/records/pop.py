"""What a PoP says of itself: one status, signed and posted to its publisher.

The document is JSON within the bounds below, so that a publisher which takes thousands of them stays small.
"""

from fnmatch import fnmatchcase
from typing import Annotated

import msgspec

from edge.records.name import NAME_PATTERN
from edge.records.state import IslandState
from edge.records.types import PopName, Utc

STATUS_MAX_BYTES = 4_194_304
"""Of one status: ten thousand islands with an error each, or twenty thousand without."""

EVERY_MAX_S = 3600.0
"""The longest that a PoP may promise to be silent."""

POP_LINE_MAX_CHARACTERS = 200
"""Of an error, a version or a model, so that one bad island does not fill a status."""

_Island = Annotated[str, msgspec.Meta(pattern=rf"\A{NAME_PATTERN}/{NAME_PATTERN}\Z")]
_Line = Annotated[str, msgspec.Meta(max_length=POP_LINE_MAX_CHARACTERS)]
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
