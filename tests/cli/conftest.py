"""Fixtures for tests of the publisher's commands."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from nacl.pwhash import argon2id

from edge.cli import cli
from edge.publish.keys import Passphrase

ISLAND = """\
format = 1
tenant = "acme"
island = "drop"
title = "Acme summer drop"
locale = "en"
approved_by = "Ada, Acme support"
opens = 2026-09-01T00:00:00Z
closes = 2097-12-01T00:00:00Z
expires = 2098-01-01T00:00:00Z
max_stale = "6h"
default_lane = "fast"

[[snippets]]
id = "ship-date"
answer = "Orders ship within two weeks."
examples = [
    "when does it ship", "has my order left yet", "how long until it arrives", "shipping time?",
    "what day will it be delivered", "is it on its way", "where is my parcel", "delivery date please",
]

[[snippets]]
id = "refund"
answer = "Refunds take five working days."
examples = [
    "can i get my money back", "i want a refund", "return it for cash", "refund status",
    "how do refunds work", "you charged me twice", "give me back what i paid", "cancel and reimburse me",
]
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A publisher's home that does not exist yet."""
    return tmp_path / "home"


@pytest.fixture
def island_file(tmp_path: Path) -> Path:
    """An authored island of the tenant `acme` without a fault."""
    path = tmp_path / "drop.toml"
    path.write_text(ISLAND)
    return path


@pytest.fixture
def skerry(home: Path) -> Callable[..., Result]:
    """Runs a `skerry` command with that home."""

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(cli, [str(one) for one in arguments], env={"SKERRY_HOME": str(home)})

    return run


@pytest.fixture
def cheap_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use Argon2id at its least cost: these tests are not about the time that guessing takes."""
    defaults = Passphrase.__init__.__kwdefaults__
    assert defaults is not None
    # A command has no option for the cost, on purpose.
    monkeypatch.setitem(defaults, "operations", argon2id.OPSLIMIT_MIN)
    monkeypatch.setitem(defaults, "memory_bytes", argon2id.MEMLIMIT_MIN)


@pytest.fixture
def passphrase_file(tmp_path: Path, cheap_encryption: None) -> Path:
    """A file with the passphrase of all holders."""
    del cheap_encryption
    path = tmp_path / "passphrase"
    path.write_text("correct horse battery staple\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def holders(skerry: Callable[..., Result], tmp_path: Path, passphrase_file: Path) -> Callable[..., dict[str, Path]]:
    """Creates holders with encrypted keys, each in a folder of their own. Returns the files with their public keys."""

    def make(*names: str) -> dict[str, Path]:
        public = {}
        for name in names:
            folder = tmp_path / f"machine-of-{name}" / "keys"
            folder.parent.mkdir()
            result = skerry("keys", "holder", name, "--keys", folder, "--passphrase-file", passphrase_file)
            assert 0 == result.exit_code, result.output
            public[name] = folder.parent / f"{name}.public"
        return public

    return make


@pytest.fixture
def sign(skerry: Callable[..., Result], tmp_path: Path, passphrase_file: Path) -> Callable[..., Result]:
    """Signs one draft with a holder's key."""

    def run(draft: Path, name: str) -> Result:
        key = tmp_path / f"machine-of-{name}" / "keys" / f"{name}.json"
        return skerry("keys", "ceremony", "sign", draft, "--key", key, "--yes", "--passphrase-file", passphrase_file)

    return run
