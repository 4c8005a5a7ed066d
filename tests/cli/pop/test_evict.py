"""`skerry island evict` and `restore`: what they send to a running PoP, and what they say without one."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from click.testing import CliRunner, Result

from edge.cli import cli
from edge.errors import Reason, RefusedError
from edge.host import json_response
from edge.host.admin import AdminSocket
from edge.records import IslandState, IslandStatus
from tests.config.test_config import SOUND

SINCE = datetime(2026, 11, 26, 4, tzinfo=UTC)


class AnsweringPop:
    """An admin socket in a PoP's state folder, with an answer that a test chooses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told: list[tuple[str, bytes]] = []
        self.answer: object = IslandStatus(island="acme/drop", state=IslandState.EVICTED, since=SINCE)
        routes = [web.post("/v1/evict", self._take), web.post("/v1/restore", self._take)]
        self.admin = AdminSocket(folder, routes)

    async def _take(self, request: web.Request) -> web.Response:
        self.told.append((request.path, await request.read()))
        if isinstance(self.answer, Exception):
            raise self.answer
        return json_response(self.answer)

    async def skerry(self, *arguments: str) -> Result:
        """Run one `skerry island` command against it."""
        return await run(*arguments, "--state", str(self.folder))


async def run(*arguments: str, **environment: str) -> Result:
    """Run one `skerry island` command."""
    return await asyncio.to_thread(lambda: CliRunner().invoke(cli, ["island", *arguments], env=environment))


@pytest.fixture
async def pop(tmp_path: Path) -> AsyncIterator[AnsweringPop]:
    """A PoP's admin socket that listens in `tmp_path/state`."""
    (tmp_path / "state").mkdir()
    pop = AnsweringPop(tmp_path / "state")
    await pop.admin.listen()
    yield pop
    await pop.admin.close()


async def test_evict_says_since_when_and_how_to_undo_it(pop: AnsweringPop) -> None:
    """The PoP is told the name; the second line is a command to copy."""
    result = await pop.skerry("evict", "acme/drop")

    assert [("/v1/evict", b'{"island":"acme/drop"}')] == pop.told
    assert (0, (
        "evicted   acme/drop since 2026-11-26T04:00:00Z; its questions go to people\n"
        f"undo      skerry island restore acme/drop --state {pop.folder}\n"
    )) == (result.exit_code, result.output)  # fmt: skip


async def test_restore_says_what_is_served(pop: AnsweringPop) -> None:
    """The revision that is back."""
    pop.answer = IslandStatus(island="acme/drop", state=IslandState.FRESH, since=SINCE, revision=3)
    result = await pop.skerry("restore", "acme/drop")

    assert [("/v1/restore", b'{"island":"acme/drop"}')] == pop.told
    assert (0, "restored  acme/drop revision 3 is fresh\n") == (result.exit_code, result.output)


NOT_BACK = {
    "the publisher is down": (
        IslandStatus(island="acme/drop", state=IslandState.REJECTED, since=SINCE, last_error="no answer"),
        "it is rejected: no answer;",
    ),
    "it was withdrawn meanwhile": (
        IslandStatus(island="acme/drop", state=IslandState.WITHDRAWN, since=SINCE, withdrawn_why="wrong price"),
        "it is withdrawn: wrong price;",
    ),
    "nothing is known": (
        IslandStatus(island="acme/drop", state=IslandState.NEVER_LOADED, since=SINCE),
        "it is never_loaded: the publisher was not heard, or does not list it;",
    ),
}


@pytest.mark.parametrize(("answer", "text"), NOT_BACK.values(), ids=NOT_BACK.keys())
async def test_restored_island_that_is_not_served_is_an_error(
    pop: AnsweringPop, answer: IslandStatus, text: str
) -> None:
    """A script must not believe that it answers again."""
    pop.answer = answer
    result = await pop.skerry("restore", "acme/drop")

    assert 1 == result.exit_code
    assert f"error: acme/drop is not evicted any more, but {text} the PoP tries again by itself\n" == result.output


async def test_refusal_of_the_pop_is_shown(pop: AnsweringPop) -> None:
    """With its reason, and no traceback."""
    pop.answer = RefusedError("island 'acme/drop' is unknown here", reason=Reason.ISLAND_UNKNOWN)
    result = await pop.skerry("evict", "acme/drop")

    assert (1, "error: island 'acme/drop' is unknown here (island_unknown)\n") == (result.exit_code, result.output)


async def test_answer_of_another_process_is_an_error(pop: AnsweringPop) -> None:
    """Something that speaks HTTP, but is no PoP."""
    pop.answer = {"hello": "world"}
    result = await pop.skerry("evict", "acme/drop")

    assert 1 == result.exit_code
    assert "answered with something else than an island's state, expected a PoP of this release" in result.output


@pytest.mark.parametrize("name", ["acme", "acme/Drop", "acme/drop/x", "../drop", "acme/\x1b[2J", ""])
async def test_name_that_is_no_islands_reaches_no_pop(pop: AnsweringPop, name: str) -> None:
    """It is shown escaped."""
    result = await pop.skerry("evict", name)

    assert 1 == result.exit_code
    assert "is not an island's name, expected tenant/island" in result.output
    assert "\x1b" not in result.output
    assert [] == pop.told


async def test_state_folder_is_that_of_the_configuration(pop: AnsweringPop, tmp_path: Path) -> None:
    """`--config` and its variable name it as well; `--state` comes first."""
    config = tmp_path / "pop.toml"
    await asyncio.to_thread(config.write_text, SOUND)
    by_option = await run("evict", "acme/drop", "--config", str(config))
    by_variable = await run("evict", "acme/drop", SKERRY_CONFIG=str(config))
    first = await run("evict", "acme/drop", "--config", str(config), "--state", str(tmp_path / "elsewhere"))

    assert (0, 0, 1) == (by_option.exit_code, by_variable.exit_code, first.exit_code)
    assert 2 == len(pop.told)


async def test_without_options_the_starters_state_folder_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that `skerry keys init` makes; a PoP that does not run is said, with the command that starts it."""
    monkeypatch.chdir(tmp_path)
    made = await asyncio.to_thread(lambda: CliRunner().invoke(cli, ["keys", "init", "--tenant", "acme"]))
    result = await run("evict", "acme/drop")

    assert 0 == made.exit_code, made.output
    assert (tmp_path / "skerry-home" / "pop-state").is_dir()
    assert (
        "error: no PoP runs with the state folder skerry-home/pop-state, or its log says why it has no admin.sock; "
        "start it with: skerry pop serve --config pop.toml\n"
    ) == result.output


def test_edge_node_needs_no_authors_libraries() -> None:
    """The command loads nothing of the publisher's."""
    program = (
        "import sys; from click.testing import CliRunner; from edge.cli import cli\n"
        "CliRunner().invoke(cli, ['island', 'evict', 'a/b', '--state', '/nowhere'])\n"
        "authors = ('edge.publish', 'edge.cli.author.island', 'sklearn')\n"
        "print([name for name in sys.modules if name.startswith(authors)])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "[]\n" == found.stdout


async def test_both_commands_are_listed() -> None:
    """With the author's."""
    result = await run("--help")

    assert 0 == result.exit_code
    assert [True] * 3 == [f"  {name} " in result.output for name in ("evict", "restore", "publish")]
