"""README tells the truth: each command in it runs."""

import asyncio
import os
import re
import shlex
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

RUN_BY_CI = {"make demo", "make test"}
"""`.ci/run` runs what `make test` does (so it runs this) and the demo; running them from here would never end."""

SERVERS = {"skerry publisher serve", "skerry pop serve --config skerry-home/pop.toml"}


def commands() -> list[str]:
    """Every line of every shell block."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    return [line for block in blocks for line in block.strip().splitlines()]


async def start(command: str, folder: Path) -> Process:
    """Run one line as a shell would, with `skerry` being this checkout's."""
    words = shlex.split(command)
    program = [sys.executable, "-m", "edge", *words[1:]] if words[0] == "skerry" else words
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
    return await asyncio.create_subprocess_exec(*program, cwd=folder, env=environment, stdout=PIPE, stderr=STDOUT)


@pytest.fixture
async def servers() -> AsyncIterator[list[Process]]:
    """The servers that a test starts; all are stopped when it ends."""
    running: list[Process] = []
    yield running
    for process in running:
        process.terminate()
        await process.communicate()


@pytest.mark.journey
async def test_every_command_runs(tmp_path: Path, servers: list[Process]) -> None:
    """In the order of the page, in one folder, each succeeds; the question is answered, and then the island is gone."""
    (tmp_path / "islands").symlink_to(ROOT / "islands")
    said = {}
    for command in commands():
        if command in RUN_BY_CI:
            continue
        process = await start(command, tmp_path)
        if command in SERVERS:
            servers.append(process)
            assert process.stdout is not None
            while b" ready on http://" not in (line := await process.stdout.readline()):
                assert line, command
            continue
        out, _ = await process.communicate()
        said[command] = out.decode()
        assert process.returncode == 0, said[command]

    assert "ANSWER" in said['skerry ask northwind/hoodie-drop "when does it ship?"']
    report = said[next(command for command in said if command.startswith("skerry stats"))]
    assert "automation rate\t100.0%\t1 of 1\t" in report
    assert "withdrawn" in said["skerry island status"]
    after = said[next(command for command in said if command.startswith("curl"))]
    assert '"reason":"island_withdrawn"' in after


def test_make_targets_exist() -> None:
    """What README and the Makefile's help name, make knows."""
    named = set(re.findall(r"`make ([a-z]+)", README)) | {line.split()[1] for line in RUN_BY_CI}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert {"demo", "test", "bench", "wheel"} <= named
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in named)
