"""The inventory of keys, and its warnings before a role expires."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from edge.publish.keys import PrivateKey
from edge.publish.repository import Repository
from edge.publish.signing import add_key, take_inventory
from edge.publish.signing.delegations import key_with_holder


def test_new_home_has_every_key(repository: Repository, now: datetime) -> None:
    """There is one plain key for each role, and no warning."""
    found = take_inventory(repository, now=now)

    assert ["root", "targets", "acme", "snapshot", "timestamp"] == [role.role for role in found.roles]
    assert {("publisher", "plain")} == {(key.holder, key.stored) for role in found.roles for key in role.keys}
    assert ((), ()) == (found.warnings, found.unused)


def test_key_of_a_holder_elsewhere(repository: Repository, now: datetime) -> None:
    """The key is listed with its holder's name from the signed metadata."""
    ada = PrivateKey.generate("ada")
    with repository.change(now) as change:
        add_key(change, "targets", key_with_holder(ada.public, "ada"))
    targets = take_inventory(repository, now=now).roles[1]

    assert ("targets", 1, 2) == (targets.role, targets.threshold, len(targets.keys))
    assert ("ada", "elsewhere", "") == (targets.keys[1].holder, targets.keys[1].stored, targets.keys[1].name)


WARNINGS = {
    "all is well": (timedelta(minutes=5), ()),
    "the publisher does not run": (
        timedelta(hours=1),
        ("timestamp: has expired, run: skerry publisher serve",),
    ),
    "a tenant should sign again": (
        timedelta(days=21),
        (
            "acme: expires in 9 days, run: skerry keys renew acme",
            "snapshot: has expired, run: skerry publisher serve",
            "timestamp: has expired, run: skerry publisher serve",
        ),
    ),
    "root should be signed again": (
        timedelta(days=310),
        (
            "root: expires in 55 days, run: skerry keys renew root",
            "targets: has expired, run: skerry keys renew targets",
            "acme: has expired, run: skerry keys renew acme",
            "snapshot: has expired, run: skerry publisher serve",
            "timestamp: has expired, run: skerry publisher serve",
        ),
    ),
}


@pytest.mark.parametrize("situation", WARNINGS)
def test_warns_well_before(repository: Repository, now: datetime, situation: str) -> None:
    """Each warning ends with the command to run in this home."""
    later, warnings = WARNINGS[situation]
    expected = tuple(f"{warning} --home {repository.home}" for warning in warnings)

    assert expected == take_inventory(repository, now=now + later).warnings


def test_renewed_in_time_there_is_no_warning(
    repository: Repository, now: datetime, pop_refresh: Callable[..., None]
) -> None:
    """For a year and a half, a publisher that runs and has every key renews each role before its warning."""
    del pop_refresh
    moment = now
    for _ in range(80):
        moment += timedelta(days=7)
        repository.renew(now=moment)
        warnings = take_inventory(repository, now=moment).warnings
        assert () == warnings


def test_needs_no_passphrase(tmp_path: Path, repository: Repository, now: datetime) -> None:
    """Public halves are not encrypted, so the inventory reads them without a passphrase."""
    path = repository.keys.folder / "timestamp.json"
    path.write_text(path.read_text().replace('"seed"', '"was"'))
    path.write_text(path.read_text().split(',\n  "was"')[0] + ENCRYPTED)
    found = take_inventory(Repository(tmp_path / "home"), now=now)

    assert "encrypted" == found.roles[-1].keys[0].stored


ENCRYPTED = """,
  "sealed": {"operations": 3, "memory_bytes": 268435456, "salt": "00", "box": "00"}
}
"""
