"""Ways in which a repository can go wrong: each changes a simulator, or makes something that does."""

from collections.abc import Callable
from datetime import timedelta

from tests.trust.simulator.nacl_signer import NaclSigner
from tests.trust.simulator.repository_simulator import RepositorySimulator

TIMESTAMP = "metadata/timestamp.json"
SNAPSHOT_3 = "metadata/3.snapshot.json"
TARGETS_2 = "metadata/2.targets.json"
ACME_3 = "metadata/3.acme.json"


def flip_byte(path: str) -> Callable[[RepositorySimulator], None]:
    """Changes one byte inside the signed part, so that the file is still JSON."""

    def break_(repository: RepositorySimulator) -> None:
        repository.publish("acme")
        repository.files[path] = repository.files[path].replace(b'"spec_version":"1.0.', b'"spec_version":"1.1.')

    return break_


def sign_with_another_key(role: str) -> Callable[[RepositorySimulator], None]:
    """The next file of a role is signed by a key that nobody named."""

    def break_(repository: RepositorySimulator) -> None:
        repository.signers[role] = [NaclSigner.generate()]
        if role == "targets":
            repository.write_targets()
        repository.publish("acme")

    return break_


def serve(path: str, data: bytes) -> Callable[[RepositorySimulator], None]:
    """The next version is published, but one file of it is replaced."""

    def break_(repository: RepositorySimulator) -> None:
        repository.list_hashes = False
        repository.write_targets()
        repository.publish("acme")
        repository.files[path] = data

    return break_


def remove(path: str) -> Callable[[RepositorySimulator], None]:
    """The next version is published, but one file of it is not there."""

    def break_(repository: RepositorySimulator) -> None:
        repository.write_targets()
        repository.publish("acme")
        del repository.files[path]

    return break_


def serve_another(path: str, instead: str) -> Callable[[RepositorySimulator], None]:
    """The next version is published without hashes, and one properly signed file stands in the place of another."""

    def break_(repository: RepositorySimulator) -> None:
        repository.list_hashes = False
        repository.write_targets()
        repository.publish("acme")
        repository.files[path] = repository.files[instead]

    return break_


def expire(role: str) -> Callable[[RepositorySimulator], None]:
    """The next version of a role is properly signed, but its time is over."""

    def break_(repository: RepositorySimulator) -> None:
        signed = {
            "timestamp": repository.timestamp,
            "snapshot": repository.snapshot,
            "targets": repository.targets,
            "acme": repository.roles["acme"],
        }[role]
        signed.expires = repository.now - timedelta(hours=1)
        repository.write_targets()
        repository.publish("acme")

    return break_


def expire_root(repository: RepositorySimulator) -> None:
    """A new root that has expired already."""
    repository.root.expires = repository.now - timedelta(hours=1)
    repository.root.version += 1
    repository.write_root()


def root_signed_by_too_few(repository: RepositorySimulator) -> None:
    """One of the three old root keys signs, where two are wanted."""
    repository.signers["root"] = repository.signers["root"][:1]
    repository.root.version += 1
    repository.write_root()


def root_not_signed_by_itself(repository: RepositorySimulator) -> None:
    """The old keys sign a root that names new keys, which do not sign it."""
    for signer in repository.signers["root"]:
        repository.root.revoke_key(signer.keyid, "root")
    for _ in range(2):
        repository.root.add_key(NaclSigner.generate().public_key, "root")
    repository.root.version += 1
    repository.write_root()


def root_signed_by_itself_alone(repository: RepositorySimulator) -> None:
    """Somebody else's new keys sign a root that names them; the old keys do not."""
    for signer in repository.signers["root"]:
        repository.root.revoke_key(signer.keyid, "root")
    repository.signers["root"] = [NaclSigner.generate() for _ in range(2)]
    for signer in repository.signers["root"]:
        repository.root.add_key(signer.public_key, "root")
    repository.root.version += 1
    repository.write_root()


def root_skips_a_version(repository: RepositorySimulator) -> None:
    """Version 3 stands where version 2 is looked for."""
    repository.root.version = 3
    repository.files["metadata/2.root.json"] = repository.write("root", repository.root)


def root_again(repository: RepositorySimulator) -> None:
    """Version 1 stands where version 2 is looked for."""
    repository.files["metadata/2.root.json"] = repository.files["metadata/1.root.json"]


def root_not_consistent(repository: RepositorySimulator) -> None:
    """A root under which files would be overwritten in place."""
    repository.root.consistent_snapshot = False
    repository.root.version += 1
    repository.write_root()


def old_timestamp(repository: RepositorySimulator) -> None:
    """The timestamp of before is served again."""
    repository.write_timestamp(version=1)


def timestamp_lists_old_snapshot(repository: RepositorySimulator) -> None:
    """A new timestamp that lists the snapshot before the one that is trusted."""
    repository.write_online(snapshot_version=1)


def snapshot_drops_role(repository: RepositorySimulator) -> None:
    """A tenant's role leaves the snapshot."""
    del repository.snapshot.meta["northwind.json"]
    repository.write_online()


def snapshot_lowers_role(repository: RepositorySimulator) -> None:
    """A tenant's role goes back in the snapshot."""
    repository.write_tenant("acme", version=1)
    repository.write_online()


def longer_than_allowed(repository: RepositorySimulator) -> None:
    """A timestamp of 20 kB that reaches the client all the same, in a push."""
    repository.files[TIMESTAMP] += b" " * (20_000 - len(repository.files[TIMESTAMP]))


def longer_snapshot(repository: RepositorySimulator) -> None:
    """A snapshot with a byte more than the timestamp lists."""
    repository.publish("acme")
    repository.files[SNAPSHOT_3] += b" "


def shorter_snapshot(repository: RepositorySimulator) -> None:
    """A snapshot cut off in the middle."""
    repository.publish("acme")
    repository.files[SNAPSHOT_3] = repository.files[SNAPSHOT_3][:100]


def fractional_version(repository: RepositorySimulator) -> None:
    """A number that canonical JSON cannot write."""
    repository.change_json(TIMESTAMP, lambda document: document["signed"].update(version=2.5))


def too_deep(repository: RepositorySimulator) -> None:
    """Brackets enough to exhaust a recursive reader."""
    repository.files[TIMESTAMP] = b"[" * 8_000
