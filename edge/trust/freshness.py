"""Is a tenant's role the newest there is, and when was that last known?

A role may be verified but no longer known to be the newest. Then the last time when it was known to be is
stored under `vouched/<tenant>`. That file is unsigned, so it can only shorten what the signed files allow.

All of these functions are linear in the number of tenants, and each push calls them.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from tuf.api.metadata import Snapshot, Targets, Timestamp

from edge.trust.tenant import TenantRole

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
    return frozenset(
        tenant
        for tenant, version in versions
        if (role := listed.get(f"{tenant}.json")) is not None and role.version == version
    )


def last_known(newest: Iterable[str], roles: Mapping[str, TenantRole], *, until: datetime) -> dict[str, datetime]:
    """By tenant in `newest`: when its role was last known to be the newest, which is `until` or its earlier expiry."""
    return {tenant: min(roles[tenant].expires, until) for tenant in newest}


def fresh_times(
    tenants: Iterable[str],
    roles: Mapping[str, TenantRole],
    *,
    newest: Collection[str],
    last_fresh: Mapping[str, datetime],
    top: datetime | None,
) -> dict[str, datetime]:
    """By tenant: until when its role is fresh. A tenant for which that was never known is left out.

    `top` is the earliest expiry of timestamp, snapshot and targets, as far as they are verified.
    """
    times = {}
    for tenant in tenants:
        role = roles.get(tenant)
        if role is None:
            continue
        until = role.expires if top is None or role.expires < top else top
        if tenant not in newest:
            last = last_fresh.get(tenant)
            if last is None:
                continue
            until = min(until, last)
        times[tenant] = until
    return times


def moment_files(tenants: Iterable[str], last_fresh: Mapping[str, datetime]) -> dict[str, bytes]:
    """The files to store for `tenants`, whose roles are not known to be the newest. `read_moments` reads them back."""
    return {VOUCHED + tenant: last_fresh[tenant].isoformat().encode() for tenant in tenants if tenant in last_fresh}


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


def _moment(data: bytes) -> datetime:
    moment = datetime.fromisoformat(data.decode())
    if moment.tzinfo is None:
        raise ValueError("no zone")
    return moment
