"""Verified metadata, the files that prove it, and the time until which it counts as fresh.

Keys of files, here and in the store: `root/<version>`, `timestamp`, `snapshot`, `role/targets`, `role/<tenant>`, and
`vouched/<tenant>` (see `edge.trust.freshness`). Other files in the store are not touched.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Self

from tuf.api.metadata import Root, Snapshot, Targets, Timestamp

from edge.errors import Reason, RefusedError
from edge.trust.freshness import VOUCHED, fresh_times, last_known, moment_files, newest_roles, read_moments
from edge.trust.keys import register_keys
from edge.trust.tenant import TenantRole, check_delegations, delegated, tenant_role
from edge.trust.verify import SignedT, first_root, next_root, same_keys, signed_by

_ROLE = "role/"
_KEYS = ("root/", "timestamp", "snapshot", _ROLE, VOUCHED)


class TrustedState:
    """The trusted state of one repository. Its `_accept_…` methods store what their caller has verified."""

    def __init__(self, root: Root, files: Mapping[str, bytes]) -> None:
        self._root = root
        self._timestamp: Timestamp | None = None
        self._snapshot: Snapshot | None = None
        self._targets: Targets | None = None
        self._tenants_of: tuple[Targets | None, tuple[str, ...]] = (None, ())
        """A targets role and its tenants, computed once for each role."""
        self._roles: dict[str, TenantRole] = {}
        self._newest: frozenset[str] | None = None
        self._last_fresh: dict[str, datetime] = {}
        self._files = {key: data for key, data in files.items() if key.startswith(_KEYS)}
        self._moments = {key for key in self._files if key.startswith(VOUCHED)}
        self._changes: dict[str, bytes | None] = {}
        self.ignored: dict[str, RefusedError] = {}
        """Stored files that are not trusted, or no longer, and why."""

    @classmethod
    def start(cls, files: Mapping[str, bytes], bootstrap_root: bytes) -> Self:
        """The state that `files` prove from `bootstrap_root` on. Expired metadata counts if its signatures verify.

        A file that does not verify is ignored, not deleted: with the wrong `bootstrap_root` that would be all of them.
        Raises `RefusedError` if `bootstrap_root` is not a root, `ConfigError` if keys cannot be registered.
        """
        register_keys()
        state = cls(first_root(bootstrap_root), files)
        state._load_stored()
        return state

    def anchored_at(self, bootstrap_root: bytes) -> Self:
        """The state that the same files prove from another root on. It keeps changes that were not written yet.

        Raises `RefusedError` if `bootstrap_root` is not a root.
        """
        anchored = type(self).start(self._files, bootstrap_root)
        anchored.put_back(self._changes)
        return anchored

    @property
    def root_version(self) -> int:
        """Version of the root that is trusted now."""
        return self._root.version

    @property
    def timestamp_expires(self) -> datetime | None:
        """When the newest verified timestamp expires; None before the first. A clock can be checked against it."""
        return self._timestamp.expires if self._timestamp is not None else None

    def tenants(self) -> tuple[str, ...]:
        """Every tenant that the targets role delegates to without fault, followed or not."""
        if self._tenants_of[0] is not self._targets:
            names = delegated(self._targets) if self._targets is not None else {}
            self._tenants_of = self._targets, tuple(tenant for tenant, problem in names.items() if problem is None)
        return self._tenants_of[1]

    def role(self, tenant: str) -> TenantRole | None:
        """The tenant's verified role, even if it has expired; None while there is none."""
        return self._roles.get(tenant)

    def fresh_until(self, tenant: str) -> datetime | None:
        """Until when the publisher vouches that `role(tenant)` is the newest; None if that was never known.

        While it is the newest, this is the earliest expiry of timestamp, snapshot, targets and the role. It is a time
        in the past if signed metadata announces a newer role that is missing or refused, or if the timestamp's keys are
        gone. So nobody can hide a withdrawal by withholding one file while new timestamps arrive.
        """
        return self.fresh_until_of((tenant,)).get(tenant)

    def fresh_until_of(self, tenants: Iterable[str]) -> dict[str, datetime]:
        """`fresh_until` of many tenants at once. A tenant for which that was never known is left out."""
        newest = self._newest_tenants()
        return fresh_times(tenants, self._roles, newest=newest, last_fresh=self._last_fresh, top=self._top_expires())

    def take_changes(self) -> dict[str, bytes | None]:
        """Files that the store must write since the last call, None to delete one; all in one transaction.

        Call it after every refresh, also after one that raised. If the transaction fails, call `put_back`.
        """
        self._store_freshness()
        changes, self._changes = self._changes, {}
        return changes

    def put_back(self, changes: Mapping[str, bytes | None]) -> None:
        """Return changes that could not be committed. The next `take_changes` gives them again."""
        # A file that changed again meanwhile keeps its newer content.
        self._changes = {**changes, **self._changes}

    def _load_stored(self) -> None:
        # Root by root first: every other file is verified with the newest root that the stored chain leads to.
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
            self.ignored[key] = RefusedError(f"file {key!r} is not a time with a time zone", reason=Reason.MALFORMED)
        self._load_stored_roles()

    def _accept_root(self, root: Root, data: bytes) -> None:
        """Trust the next root, and drop the files that do not verify under it.

        Without a stored timestamp or snapshot, any version is accepted next. A repository needs that to recover after
        stolen keys have signed very high versions (5.3.11).
        """
        old, self._root, self._newest = self._root, root, None
        self._put(f"root/{root.version}", data)
        # With the same keys the stored file verifies as before, so nothing is dropped and no version can fall. With
        # other keys it is verified again: if a key was only added, the file and its rollback protection stay.
        if not same_keys(old, root, Timestamp.type):
            self._timestamp = self._stored(Timestamp, "timestamp")
            if self._timestamp is None:
                self._forget("timestamp")
        if not same_keys(old, root, Snapshot.type):
            self._snapshot = self._stored(Snapshot, "snapshot")
            if self._snapshot is None:
                self._forget("snapshot")
        # Targets that do not verify are not forgotten: the snapshot alone bounds their version. Tenants' roles stay
        # stored, too. They may verify under the next targets without another fetch.
        if not same_keys(old, root, Targets.type):
            self._targets = self._stored_targets()
            self._load_stored_roles()

    def _accept_timestamp(self, timestamp: Timestamp, data: bytes) -> None:
        self._timestamp, self._newest = timestamp, None
        self._put("timestamp", data)

    def _accept_snapshot(self, snapshot: Snapshot, data: bytes) -> None:
        self._snapshot, self._newest = snapshot, None
        self._put("snapshot", data)

    def _accept_targets(self, targets: Targets, data: bytes) -> None:
        """Trust new delegations. A tenant's role stays only if its signatures verify under them, too."""
        self._targets = targets
        self._put("role/targets", data)
        self._load_stored_roles()

    def _accept_role(self, tenant: str, role: TenantRole, data: bytes) -> None:
        self._roles[tenant], self._newest = role, None
        self._put(_ROLE + tenant, data)

    def _drop_role(self, tenant: str) -> None:
        if self._roles.pop(tenant, None) is not None:
            self._newest = None
        self._forget(_ROLE + tenant)

    def _record_freshness(self, now: datetime) -> None:
        """Record which roles are known to be the newest as of `now`."""
        self._last_fresh |= last_known(self._newest_tenants(), self._roles, until=min(self._top_expires() or now, now))

    def _top_expires(self) -> datetime | None:
        top = (self._timestamp, self._snapshot, self._targets)
        return min((signed.expires for signed in top if signed), default=None)

    def _newest_tenants(self) -> frozenset[str]:
        """Tenants whose role is known to be the newest: found once after a change, which sets `_newest` to None."""
        if self._newest is None:
            versions = ((tenant, role.version) for tenant, role in self._roles.items())
            self._newest = newest_roles(
                versions, timestamp=self._timestamp, snapshot=self._snapshot, targets=self._targets
            )
        return self._newest

    def _load_stored_roles(self) -> None:
        """Verify every stored tenant role under the present delegations, and forget those that are not delegated."""
        self._roles, self._newest = {}, None
        if self._targets is None:
            return
        tenants = self.tenants()
        for tenant in tenants:
            signed = self._stored(Targets, _ROLE + tenant, delegator=self._targets)
            if signed is not None:
                self._load_role(tenant, signed, self._targets)
        keep = {_ROLE + Targets.type, *(_ROLE + tenant for tenant in tenants)}
        for key in [key for key in self._files if key.startswith(_ROLE) and key not in keep]:
            self._forget(key)

    def _load_role(self, tenant: str, signed: Targets, delegator: Targets) -> None:
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

    def _store_freshness(self) -> None:
        # The newest role needs no file: its freshness follows from the signed files.
        moments = moment_files(self._roles.keys() - self._newest_tenants(), self._last_fresh)
        for key in self._moments - moments.keys():
            self._forget(key)
        self._moments = set(moments)
        for key, data in moments.items():
            self._put(key, data)

    def _put(self, key: str, data: bytes) -> None:
        self.ignored.pop(key, None)
        if self._files.get(key) != data:
            self._files[key] = data
            self._changes[key] = data

    def _forget(self, key: str) -> None:
        self.ignored.pop(key, None)
        if self._files.pop(key, None) is not None:
            self._changes[key] = None
