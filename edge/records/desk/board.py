"""`GET /v1/board`: what the PoPs posted, and which islands they have, for the wall."""

import msgspec

from edge.records.desk.pops import PopFigures
from edge.records.pop import IslandState
from edge.records.types import Utc


class BoardPop(msgspec.Struct, frozen=True, kw_only=True):
    """One PoP as the desk last heard of it."""

    pop: str
    """Name of the PoP."""
    heard: Utc | None = None
    """When it last posted figures, by the desk's clock. None: not since the desk started."""
    age_s: float | None = None
    """Seconds since then, for the figures here. None: there are none."""
    silent_since: Utc | None = None
    """Set if it has posted nothing for 20 s: show a hole with its age, and no figure as zero."""
    figures: PopFigures | None = None
    """What it posted last, as far as it concerns the reader's tenant. None: nothing since the desk started."""
    per_minute: dict[str, float] | None = None
    """Questions of the reader's tenant by outcome a minute, over the last minute at most. None: too little is known, or
    the PoP is silent."""
    unconfirmed: int = 0
    """Tickets of the reader's tenant about which the PoP has not fetched the newest event."""
    unconfirmed_tickets: tuple[str, ...] = ()
    """Ids of those tickets; 100 at most. If the PoP is gone for good, no reply reaches their viewers' pages."""


class BoardLane(msgspec.Struct, frozen=True, kw_only=True):
    """One lane of the reader's tenant with open tickets."""

    lane: str
    """Name of the lane."""
    open: int
    """Tickets that nobody has answered."""
    late: int
    """Those whose deadline is over."""
    oldest_s: float
    """Seconds that the oldest of them has waited."""
    promised_s: float | None = None
    """Seconds in which people should have looked at that one. None: it has no deadline."""


class IslandAtPop(msgspec.Struct, frozen=True, kw_only=True):
    """One island on one PoP, as the PoP told the publisher."""

    pop: str
    """Name of the PoP."""
    revision: int | None = None
    """The revision in force; None if the PoP has none."""
    state: IslandState
    """State of the island on the PoP."""
    rollout_percent: int | None = None
    """Percentage of sessions that get `revision` while it is in rollout. None: all sessions get it."""
    silent_since: Utc | None = None
    """Set if the publisher has not heard of the PoP for too long: this is what it said last."""


class BoardIsland(msgspec.Struct, frozen=True, kw_only=True):
    """One island of the reader's tenant, over all PoPs."""

    island: str
    """The island, as `tenant/island`."""
    revision: int
    """The revision that PoPs should have; for a withdrawal, the highest one that was withdrawn."""
    is_withdrawn: bool = False
    """True if PoPs should have withdrawn it."""
    pops: tuple[IslandAtPop, ...] = ()
    """The PoPs that know it, by name."""
    lagging: tuple[str, ...] = ()
    """PoPs that should have what is published and have not, by name; also those that were never heard."""


class BoardFleet(msgspec.Struct, frozen=True, kw_only=True):
    """The islands of the reader's tenant by PoP and revision, as the publisher last said."""

    heard: Utc | None = None
    """When the publisher last answered, by the desk's clock. None: not since the desk started."""
    age_s: float | None = None
    """Seconds since then: the age of `islands`. None: there are none."""
    silent_since: Utc | None = None
    """Set if the publisher has given no status for 20 s: show the age."""
    error: str = ""
    """Why the last request had no status. Empty: it had one."""
    islands: tuple[BoardIsland, ...] = ()
    """Islands by name; 200 at most."""


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """All PoPs that have a token."""

    at: Utc
    """The desk's clock."""
    pops: tuple[BoardPop, ...]
    """By name."""
    fleet: BoardFleet | None = None
    """Islands by PoP and revision. None: the desk was started without `--publisher`."""
    lanes: tuple[BoardLane, ...] = ()
    """Lanes with open tickets, by name."""
