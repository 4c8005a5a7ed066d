"""The TUF client workflow (specification 1.0, section 5) as a state machine that does no I/O.

`TrustedMetadata.refresh` is a generator: it yields a `Request`, is sent the file's bytes or None where the repository
has none, and changes its state only after a file has passed every rule. The same code therefore serves pushes, HTTP
and tests. Its caller decides where bytes come from, and writes `take_changes()` to disk:

    steps = trusted.refresh(now, follow=lambda tenant: True)
    request = next(steps)
    while True:  # until StopIteration, whose value is the RefreshOutcome
        request = steps.send(fetch(request.path, request.max_length))

A driver that gets a `RefusedError` while it fetches (too long, say) throws it into the generator, which then refuses
that tenant alone. Any other error ends the generator; what was verified until then stays verified.

**Crashes.** Nothing learned here may show outside before `take_changes()` is committed, in one transaction, whether the
refresh ended well or not. A process that dies earlier then simply never refreshed, and rollback protection has lost
nothing that anybody saw. Files read at the start are verified again: a damaged or planted one is ignored.
"""

from collections.abc import Callable, Generator
from datetime import datetime

from tuf.api.metadata import MetaFile, Snapshot, Targets, Timestamp

from edge.errors import Reason, RefusedError
from edge.trust import verify
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


class TrustedMetadata(TrustedState):
    """Root, timestamp, snapshot, targets and tenants' roles, as far as they are verified. For one thread at a time."""

    def refresh(
        self, now: datetime, *, follow: Callable[[str], bool]
    ) -> Generator[Request, bytes | None, RefreshOutcome]:
        """Brings everything up to date as of `now` (aware): the four top roles, then each tenant that `follow` wants.

        A fault in one tenant's role is reported in the outcome and stops nobody else; that tenant keeps the role it
        had. A tenant no longer followed or delegated is dropped. Raises `RefusedError` for a fault in root, timestamp,
        snapshot or targets; `role` and `fresh_until` tell what is believed, also after a fault. One at a time.
        """
        before = dict(self._roles)
        self._note_freshness(now)
        yield from self._refresh_root(now)
        timestamp = yield from self._refresh_timestamp(now)
        snapshot = yield from self._refresh_snapshot(timestamp, now)
        targets = yield from self._refresh_targets(snapshot, now)
        refused: dict[str, RefusedError] = {}
        for tenant, problem in delegated(targets).items():
            if not follow(tenant):
                self._drop_role(tenant)
                continue
            error = problem or (yield from self._try_tenant(tenant, targets, snapshot, now))
            if error is not None:
                refused[tenant] = error
        tenants = before.keys() | self._roles.keys()
        changed = frozenset(tenant for tenant in tenants if before.get(tenant) != self._roles.get(tenant))
        return RefreshOutcome(changed=changed, refused=refused)

    def _refresh_root(self, now: datetime) -> Generator[Request, bytes | None, None]:
        """Section 5.3. At most `MAX_ROOTS` steps; the next refresh goes on from there."""
        for _ in range(MAX_ROOTS):
            data = yield Request("root", self._root.version + 1, MAX_ROOT_BYTES)
            if data is None:
                break
            verify.check_length(data, "root", MAX_ROOT_BYTES)
            self._accept_root(verify.next_root(data, self._root), data)
        verify.check_expiry(self._root, "root", now)

    def _refresh_timestamp(self, now: datetime) -> Generator[Request, bytes | None, Timestamp]:
        """Section 5.4. The same version again is nothing new, even if its content differs."""
        data = yield from _fetch(Request("timestamp", None, MAX_TIMESTAMP_BYTES))
        new = verify.signed_by(self._root, Timestamp, data, "timestamp")
        held = self._timestamp
        if held is not None:
            verify.check_not_older(new.version, "timestamp", held.version)
            if new.version == held.version:
                verify.check_expiry(held, "timestamp", now)
                return held
            verify.check_not_older(new.snapshot_meta.version, "snapshot", held.snapshot_meta.version)
        verify.check_expiry(new, "timestamp", now)
        self._accept_timestamp(new, data)
        return new

    def _refresh_snapshot(self, timestamp: Timestamp, now: datetime) -> Generator[Request, bytes | None, Snapshot]:
        """Section 5.5. A role that was ever listed stays listed, and never goes back."""
        listed = timestamp.snapshot_meta
        held = self._snapshot
        if held is not None and held.version == listed.version:
            verify.check_expiry(held, "snapshot", now)
            return held
        data = yield from _fetch(_request("snapshot", listed, MAX_SNAPSHOT_BYTES))
        verify.check_file(data, "snapshot", listed)
        new = verify.signed_by(self._root, Snapshot, data, "snapshot")
        verify.check_version(new, "snapshot", listed.version)
        if held is not None:
            verify.check_snapshot_keeps(new, held)
        verify.check_expiry(new, "snapshot", now)
        self._accept_snapshot(new, data)
        return new

    def _refresh_targets(self, snapshot: Snapshot, now: datetime) -> Generator[Request, bytes | None, Targets]:
        """Section 5.6, for the role that only delegates."""
        listed = _listed(snapshot, "targets")
        held = self._targets
        if held is not None and self._is_good(held, "targets", listed, now):
            return held
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
        """Section 5.6 again. A role held is one that these very `targets` vouch for: accepting them re-verified it."""
        listed = _listed(snapshot, tenant)
        held = self._roles.get(tenant)
        if held is not None and self._is_good(held, tenant, listed, now):
            return
        data = yield from _fetch(_request(tenant, listed, MAX_TARGETS_BYTES))
        verify.check_file(data, tenant, listed)
        signed = verify.signed_by(targets, Targets, data, tenant)
        verify.check_version(signed, tenant, listed.version)
        verify.check_expiry(signed, tenant, now)
        self._accept_role(tenant, tenant_role(tenant, signed, targets), data)

    def _is_good(self, held: Targets | TenantRole, role: str, listed: MetaFile, now: datetime) -> bool:
        """Whether what is held is what the snapshot lists, byte for byte where it lists hashes, and not expired."""
        if held.version != listed.version or now >= held.expires:
            return False
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


def _request(role: str, listed: MetaFile, at_most: int) -> Request:
    return Request(role, listed.version, min(listed.length or at_most, at_most))


def _listed(snapshot: Snapshot, role: str) -> MetaFile:
    listed = snapshot.meta.get(f"{role}.json")
    if listed is None:
        raise RefusedError(
            f"snapshot version {snapshot.version} does not list role {role!r}", reason=Reason.METADATA_INVALID
        )
    return listed
