"""A TUF repository in memory: honest by default, and as dishonest as a test tells it to be.

It is its own fetcher (`fetch`), signs with PyNaCl, and shares no code with the publisher, so that the two cannot make
the same mistake. `files` holds what is served, by repository path; a test may change it at will.
"""

import json
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from edge.errors import RefusedError
from edge.records import IslandName
from edge.trust import WITHDRAWN_FIELD, TrustedMetadata, register_keys
from edge.trust.request import RefreshOutcome, Request
from tests.trust.simulator.nacl_signer import NaclSigner

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
OutcomeT = TypeVar("OutcomeT")


class RepositorySimulator:
    """The current state of every role, its signers, and the files that came of it."""

    def __init__(self, *tenants: str, now: datetime = NOW) -> None:
        register_keys()
        self.now = now
        self.files: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.list_hashes = True
        self.signers: dict[str, list[NaclSigner]] = {
            role: [NaclSigner.generate() for _ in range(count)]
            for role, count in {"root": 3, "targets": 2, "snapshot": 1, "timestamp": 1}.items()
        }
        self.root = Root(expires=now + timedelta(days=365), consistent_snapshot=True)
        for role, signers in self.signers.items():
            for signer in signers:
                self.root.add_key(signer.public_key, role)
        self.root.roles["root"].threshold = 2
        self.root.roles["targets"].threshold = 2
        self.targets = Targets(expires=now + timedelta(days=90))
        self.targets.delegations = Delegations({}, {})
        self.snapshot = Snapshot(expires=now + timedelta(days=7))
        self.timestamp = Timestamp(expires=now + timedelta(minutes=10))
        self.roles: dict[str, Targets] = {}
        for tenant in tenants:
            self.add_tenant(tenant)
        self.write_root()
        self.bootstrap = self.files["metadata/1.root.json"]
        self.write_targets(version=1)
        for tenant in tenants:
            self.write_tenant(tenant, version=1)
        self.write_online(snapshot_version=1, timestamp_version=1)

    def add_tenant(self, tenant: str) -> None:
        """Delegates `<tenant>/*` to a new key; shows once targets, the role and the online roles are written."""
        signer = NaclSigner.generate()
        self.signers[tenant] = [signer]
        self.roles[tenant] = Targets(expires=self.now + timedelta(days=30))
        delegations = self.delegations
        delegations.keys[signer.keyid] = signer.public_key
        assert delegations.roles is not None
        delegations.roles[tenant] = DelegatedRole(tenant, [signer.keyid], 1, terminating=True, paths=[f"{tenant}/*"])

    @property
    def delegations(self) -> Delegations:
        """What targets delegates."""
        assert self.targets.delegations is not None
        return self.targets.delegations

    def set_island(self, name: IslandName, data: bytes, custom: dict[str, Any]) -> None:
        """Lists an island and serves its bytes; shows once the tenant and the online roles are written."""
        target = TargetFile.from_data(name.target_path, data, ["sha256"])
        target.unrecognized_fields["custom"] = custom
        self.roles[name.tenant].targets[name.target_path] = target
        self.files[f"targets/{name.tenant}/{target.hashes['sha256']}.{name.island}.island"] = data

    def set_numbered_island(self, tenant: str, revision: int) -> None:
        """Lists the island `drop`, whose bytes do not matter, in this revision."""
        custom = {
            "revision": revision,
            "opens": self.now.isoformat(),
            "expires": self.now.isoformat(),
            "max_stale_s": 60,
        }
        self.set_island(IslandName(tenant, "drop"), str(revision).encode(), custom)

    def withdraw(self, name: IslandName, revision: int, why: str = "sold out") -> None:
        """Takes an island back; shows once the tenant and the online roles are written."""
        role = self.roles[name.tenant]
        role.targets.pop(name.target_path, None)
        withdrawn = role.unrecognized_fields.setdefault(WITHDRAWN_FIELD, {})
        withdrawn[name.island] = {"revision": revision, "at": self.now.isoformat(), "why": why}

    def write(self, role: str, signed: Root | Timestamp | Snapshot | Targets) -> bytes:
        """Signs and serves one file as it is, without touching any other."""
        metadata: Metadata[Any] = Metadata(signed)
        for signer in self.signers[role]:
            metadata.sign(signer, append=True)
        data = metadata.to_bytes()
        self.files["metadata/timestamp.json" if role == "timestamp" else f"metadata/{signed.version}.{role}.json"] = (
            data
        )
        return data

    def write_root(self) -> None:
        """Signs and serves root as it is."""
        self.write("root", self.root)

    def write_targets(self, *, version: int | None = None) -> None:
        """The next version of targets, not yet in a snapshot that is served."""
        self.targets.version = version or self.targets.version + 1
        self._list("targets", self.write("targets", self.targets), self.targets.version)

    def write_tenant(self, tenant: str, *, version: int | None = None) -> None:
        """The next version of a tenant's role, not yet in a snapshot that is served."""
        role = self.roles[tenant]
        role.version = version or role.version + 1
        self._list(tenant, self.write(tenant, role), role.version)

    def write_online(self, *, snapshot_version: int | None = None, timestamp_version: int | None = None) -> None:
        """The next snapshot and the next timestamp: now everything written before shows."""
        self.snapshot.version = snapshot_version or self.snapshot.version + 1
        data = self.write("snapshot", self.snapshot)
        self.timestamp.snapshot_meta = self.list_file(data, self.snapshot.version)
        self.write_timestamp(version=timestamp_version)

    def write_timestamp(self, *, version: int | None = None) -> None:
        """The next timestamp alone: a heartbeat."""
        self.timestamp.version = version or self.timestamp.version + 1
        self.write("timestamp", self.timestamp)

    def publish(self, tenant: str) -> None:
        """The next version of a tenant's role, shown."""
        self.write_tenant(tenant)
        self.write_online()

    def rotate_online(self, role: str) -> None:
        """A new key for timestamp or snapshot, named by the next root; files signed with the old key stay."""
        self.root.revoke_key(self.signers[role][0].keyid, role)
        self.signers[role] = [NaclSigner.generate()]
        self.root.add_key(self.signers[role][0].public_key, role)
        self.root.version += 1
        self.write_root()

    def rotate_root(self) -> None:
        """One root key is replaced; the next root is signed by all old and new keys."""
        old, new = self.signers["root"], NaclSigner.generate()
        self.root.revoke_key(old[0].keyid, "root")
        self.root.add_key(new.public_key, "root")
        self.root.version += 1
        self.signers["root"] = [*old, new]
        self.write_root()
        self.signers["root"] = [*old[1:], new]

    def rotate_tenant(self, tenant: str) -> None:
        """A new key for a tenant, named by the next targets; the role itself is not signed again."""
        signer = NaclSigner.generate()
        assert self.delegations.roles is not None
        self.delegations.roles[tenant].keyids = [signer.keyid]
        self.delegations.keys[signer.keyid] = signer.public_key
        self.signers[tenant] = [signer]
        self.write_targets()

    def change_json(self, path: str, change: Callable[[dict[str, Any]], object]) -> None:
        """Edits a served file without signing it again."""
        document = json.loads(self.files[path])
        change(document)
        self.files[path] = json.dumps(document).encode()

    def fetch(self, path: str, max_length: int) -> bytes | None:  # noqa: ARG002 - a driver's fetch has both
        """The file, however long it is, as a push would bring it; None where there is none."""
        self.requests.append(path)
        return self.files.get(path)

    def refresh(
        self,
        trusted: TrustedMetadata,
        *,
        now: datetime | None = None,
        follow: Callable[[str], bool] = lambda _tenant: True,
    ) -> RefreshOutcome:
        """One refresh of `trusted` against this repository, at its own time unless `now` says otherwise."""
        return drive(trusted.refresh(now or self.now, follow=follow), self.fetch)

    def list_file(self, data: bytes, version: int) -> MetaFile:
        """How timestamp or snapshot lists a file: with its length and hash, unless the test does without."""
        return MetaFile.from_data(version, data, ["sha256"]) if self.list_hashes else MetaFile(version)

    def _list(self, role: str, data: bytes, version: int) -> None:
        self.snapshot.meta[f"{role}.json"] = self.list_file(data, version)


def drive(steps: Generator[Request, bytes | None, OutcomeT], fetch: Callable[[str, int], bytes | None]) -> OutcomeT:
    """Answers every request of a refresh from `fetch`; a refusal while fetching goes into the generator."""
    try:
        request = next(steps)
        while True:
            try:
                data = fetch(request.path, request.max_length)
            except RefusedError as error:
                request = steps.throw(error)
            else:
                request = steps.send(data)
    except StopIteration as stop:
        outcome: OutcomeT = stop.value
        return outcome
