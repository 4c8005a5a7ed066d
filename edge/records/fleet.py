"""Which PoPs have the revision that the publisher wants, which have not, since when, and why.

LastStatus   the newest status of one PoP, and when the publisher received it
Wanted       the revision, or the withdrawal, of one island that its PoPs should have
Lag          one PoP that does not have it
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from edge.records.ledger import LedgerState
from edge.records.pop import IslandState, PopStatus
from edge.records.types import Utc

MISSED_POSTS = 3
"""A PoP counts as silent after this many missed posts. A single post may have been lost."""

SILENCE_GRACE_S = 5.0
"""Allowed on top, for a post that is on its way when PoPs post every second."""

CLOCK_OFF_S = 60.0
"""A PoP whose clock is off by more is shown to operators. Clocks kept by NTP are off by milliseconds."""


class LastStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The newest status of one PoP, as the publisher received it."""

    status: PopStatus
    """The status as the PoP posted it."""
    at: Utc
    """When the publisher received it, by the publisher's clock. Silence is counted from here."""

    def silent_since(self, now: datetime) -> datetime | None:
        """When the last status arrived, if that is too long ago at `now`; otherwise None."""
        patience = timedelta(seconds=MISSED_POSTS * self.status.interval_s + SILENCE_GRACE_S)
        return self.at if now - self.at > patience else None

    @property
    def clock_ahead_s(self) -> float:
        """Seconds by which the PoP's clock is ahead of the publisher's, minus the time that the post took."""
        return (self.status.time - self.at).total_seconds()


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What PoPs should have of one island."""

    island: str
    """The island, as `tenant/island`."""
    revision: int
    """The lowest revision that PoPs should have; for a withdrawal, the highest revision that was withdrawn."""
    is_withdrawn: bool = False
    """True if PoPs should have withdrawn the island."""


class LagReason(StrEnum):
    """Why a PoP does not have what is wanted."""

    NEVER_HEARD = "never_heard"
    """No status of this PoP has ever arrived."""
    SILENT = "silent"
    """The PoP has missed several statuses in a row."""
    UNAWARE = "unaware"
    """The PoP does not know of the island, the revision or the withdrawal yet."""
    REJECTED = "rejected"
    """The PoP refused the island's bytes and serves no earlier revision."""
    BEHIND = "behind"
    """The PoP serves an earlier revision."""
    STOPPED = "stopped"
    """The PoP has the revision, but does not serve it."""
    WITHDRAWN = "withdrawn"
    """The PoP still counts the island as withdrawn."""
    STILL_SERVED = "still_served"
    """The island was withdrawn, and the PoP still has it."""


class Lag(msgspec.Struct, frozen=True, kw_only=True):
    """One PoP that does not have what is wanted."""

    pop: str
    """Name of the PoP."""
    reason: LagReason
    """Why the PoP does not have it."""
    text: str
    """The reason in words, with the PoP's last error if it reported one."""
    since: Utc | None = None
    """Since when the PoP has been in this state. None if no status of it has ever arrived."""
    revision: int | None = None
    """The revision that the PoP had in its last status, if any."""


class IslandOnPop(msgspec.Struct, frozen=True, kw_only=True):
    """One island on one PoP, as the PoP's last status has it."""

    # As `PopIsland`, which is read from stored bytes and therefore keeps their field names.

    island: str
    """The island, as `tenant/island`."""
    state: IslandState
    """State of the island on the PoP."""
    since: Utc
    """Since when the island has been in this state."""
    revision: int | None
    """The revision in force; None if the PoP has none."""
    highest_revision: int
    """The highest revision that the PoP ever accepted, withdrawn ones included."""
    rollout_percent: int | None
    """Percentage of sessions that get `revision` on this PoP while it is in rollout. None: all sessions get it."""
    previous_revision: int | None
    """The revision that sessions outside the rollout get. None: no rollout."""
    last_error: str
    """Why the PoP last refused bytes of this island; empty if it did not."""


class PopFleetStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One PoP of the fleet. All fields but `pop` are empty if no status of it has ever arrived."""

    pop: str
    """Name of the PoP."""
    heard_at: Utc | None = None
    """When its last status arrived, by the publisher's clock."""
    silent_since: Utc | None = None
    """When its last status arrived, if the PoP has missed several since. None: it is not silent."""
    clock_ahead_s: float = 0.0
    """Seconds by which its clock is ahead of the publisher's."""
    version: str = ""
    """Version of Skerry that it runs."""
    model: str = ""
    """Names of its encoder and acceptor."""
    islands: tuple[IslandOnPop, ...] = ()
    """Its islands, as far as they were asked for."""
    ledger: LedgerState | None = None
    """How its ledger did then, its payloads and its witness. None if it did not say."""


class IslandFleetStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One island over the fleet."""

    wanted: Wanted
    """What PoPs should have of it."""
    meant: int
    """Number of PoPs that should serve the island. A PoP that was never heard from is counted."""
    lagging: tuple[Lag, ...]
    """The PoPs that do not have what is wanted, by name."""
    evicted_on: tuple[str, ...] = ()
    """PoPs that an operator evicted this revision from, by name. They do not lag."""
    in_rollout: int = 0
    """Number of PoPs that have the revision for some sessions only, as its rollout says. They do not lag."""


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """A number that a PoP has accepted and that the publisher has not reached: its home is older than the fleet."""

    pop: str
    """Name of the PoP."""
    island: str = ""
    """The island, as `tenant/island`. Empty if it is about a role."""
    role: str = ""
    """The TUF role: a top role or a tenant. Empty if it is about an island."""
    accepted: int
    """The island's highest revision, or the role's version, on the PoP."""
    published: int
    """The same at the publisher. 0: it does not know the island or the role."""

    @property
    def text(self) -> str:
        """What the PoP has and the publisher has not, in words."""
        what, number = ("island", "revision") if self.island else ("role", "version")
        here = f"{self.published} is the last one" if self.published else "it is unknown"
        return f"PoP '{self.pop}' has {what} '{self.island or self.role}' {number} {self.accepted}, and here {here}"


class KeyPlace(StrEnum):
    """Where a key is that the publisher needs in order to sign by itself."""

    PLAIN = "plain"
    """In the publisher's home: `skerry publisher serve` signs with it."""
    ENCRYPTED = "encrypted"
    """In the home, encrypted: a server that has the passphrase signs with it."""
    ELSEWHERE = "elsewhere"
    """Not in the home: only a server to which systemd or a vault lends it signs with it."""


class OnlineRole(msgspec.Struct, frozen=True, kw_only=True):
    """A role that the publisher signs by itself, again and again: `timestamp` or `snapshot`."""

    role: str
    """Name of the role."""
    expires: Utc
    """When what is in force expires. PoPs then call their islands stale."""
    key: KeyPlace | None = None
    """Where its key is. None over HTTP: it tells a holder of a PoP's token what there is to steal."""


class FleetStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Do all PoPs have what they should have?"""

    at: Utc
    """When this was computed, by the publisher's clock."""
    everyone: bool
    """True if no PoP lags behind what is wanted. If nothing is wanted: true if no PoP is silent. False without PoPs."""
    islands: tuple[IslandFleetStatus, ...]
    """The islands that were asked for."""
    pops: tuple[PopFleetStatus, ...]
    """Every PoP that the publisher knows, by name."""
    ahead: tuple[Ahead, ...] = ()
    """What PoPs have and this publisher has not. If there is any, its home was restored from an old copy."""
    online: tuple[OnlineRole, ...] = ()
    """Until when timestamp and snapshot are valid. Empty from older publishers."""
