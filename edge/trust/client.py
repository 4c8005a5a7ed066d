"""The TUF client workflow (specification 1.0, section 5) as a state machine that does no I/O.

`TrustedMetadata.refresh` is a generator. It yields a `Request`; its caller sends the file's bytes, or None if the
repository does not have the file. The state changes only after a file has passed every rule. So the same code serves
pushes, HTTP and tests. The caller decides where bytes come from, and writes `take_changes()` to disk:

    steps = trusted.refresh(now, follow=lambda tenant: True)
    request = next(steps)
    while True:  # until StopIteration, whose value is the RefreshOutcome
        request = steps.send(fetch(request.path, request.max_length))

A fetch may itself fail with a `RefusedError` (the file is too long, say). The caller throws that error into the
generator. If the file was a tenant's role, only this tenant is refused. Any other error ends the generator. State that
was verified before stays verified.

**Crashes.** Commit `take_changes()` in one transaction before the new state shows outside, also when the refresh
failed. A process that dies before the commit is as if it had never refreshed: nobody has seen the newer versions, so
rollback protection loses nothing. Stored files are verified again at the start; a damaged or planted one is ignored.
"""

from collections.abc import Callable, Generator, Mapping
from datetime import datetime

from tuf.api.metadata import MetaFile, Snapshot, Targets, Timestamp

from edge.errors import Reason, RefusedError
from edge.trust import verify
from edge.trust.canonical import equal_targets
from edge.trust.keys import Ed25519Key
from edge.trust.request import (
    MAX_ROOT_BYTES,
    MAX_ROOTS,
    MAX_SNAPSHOT_BYTES,
    MAX_TARGETS_BYTES,
    MAX_TIMESTAMP_BYTES,
    RefreshOutcome,
    Request,
)
from edge.trust.tenant import TenantRole, check_delegations, delegated, tenant_role
from edge.trust.trusted_state import TrustedState
from edge.trust.widget import LoaderTerms, SignedLoader, signed_loader


class TrustedMetadata(TrustedState):
    """Verified root, timestamp, snapshot, targets and tenants' roles. For one thread at a time."""

    def versions(self) -> dict[str, int]:
        """The versions of the top roles that are trusted, and of each role that the snapshot lists. None may fall.

        From any thread: what it reads is replaced and never changed.
        """
        top = {signed.type: signed.version for signed in (self._root, self._timestamp, self._snapshot) if signed}
        listed = self._snapshot.meta if self._snapshot else {}
        return top | {name.removesuffix(".json"): role.version for name, role in listed.items()}

    def signed_loader(self, content: bytes) -> tuple[SignedLoader, LoaderTerms]:
        """The publisher's signature of these bytes as the widget's loader. Raises as `edge.trust.widget`.

        For the thread of the refreshes. 0.1 ms.
        """
        if self._targets is None:
            raise RefusedError("no role 'targets' is verified yet", reason=Reason.NOT_FOUND)
        named = (self._root.keys.get(key_id) for key_id in self._root.roles[Targets.type].keyids)
        keys = [key.raw for key in named if isinstance(key, Ed25519Key)]
        return signed_loader(self._targets, content, keys=keys)

    def refresh(
        self, now: datetime, *, follow: Callable[[str], bool]
    ) -> Generator[Request, bytes | None, RefreshOutcome]:
        """Bring everything up to date as of `now` (aware): the four top roles, then each tenant that `follow` accepts.

        A fault in one tenant's role is in the outcome and stops no other tenant; that tenant keeps the role it had. A
        tenant that is no longer followed or delegated is dropped. Only one refresh may run at a time.

        Raises `RefusedError` for a fault in root, timestamp, snapshot or targets. The caller tries again later. `role`
        and `fresh_until` stay valid after a fault: they give what is verified by then.
        """
        before = dict(self._roles)
        # Before the first request: once newer metadata is verified, nobody can tell which roles were the newest.
        self._record_freshness(now)
        yield from self._refresh_root(now)
        timestamp = yield from self._refresh_timestamp(now)
        snapshot = yield from self._refresh_snapshot(timestamp, now)
        targets = yield from self._refresh_targets(snapshot, now)
        refused: dict[str, RefusedError] = {}
        for tenant, problem in self._delegated(targets).items():
            if not follow(tenant):
                self._drop_role(tenant)
                continue
            if problem is None and self._has_current_role(tenant, snapshot, now):
                continue
            error = problem or (yield from self._try_tenant(tenant, targets, snapshot, now))
            if error is not None:
                refused[tenant] = error
        after = self._roles
        replaced = [tenant for tenant, role in after.items() if before.get(tenant) is not role]
        changed = [tenant for tenant in replaced if before.get(tenant) != after[tenant]]
        return RefreshOutcome(changed=frozenset(before.keys() - after.keys()).union(changed), refused=refused)

    def _delegated(self, targets: Targets) -> Mapping[str, RefusedError | None]:
        """Every delegation, and its fault. A fault is a new error each time, because it may be raised."""
        tenants, roles = self.tenants(), targets.delegations.roles if targets.delegations else None
        return dict.fromkeys(tenants) if len(tenants) == len(roles or ()) else delegated(targets)

    def _refresh_root(self, now: datetime) -> Generator[Request, bytes | None, None]:
        """Section 5.3. At most `MAX_ROOTS` new roots; the next refresh continues after them."""
        for _ in range(MAX_ROOTS):
            data = yield Request("root", self._root.version + 1, MAX_ROOT_BYTES)
            if data is None:
                break
            verify.check_length(data, "root", MAX_ROOT_BYTES)
            self._accept_root(verify.next_root(data, self._root), data)
        # Only the last root must be in date: a PoP that was away for a year passes through expired ones (5.3.10).
        verify.check_expiry(self._root, "root", now)

    def _refresh_timestamp(self, now: datetime) -> Generator[Request, bytes | None, Timestamp]:
        """Section 5.4. A file with the version that is already trusted changes nothing, even if its content differs."""
        data = yield from _fetch(Request("timestamp", None, MAX_TIMESTAMP_BYTES))
        new = verify.signed_by(self._root, Timestamp, data, "timestamp")
        trusted = self._timestamp
        if trusted is not None:
            verify.check_not_older(new.version, "timestamp", trusted.version)
            if new.version == trusted.version:
                verify.check_expiry(trusted, "timestamp", now)
                return trusted
            verify.check_not_older(new.snapshot_meta.version, "snapshot", trusted.snapshot_meta.version)
        verify.check_expiry(new, "timestamp", now)
        self._accept_timestamp(new, data)
        return new

    def _refresh_snapshot(self, timestamp: Timestamp, now: datetime) -> Generator[Request, bytes | None, Snapshot]:
        """Section 5.5. Once a role is listed it stays listed, and its version never falls."""
        listed = timestamp.snapshot_meta
        trusted = self._snapshot
        if trusted is not None and trusted.version == listed.version:
            verify.check_expiry(trusted, "snapshot", now)
            return trusted
        data = yield from _fetch(_request("snapshot", listed, MAX_SNAPSHOT_BYTES))
        verify.check_file(data, "snapshot", listed)
        new = verify.signed_by(self._root, Snapshot, data, "snapshot")
        verify.check_version(new, "snapshot", listed.version)
        if trusted is not None:
            verify.check_snapshot_keeps(new, trusted)
        verify.check_expiry(new, "snapshot", now)
        self._accept_snapshot(new, data)
        return new

    def _refresh_targets(self, snapshot: Snapshot, now: datetime) -> Generator[Request, bytes | None, Targets]:
        """Section 5.6, for the role that only delegates."""
        listed = _listed(snapshot, "targets")
        trusted = self._targets
        if trusted is not None and self._is_current(trusted, "targets", listed, now):
            return trusted
        data = yield from _fetch(_request("targets", listed, MAX_TARGETS_BYTES))
        verify.check_file(data, "targets", listed)
        new = verify.signed_by(self._root, Targets, data, "targets")
        verify.check_version(new, "targets", listed.version)
        verify.check_expiry(new, "targets", now)
        check_delegations(new)
        self._accept_targets(new, data)
        return new

    def _try_tenant(
        self, tenant: str, targets: Targets, snapshot: Snapshot, now: datetime
    ) -> Generator[Request, bytes | None, RefusedError | None]:
        try:
            yield from self._refresh_tenant(tenant, targets, snapshot, now)
        except RefusedError as error:
            return error
        return None

    def _refresh_tenant(
        self, tenant: str, targets: Targets, snapshot: Snapshot, now: datetime
    ) -> Generator[Request, bytes | None, None]:
        """Section 5.6 again, for one tenant."""
        listed = _listed(snapshot, tenant)
        data = yield from _fetch(_request(tenant, listed, MAX_TARGETS_BYTES))
        verify.check_file(data, tenant, listed)
        signed = verify.signed_by(targets, Targets, data, tenant)
        verify.check_version(signed, tenant, listed.version)
        verify.check_expiry(signed, tenant, now)
        trusted = self._roles.get(tenant)
        unchanged = equal_targets(self._files[f"role/{tenant}"], data) if trusted is not None else frozenset[str]()
        self._accept_role(tenant, tenant_role(tenant, signed, targets, before=trusted, unchanged=unchanged), data)

    def _has_current_role(self, tenant: str, snapshot: Snapshot, now: datetime) -> bool:
        """True if nothing is to be fetched for the tenant."""
        listed, trusted = snapshot.meta.get(f"{tenant}.json"), self._roles.get(tenant)
        # Its signatures are not checked again: accepting `targets` verified every stored role under them.
        return listed is not None and trusted is not None and self._is_current(trusted, tenant, listed, now)

    def _is_current(self, trusted: Targets | TenantRole, role: str, listed: MetaFile, now: datetime) -> bool:
        """True if the trusted role has not expired and is the one that the snapshot lists, by version and hashes."""
        if trusted.version != listed.version or now >= trusted.expires:
            return False
        if listed.length is None and not listed.hashes:
            return True
        try:
            verify.check_file(self._files[f"role/{role}"], role, listed)
        except RefusedError:
            return False
        return True


def _fetch(request: Request) -> Generator[Request, bytes | None, bytes]:
    data = yield request
    if data is None:
        raise RefusedError(f"{request.path} is missing from the repository", reason=Reason.NOT_FOUND)
    verify.check_length(data, request.role, request.max_length)
    return data


def _request(role: str, listed: MetaFile, max_length: int) -> Request:
    return Request(role, listed.version, min(listed.length or max_length, max_length))


def _listed(snapshot: Snapshot, role: str) -> MetaFile:
    listed = snapshot.meta.get(f"{role}.json")
    if listed is None:
        raise RefusedError(
            f"snapshot version {snapshot.version} does not list role {role!r}", reason=Reason.METADATA_INVALID
        )
    return listed
