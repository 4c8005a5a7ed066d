"""The state of a PoP: of each island for its own API, and of the whole PoP as a signed status for its publisher.

The status is JSON within the bounds below, so that a publisher can keep thousands of them.
"""

from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated

import msgspec

from edge.records.ledger import LedgerState
from edge.records.name import NAME_PATTERN
from edge.records.types import PopName, Utc
from edge.stored_words import STATUS_FIELDS

MAX_STATUS_BYTES = 4_194_304
"""Largest status as JSON: ten thousand islands with an error each, or twenty thousand without."""

MAX_STATUS_INTERVAL_S = 3600.0
"""Longest interval between two statuses that a PoP may announce."""

MAX_POSTED_VERSIONS = 5_000
"""Most roles in a status: 4,096 tenants, and room for those that were removed."""

MAX_POP_LINE_CHARACTERS = 200
"""Longest error, version or model in a status, so that one bad island does not fill it."""

_Island = Annotated[str, msgspec.Meta(pattern=rf"\A{NAME_PATTERN}/{NAME_PATTERN}\Z")]
_Line = Annotated[str, msgspec.Meta(max_length=MAX_POP_LINE_CHARACTERS)]
_Number = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
_Role = Annotated[str, msgspec.Meta(max_length=140)]
_Versions = Annotated[dict[_Role, _Number], msgspec.Meta(max_length=MAX_POSTED_VERSIONS)]
_Pattern = Annotated[str, msgspec.Meta(max_length=140)]
_Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]


class IslandState(StrEnum):
    """State of an island on a PoP. Only `fresh` and `stale` islands are served."""

    NEVER_LOADED = "never_loaded"
    """The PoP should have it, but no verified bytes have arrived."""
    REJECTED = "rejected"
    """The bytes that arrived were refused, and the PoP has no earlier revision to serve."""
    FRESH = "fresh"
    """Its signed metadata is in force."""
    STALE = "stale"
    """Its signed metadata has expired. It is served until `max_stale_s` has passed."""
    STOPPED = "stopped"
    """Its signed metadata expired more than `max_stale_s` ago. It is not served until new metadata arrives."""
    EXPIRED = "expired"
    """The time that its author set has passed."""
    WITHDRAWN = "withdrawn"
    """Its tenant withdrew it."""
    EVICTED = "evicted"
    """An operator took it off this PoP, until `skerry island restore` or its next revision. No posted status has this
    word: there `evicted` is a field of its own.
    """


class IslandStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One island on this PoP, as the API, readiness and metrics show it."""

    island: str
    """The island, as `tenant/island`."""
    state: IslandState
    """State of the island on this PoP."""
    since: Utc
    """Since when the island has been in this state."""
    revision: int | None = None
    """The revision in force; None if the PoP has none."""
    title: str = ""
    """Name of the event for people."""
    phase: str = ""
    """Phase of the event now: `before`, `live` or `ended`. Empty if the PoP has no revision."""
    snippets: int = 0
    """Number of snippets of the island."""
    required: bool = False
    """True if the PoP is not ready (`/readyz`) while the island is not served."""
    serve_until: Utc | None = None
    """Until when the island is served if no newer metadata arrives; None if it is not served."""
    previous_revision: int | None = None
    """The revision that sessions outside the rollout get. None: no rollout."""
    rollout_percent: int | None = None
    """Percentage of sessions that get `revision` while it is in rollout. On a canary PoP all sessions get it. None: no
    rollout."""
    withdrawn_why: str = ""
    """Why the tenant withdrew the island, in the tenant's words: 500 characters at most."""
    last_error: str = ""
    """Why the PoP last refused bytes of this island; an earlier revision may still be served. Empty: it did not."""


class EvictionRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/evict` and `POST /v1/restore` of the admin socket: the island to take off a PoP, or to put back."""

    island: str
    """The island, as `tenant/island`."""


class PopIsland(msgspec.Struct, frozen=True, kw_only=True, rename=STATUS_FIELDS):
    """One island in the status of a PoP."""

    island: _Island
    """The island, as `tenant/island`."""
    state: IslandState
    """State of the island on the PoP."""
    since: Utc
    """Since when the island has been in this state."""
    revision: _Number | None = None
    """The revision in force; None if the PoP has none."""
    highest_revision: _Number = 0
    """The highest revision that the PoP ever accepted, withdrawn ones included."""
    rollout_percent: _Percent | None = None
    """Percentage of sessions that get `revision` on this PoP while it is in rollout. None: all sessions get it."""
    previous_revision: _Number | None = None
    """The revision that sessions outside the rollout get. None: no rollout."""
    last_error: _Line = ""
    """Why the PoP last refused bytes of this island; empty if it did not."""
    evicted: bool | msgspec.UnsetType = msgspec.UNSET
    """True while an operator keeps the island off the PoP; otherwise left out. `state` is `never_loaded` then: a
    publisher that does not know a word for it would refuse the whole status.
    """


class PopStatus(msgspec.Struct, frozen=True, kw_only=True, rename=STATUS_FIELDS):
    """The status that one PoP posts. Unknown fields are ignored, since a PoP may be newer than its publisher."""

    pop: PopName
    """Name of the PoP."""
    run: _Number
    """Number of the PoP's run, higher at each start. `(run, sequence)` only goes up, which shows a replay."""
    sequence: _Number
    """Number of the status within the run, from 1."""
    time: Utc
    """When the status was made, by the PoP's clock."""
    interval_s: Annotated[float, msgspec.Meta(gt=0, le=MAX_STATUS_INTERVAL_S)]
    """Seconds until the PoP posts its next status."""
    version: _Line = ""
    """Version of Skerry that the PoP runs."""
    model: _Line = ""
    """Names of the PoP's encoder and acceptor."""
    serves: Annotated[tuple[_Pattern, ...], msgspec.Meta(max_length=2_000)] = ("*/*",)
    """Islands that the PoP is configured to serve: names, or patterns with `*`."""
    islands: Annotated[tuple[PopIsland, ...], msgspec.Meta(max_length=20_000)] = ()
    """The islands that the PoP knows."""
    omitted: _Number = 0
    """Number of islands that did not fit into the status."""
    versions: _Versions | msgspec.UnsetType = msgspec.UNSET
    """Versions of the TUF roles that the PoP trusts, and of those that its snapshot lists. The publisher must not fall
    below them. Older PoPs leave it out.
    """

    ledger: LedgerState | msgspec.UnsetType = msgspec.UNSET
    """How the PoP's ledger does, as its `/statusz` says. Older PoPs leave it out."""

    def wants(self, island: str) -> bool:
        """True if the PoP is configured to serve `island` (`tenant/island`)."""
        return any(fnmatchcase(island, pattern) for pattern in self.serves)
