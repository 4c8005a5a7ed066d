"""Is a tenant's role the newest there is, and when was that last known?

A role may be verified but no longer known to be the newest. Then the last time when it was known to be is
stored under `vouched/<tenant>`. That file is unsigned, so it can only shorten what the signed files allow.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from tuf.api.metadata import Snapshot, Targets, Timestamp

VOUCHED = "vouched/"


def newest_roles(
    versions: Iterable[tuple[str, int]],
    *,
    timestamp: Timestamp | None,
    snapshot: Snapshot | None,
    targets: Targets | None,
) -> frozenset[str]:
    """Of tenants with the version of their role: those whose version timestamp, snapshot and targets agree to list."""
    if timestamp is None or snapshot is None or targets is None:
        return frozenset()
    listed = snapshot.meta
    delegator = listed.get("targets.json")
    agree = snapshot.version == timestamp.snapshot_meta.version
    if delegator is None or not agree or delegator.version != targets.version:
        return frozenset()
    pairs = ((tenant, version, listed.get(f"{tenant}.json")) for tenant, version in versions)
    return frozenset(tenant for tenant, version, role in pairs if role is not None and role.version == version)


def read_moments(files: Mapping[str, bytes]) -> tuple[dict[str, datetime], list[str]]:
    """Two results: by tenant, when its role was last known to be the newest; and keys of files that cannot be read."""
    moments, unreadable = {}, []
    for key, data in files.items():
        if key.startswith(VOUCHED):
            try:
                moments[key.removeprefix(VOUCHED)] = _moment(data)
            except ValueError:
                unreadable.append(key)
    return moments, unreadable


def write_moment(moment: datetime) -> bytes:
    """File content for `moment`. `read_moments` reads it back."""
    return moment.isoformat().encode()


def _moment(data: bytes) -> datetime:
    moment = datetime.fromisoformat(data.decode())
    if moment.tzinfo is None:
        raise ValueError("no zone")
    return moment
