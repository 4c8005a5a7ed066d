"""`skerry recover`: after each recovery a running PoP follows again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from edge.publish.repository import Repository, SignedIsland
from edge.records import IslandName, TargetCustom
from edge.trust import TrustedMetadata
from tests.follower import follow

Skerry = Callable[..., Result]
DROP = IslandName("acme", "drop")


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _publish(home: Path) -> int:
    custom = TargetCustom(revision=0, opens=_now(), expires=_now() + timedelta(days=9), max_stale_s=60)

    def sign(revision: int) -> SignedIsland:
        terms = TargetCustom(
            revision=revision, opens=custom.opens, expires=custom.expires, max_stale_s=custom.max_stale_s
        )
        return SignedIsland(data=f"answers {revision}".encode(), custom=terms)

    return Repository(home).publish_island(DROP, sign, now=_now()).custom.revision


@pytest.fixture
def trust(skerry: Skerry, home: Path) -> TrustedMetadata:
    """A PoP's client, for a home with one published island and three root keys (two must sign)."""
    skerry("keys", "init", "--tenant", "acme", "--root-keys", "3", "--threshold", "2")
    _publish(home)
    trust = TrustedMetadata.start({}, (home / "root.json").read_bytes())
    follow(home, trust)
    return trust


def test_tenant_key_stolen(skerry: Skerry, home: Path, trust: TrustedMetadata) -> None:
    """The old key is no longer valid, its islands are withdrawn, and the new key publishes."""
    old = Repository(home).tenant_key("acme").public
    result = skerry("recover", "tenant-key", "acme")
    follow(home, trust)
    role = trust.role("acme")

    assert 0 == result.exit_code, result.output
    assert role is not None
    assert old not in role.keys.values()
    assert ({}, "the tenant's key was stolen") == (role.islands, role.withdrawn["drop"].why)
    assert 2 == _publish(home)
    follow(home, trust)


@pytest.mark.parametrize("why", ["", "x" * 501, "stolen\x1b[2J"], ids=["empty", "too long", "not to be printed"])
def test_reason_that_pops_would_refuse(skerry: Skerry, home: Path, trust: TrustedMetadata, why: str) -> None:
    """The reason is refused, because no PoP could read the role; nothing has changed."""
    result = skerry("recover", "tenant-key", "acme", "--why", why)
    follow(home, trust)
    role = trust.role("acme")

    assert "error: reason of a withdrawal must be 1 to 200 printable characters\n" in result.output
    assert role is not None
    assert ["drop"] == list(role.islands)


def test_tenant_key_stolen_and_revisions_driven_up(skerry: Skerry, home: Path, trust: TrustedMetadata) -> None:
    """The thief's highest possible revision is forgotten."""
    repository = Repository(home)
    with repository.change(_now()) as change:
        target = change.state.tenants["acme"].targets[DROP.target_path]
        target.unrecognized_fields["custom"]["revision"] = 2**53 - 1
        change.touch("acme")
    follow(home, trust)
    skerry("recover", "tenant-key", "acme")
    follow(home, trust)

    assert 1 == _publish(home)
    follow(home, trust)


def test_online_keys_stolen_with_versions_driven_up(skerry: Skerry, home: Path, trust: TrustedMetadata) -> None:
    """A PoP that accepted the thief's versions accepts honest ones again."""
    with Repository(home).change(_now()) as change:
        for role in ("snapshot", "timestamp"):
            change.touch(role)
            change.state.signed(role).version = 2**53 - 2
        change.state.snapshot.meta["acme.json"].version = change.state.tenants["acme"].version
    follow(home, trust)
    result = skerry("recover", "online-keys")
    follow(home, trust)

    assert 0 == result.exit_code, result.output
    assert Repository(home).state().snapshot.version < 2**52
    assert 2 == _publish(home)
    follow(home, trust)


def test_one_root_key_lost(skerry: Skerry, home: Path, trust: TrustedMetadata) -> None:
    """The two remaining keys sign a root with a new third key."""
    lost = next(iter(Repository(home).state().keys("root").values())).keyid
    (home / "keys" / "root-1.json").unlink()
    result = skerry("recover", "root-key", lost[:8])
    follow(home, trust)
    keys = Repository(home).state().keys("root").values()

    assert 0 == result.exit_code, result.output
    assert 2 == trust.root_version
    assert 3 == len(keys)
    assert lost not in [key.keyid for key in keys]


def test_root_threshold_lost(skerry: Skerry, home: Path, trust: TrustedMetadata) -> None:
    """PoPs with the old root go on; a PoP that gets the new root keeps its islands, and then follows."""
    files = {f"root/{trust.root_version}": b""} | {
        key: data for key, data in trust.take_changes().items() if data is not None
    }
    for number in (1, 2):
        (home / "keys" / f"root-{number}.json").unlink()
    result = skerry("recover", "root-of-trust")
    _publish(home)
    follow(home, trust)
    handed = TrustedMetadata.start(files, (home / "root.json").read_bytes())
    held = handed.role("acme")
    follow(home, handed)
    renewed = skerry("keys", "renew", "root")
    follow(home, handed)
    follow(home, trust)

    assert 0 == result.exit_code, result.output
    assert "a PoP uses the new root from its next poll on; it needs no restart" in result.output
    assert 0 == renewed.exit_code, renewed.output
    assert held is not None
    assert (1, 4) == (trust.root_version, handed.root_version)
    assert handed.role("acme") == trust.role("acme")


def test_root_threshold_lost_with_new_holders(
    skerry: Skerry,
    home: Path,
    trust: TrustedMetadata,
    *,
    holders: Callable[..., dict[str, Path]],
    sign: Callable[..., Result],
    tmp_path: Path,
) -> None:
    """The new root is signed by its new holders only."""
    public = holders("ada", "ben")
    rite = tmp_path / "rite"
    people = [part for path in public.values() for part in ("--public", path)]
    drafted = skerry("recover", "root-of-trust", *people, "--out", rite)
    for name in public:
        assert 0 == sign(rite / "3.root.json", name).exit_code
    refused = skerry("keys", "ceremony", "assemble", rite)
    result = skerry("keys", "ceremony", "assemble", rite, "--new-root-of-trust")
    handed = TrustedMetadata.start({}, (home / "root.json").read_bytes())
    follow(home, handed)
    follow(home, trust)

    assert "with the option --new-root-of-trust\n" in drafted.output
    assert (1, 0) == (refused.exit_code, result.exit_code)
    assert (1, 3) == (trust.root_version, handed.root_version)
