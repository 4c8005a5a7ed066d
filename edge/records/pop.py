"""What a PoP says of itself: the state of each island, and one status, signed and posted to its publisher.

The status is JSON within the bounds below, so that a publisher which takes thousands of them stays small.
"""

from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated

import msgspec

from edge.records.name import NAME_PATTERN
from edge.records.stored_words import STATUS_FIELDS
from edge.records.types import PopName, Utc

MAX_STATUS_BYTES = 4_194_304
"""Of one status: ten thousand islands with an error each, or twenty thousand without."""

MAX_STATUS_INTERVAL_S = 3600.0
"""The longest that a PoP may promise to be silent."""

MAX_POP_LINE_CHARACTERS = 200
"""Of an error, a version or a model, so that one bad island does not fill a status."""

_Island = Annotated[str, msgspec.Meta(pattern=rf"\A{NAME_PATTERN}/{NAME_PATTERN}\Z")]
_Line = Annotated[str, msgspec.Meta(max_length=MAX_POP_LINE_CHARACTERS)]
_Pattern = Annotated[str, msgspec.Meta(max_length=140)]
_Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
_Number = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]


class IslandState(StrEnum):
    """`fresh` and `stale` are served, the others are not."""

    NEVER_LOADED = "never_loaded"
    """Wanted, but no verified bytes have arrived."""
    REJECTED = "rejected"
    """Bytes arrived, broke a rule, and there is no earlier revision to keep serving."""
    FRESH = "fresh"
    """The publisher vouches for it now."""
    STALE = "stale"
    """The publisher is silent; served until the island's `max_stale_s` has passed."""
    STOPPED = "stopped"
    """Silent for longer than `max_stale_s`; not served until the publisher is heard again."""
    EXPIRED = "expired"
    """Past the time its author set."""
    WITHDRAWN = "withdrawn"
    """Its author took it back."""


class IslandStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the API, readiness and metrics say of one island."""

    island: str
    state: IslandState
    since: Utc
    revision: int | None = None
    title: str = ""
    phase: str = ""
    """`before`, `live` or `ended`, by the island's `opens` and `closes`."""
    snippets: int = 0
    required: bool = False
    serve_until: Utc | None = None
    previous_revision: int | None = None
    """What sessions get that are outside the rollout of `revision`; None when everybody gets that."""
    rollout_percent: int | None = None
    """How many sessions in a hundred get `revision`, but on a canary PoP, where all do."""
    withdrawn_why: str = ""
    """Why its tenant took it back, in at most 500 characters of the tenant's own."""
    last_error: str = ""
    """The text of the last refusal, also when an earlier revision is still served."""


class PopIsland(msgspec.Struct, frozen=True, kw_only=True, rename=STATUS_FIELDS):
    """One island on one PoP."""

    island: _Island
    state: IslandState
    since: Utc
    revision: _Number | None = None
    """What is served or would be."""
    highest_revision: _Number = 0
    """The newest revision ever taken, withdrawn ones too."""
    rollout_percent: _Percent | None = None
    """While `revision` is in rollout: what share of sessions gets it on this PoP; None: everybody."""
    previous_revision: _Number | None = None
    """What the others keep."""
    last_error: _Line = ""


class PopStatus(msgspec.Struct, frozen=True, kw_only=True, rename=STATUS_FIELDS):
    """What one PoP says of itself. Unknown fields are skipped: PoPs are upgraded before and after their publisher."""

    pop: PopName
    run: _Number
    """Higher at each start of the PoP. `(run, sequence)` only ever grows, so a replay is known as one."""
    sequence: _Number
    time: Utc
    interval_s: Annotated[float, msgspec.Meta(gt=0, le=MAX_STATUS_INTERVAL_S)]
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
