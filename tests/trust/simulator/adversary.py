"""One step of a hostile world: something that a repository, or an attacker in front of it, may do to its clients."""

import json
import random
from collections.abc import Callable
from datetime import timedelta

from tests.trust.simulator.nacl_signer import NaclSigner
from tests.trust.simulator.repository_simulator import RepositorySimulator

TENANTS = ("acme", "northwind")
Files = dict[str, bytes]


class Adversary:
    """Chooses steps from a seed. Each returns the files that clients meet, for this one step."""

    def __init__(self, repository: RepositorySimulator, rng: random.Random) -> None:
        self.repository = repository
        self.rng = rng
        self.revision = 1
        self.history: list[Files] = [dict(repository.files)]
        self.steps: list[Callable[[], Files | None]] = [
            self.publish,
            self.publish,
            self.publish,
            self.heartbeat,
            self.rotate_online,
            self.rotate_root,
            self.break_root,
            self.rotate_tenant,
            self.change_delegator,
            self.expire,
            self.serve_everything_of_before,
            self.mix_one_file_of_before,
            self.flip_a_bit,
            self.drop_a_signature,
            self.remove_a_file,
            self.lower_or_drop_in_snapshot,
            self.sign_with_another_tenant_s_key,
            self.drive_versions_up,
        ]

    def step(self) -> tuple[str, Files]:
        """The name of what happens next, and the files served now."""
        step = self.rng.choice(self.steps)
        files = step()
        served = dict(self.repository.files) if files is None else files
        self.history.append(served)
        return step.__name__, served

    def publish(self) -> None:
        """An honest publication."""
        tenant = self.rng.choice(TENANTS)
        self.set_revision(tenant)
        self.repository.publish(tenant)

    def heartbeat(self) -> None:
        """An honest new timestamp."""
        self.repository.write_timestamp()

    def rotate_online(self) -> None:
        """A new online key, sometimes without files signed by it."""
        self.repository.rotate_online(self.rng.choice(("timestamp", "snapshot")))
        if self.rng.random() < 0.8:
            self.repository.write_online()

    def rotate_root(self) -> None:
        """A new root key, sometimes with a higher threshold."""
        threshold = self.repository.root.roles["root"]
        if self.rng.random() < 0.3:
            threshold.threshold = min(3, threshold.threshold + 1)
        self.repository.rotate_root()

    def break_root(self) -> Files:
        """A root signed by the wrong keys: too few, only the old, only its own; or a version too far."""
        repository = self.repository
        files = dict(repository.files)
        held = (repository.root, repository.signers["root"])
        root = type(repository.root).from_dict(repository.root.to_dict())
        new = [NaclSigner.generate() for _ in range(2)]
        kind = self.rng.choice(("too few", "not itself", "only itself", "version"))
        if kind in {"not itself", "only itself"}:
            root.roles["root"].keyids = [signer.keyid for signer in new]
            root.roles["root"].threshold = 2
            root.keys.update({signer.keyid: signer.public_key for signer in new})
        root.version += 2 if kind == "version" else 1
        signers = {"too few": held[1][:1], "only itself": new}.get(kind, held[1])
        repository.root, repository.signers["root"] = root, signers
        served = repository.write("root", root)
        repository.root, repository.signers["root"] = held
        files[f"metadata/{held[0].version + 1}.root.json"] = served
        repository.files.pop(f"metadata/{root.version}.root.json")
        return files

    def rotate_tenant(self) -> None:
        """A new key for a tenant, sometimes without a role signed by it."""
        tenant = self.rng.choice(TENANTS)
        self.repository.rotate_tenant(tenant)
        if self.rng.random() < 0.6:
            self.repository.write_tenant(tenant)
        self.repository.write_online()

    def change_delegator(self) -> None:
        """New targets over the same roles: nothing else, keys of tenants exchanged, or one key too few."""
        roles = self.repository.delegations.roles or {}
        kind = self.rng.choice(("same", "exchange", "threshold", "undo"))
        if kind == "exchange":
            roles["acme"].keyids, roles["northwind"].keyids = roles["northwind"].keyids, roles["acme"].keyids
        elif kind == "threshold":
            roles["acme"].threshold = 2
        elif kind == "undo":
            for tenant in TENANTS:
                roles[tenant].keyids, roles[tenant].threshold = [self.repository.signers[tenant][0].keyid], 1
        self.repository.write_targets()
        self.repository.write_online()

    def expire(self) -> None:
        """One role is properly signed, but expired already; the next version of it will be well again."""
        repository = self.repository
        role = self.rng.choice(("timestamp", "snapshot", "targets", "acme"))
        signed = {
            "timestamp": repository.timestamp,
            "snapshot": repository.snapshot,
            "targets": repository.targets,
            "acme": repository.roles["acme"],
        }[role]
        expires, signed.expires = signed.expires, repository.now - timedelta(hours=1)
        if role == "targets":
            repository.write_targets()
        if role == "acme":
            repository.write_tenant("acme")
        repository.write_online()
        signed.expires = expires

    def serve_everything_of_before(self) -> Files:
        """A rollback of the whole repository."""
        return dict(self.rng.choice(self.history))

    def mix_one_file_of_before(self) -> Files:
        """One file is replaced: by what it was, or by an older version of its role."""
        files = dict(self.repository.files)
        before = self.rng.choice(self.history)
        path = self.rng.choice(sorted(before))
        files[path] = before[path]
        if self.rng.random() < 0.5:
            role = self.rng.choice(("snapshot", "targets", "acme", "northwind"))
            files[self.newest(role)] = files[
                self.rng.choice([path for path in files if path.endswith(f".{role}.json")])
            ]
        return files

    def flip_a_bit(self) -> Files:
        """One bit of one current file."""
        files, path = self.copy_and_choose()
        data = bytearray(files[path])
        data[self.rng.randrange(len(data))] ^= 1 << self.rng.randrange(7)
        files[path] = bytes(data)
        return files

    def drop_a_signature(self) -> Files:
        """One signature too few on one current file."""
        files, path = self.copy_and_choose()
        document = json.loads(files[path])
        document["signatures"].pop()
        files[path] = json.dumps(document).encode()
        return files

    def remove_a_file(self) -> Files:
        """One current file is missing."""
        files, path = self.copy_and_choose()
        del files[path]
        return files

    def lower_or_drop_in_snapshot(self) -> Files:
        """Somebody with the online keys publishes a snapshot that takes something back, for one step."""
        repository = self.repository
        listed = dict(repository.snapshot.meta)
        kind = self.rng.choice(("role", "drop", "snapshot"))
        version = repository.snapshot.version
        if kind == "role":
            tenant = self.rng.choice(TENANTS)
            older = max(1, repository.roles[tenant].version - 1)
            path = f"metadata/{older}.{tenant}.json"
            repository.snapshot.meta[f"{tenant}.json"] = repository.list_file(repository.files[path], older)
        elif kind == "drop":
            del repository.snapshot.meta["northwind.json"]
        repository.write_online(snapshot_version=max(1, version - 1) if kind == "snapshot" else None)
        files = dict(repository.files)
        repository.snapshot.meta = listed
        repository.snapshot.version = max(version, repository.snapshot.version)
        return files

    def sign_with_another_tenant_s_key(self) -> None:
        """A tenant publishes in the name of another."""
        signers = self.repository.signers
        own, signers["acme"] = signers["acme"], signers["northwind"]
        self.repository.publish("acme")
        signers["acme"] = own

    def drive_versions_up(self) -> None:
        """Somebody with the online keys publishes enormous versions."""
        self.repository.write_online(
            snapshot_version=self.repository.snapshot.version + 10**6,
            timestamp_version=self.repository.timestamp.version + 10**6,
        )

    def set_revision(self, tenant: str) -> None:
        """Another revision of the tenant's one island."""
        self.revision += 1
        self.repository.set_numbered_island(tenant, self.revision)

    def newest(self, role: str) -> str:
        """The path of a role's newest file."""
        repository = self.repository
        signed = {"snapshot": repository.snapshot, "targets": repository.targets, **repository.roles}[role]
        return f"metadata/{signed.version}.{role}.json"

    def copy_and_choose(self) -> tuple[Files, str]:
        """The files of now, and the path of a current one."""
        paths = ["metadata/timestamp.json", *map(self.newest, ("snapshot", "targets", "acme"))]
        return dict(self.repository.files), self.rng.choice(paths)
