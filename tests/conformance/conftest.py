"""A repository with everything that TUF knows and Skerry does without, and a small server before it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    SuccinctRoles,
    TargetFile,
    Targets,
    Timestamp,
)

from edge.trust import register_keys
from tests.conformance.client import follow_the_specification_alone
from tests.local_server import LocalServer, QuietHandler

NEST = {"one": ["nest/?/*"], "two": ["nest/a/*"], "three/with slash": ["nest/a/*"]}
"""Roles, each delegated to by the one before it, and the paths it is trusted with."""


class GeneralRepository:
    """Signed by RSA, ECDSA and Ed25519 keys; roles three deep, and hash bins. `files` is what is served."""

    def __init__(self, *, consistent: bool = True) -> None:
        register_keys()
        self.consistent = consistent
        self.expires = (datetime.now(UTC) + timedelta(days=30)).replace(microsecond=0)
        self.signers = {
            "root": CryptoSigner.generate_rsa(),
            "timestamp": CryptoSigner.generate_ecdsa(),
            "snapshot": CryptoSigner.generate_ed25519(),
            "targets": CryptoSigner.generate_rsa(scheme="rsa-pkcs1v15-sha256"),
            **{role: CryptoSigner.generate_ecdsa() for role in NEST},
            "bins": CryptoSigner.generate_ed25519(),
        }
        self.root = Root(expires=self.expires, consistent_snapshot=consistent)
        for role in ("root", "timestamp", "snapshot", "targets"):
            self.root.add_key(self.signers[role].public_key, role)
        self.roles = {role: Targets(expires=self.expires) for role in ("targets", *NEST)}
        self._delegate()
        self.snapshot, self.timestamp = Snapshot(expires=self.expires), Timestamp(expires=self.expires)
        self.files: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.add_target("three/with slash", "nest/a/b c.txt", b"deep")
        self.write("root", self.root)
        self.bootstrap = self.files["metadata/1.root.json"]
        self.publish()

    def _delegate(self) -> None:
        delegators = ["targets", *NEST]
        for delegator, role in zip(delegators, NEST, strict=False):
            signer = self.signers[role]
            delegated = DelegatedRole(role, [signer.public_key.keyid], 1, terminating=False, paths=NEST[role])
            self.roles[delegator].delegations = Delegations(
                {signer.public_key.keyid: signer.public_key}, {role: delegated}
            )
        bins, key = SuccinctRoles([], 1, 1, "bin"), self.signers["bins"].public_key
        self.roles["three/with slash"].delegations = Delegations({}, None, bins)
        self.roles["three/with slash"].add_key(key)
        for name in bins.get_roles():
            self.roles[name], self.signers[name] = Targets(expires=self.expires), self.signers["bins"]

    def add_target(self, role: str, path: str, content: bytes) -> None:
        """List a target in a role; shows once it is published."""
        target = TargetFile.from_data(path, content, ["sha256"])
        self.roles[role].targets[path] = target
        parent, _, name = path.rpartition("/")
        prefix = f"{target.hashes['sha256']}." if self.consistent else ""
        self.files[f"targets/{parent}/{prefix}{name}"] = content

    def publish(self) -> None:
        """The next version of everything but the root."""
        for role, signed in self.roles.items():
            if f"{role}.json" in self.snapshot.meta:
                signed.version += 1
            self.snapshot.meta[f"{role}.json"] = MetaFile.from_data(
                signed.version, self.write(role, signed), ["sha256"]
            )
        if self.timestamp.version > 1 or "metadata/timestamp.json" in self.files:
            self.snapshot.version += 1
            self.timestamp.version += 1
        data = self.write("snapshot", self.snapshot)
        self.timestamp.snapshot_meta = MetaFile.from_data(self.snapshot.version, data, ["sha256"])
        self.write("timestamp", self.timestamp)

    def write(self, role: str, signed: Any) -> bytes:
        """Sign and serve one file."""
        metadata: Metadata[Any] = Metadata(signed)
        metadata.sign(self.signers[role])
        is_versioned = role == "root" or (self.consistent and role != "timestamp")
        data = metadata.to_bytes()
        self.files[f"metadata/{signed.version}.{role}.json" if is_versioned else f"metadata/{role}.json"] = data
        return data


class Served(LocalServer):
    """Files over HTTP, by their path with the names of roles quoted."""

    def __init__(self, files: dict[str, bytes]) -> None:
        served = self
        self.files, self.requests = files, list[str]()

        class Handler(QuietHandler):
            def do_GET(self) -> None:  # noqa: N802 http.server names it
                path = unquote(self.path.lstrip("/"))
                served.requests.append(path)
                content = served.files.get(path)
                self.send_response(404 if content is None else 200)
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")

        super().__init__(Handler)


@pytest.fixture
def general() -> GeneralRepository:
    """With consistent snapshots."""
    return GeneralRepository()


@pytest.fixture
def served(general: GeneralRepository) -> Iterator[Served]:
    """The general repository over HTTP."""
    served = Served(general.files)
    yield served
    served.close()


@pytest.fixture
def specification_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The executable's mode, for this test."""
    follow_the_specification_alone(monkeypatch.setattr)
