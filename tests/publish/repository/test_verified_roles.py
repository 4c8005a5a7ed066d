"""Files of roles: written without a second encoding, and not verified twice while nothing has changed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tuf.api.metadata import DelegatedRole, Delegations, Metadata, MetaFile, Root, Snapshot, TargetFile, Targets
from tuf.api.serialization.json import JSONSerializer

from edge.errors import Reason, RefusedError
from edge.publish.keys import PrivateKey, TufSigner
from edge.publish.repository import verified_roles
from edge.publish.repository.state import signed_bytes
from edge.publish.repository.verified_roles import VerifiedRoles, own_copy
from edge.trust import next_root, register_keys

NOW = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def signer() -> TufSigner:
    """The key of the role `targets`."""
    register_keys()
    return TufSigner(PrivateKey.generate("targets"))


def root_of(*signers: TufSigner) -> Root:
    """A root whose role `targets` has these keys, one of which must sign."""
    root = Root(expires=NOW)
    for one in signers:
        root.add_key(one.public_key, "targets")
    return root


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
def test_file_has_the_bytes_of_python_tuf(text: str) -> None:
    """Plain text, accents, quotes and control characters: the file is the one that python-tuf writes."""
    signed = Targets(expires=NOW, unrecognized_fields={"x-found": {text: [text, 1, True]}})
    signer = TufSigner(PrivateKey.generate("targets"))

    content = signed_bytes(signed, [signer])

    metadata = Metadata.from_bytes(content)
    assert (text, content) == (
        next(iter(signed.unrecognized_fields["x-found"])),
        metadata.to_bytes(JSONSerializer(True)),
    )


def test_each_reader_gets_an_object_of_its_own(signer: TufSigner) -> None:
    """A change that is given up leaves nothing behind in the next one."""
    verified, root = VerifiedRoles(), root_of(signer)
    content = signed_bytes(Targets(version=3, expires=NOW), [signer])

    first = verified.signed_by(root, Targets, content, "targets")
    first.version = 99
    second = verified.signed_by(root, Targets, content, "targets")

    assert (3, False) == (second.version, second is first)


def test_other_bytes_are_verified(signer: TufSigner) -> None:
    """What an intruder put in the place of a verified file is refused, and the file itself is still good."""
    verified, root = VerifiedRoles(), root_of(signer)
    content = signed_bytes(Targets(version=3, expires=NOW), [signer])
    verified.signed_by(root, Targets, content, "targets")

    with pytest.raises(RefusedError) as refused:
        verified.signed_by(root, Targets, content.replace(b'"version":3', b'"version":4'), "targets")

    assert Reason.SIGNATURE_INVALID is refused.value.reason
    assert verified.signed_by(root, Targets, content, "targets").version == 3


def test_other_keys_are_asked(signer: TufSigner) -> None:
    """The same bytes do not count under a root that has other keys."""
    verified = VerifiedRoles()
    content = signed_bytes(Targets(version=3, expires=NOW), [signer])
    verified.signed_by(root_of(signer), Targets, content, "targets")

    with pytest.raises(RefusedError) as refused:
        verified.signed_by(root_of(TufSigner(PrivateKey.generate("targets"))), Targets, content, "targets")

    assert Reason.SIGNATURE_INVALID is refused.value.reason


def _roots(*names: str) -> list[bytes]:
    """Files of roots, each signed by its own key and by the key of the root before it."""
    signers = [TufSigner(PrivateKey.generate(name)) for name in names]
    files = []
    for version, signer in enumerate(signers, start=1):
        root = Root(version=version, expires=NOW, consistent_snapshot=True)
        root.add_key(signer.public_key, "root")
        files.append(signed_bytes(root, signers[max(0, version - 2) : version]))
    return files


def _newest(verified: VerifiedRoles, files: list[bytes]) -> Root:
    """The newest root of a disk that has these files, the first of which is trusted."""
    return verified.newest_root(files[0], lambda version: files[version - 1] if version <= len(files) else None)


def test_chain_of_roots_is_not_verified_twice(signer: TufSigner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a root that is new is. Each reader gets an object of its own."""
    del signer
    files, verified, asked = _roots("a", "b", "c"), VerifiedRoles(), list[int]()

    def counted(data: bytes, root: Root) -> Root:
        asked.append(root.version)
        return next_root(data, root)

    monkeypatch.setattr(verified_roles, "next_root", counted)

    first = _newest(verified, files[:2])
    first.version = 99
    newest = [_newest(verified, files[:2]), _newest(verified, files)]

    assert ([2, 3], [1, 2]) == ([root.version for root in newest], asked)


def test_a_root_counts_only_after_the_one_it_was_verified_by(signer: TufSigner) -> None:
    """The file of a verified root is refused after another root, and a chain that was refused changes nothing."""
    del signer
    files, others, verified = _roots("a", "b"), _roots("x", "y"), VerifiedRoles()
    _newest(verified, files)

    with pytest.raises(RefusedError) as refused:
        _newest(verified, [others[0], files[1]])

    assert Reason.SIGNATURE_INVALID is refused.value.reason
    assert _newest(verified, files).version == 2


def _edited(targets: Targets) -> None:
    """Edit all that a change may edit."""
    assert targets.delegations is not None
    assert targets.delegations.roles is not None
    targets.version += 1
    role = targets.delegations.roles["acme"]
    role.threshold = 2
    role.keyids.append("other")
    del targets.delegations.roles["zeta"]
    targets.delegations.keys.clear()
    targets.targets["keys/acme"].unrecognized_fields["custom"]["signed"] = "by another"
    targets.targets["keys/zeta"] = TargetFile.from_data("keys/zeta", b"", ["sha256"])
    targets.unrecognized_fields["x-found"]["list"].append(1)


def test_edits_of_a_copy_stay_there(signer: TufSigner) -> None:
    """All that a change may edit is edited in its copy, and the verified role stays as it is on disk."""
    target = TargetFile.from_data("keys/acme", b"", ["sha256"])
    target.unrecognized_fields["custom"] = {"signed": "by this"}
    roles = {name: DelegatedRole(name, [], 1, terminating=True, paths=[f"{name}/*"]) for name in ("acme", "zeta")}
    targets = Targets(
        expires=NOW,
        delegations=Delegations({}, roles),
        targets={"keys/acme": target},
        unrecognized_fields={"x-found": {"list": []}},
    )
    targets.add_key(signer.public_key, "acme")
    before = targets.to_dict()

    copied = own_copy(targets)
    assert before == copied.to_dict()
    _edited(copied)

    assert before == targets.to_dict() != copied.to_dict()


def test_edits_of_a_copied_snapshot_stay_there() -> None:
    """A change lists new versions in its copy alone."""
    snapshot = Snapshot(expires=NOW, meta={"acme.json": MetaFile(3)})

    own_copy(snapshot).meta["acme.json"] = MetaFile(4)

    assert snapshot.meta["acme.json"].version == 3
