"""`edge.trust`: values exactly at a limit are accepted, values just beyond it are not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from nacl.signing import SigningKey
from tuf.api.metadata import DelegatedRole, Delegations, MetaFile, Root, Snapshot, Targets, Timestamp
from tuf.ngclient import UpdaterConfig

from edge.errors import Reason, RefusedError
from edge.records import IslandName
from edge.trust import TrustedMetadata, open_stored_island, read_signature_input, verify_snippet
from edge.trust.freshness import newest_roles
from edge.trust.request import MAX_ROOTS
from edge.trust.tenant import check_delegations, delegated
from edge.trust.verify import check_length, check_not_older, check_version, same_keys
from tests.trust.simulator.repository_simulator import NOW, RepositorySimulator, drive
from tests.trust.simulator.signed_island import EXPIRES, NAME, make_island, sign_snippet

KEY = SigningKey(b"\x01" * 32)
KEYS = {"tenant-key": bytes(KEY.verify_key)}
CUSTOM = {"revision": 4, "opens": "2026-09-01T00:00:00Z", "expires": "2026-09-08T00:00:00Z", "max_stale_s": 60}
PREVIOUS = {**CUSTOM, "revision": 3, "length": 5, "sha256": "0" * 64}


def asked_lengths(repository: RepositorySimulator) -> dict[str, int]:
    """How many bytes at most a first refresh asks for, by role."""
    asked = {}
    trusted = TrustedMetadata.start({}, repository.bootstrap)
    steps = trusted.refresh(NOW, follow=lambda _tenant: True)

    def fetch(path: str, max_length: int) -> bytes | None:
        asked[path.removesuffix(".json").rpartition(".")[2].rpartition("/")[2]] = max_length
        return repository.files.get(path)

    drive(steps, fetch)
    return asked


def test_nothing_is_asked_for_without_a_limit() -> None:
    """Without a listed length, the limits of python-tuf's own client hold. Tenants have the limit of targets."""
    repository = RepositorySimulator("acme")
    repository.list_hashes = False
    repository.write_targets()
    repository.write_tenant("acme")
    repository.write_online()
    usual = UpdaterConfig()

    assert {
        "root": usual.root_max_length,
        "timestamp": usual.timestamp_max_length,
        "snapshot": usual.snapshot_max_length,
        "targets": usual.targets_max_length,
        "acme": usual.targets_max_length,
    } == asked_lengths(repository)
    assert usual.max_root_rotations == MAX_ROOTS


def test_listed_length_is_all_that_is_asked_for(repository: RepositorySimulator) -> None:
    """With a listed length, no more bytes are asked for than were signed."""
    asked = asked_lengths(repository)

    assert len(repository.files["metadata/2.acme.json"]) == asked["acme"]
    assert len(repository.files["metadata/2.snapshot.json"]) == asked["snapshot"]


def test_listed_length_above_the_limit_is_not_asked_for(repository: RepositorySimulator) -> None:
    """A listed length above the limit is not asked for, although the publisher signed it."""
    repository.timestamp.snapshot_meta.length = 3_000_000
    repository.write_timestamp()
    with pytest.raises(RefusedError) as caught:
        asked_lengths(repository)

    assert Reason.LENGTH_MISMATCH is caught.value.reason


CUSTOMS: dict[str, dict[str, Any]] = {
    "the first revision": {"revision": 1},
    "the last revision that JSON holds": {"revision": 2**53 - 1},
    "never stale": {"max_stale_s": 0},
    "stale for a year": {"max_stale_s": 366 * 86_400},
    "open since the first moment": {"opens": "1970-01-01T00:00:00Z"},
    "until the last moment": {"expires": "9998-12-31T23:59:59Z"},
    "staged over the revision before": {"stage": {"percent": 10, "previous": PREVIOUS}},
    "staged over the very first": {"stage": {"percent": 10, "previous": {**PREVIOUS, "revision": 1}}},
}


def republished(repository: RepositorySimulator, trusted: TrustedMetadata, change: Callable[[Any], None]) -> bool:
    """True if the tenant's role is accepted with this change of its island's target."""
    target = repository.roles["acme"].targets[NAME.target_path]
    target.unrecognized_fields["custom"] = dict(CUSTOM)
    change(target)
    repository.publish("acme")
    return not repository.refresh(trusted).refused


@pytest.mark.parametrize("fields", CUSTOMS.values(), ids=CUSTOMS.keys())
def test_island_at_a_limit_is_listed(
    repository: RepositorySimulator, trusted: TrustedMetadata, fields: dict[str, Any]
) -> None:
    """A value at a limit is accepted."""
    assert republished(repository, trusted, lambda target: target.unrecognized_fields["custom"].update(fields))


BEYOND: dict[str, dict[str, Any]] = {
    "before the first moment": {"opens": "1969-12-31T23:59:59Z"},
    "expired before the first moment": {"expires": "1969-12-31T23:59:59Z"},
    "after the last moment": {"expires": "9999-01-01T00:00:00Z"},
    "stale for a second more than a year": {"max_stale_s": 366 * 86_400 + 1},
    "staged over a revision of nought": {"stage": {"percent": 10, "previous": {**PREVIOUS, "revision": 0}}},
}


@pytest.mark.parametrize("fields", BEYOND.values(), ids=BEYOND.keys())
def test_island_beyond_a_limit_is_not(
    repository: RepositorySimulator, trusted: TrustedMetadata, fields: dict[str, Any]
) -> None:
    """A value beyond a limit is refused, and the tenant keeps the role that it had."""
    assert not republished(repository, trusted, lambda target: target.unrecognized_fields["custom"].update(fields))


@pytest.mark.parametrize(("length", "is_taken"), [(8 * 2**20, True), (8 * 2**20 + 1, False)])
def test_island_of_eight_mebibytes(
    repository: RepositorySimulator, trusted: TrustedMetadata, length: int, is_taken: bool
) -> None:
    """Eight mebibytes are accepted, and not a byte more."""
    assert is_taken is republished(repository, trusted, lambda target: setattr(target, "length", length))


@pytest.mark.parametrize(("count", "is_taken"), [(4_096, True), (4_097, False)])
def test_as_many_tenants_as_delegations_may_name(count: int, is_taken: bool) -> None:
    """`MAX_TENANTS` delegations are accepted, one more is refused."""
    roles = {f"t{n}": DelegatedRole(f"t{n}", [], 1, terminating=True, paths=[f"t{n}/*"]) for n in range(count)}
    targets = Targets(delegations=Delegations({}, roles))

    def refusal() -> str:
        try:
            check_delegations(targets)
        except RefusedError as error:
            return error.text
        return ""

    assert ("" if is_taken else "role 'targets' has 4097 delegations, expected at most 4096") == refusal()


LONG = {"X" * 200: ["x"], "acme": ["y" * 200]}


def test_delegation_text_is_cut_to_what_a_line_holds() -> None:
    """Long names and paths are cut, so that a delegator cannot fill the log."""
    roles = {name: DelegatedRole(name, [], 1, terminating=True, paths=paths) for name, paths in LONG.items()}
    found = delegated(Targets(delegations=Delegations({}, roles)))

    assert [
        f"role '{'X' * 140}' is not named like a tenant, expected lower-case letters, digits and '-'",
        f"role 'acme' is delegated ['{'y' * 138}, expected ['acme/*']",
    ] == [error.text for error in found.values() if error is not None]


def test_file_as_long_as_was_asked_for() -> None:
    """A file of the asked length is accepted, a byte more is refused."""
    check_length(bytes(5), "acme", 5)
    with pytest.raises(RefusedError) as caught:
        check_length(bytes(6), "acme", 5)

    assert (Reason.LENGTH_MISMATCH, "role 'acme' is 6 bytes, expected at most 5") == (
        caught.value.reason,
        caught.value.text,
    )


@pytest.mark.parametrize(("found", "reason"), [(2, Reason.ROLLBACK), (4, Reason.METADATA_INVALID)])
def test_version_other_than_listed(found: int, reason: Reason) -> None:
    """A lower one is a rollback, a higher one a mistake."""
    with pytest.raises(RefusedError) as caught:
        check_version(Targets(version=found), "acme", 3)

    assert reason is caught.value.reason


def test_same_version_is_not_older() -> None:
    """Only a lower version is a rollback."""
    check_not_older(3, "acme", 3)
    with pytest.raises(RefusedError):
        check_not_older(2, "acme", 3)


SIGNERS = [signer.public_key for signer in RepositorySimulator().signers["root"]]


def rooted(*, threshold: int = 1, keyids: tuple[str, ...] = ("a", "b"), first: int = 0) -> Root:
    """A root whose timestamp is signed by these of three known keys."""
    root = Root(keys={"a": SIGNERS[first], "b": SIGNERS[1], "c": SIGNERS[2]})
    root.roles["timestamp"].keyids, root.roles["timestamp"].threshold = list(keyids), threshold
    return root


SAME: dict[str, tuple[dict[str, Any], bool]] = {
    "nothing changed": ({}, True),
    "another order": ({"keyids": ("b", "a")}, True),
    "another threshold": ({"threshold": 2}, False),
    "one key fewer": ({"keyids": ("a",)}, False),
    "one key replaced": ({"keyids": ("a", "c")}, False),
    "another key by the same id": ({"first": 2}, False),
}


@pytest.mark.parametrize(("fields", "is_same"), SAME.values(), ids=SAME.keys())
def test_roots_that_ask_for_the_same_signatures(fields: dict[str, Any], is_same: bool) -> None:
    """Two roots ask for the same signatures if keys and threshold are the same."""
    before = rooted()

    assert is_same is same_keys(before, rooted(**fields), "timestamp")


AGREEING: dict[str, tuple[dict[str, int], bool]] = {
    "all agree": ({}, True),
    "the timestamp lists another snapshot": ({"listed_snapshot": 8}, False),
    "the snapshot lists another targets": ({"listed_targets": 8}, False),
    "the snapshot lists another version of the role": ({"listed_role": 8}, False),
}


@pytest.mark.parametrize(("listed", "is_so"), AGREEING.values(), ids=AGREEING.keys())
def test_role_is_the_newest_when_all_that_vouch_for_it_agree(listed: dict[str, int], is_so: bool) -> None:
    """Timestamp must list the snapshot, and snapshot must list targets and the role."""
    versions = {"listed_snapshot": 5, "listed_targets": 6, "listed_role": 7} | listed
    found = newest_roles(
        [("acme", 7)],
        timestamp=Timestamp(snapshot_meta=MetaFile(versions["listed_snapshot"])),
        snapshot=Snapshot(
            version=5,
            meta={
                "targets.json": MetaFile(versions["listed_targets"]),
                "acme.json": MetaFile(versions["listed_role"]),
            },
        ),
        targets=Targets(version=6),
    )

    assert is_so is (found == {"acme"})


MISSING = ("timestamp", "snapshot", "targets", "its entry for targets", "its entry for the role")


@pytest.mark.parametrize("missing", MISSING)
def test_role_is_not_known_to_be_the_newest_while_something_is_missing(missing: str) -> None:
    """Each of the three files is needed, and both entries in the snapshot."""
    meta = {"targets.json": MetaFile(6), "acme.json": MetaFile(7)}
    meta.pop({"its entry for targets": "targets.json", "its entry for the role": "acme.json"}.get(missing, ""), None)
    found = newest_roles(
        [("acme", 7)],
        timestamp=None if missing == "timestamp" else Timestamp(snapshot_meta=MetaFile(5)),
        snapshot=None if missing == "snapshot" else Snapshot(version=5, meta=meta),
        targets=None if missing == "targets" else Targets(version=6),
    )

    assert frozenset() == found


def test_island_may_expire_with_its_signatures() -> None:
    """An island may expire in the same second as its signatures. Signatures hold no fractions of a second."""
    island = make_island(KEY, expires=EXPIRES + timedelta(milliseconds=900))

    assert island == open_stored_island(msgspec.msgpack.encode(island), name=NAME, keys=KEYS)


@pytest.mark.parametrize(("expires", "is_read"), [(1_001, True), (1_000, False), (999, False)])
def test_signature_expires_after_it_was_made(expires: int, is_read: bool) -> None:
    """A signature must expire at least a second after it was made."""
    header = f'pub=("unencoded-digest";sf);created=1000;expires={expires};keyid="{"A" * 43}=";tag="ed25519-integrity"'

    def is_terms() -> bool:
        try:
            return read_signature_input(header).expires == expires
        except RefusedError:
            return False

    assert is_read is is_terms()


def test_snippet_of_another_island_is_refused() -> None:
    """A snippet of another island is refused, although the same tenant signed it. Long names are cut."""
    other = IslandName("acme", "y" * 63)
    with pytest.raises(RefusedError) as caught:
        verify_snippet(sign_snippet(KEY, "x" * 80, name=other), keys=KEYS, name=NAME, revision=3)

    assert (
        f"snippet is signed as '{'x' * 63}' of acme/{'y' * 63} revision 3, expected '{'x' * 63}' of acme/hoodie-drop"
        " revision 3"
    ) == caught.value.text
