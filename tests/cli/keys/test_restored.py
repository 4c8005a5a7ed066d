"""`skerry recover restored`: what it prints, whose keys it needs, and which commands wait for it."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from click.testing import Result

from edge.publish.fleet import FleetMembers
from edge.publish.fleet.registry import FleetRegistry, Posted
from edge.publish.fleet.status_db import StatusDb
from edge.publish.repository import Repository
from edge.records import IslandState, PopIsland, PopStatus
from edge.trust import PopSigner, TrustedMetadata
from tests.cli.keys.test_recover import _publish
from tests.follower import follow

Skerry = Callable[..., Result]
AMS = PopSigner(b"a" * 32)


def _post(home: Path, trust: TrustedMetadata, revision: int, *, sequence: int = 1) -> None:
    """What the PoP `ams` posts to the publisher of `home`."""
    FleetMembers(home).add("ams", AMS.public.hex())
    now = datetime.now(UTC)
    island = PopIsland(island="acme/drop", state=IslandState.FRESH, since=now, highest_revision=revision)
    numbers = {"run": 1, "sequence": sequence, "interval_s": 30.0, "versions": trust.versions()}
    document = msgspec.json.encode(PopStatus(pop="ams", time=now, islands=(island,), **numbers))  # type: ignore[arg-type]
    signature = AMS.sign(document).hex()
    registry = FleetRegistry(home, StatusDb(home))
    registry.accept(Posted(pop="ams", key=AMS.public.hex(), signature=signature, document=document), now=now)
    registry.statuses.close()


def _restore(home: Path, backup: Path) -> None:
    shutil.rmtree(home)
    shutil.copytree(backup, home)


@pytest.fixture
def trust(skerry: Skerry, home: Path, tmp_path: Path) -> TrustedMetadata:
    """A home with revision 1 of an island, a PoP's client on 3, and its home again as of revision 1."""
    skerry("keys", "init", "--tenant", "acme")
    _publish(home)
    trust = TrustedMetadata.start({}, (home / "root.json").read_bytes())
    shutil.copytree(home, tmp_path / "backup")
    _publish(home)
    _publish(home)
    follow(home, trust)
    _restore(home, tmp_path / "backup")
    _post(home, trust, 3)
    return trust


REFUSED: dict[str, tuple[str, ...]] = {
    "roll back": ("island", "rollback", "acme/drop"),
    "widen a rollout": ("island", "rollout", "acme/drop", "everybody"),
    "rotate a key": ("keys", "rotate", "targets"),
    "renew a role": ("keys", "renew", "targets"),
    "add a tenant": ("tenant", "add", "bob"),
    "remove a tenant": ("tenant", "remove", "acme"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_command_below_the_fleet(skerry: Skerry, home: Path, trust: TrustedMetadata, case: str) -> None:
    """It is refused with the command to run, and nothing has changed."""
    del trust
    before = Repository(home).state().timestamp.version
    result = skerry(*REFUSED[case])

    assert 1 == result.exit_code
    assert result.output.startswith("error: PoP 'ams' has ")
    assert f"run: skerry recover restored --home {home};" in result.output
    assert before == Repository(home).state().timestamp.version


def test_withdrawal_while_one_pop_lies(skerry: Skerry, home: Path) -> None:
    """It arrives at an honest PoP; who withdraws is warned, and told how the liar is removed."""
    skerry("keys", "init", "--tenant", "acme")
    _publish(home)
    honest = TrustedMetadata.start({}, (home / "root.json").read_bytes())
    follow(home, honest)
    _post(home, honest, 999)
    result = skerry("island", "withdraw", "acme/drop", "--why", "a wrong price")
    follow(home, honest)
    role = honest.role("acme")

    assert 0 == result.exit_code, result.output
    assert "warning: PoP 'ams' has island 'acme/drop' revision 999, and here 1 is the last one" in result.output
    assert f"this PoP lies: skerry publisher pops remove ams --home {home}\n" in result.output
    assert role is not None
    assert ["drop"] == list(role.withdrawn)


def test_recovery_says_what_is_left_to_do(skerry: Skerry, home: Path, trust: TrustedMetadata) -> None:
    """The island is named, and the next revision is above the fleet's; a PoP follows at each step."""
    result = skerry("recover", "restored")
    follow(home, trust)

    assert 0 == result.exit_code, result.output
    assert "ahead       PoP 'ams' has island 'acme/drop' revision 3, and here 1 is the last one\n" in result.output
    assert "            acme/drop  PoPs have revision 3, here 1\n" in result.output
    assert f"            skerry island publish --home {home} FILE...\n" in result.output
    assert "publish it again: PoPs had revision 3 before a restore" in skerry("island", "status").output
    assert 4 == _publish(home)
    follow(home, trust)
    assert "publish it again" not in skerry("island", "status").output


def test_recovery_of_a_home_that_is_level(skerry: Skerry, home: Path, trust: TrustedMetadata) -> None:
    """Nothing is signed, and the operator hears that PoPs have to post first."""
    skerry("recover", "restored")
    follow(home, trust)
    _post(home, trust, 3, sequence=2)
    before = Repository(home).state().timestamp.version
    result = skerry("recover", "restored")

    assert result.output.startswith("recover     nothing to do: no PoP has posted a later number than this home has\n")
    assert before == Repository(home).state().timestamp.version


def test_keys_that_are_elsewhere_sign_drafts(
    skerry: Skerry,
    home: Path,
    tmp_path: Path,
    holders: Callable[..., dict[str, Path]],
    sign: Callable[..., Result],
) -> None:
    """The holder of targets signs a draft whose version is above the fleet's; `assemble --restored` takes it."""
    skerry("keys", "init", "--tenant", "acme")
    public, drafts = holders("dora"), tmp_path / "drafts"
    skerry("keys", "ceremony", "prepare", "--targets", public["dora"], "--out", drafts)
    sign(drafts / "3.targets.json", "dora")
    assert 0 == skerry("keys", "ceremony", "assemble", drafts).exit_code
    trust = TrustedMetadata.start({}, (home / "root.json").read_bytes())
    shutil.copytree(home, tmp_path / "backup")
    skerry("keys", "renew", "targets", "--out", tmp_path / "renewed")
    sign(tmp_path / "renewed" / "4.targets.json", "dora")
    assert 0 == skerry("keys", "ceremony", "assemble", tmp_path / "renewed").exit_code
    follow(home, trust)
    _restore(home, tmp_path / "backup")
    _post(home, trust, 0)

    alone = skerry("recover", "restored")
    drafted = skerry("recover", "restored", "--out", tmp_path / "restored")
    (draft,) = (tmp_path / "restored").glob("*.targets.json")
    sign(draft, "dora")
    plain = skerry("keys", "ceremony", "assemble", tmp_path / "restored")
    result = skerry("keys", "ceremony", "assemble", tmp_path / "restored", "--restored")
    follow(home, trust)

    assert 1 == alone.exit_code
    assert "let the others sign a draft: repeat the command with --out DIR\n" in alone.output
    assert "            with the option --restored\n" in drafted.output
    assert 1 == plain.exit_code
    assert 0 == result.exit_code, result.output
    assert trust.versions()["targets"] > 4


def test_root_that_its_holders_renewed(
    skerry: Skerry,
    home: Path,
    tmp_path: Path,
    holders: Callable[..., dict[str, Path]],
    sign: Callable[..., Result],
) -> None:
    """Without the root's keys the command prints how often the holders have to sign, and changes nothing."""
    skerry("keys", "init", "--tenant", "acme")
    public = holders("ada")
    skerry("keys", "ceremony", "prepare", "--root", public["ada"], "--out", tmp_path / "drafts")
    sign(tmp_path / "drafts" / "2.root.json", "ada")
    assert 0 == skerry("keys", "ceremony", "assemble", tmp_path / "drafts").exit_code
    trust = TrustedMetadata.start({}, (home / "root.json").read_bytes())
    shutil.copytree(home, tmp_path / "backup")
    skerry("keys", "renew", "root", "--out", tmp_path / "renewed")
    sign(tmp_path / "renewed" / "3.root.json", "ada")
    assert 0 == skerry("keys", "ceremony", "assemble", tmp_path / "renewed").exit_code
    follow(home, trust)
    _restore(home, tmp_path / "backup")
    _post(home, trust, 0)
    result = skerry("recover", "restored")

    assert "root        its keys are elsewhere. Let its holders sign it 2 times, each time with:\n" in result.output
    assert f"            skerry keys renew root --out DIR --home {home}\n" in result.output
    assert 2 == Repository(home).state().root.version
