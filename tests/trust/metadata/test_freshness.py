"""Until when a role is fresh, also if somebody withholds a file."""

from datetime import timedelta

import pytest

from edge.errors import Reason, RefusedError
from edge.trust import TrustedMetadata
from tests.trust.simulator.repository_simulator import NOW, RepositorySimulator

LATER = NOW + timedelta(minutes=3)


def test_fresh_until_the_earliest_expiry(repository: RepositorySimulator) -> None:
    """The first of the four files to expire ends the freshness."""
    repository.roles["acme"].expires = NOW + timedelta(minutes=1)
    repository.publish("acme")
    trusted = TrustedMetadata.start({}, repository.bootstrap)
    unknown = trusted.fresh_until("acme")
    repository.refresh(trusted)

    assert unknown is None
    assert NOW + timedelta(minutes=1) == trusted.fresh_until("acme")
    assert NOW + timedelta(minutes=10) == trusted.fresh_until("northwind")


def test_frozen_repository_ends_the_freshness(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """The same timestamp served for ever is refused once it has expired, and freshness is not prolonged."""
    after = NOW + timedelta(minutes=10)

    with pytest.raises(RefusedError) as refused:
        repository.refresh(trusted, now=after)

    assert Reason.METADATA_EXPIRED == refused.value.reason
    assert (
        "role 'timestamp' version 2 expired at 2026-09-01T12:10:00+00:00, and it is now 2026-09-01T12:10:00+00:00"
        == (refused.value.text)
    )
    assert after == trusted.fresh_until("acme")
    assert trusted.role("acme") is not None


def test_withheld_role_ends_the_freshness(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """If a newer role is withheld while timestamps arrive, its tenant is no longer fresh. Other tenants are."""
    repository.publish("acme")
    del repository.files["metadata/3.acme.json"]
    repository.refresh(trusted, now=LATER)
    repository.timestamp.expires += timedelta(hours=1)
    repository.write_timestamp()
    repository.refresh(trusted, now=LATER + timedelta(minutes=5))

    assert LATER == trusted.fresh_until("acme")
    assert repository.timestamp.expires == trusted.fresh_until("northwind")


def test_withheld_role_stays_stale_through_a_restart(repository: RepositorySimulator) -> None:
    """The time when it was last fresh is stored, and deleted after the role has arrived."""
    trusted = TrustedMetadata.start({}, repository.bootstrap)
    repository.refresh(trusted)
    repository.publish("acme")
    withheld = repository.files.pop("metadata/3.acme.json")
    repository.refresh(trusted, now=LATER)
    changes = trusted.take_changes()
    restarted = TrustedMetadata.start({key: data for key, data in changes.items() if data}, repository.bootstrap)
    fresh_after_restart = restarted.fresh_until("acme")
    repository.files["metadata/3.acme.json"] = withheld
    repository.refresh(restarted, now=LATER)

    assert b"2026-09-01T12:03:00+00:00" == changes["vouched/acme"]
    assert LATER == fresh_after_restart
    assert repository.timestamp.expires == restarted.fresh_until("acme")
    assert restarted.take_changes()["vouched/acme"] is None


def test_forged_moment_is_not_believed_beyond_the_signed_files(repository: RepositorySimulator) -> None:
    """An intruder who edits the store gains freshness at most until the stored timestamp expires."""
    trusted = TrustedMetadata.start({}, repository.bootstrap)
    repository.refresh(trusted)
    repository.publish("acme")
    del repository.files["metadata/3.acme.json"]
    repository.refresh(trusted, now=LATER)
    store = {key: data for key, data in trusted.take_changes().items() if data}
    store["vouched/acme"] = b"2099-01-01T00:00:00+00:00"

    restarted = TrustedMetadata.start(store, repository.bootstrap)

    assert repository.timestamp.expires == restarted.fresh_until("acme")


@pytest.mark.parametrize("damage", [b"", b"\xff", b"yesterday", b"2026-09-01T12:03:00"])
def test_damaged_moment_is_ignored(repository: RepositorySimulator, damage: bytes) -> None:
    """A stored time that cannot be read, or has no time zone, is ignored."""
    trusted = TrustedMetadata.start({}, repository.bootstrap)
    repository.refresh(trusted)
    repository.publish("acme")
    del repository.files["metadata/3.acme.json"]
    repository.refresh(trusted, now=LATER)
    store = {key: data for key, data in trusted.take_changes().items() if data}

    restarted = TrustedMetadata.start({**store, "vouched/acme": damage}, repository.bootstrap)

    assert restarted.fresh_until("acme") is None
    assert "file 'vouched/acme' is not a time with a time zone" == restarted.ignored["vouched/acme"].text


def test_rotated_timestamp_key_ends_the_freshness(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """After the timestamp's key was revoked, no role is fresh. The roles are still verified."""
    repository.rotate_online("timestamp")

    with pytest.raises(RefusedError):
        repository.refresh(trusted, now=LATER)

    assert LATER == trusted.fresh_until("acme")
    assert trusted.role("acme") is not None


def test_tenant_gone_leaves_no_moment_behind(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """The stored time of a tenant that is no longer followed is deleted."""
    repository.publish("acme")
    del repository.files["metadata/3.acme.json"]
    repository.refresh(trusted, now=LATER)
    trusted.take_changes()

    repository.refresh(trusted, now=LATER, follow=lambda tenant: tenant != "acme")

    assert {"role/acme": None, "vouched/acme": None} == trusted.take_changes()
    assert trusted.fresh_until("acme") is None
