"""What is verified so far, the files behind it, and until when it counts as fresh.

Keys of files, here and in the store: `root/<version>`, `timestamp`, `snapshot`, `role/targets`, `role/<tenant>`, and
`vouched/<tenant>` (see `edge.trust.freshness`). Everything else in the store is left alone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from tuf.api.metadata import Root, Snapshot, Targets, Timestamp

from edge.errors import Reason, RefusedError
from edge.trust.freshness import VOUCHED, is_newest, read_moments, write_moment
from edge.trust.keys import register_keys
from edge.trust.tenant import TenantRole, check_delegations, delegated, tenant_role
from edge.trust.verify import SignedT, first_root, next_root, same_keys, signed_by

_ROLE = "role/"
_KEYS = ("root/", "timestamp", "snapshot", _ROLE, VOUCHED)


class TrustedState:
    """The trusted state of one repository. Accepts only what its caller has verified; never lowers a version itself."""

    def __init__(self, root: Root, files: Mapping[str, bytes]) -> None:
        self._root = root
        self._timestamp: Timestamp | None = None
        self._snapshot: Snapshot | None = None
        self._targets: Targets | None = None
        self._named: tuple[Targets | None, tuple[str, ...]] = (None, ())
        """Delegations, and the tenants that they properly name; looked at once, not at every question."""
        self._roles: dict[str, TenantRole] = {}
        self._last_fresh: dict[str, datetime] = {}
        self._files = {key: data for key, data in files.items() if key.startswith(_KEYS)}
        self._changes: dict[str, bytes | None] = {}
        self.ignored: dict[str, RefusedError] = {}
        """Stored files that are not believed (any more), with why."""

    @classmethod
    def start(cls, files: Mapping[str, bytes], bootstrap_root: bytes) -> Self:
        """The state that `files` prove, beginning at `bootstrap_root`; expired metadata counts, as long as it verifies.

        A file that does not verify is ignored, not deleted: with the wrong `bootstrap_root` that would be all of them.
        Raises `RefusedError` when `bootstrap_root` is not a root, `ConfigError` when keys cannot be registered.
        """
        register_keys()
        held = cls(first_root(bootstrap_root), files)
        held._resume()
        return held

    def anchored_at(self, bootstrap_root: bytes) -> Self:
        """What the same files prove from another root on; changes that were not taken yet come along.

        Raises `RefusedError` when it is no root.
        """
        anchored = type(self).start(self._files, bootstrap_root)
        anchored.put_back(self._changes)
        return anchored

    @property
    def root_version(self) -> int:
        """The version of the root that is trusted now."""
        return self._root.version

    @property
    def timestamp_expires(self) -> datetime | None:
        """When the newest verified timestamp expires, None before the first. It proves that time has come so far."""
        return self._timestamp.expires if self._timestamp is not None else None

    def tenants(self) -> tuple[str, ...]:
        """Every tenant that the targets role properly delegates to, followed or not."""
        if self._named[0] is not self._targets:
            names = delegated(self._targets) if self._targets is not None else {}
            self._named = self._targets, tuple(tenant for tenant, problem in names.items() if problem is None)
        return self._named[1]

    def role(self, tenant: str) -> TenantRole | None:
        """The tenant's verified role, even if expired by now; None while there is none."""
        return self._roles.get(tenant)

    def fresh_until(self, tenant: str) -> datetime | None:
        """Until when the publisher vouches that `role(tenant)` is the newest; None where that was never known.

        While it is the newest: the earliest expiry of timestamp, snapshot, targets and the role. Once signed metadata
        has announced a newer one that is missing or refused, or the timestamp's keys are gone: a moment that is past.
        So nobody can hide a withdrawal by withholding one file while timestamps keep coming.
        """
        role = self._roles.get(tenant)
        if role is None:
            return None
        bounds = [role.expires]
        bounds += [signed.expires for signed in (self._timestamp, self._snapshot, self._targets) if signed is not None]
        if not self._is_newest(tenant, role):
            last_fresh = self._last_fresh.get(tenant)
            if last_fresh is None:
                return None
            bounds.append(last_fresh)
        return min(bounds)

    def take_changes(self) -> dict[str, bytes | None]:
        """What the store must write since this was last called, None meaning delete; for one transaction.

        Call it after every refresh, also after one that raised. When the transaction fails, hand the changes back.
        """
        self._file_freshness()
        changes, self._changes = self._changes, {}
        return changes

    def put_back(self, changes: Mapping[str, bytes | None]) -> None:
        """Takes back changes that could not be committed; the next `take_changes` offers them again."""
        self._changes = {**changes, **self._changes}

    def _resume(self) -> None:
        while (data := self._files.get(key := f"root/{self._root.version + 1}")) is not None:
            try:
                self._root = next_root(data, self._root)
            except RefusedError as error:
                self.ignored[key] = error
                break
        self._timestamp = self._stored(Timestamp, "timestamp")
        self._snapshot = self._stored(Snapshot, "snapshot")
        self._targets = self._stored_targets()
        self._last_fresh, unreadable = read_moments(self._files)
        for key in unreadable:
            self.ignored[key] = RefusedError(f"file {key!r} is not a moment with its zone", reason=Reason.MALFORMED)
        self._hold_stored_roles()

    def _accept_root(self, root: Root, data: bytes) -> None:
        """Trusts the next root, and drops what it no longer vouches for.

        Dropping timestamp and snapshot whose keys were rotated is how a repository recovers when somebody with stolen
        keys has driven their versions up (5.3.11).
        """
        old, self._root = self._root, root
        self._put(f"root/{root.version}", data)
        if not same_keys(old, root, Timestamp.type):
            self._timestamp = self._stored(Timestamp, "timestamp")
            if self._timestamp is None:
                self._forget("timestamp")
        if not same_keys(old, root, Snapshot.type):
            self._snapshot = self._stored(Snapshot, "snapshot")
            if self._snapshot is None:
                self._forget("snapshot")
        if not same_keys(old, root, Targets.type):
            self._targets = self._stored_targets()
            self._hold_stored_roles()

    def _accept_timestamp(self, timestamp: Timestamp, data: bytes) -> None:
        self._timestamp = timestamp
        self._put("timestamp", data)

    def _accept_snapshot(self, snapshot: Snapshot, data: bytes) -> None:
        self._snapshot = snapshot
        self._put("snapshot", data)

    def _accept_targets(self, targets: Targets, data: bytes) -> None:
        """Trusts new delegations; a tenant's role stays only if they vouch for it, too."""
        self._targets = targets
        self._put("role/targets", data)
        self._hold_stored_roles()

    def _accept_role(self, tenant: str, role: TenantRole, data: bytes) -> None:
        self._roles[tenant] = role
        self._put(_ROLE + tenant, data)

    def _drop_role(self, tenant: str) -> None:
        self._roles.pop(tenant, None)
        self._forget(_ROLE + tenant)

    def _note_freshness(self, now: datetime) -> None:
        """Remembers, before anything newer is heard of, which roles are the newest as of `now`."""
        for tenant, role in self._roles.items():
            if self._is_newest(tenant, role) and (until := self.fresh_until(tenant)) is not None:
                self._last_fresh[tenant] = min(until, now)

    def _is_newest(self, tenant: str, role: TenantRole) -> bool:
        return is_newest(
            tenant, role.version, timestamp=self._timestamp, snapshot=self._snapshot, targets=self._targets
        )

    def _hold_stored_roles(self) -> None:
        """Looks at every stored tenant role again, under the delegations of now."""
        self._roles = {}
        if self._targets is None:
            return
        tenants = self.tenants()
        for tenant in tenants:
            signed = self._stored(Targets, _ROLE + tenant, delegator=self._targets)
            if signed is not None:
                self._hold_role(tenant, signed, self._targets)
        keep = {_ROLE + Targets.type, *(_ROLE + tenant for tenant in tenants)}
        for key in [key for key in self._files if key.startswith(_ROLE) and key not in keep]:
            self._forget(key)

    def _hold_role(self, tenant: str, signed: Targets, delegator: Targets) -> None:
        try:
            self._roles[tenant] = tenant_role(tenant, signed, delegator)
        except RefusedError as error:
            self.ignored[_ROLE + tenant] = error

    def _stored(self, kind: type[SignedT], key: str, *, delegator: Root | Targets | None = None) -> SignedT | None:
        data = self._files.get(key)
        if data is None:
            return None
        try:
            return signed_by(delegator or self._root, kind, data, key.removeprefix(_ROLE))
        except RefusedError as error:
            self.ignored[key] = error
            return None

    def _stored_targets(self) -> Targets | None:
        targets = self._stored(Targets, "role/targets")
        try:
            if targets is not None:
                check_delegations(targets)
        except RefusedError as error:
            self.ignored["role/targets"] = error
            return None
        return targets

    def _file_freshness(self) -> None:
        for key in [key for key in self._files if key.startswith(VOUCHED)]:
            if key.removeprefix(VOUCHED) not in self._roles:
                self._forget(key)
        for tenant, role in self._roles.items():
            last_fresh = self._last_fresh.get(tenant)
            if last_fresh is None or self._is_newest(tenant, role):
                self._forget(VOUCHED + tenant)
            else:
                self._put(VOUCHED + tenant, write_moment(last_fresh))

    def _put(self, key: str, data: bytes) -> None:
        self.ignored.pop(key, None)
        if self._files.get(key) != data:
            self._files[key] = data
            self._changes[key] = data

    def _forget(self, key: str) -> None:
        self.ignored.pop(key, None)
        if self._files.pop(key, None) is not None:
            self._changes[key] = None
