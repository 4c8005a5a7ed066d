"""Every way in which metadata can be wrong, with the reason and the text of the refusal."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from edge.errors import Reason, RefusedError
from edge.trust import TrustedMetadata
from tests.trust.simulator.faults import (
    ACME_3,
    SNAPSHOT_3,
    TARGETS_2,
    TIMESTAMP,
    expire,
    expire_root,
    flip_byte,
    fractional_version,
    longer_snapshot,
    longer_than_allowed,
    old_timestamp,
    remove,
    root_again,
    root_not_consistent,
    root_not_signed_by_itself,
    root_signed_by_itself_alone,
    root_signed_by_too_few,
    root_skips_a_version,
    serve,
    serve_another,
    shorter_snapshot,
    sign_with_another_key,
    snapshot_drops_role,
    snapshot_lowers_role,
    timestamp_lists_old_snapshot,
    too_deep,
)
from tests.trust.simulator.repository_simulator import RepositorySimulator


class Bad(NamedTuple):
    """A change of the repository after a good refresh, and the refusal of the next refresh."""

    break_: Callable[[RepositorySimulator], object]
    reason: Reason
    text: str


TOP_ROLES = {
    "root has expired": Bad(
        expire_root,
        Reason.METADATA_EXPIRED,
        "role 'root' version 2 expired at 2026-09-01T11:00:00+00:00, and it is now 2026-09-01T12:00:00+00:00",
    ),
    "root is signed by too few old keys": Bad(
        root_signed_by_too_few,
        Reason.SIGNATURE_INVALID,
        "role 'root' version 2 carries 1 valid signatures, expected 2 by the keys in root version 1",
    ),
    "root is not signed by its own keys": Bad(
        root_not_signed_by_itself,
        Reason.SIGNATURE_INVALID,
        "role 'root' version 2 carries 0 valid signatures, expected 2 by the keys in root version 2",
    ),
    "root is signed by its own keys alone": Bad(
        root_signed_by_itself_alone,
        Reason.SIGNATURE_INVALID,
        "role 'root' version 2 carries 0 valid signatures, expected 2 by the keys in root version 1",
    ),
    "root skips a version": Bad(root_skips_a_version, Reason.METADATA_INVALID, "role 'root' is version 3, expected 2"),
    "root is the same again": Bad(root_again, Reason.ROLLBACK, "role 'root' is version 1, expected 2"),
    "root gives up consistent snapshots": Bad(
        root_not_consistent,
        Reason.METADATA_INVALID,
        "root version 2 does not have consistent_snapshot true, as every root must",
    ),
    "timestamp is missing": Bad(
        remove(TIMESTAMP), Reason.NOT_FOUND, "metadata/timestamp.json is missing from the repository"
    ),
    "timestamp has expired": Bad(
        expire("timestamp"),
        Reason.METADATA_EXPIRED,
        "role 'timestamp' version 3 expired at 2026-09-01T11:00:00+00:00, and it is now 2026-09-01T12:00:00+00:00",
    ),
    "timestamp is rolled back": Bad(
        old_timestamp, Reason.ROLLBACK, "role 'timestamp' is version 1, expected 2 or above"
    ),
    "timestamp lists a snapshot before": Bad(
        timestamp_lists_old_snapshot, Reason.ROLLBACK, "role 'snapshot' is version 1, expected 2 or above"
    ),
    "timestamp has a flipped byte": Bad(
        flip_byte(TIMESTAMP),
        Reason.SIGNATURE_INVALID,
        "role 'timestamp' version 3 carries 0 valid signatures, expected 1 by the keys in root version 1",
    ),
    "timestamp is signed by another key": Bad(
        sign_with_another_key("timestamp"),
        Reason.SIGNATURE_INVALID,
        "role 'timestamp' version 3 carries 0 valid signatures, expected 1 by the keys in root version 1",
    ),
    "timestamp is too long": Bad(
        longer_than_allowed, Reason.LENGTH_MISMATCH, "role 'timestamp' is 20000 bytes, expected at most 16384"
    ),
    "timestamp is not JSON": Bad(
        serve(TIMESTAMP, b"<html>"), Reason.METADATA_INVALID, "role 'timestamp' is not JSON, expected TUF metadata"
    ),
    "timestamp is not UTF-8": Bad(
        serve(TIMESTAMP, b"\xff\xfe"), Reason.METADATA_INVALID, "role 'timestamp' is not JSON, expected TUF metadata"
    ),
    "timestamp is other JSON": Bad(
        serve(TIMESTAMP, b"[]"),
        Reason.METADATA_INVALID,
        "role 'timestamp' has the wrong shape, expected TUF metadata",
    ),
    "timestamp is nested too deeply": Bad(
        too_deep, Reason.METADATA_INVALID, "role 'timestamp' has the wrong shape, expected TUF metadata"
    ),
    "timestamp has a fractional version": Bad(
        fractional_version, Reason.METADATA_INVALID, "role 'timestamp' has a version that is not an integer"
    ),
    "timestamp is a snapshot": Bad(
        serve_another(TIMESTAMP, "metadata/2.snapshot.json"),
        Reason.METADATA_INVALID,
        "role 'timestamp' is of type 'snapshot', expected 'timestamp'",
    ),
    "snapshot is missing": Bad(
        remove(SNAPSHOT_3), Reason.NOT_FOUND, "metadata/3.snapshot.json is missing from the repository"
    ),
    "snapshot has expired": Bad(
        expire("snapshot"),
        Reason.METADATA_EXPIRED,
        "role 'snapshot' version 3 expired at 2026-09-01T11:00:00+00:00, and it is now 2026-09-01T12:00:00+00:00",
    ),
    "snapshot is mixed with one of before": Bad(
        serve_another(SNAPSHOT_3, "metadata/2.snapshot.json"),
        Reason.ROLLBACK,
        "role 'snapshot' is version 2, expected 3",
    ),
    "snapshot has a flipped byte": Bad(
        flip_byte(SNAPSHOT_3), Reason.HASH_MISMATCH, "role 'snapshot' does not have the hash listed for version 3"
    ),
    "snapshot is longer than listed": Bad(
        longer_snapshot, Reason.LENGTH_MISMATCH, "role 'snapshot' is 726 bytes, expected at most 725"
    ),
    "snapshot is shorter than listed": Bad(
        shorter_snapshot, Reason.LENGTH_MISMATCH, "role 'snapshot' is 100 bytes, expected 725"
    ),
    "snapshot is signed by another key": Bad(
        sign_with_another_key("snapshot"),
        Reason.SIGNATURE_INVALID,
        "role 'snapshot' version 3 carries 0 valid signatures, expected 1 by the keys in root version 1",
    ),
    "snapshot lists a role no more": Bad(
        snapshot_drops_role,
        Reason.ROLLBACK,
        "snapshot version 3 does not list role 'northwind', expected version 1 or above",
    ),
    "snapshot lists an older role": Bad(
        snapshot_lowers_role, Reason.ROLLBACK, "role 'acme' is version 1, expected 2 or above"
    ),
    "targets is missing": Bad(
        remove(TARGETS_2), Reason.NOT_FOUND, "metadata/2.targets.json is missing from the repository"
    ),
    "targets has expired": Bad(
        expire("targets"),
        Reason.METADATA_EXPIRED,
        "role 'targets' version 2 expired at 2026-09-01T11:00:00+00:00, and it is now 2026-09-01T12:00:00+00:00",
    ),
    "targets is mixed with one of before": Bad(
        serve_another(TARGETS_2, "metadata/1.targets.json"),
        Reason.ROLLBACK,
        "role 'targets' is version 1, expected 2",
    ),
    "targets is signed by another key": Bad(
        sign_with_another_key("targets"),
        Reason.SIGNATURE_INVALID,
        "role 'targets' version 2 carries 0 valid signatures, expected 2 by the keys in root version 1",
    ),
    "targets is a tenant's role": Bad(
        serve_another(TARGETS_2, ACME_3),
        Reason.SIGNATURE_INVALID,
        "role 'targets' version 3 carries 0 valid signatures, expected 2 by the keys in root version 1",
    ),
}

TENANTS = {
    "role is missing": Bad(remove(ACME_3), Reason.NOT_FOUND, "metadata/3.acme.json is missing from the repository"),
    "role has expired": Bad(
        expire("acme"),
        Reason.METADATA_EXPIRED,
        "role 'acme' version 3 expired at 2026-09-01T11:00:00+00:00, and it is now 2026-09-01T12:00:00+00:00",
    ),
    "role is mixed with one of before": Bad(
        serve_another(ACME_3, "metadata/2.acme.json"), Reason.ROLLBACK, "role 'acme' is version 2, expected 3"
    ),
    "role has a flipped byte": Bad(
        flip_byte(ACME_3), Reason.HASH_MISMATCH, "role 'acme' does not have the hash listed for version 3"
    ),
    "role is another tenant's": Bad(
        serve_another(ACME_3, "metadata/1.northwind.json"),
        Reason.SIGNATURE_INVALID,
        "role 'acme' version 1 carries 0 valid signatures, expected 1 by the keys in targets version 2",
    ),
    "role is signed by another key": Bad(
        sign_with_another_key("acme"),
        Reason.SIGNATURE_INVALID,
        "role 'acme' version 3 carries 0 valid signatures, expected 1 by the keys in targets version 1",
    ),
    "role is not JSON": Bad(
        serve(ACME_3, b"\x00" * 64), Reason.METADATA_INVALID, "role 'acme' is not JSON, expected TUF metadata"
    ),
}


@pytest.mark.parametrize("situation", TOP_ROLES)
def test_refresh_refuses_bad_metadata(repository: RepositorySimulator, situation: str) -> None:
    """A fault in a top role stops the refresh with its reason, and what was trusted stays."""
    trusted = TrustedMetadata.start({}, repository.bootstrap)
    repository.refresh(trusted)
    role = trusted.role("acme")
    bad = TOP_ROLES[situation]
    bad.break_(repository)

    with pytest.raises(RefusedError) as refused:
        repository.refresh(trusted)

    assert (bad.reason, bad.text) == (refused.value.reason, refused.value.text)
    assert role == trusted.role("acme")


@pytest.mark.parametrize("situation", TENANTS)
def test_refresh_refuses_one_bad_tenant(repository: RepositorySimulator, situation: str) -> None:
    """A fault in one tenant's role is reported for it alone; it keeps its role and the other gets its new one."""
    trusted = TrustedMetadata.start({}, repository.bootstrap)
    repository.refresh(trusted)
    role = trusted.role("acme")
    bad = TENANTS[situation]
    repository.write_tenant("northwind")
    bad.break_(repository)

    outcome = repository.refresh(trusted)

    northwind = trusted.role("northwind")
    assert ["acme"] == list(outcome.refused)
    assert (bad.reason, bad.text) == (outcome.refused["acme"].reason, outcome.refused["acme"].text)
    assert role == trusted.role("acme")
    assert northwind is not None
    assert northwind.version == 2
    assert {"northwind"} == outcome.changed
