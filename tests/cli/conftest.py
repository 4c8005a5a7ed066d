"""What tests of the publisher's commands share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge.cli import cli

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
