"""What the statuses of PoPs say about the fleet: who has a revision, who has not, since when, why.

LastStatus   the newest that the publisher took of one PoP, and when by its own clock
Wanted       what the fleet should have of one island
Lag          one PoP that has it not
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from edge.records.pop import IslandState, PopStatus
from edge.records.types import Utc

MISSED_POSTS = 3
"""A PoP that missed this many is silent; one alone may have been lost."""

SILENCE_GRACE_S = 5.0
"""For a post under way, when PoPs post every second."""

CLOCK_OFF_S = 60.0
"""Clocks kept by NTP are off by milliseconds; beyond a minute, someone should look."""


class LastStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The newest status of one PoP."""

    status: PopStatus
    at: Utc
    """When it arrived, by the publisher's clock; silence is counted from here. The PoP's clock plays no part."""

    def silent_since(self, now: datetime) -> datetime | None:
        """Since when it is silent for too long; None while it is not."""
        patience = timedelta(seconds=MISSED_POSTS * self.status.interval_s + SILENCE_GRACE_S)
        return self.at if now - self.at > patience else None

    @property
    def clock_ahead_s(self) -> float:
        """How far the PoP's clock is ahead of the publisher's; the way of the post included."""
        return (self.status.time - self.at).total_seconds()


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the fleet should have of one island: at least this revision, or it withdrawn."""

    island: str
    revision: int
    is_withdrawn: bool = False


class LagReason(StrEnum):
    """Why a PoP has not what is wanted."""

    NEVER_HEARD = "never_heard"
    SILENT = "silent"
    UNAWARE = "unaware"
    REJECTED = "rejected"
    BEHIND = "behind"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"
    STILL_SERVED = "still_served"


class Lag(msgspec.Struct, frozen=True, kw_only=True):
    """One PoP that has not what is wanted: why, and since when it is as it is."""

    pop: str
    reason: LagReason
    text: str
    since: Utc | None = None
    revision: int | None = None


class IslandOnPop(msgspec.Struct, frozen=True, kw_only=True):
    """One island on one PoP, as its status said (`PopIsland`, whose names are those of stored bytes)."""

    island: str
    state: IslandState
    since: Utc
    revision: int | None
    highest_revision: int
    rollout_percent: int | None
    previous_revision: int | None
    last_error: str


class PopFleetStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One PoP, for people and scripts; all but `pop` is empty for one that was never heard."""

    pop: str
    heard_at: Utc | None = None
    silent_since: Utc | None = None
    clock_ahead_s: float = 0.0
    version: str = ""
    model: str = ""
    islands: tuple[IslandOnPop, ...] = ()


class IslandFleetStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One island over the fleet: how many PoPs are meant to have it, and which of them have not.

    A PoP that has it for some sessions only, as its rollout says, does not lag: it is counted in `in_rollout`.
    """

    wanted: Wanted
    meant: int
    lagging: tuple[Lag, ...]
    in_rollout: int = 0


class FleetStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Is everyone where they should be?"""

    at: Utc
    everyone: bool
    """Every PoP that is meant to has what is wanted, and there is one; where nothing is wanted: every PoP is heard."""
    islands: tuple[IslandFleetStatus, ...]
    pops: tuple[PopFleetStatus, ...]
