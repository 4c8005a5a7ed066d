"""README tells the truth: each command in it runs."""

import asyncio
import json
import os
import re
import shlex
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import until

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

RUN_BY_CI = {"make demo", "make test"}
"""`.ci/run` runs what `make test` does (so it runs this) and the demo; running them from here would never end."""

SERVERS = {
    "skerry publisher serve",
    "skerry desk serve --home skerry-home --publisher http://127.0.0.1:8090",
    "skerry pop serve --config skerry-home/pop.toml",
}


MAX_LINES = 120


def commands() -> list[str]:
    """Every command of every shell block, one that goes over several lines as one."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    found: list[str] = []
    for line in (line for block in blocks for line in block.strip().splitlines()):
        if found and not is_whole(found[-1]):
            found[-1] = f"{found[-1]}\n{line}"
        else:
            found.append(line)
    return found


def is_whole(command: str) -> bool:
    """Whether a shell would run it, not wait for the rest."""
    try:
        shlex.split(command)
    except ValueError:
        return False
    return not command.endswith("\\")


async def start(command: str, folder: Path) -> Process:
    """Run one line as a shell would, with `skerry` being this checkout's."""
    words = shlex.split(command.replace("\\\n", " "))
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


@pytest.mark.default_ports
@pytest.mark.journey
async def test_every_command_runs(tmp_path: Path, servers: list[Process]) -> None:
    """In the order of the page, in one folder, each succeeds. The question at the top needs servers, so it is last."""
    (tmp_path / "islands").symlink_to(ROOT / "islands")
    question, *rest = commands()
    assert question.startswith("curl")
    said = {}
    for command in rest:
        if command in RUN_BY_CI:
            continue
        if command.startswith("skerry island withdraw"):
            answered = json.loads(await output_of(question, tmp_path))
        if command in SERVERS:
            process = await start(command, tmp_path)
            servers.append(process)
            assert process.stdout is not None
            while b" ready on http://" not in (line := await process.stdout.readline()):
                assert line, command
            continue
        said[command] = await output_of(command, tmp_path)

    assert "ANSWER" in said['skerry ask northwind/hoodie-drop "when does it ship?"']
    stats = said["skerry stats --island northwind/hoodie-drop"]
    assert "automation rate\t100.0%\t1 of 1\t" in stats
    assert "northwind/hoodie-drop\trevision 1\t1 of 1\n" in said["skerry status"]
    shown = shown_answer()
    begun = shown["answer"].removesuffix("…")
    assert answered["answer"].startswith(begun)
    assert shown == {
        **{name: answered[name] for name in ("outcome", "reason")},
        "confidence": round(answered["confidence"], 3),
        "answer": f"{begun}…",
        "provenance": {name: answered["provenance"][name] for name in shown["provenance"]},
    }

    async def is_withdrawn() -> bool:
        return '"reason":"island_withdrawn"' in await output_of(question, tmp_path)

    await until(is_withdrawn, "the island is withdrawn")


def shown_answer() -> dict[str, Any]:
    """The answer that README shows."""
    (shown,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    return dict(json.loads(shown))


async def output_of(command: str, folder: Path) -> str:
    """What a command prints, which must succeed."""
    process = await start(command, folder)
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()
    return out.decode()


def test_readme_is_short() -> None:
    """A stranger reads it in two minutes."""
    assert len(README.splitlines()) <= MAX_LINES


def test_make_targets_exist() -> None:
    """What README and the Makefile's help name, make knows."""
    named = set(re.findall(r"`make ([a-z]+)", README)) | {line.split()[1] for line in RUN_BY_CI}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert {"demo", "test", "wheel"} <= named
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in named)
