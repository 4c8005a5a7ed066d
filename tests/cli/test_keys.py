"""`skerry keys`."""

import re
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from edge.config import read_pop_config

Skerry = Callable[..., Result]


def test_init_makes_everything_and_says_what_comes_next(skerry: Skerry, home: Path) -> None:
    """Keys, root and a PoP's configuration; no secret is printed."""
    result = skerry("keys", "init", "--tenant", "acme")
    seeds = [path.read_text().split('"seed": "')[1][:64] for path in (home / "keys").iterdir()]

    assert 0 == result.exit_code, result.output
    assert 5 == len(seeds)
    assert not [seed for seed in seeds if seed in result.output]
    assert re.search(r"^tenants     acme \(new\)$", result.output, re.MULTILINE)
    assert result.output.endswith(f"next        skerry island publish --home {home} FILE\n")


def test_init_writes_a_configuration_that_a_pop_takes(skerry: Skerry, home: Path) -> None:
    """It points to the publisher's default port and to this root."""
    skerry("keys", "init")
    config = read_pop_config(home / "pop.toml")

    assert "http://127.0.0.1:8090" == config.publisher.url
    assert (home / "root.json").read_bytes() == config.path(config.publisher.trusted_root).read_bytes()


def test_init_again_adds_tenants_and_keeps_the_rest(skerry: Skerry, home: Path) -> None:
    """Also a configuration that was edited."""
    skerry("keys", "init", "--tenant", "acme")
    (home / "pop.toml").write_text("# mine\n")
    result = skerry("keys", "init", "--tenant", "bob")

    assert "tenants     acme, bob (new)\n" in result.output
    assert "# mine\n" == (home / "pop.toml").read_text()


def test_init_without_tenants_asks_for_one(skerry: Skerry, home: Path) -> None:
    """Nothing can be published yet."""
    result = skerry("keys", "init")

    assert result.output.endswith(f"next        skerry keys init --home {home} --tenant NAME\n")


def test_init_with_a_threshold_above_the_keys(skerry: Skerry, home: Path) -> None:
    """A root that can never be signed is a wrong call, and nothing is made."""
    result = skerry("keys", "init", "--root-keys", "2", "--threshold", "3")

    assert 2 == result.exit_code
    assert "--threshold 3 is more than --root-keys 2" in result.output
    assert not home.exists()


def test_init_with_a_bad_tenant(skerry: Skerry) -> None:
    """One line says what a tenant may be called."""
    result = skerry("keys", "init", "--tenant", "Acme Shop")

    assert 1 == result.exit_code
    assert result.output.startswith("error: 'Acme Shop' cannot be a tenant, choose 1 to 63 lower-case letters")
