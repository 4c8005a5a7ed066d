"""Start from the store's files and the operator's root."""

import pytest

from edge.errors import Reason, RefusedError
from edge.trust import TrustedMetadata
from tests.trust.simulator.nacl_signer import NaclSigner
from tests.trust.simulator.repository_simulator import RepositorySimulator


def test_start_restores_what_was_stored(repository: RepositorySimulator) -> None:
    """A restart knows the same roles without a request, also when everything has expired since."""
    trusted = TrustedMetadata.start({}, repository.bootstrap)
    repository.rotate_root()
    repository.refresh(trusted)
    store = _apply({"island/acme/hoodie-drop": b"not metadata"}, trusted.take_changes())

    restarted = TrustedMetadata.start(store, repository.bootstrap)

    assert {} == restarted.ignored
    assert {} == restarted.take_changes()
    assert 2 == restarted.root_version
    assert trusted.role("acme") == restarted.role("acme")
    assert trusted.fresh_until("acme") == restarted.fresh_until("acme") == repository.timestamp.expires


@pytest.mark.parametrize("key", ["root/2", "timestamp", "snapshot", "role/targets", "role/acme"])
@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff"])
def test_start_ignores_a_damaged_file(repository: RepositorySimulator, key: str, damage: bytes) -> None:
    """A damaged file is listed as ignored and not deleted. The next refresh replaces it."""
    repository.rotate_root()
    trusted = TrustedMetadata.start({}, repository.bootstrap)
    repository.refresh(trusted)
    store = _apply({}, trusted.take_changes())

    restarted = TrustedMetadata.start({**store, key: damage}, repository.bootstrap)
    ignored = restarted.ignored.copy()
    changes = restarted.take_changes()
    repository.refresh(restarted)

    assert {key: Reason.METADATA_INVALID} == {key: error.reason for key, error in ignored.items()}
    assert {} == changes
    assert store[key] == restarted.take_changes()[key]
    assert {} == restarted.ignored


def test_start_with_another_repository_s_files_ignores_them(repository: RepositorySimulator) -> None:
    """Files that do not verify from the operator's root are ignored and not deleted."""
    another = RepositorySimulator("acme")
    stranger = TrustedMetadata.start({}, another.bootstrap)
    another.refresh(stranger)
    store = _apply({}, stranger.take_changes())

    trusted = TrustedMetadata.start(store, repository.bootstrap)

    assert {"timestamp", "snapshot", "role/targets"} == set(trusted.ignored)
    assert trusted.role("acme") is None
    assert {} == trusted.take_changes()


@pytest.mark.parametrize(
    ("root", "reason", "text"),
    [
        (b"", Reason.METADATA_INVALID, "role 'root' is not JSON, expected TUF metadata"),
        (b"{}", Reason.METADATA_INVALID, "role 'root' has the wrong shape, expected TUF metadata"),
    ],
)
def test_start_refuses_what_is_no_root(root: bytes, reason: Reason, text: str) -> None:
    """A file that is not a root is refused."""
    with pytest.raises(RefusedError) as refused:
        TrustedMetadata.start({}, root)

    assert (reason, text) == (refused.value.reason, refused.value.text)


def test_start_refuses_a_root_not_signed_by_itself(repository: RepositorySimulator) -> None:
    """An operator's root must be signed by its own keys."""
    repository.signers["root"] = [NaclSigner.generate()]
    repository.write_root()

    with pytest.raises(RefusedError) as refused:
        TrustedMetadata.start({}, repository.files["metadata/1.root.json"])

    assert "role 'root' version 1 carries 0 valid signatures, expected 2 by the keys in root version 1" == (
        refused.value.text
    )


def test_start_refuses_a_root_without_consistent_snapshots(repository: RepositorySimulator) -> None:
    """Without consistent snapshots, files are overwritten in place, and a client could read half old, half new."""
    repository.root.consistent_snapshot = False
    repository.write_root()

    with pytest.raises(RefusedError) as refused:
        TrustedMetadata.start({}, repository.files["metadata/1.root.json"])

    assert "root version 1 does not have consistent_snapshot true, as every root must" == (refused.value.text)


def _apply(store: dict[str, bytes], changes: dict[str, bytes | None]) -> dict[str, bytes]:
    merged = {**store, **changes}
    return {key: data for key, data in merged.items() if data is not None}
