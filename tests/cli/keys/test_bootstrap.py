"""A home whose first root has the holders' keys only (`skerry keys ceremony bootstrap`)."""

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from edge.errors import ConfigError
from edge.publish.repository import Repository
from edge.publish.signing import bootstrap_repository
from edge.trust import TrustedMetadata
from tests.dying import DiedError, dying_after
from tests.follower import follow

Skerry = Callable[..., Result]
Sign = Callable[..., Result]


@pytest.fixture
def drafts(skerry: Skerry, tmp_path: Path, holders: Callable[..., dict[str, Path]]) -> Path:
    """Drafts for ada, ben and cleo (two must sign the root) and dora (targets)."""
    public = holders("ada", "ben", "cleo", "dora")
    people = [part for name in ("ada", "ben", "cleo") for part in ("--root", public[name])]
    out = tmp_path / "drafts"
    result = skerry("keys", "ceremony", "bootstrap", *people, "--targets", public["dora"], "--out", out)
    assert 0 == result.exit_code, result.output
    return out


def _sign_all(drafts: Path, sign: Sign) -> None:
    for draft, name in (("1.root.json", "ada"), ("1.root.json", "cleo"), ("1.targets.json", "dora")):
        assert 0 == sign(drafts / draft, name).exit_code


def test_first_root_is_the_holders(skerry: Skerry, drafts: Path, home: Path, sign: Sign) -> None:
    """Version 1, and no key of root or targets is in the home; a PoP starts from it, and tenants can be added."""
    _sign_all(drafts, sign)
    result = skerry("keys", "ceremony", "assemble", drafts)
    assert 0 == result.exit_code, result.output
    trust = TrustedMetadata.start({}, (home / "root.json").read_bytes())
    follow(home, trust)
    assert 1 == trust.root_version
    assert ["snapshot.json", "timestamp.json"] == sorted(path.name for path in (home / "keys").iterdir())

    targets = drafts.parent / "tenants"
    added = skerry("tenant", "add", "acme", "--out", targets)
    assert 0 == added.exit_code, added.output
    sign(targets / "2.targets.json", "dora")
    assert 0 == skerry("keys", "ceremony", "assemble", targets).exit_code
    follow(home, trust)
    assert ("acme",) == trust.tenants()


def test_too_few_signatures(skerry: Skerry, drafts: Path, home: Path, sign: Sign) -> None:
    """Nothing is in force before the last signature is there."""
    sign(drafts / "1.root.json", "ada")
    result = skerry("keys", "ceremony", "assemble", drafts)
    assert 1 == result.exit_code
    assert "role 'root' version 1 carries 1 valid signatures, expected 2" in result.output
    sign(drafts / "1.root.json", "cleo")
    result = skerry("keys", "ceremony", "assemble", drafts)
    assert "role 'targets' version 1 carries 0 valid signatures, expected 1" in result.output
    assert [] == list((home / "repository" / "metadata").iterdir())
    assert not (home / "root.json").exists()
    sign(drafts / "1.targets.json", "dora")

    assert 0 == skerry("keys", "ceremony", "assemble", drafts).exit_code


def test_death_between_every_two_steps(drafts: Path, home: Path, sign: Sign) -> None:
    """The repository is complete or absent; the next command completes a change that had begun."""
    _sign_all(drafts, sign)
    now, deaths = datetime.now(UTC).replace(microsecond=0), 0
    while not Repository(home).exists():
        # Dead after the root's rename: it is in force already, and the next turn finds it so.
        with contextlib.suppress(DiedError, ConfigError):
            deaths += 1
            bootstrap_repository(Repository(home, on_step=dying_after(deaths)), drafts, now=now)

    assert deaths >= 8
    assert Repository(home).renew(now=now) == ()
    follow(home, TrustedMetadata.start({}, (home / "root.json").read_bytes()))
    assert [] == [path.name for path in home.rglob(".unfinished-*")]


def test_home_that_has_a_root(
    skerry: Skerry, tmp_path: Path, holders: Callable[..., dict[str, Path]], home: Path
) -> None:
    """The error names the command that changes a root."""
    skerry("keys", "init")
    ada = holders("ada")["ada"]
    result = skerry("keys", "ceremony", "bootstrap", "--root", ada, "--targets", ada, "--out", tmp_path / "drafts")

    assert (
        f"error: {home} has a repository already, change its root with: "
        f"skerry keys ceremony prepare --home {home} --root FILE --out DIR\n"
    ) == result.output


def test_drafts_without_targets(skerry: Skerry, drafts: Path, home: Path) -> None:
    """A root alone is refused."""
    (drafts / "1.targets.json").unlink()
    result = skerry("keys", "ceremony", "assemble", drafts)

    assert 1 == result.exit_code
    assert result.output == (
        f"error: {drafts} holds 1.root, expected 1.root and 1.targets, because {home} has no repository yet; draft "
        f"them with: skerry keys ceremony bootstrap --home {home} --root FILE --targets FILE --out {drafts}\n"
    )


@pytest.mark.parametrize("command", ["bootstrap", "prepare"])
def test_holder_named_twice(
    skerry: Skerry, tmp_path: Path, holders: Callable[..., dict[str, Path]], command: str
) -> None:
    """A holder may be named only once: two signatures of one key do not exist."""
    if command == "prepare":
        skerry("keys", "init")
    ada = holders("ada")["ada"]
    words = ("--root", ada, "--root", ada, "--targets", ada, "--out", tmp_path / "drafts")
    result = skerry("keys", "ceremony", command, *words)

    assert "error: role 'root' is given the same key twice, expected one key for each holder\n" in result.output
    assert not (tmp_path / "drafts").exists()


def test_publishers_plain_keys_are_warned_about(
    skerry: Skerry, tmp_path: Path, holders: Callable[..., dict[str, Path]], home: Path
) -> None:
    """Plain keys of the publisher give a warning, as after `skerry keys init`."""
    ada = holders("ada")["ada"]
    result = skerry("keys", "ceremony", "bootstrap", "--root", ada, "--targets", ada, "--out", tmp_path / "drafts")

    text = "warning: private keys are not encrypted, which is for demos only; encrypt them with: skerry keys encrypt"
    assert f"{text} --home {home} --passphrase-file FILE\n" in result.output


def test_threshold_above_the_holders(
    skerry: Skerry, tmp_path: Path, holders: Callable[..., dict[str, Path]], home: Path
) -> None:
    """The error comes before anything is created."""
    ada = holders("ada")["ada"]
    words = ("--root", ada, "--root-threshold", "2", "--targets", ada, "--out", tmp_path / "drafts")
    result = skerry("keys", "ceremony", "bootstrap", *words)

    assert "error: threshold of role 'root' is 2, expected 1 to 1, its number of keys\n" == result.output
    assert not home.exists()
