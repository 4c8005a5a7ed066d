"""What is checked at each commit is what `make test` checks first, with tools that are installed."""

import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.fixture
def repositories() -> list[dict[str, Any]]:
    """Where the hooks come from, as in `.pre-commit-config.yaml`."""
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = yaml.safe_load(text)["repos"]
    return found


def test_hooks_come_from_here(repositories: list[dict[str, Any]]) -> None:
    """Nothing is fetched: no other repository, no environment of their own."""
    assert ["local"] == [repository["repo"] for repository in repositories]
    assert {"system"} == {hook["language"] for hook in repositories[0]["hooks"]}


def test_hooks_run_what_make_runs(repositories: list[dict[str, Any]]) -> None:
    """The commands of the targets lint, types and contracts, each of them there."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^(?:lint|types|contracts): .*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    commands = re.findall(r"^\t@\$\(DEV\)/bin/(.*)$", "".join(targets), re.MULTILINE)
    entries = [hook["entry"] for hook in repositories[0]["hooks"]]

    assert [f".venvs/dev/bin/{command}" for command in commands] == entries
    assert all((Path(sys.executable).parent / shlex.split(command)[0]).is_file() for command in commands)
