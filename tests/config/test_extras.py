import re
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from edge.cli import cli
from edge.config import library_missing
from edge.config.extras import EXTRAS

ROOT = Path(__file__).parents[2]


def test_extras_are_those_of_the_project() -> None:
    """`EXTRAS` lists the libraries of each extra of the project, without versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {
        extra: tuple(re.split("[<>=!~]", requirement)[0] for requirement in requirements)
        for extra, requirements in project["optional-dependencies"].items()
    }

    assert extras == EXTRAS


def test_library_that_is_missing() -> None:
    """The error names the library, what needs it, and a command that a shell runs as it stands."""
    error = library_missing("nats", extra="nats", needed_by="--nats")

    command = f"{sys.executable} -m pip install 'nats-py[nkeys]'"
    assert f"nats is not installed, --nats needs it; run: {command}" == error.text


def test_publishing_without_its_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a PoP, `skerry island` names the missing libraries instead of showing a traceback."""
    monkeypatch.setitem(sys.modules, "edge.cli.author", None)
    result = CliRunner().invoke(cli, ["island", "check", "drop.toml"])

    command = f"{sys.executable} -m pip install scikit-learn threadpoolctl tree-sitter tree-sitter-toml"
    text = f"error: edge.cli.author is not installed, publishing needs it; run: {command}\n"
    assert (1, text) == (result.exit_code, result.stderr)
