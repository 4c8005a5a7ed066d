"""Versions of roles. Those of snapshot and timestamp never fall behind the clock.

A publisher that was restored from an old backup counts on from old numbers, and PoPs refuse every number below one that
they know. The roles that the publisher signs alone take the seconds since 1970 where that is more than the next number
(in TUF a version only has to go up). So they are above the fleet's again with the first signature.
Root, targets and tenants' roles count by one, because people compare their drafts. `skerry recover restored` raises
them.

>>> next_version("timestamp", 7, datetime.fromisoformat("2026-09-01T00:00Z"))
1788220800
>>> next_version("targets", 7, datetime.fromisoformat("2026-09-01T00:00Z"))
8
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tuf.api.metadata import Root

if TYPE_CHECKING:
    from edge.publish.repository.transaction import Transaction

ONLINE = ("snapshot", "timestamp")
"""The roles that the publisher signs by itself, without people."""


def next_version(role: str, last: int, now: datetime) -> int:
    """The version to sign after `last`."""
    return max(last + 1, clock_version(now)) if role in ONLINE else last + 1


def clock_version(now: datetime) -> int:
    """The lowest version of an online role at `now`: the seconds since 1970, at least 1."""
    return max(int(now.timestamp()), 1)


def raise_version(change: "Transaction", role: str, *, above: int) -> None:
    """Sign the role under a version above `above`, and not behind the clock. So it is above each that was counted."""
    change.touch(role)
    signed = change.state.signed(role)
    signed.version = max(signed.version, above + 1, clock_version(change.now))


def restart_online_versions(change: "Transaction", old_root: Root, metadata: Path) -> None:
    """Bring down the versions of snapshot and timestamp if both have only new keys.

    A PoP then forgets the old versions, however far a thief drove them up. The snapshot gets a number that was
    never used. With only one of the two new, nothing may go down: an old timestamp bounds the snapshot, and an old
    snapshot bounds the tenants' roles.
    """
    old = {role: set(old_root.roles[role].keyids) for role in ONLINE}
    if any(old[role].intersection(change.state.root.roles[role].keyids) for role in ONLINE):
        return
    for role in ONLINE:
        change.touch(role)
    change.state.snapshot.version = unused_snapshot_version(metadata, change.now)
    change.state.timestamp.version = clock_version(change.now)


def unused_snapshot_version(metadata: Path, now: datetime) -> int:
    """The lowest version, not behind the clock, for which there is no snapshot file."""
    used = {int(path.name.partition(".")[0]) for path in metadata.glob("*.snapshot.json")}
    version = clock_version(now)
    while version in used:
        version += 1
    return version
