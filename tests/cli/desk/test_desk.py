"""`skerry desk`: tokens, serving and export on the command line."""

import asyncio
import base64
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import aiohttp
import msgspec
import pytest
from click.testing import CliRunner, Result

from edge.cli import cli
from edge.desk.access import read_desk_tokens, tokens_path
from tests.desk.desk import Caller, body, tid

Skerry = Callable[..., Result]


@pytest.fixture
def desk_home(tmp_path: Path) -> Path:
    """A desk's home that does not exist yet."""
    return tmp_path / "desk-home"


@pytest.fixture
def desk_command(desk_home: Path) -> Skerry:
    """Runs `skerry desk` with that home."""

    def run(command: str, *arguments: object) -> Result:
        return CliRunner().invoke(cli, ["desk", command, "--home", str(desk_home), *map(str, arguments)])

    return run


def test_token_is_printed_once(desk_command: Skerry, desk_home: Path) -> None:
    """The token alone goes to stdout; the list has names, tenants and lanes, and no token."""
    made = desk_command("token", "--pop", "fra-1")
    agent = desk_command("token", "--agent", "anna", "--tenant", "northwind", "--lane", "safety", "--expires", "12h")
    listed = desk_command("token", "--list")
    rows = [line.split("\t") for line in listed.stdout.splitlines()[1:]]

    assert 43 == len(made.stdout.strip())
    assert [["agent", "anna", "northwind", "safety"], ["pop", "fra-1", "-", "-"]] == [row[:4] for row in rows]
    assert made.stdout.strip() not in listed.output + (desk_home / "desk-tokens.json").read_text()
    assert 0o700 == desk_home.stat().st_mode & 0o777
    assert 0 == agent.exit_code


def test_default_expiry(desk_command: Skerry, desk_home: Path) -> None:
    """A person's token ends after thirty days, a PoP's never, unless the operator says otherwise."""
    desk_command("token", "--pop", "fra-1")
    desk_command("token", "--agent", "anna", "--tenant", "northwind")
    desk_command("token", "--agent", "ben", "--tenant", "northwind", "--expires", "never")
    spans = {
        one.name: None if one.expires is None else (one.expires - one.made).days
        for one in read_desk_tokens(tokens_path(desk_home))
    }

    assert {"anna": 30, "ben": None, "fra-1": None} == spans


def test_token_in_a_file(desk_command: Skerry, tmp_path: Path) -> None:
    """It is its owner's alone, never printed, and never replaces a file; then the earlier token stays in force."""
    file = tmp_path / "fra-1.token"
    written = desk_command("token", "--pop", "fra-1", "--output", file)
    again = desk_command("token", "--pop", "fra-1", "--output", file)
    token = file.read_text().strip()

    assert (43, 0o600) == (len(token), file.stat().st_mode & 0o777)
    assert token not in written.output
    assert 1 == again.exit_code
    assert f"{file} exists, expected a new file" in again.output


def test_keys_of_a_pop(desk_command: Skerry, desk_home: Path) -> None:
    """They replace earlier ones, and stay with a new token. Strangers and texts that are no keys are refused."""
    desk_command("token", "--pop", "fra-1")
    named = desk_command("key", "--pop", "fra-1", "ab" * 32, base64.b64encode(bytes(32)).decode())
    desk_command("token", "--pop", "fra-1")
    (kept,) = read_desk_tokens(tokens_path(desk_home))
    none = desk_command("key", "--pop", "fra-1")
    stranger = desk_command("key", "--pop", "ams-1", "ab" * 32)
    no_key = desk_command("key", "--pop", "fra-1", "abc")

    assert "consent records of fra-1 are believed by 2 keys\n" == named.output
    assert ("ab" * 32, "00" * 32) == kept.keys
    assert () == read_desk_tokens(tokens_path(desk_home))[0].keys
    assert "fra-1 is believed by the first key that it used\n" == none.output
    assert (1, 1) == (stranger.exit_code, no_key.exit_code)
    assert (
        f"no PoP of this name has a token, expected one of: skerry desk token --list --home {desk_home}"
        in stranger.output
    )


MISUSES = {
    "nothing to do": (),
    "two things to do": ("--pop", "a", "--list"),
    "an agent without a tenant": ("--agent", "anna"),
    "a tenant without an agent": ("--pop", "a", "--tenant", "northwind"),
    "a lane without an agent": ("--pop", "a", "--lane", "safety"),
    "a span in words": ("--pop", "a", "--expires", "soon"),
    "a span of nothing": ("--pop", "a", "--expires", "0d"),
}


@pytest.mark.parametrize("case", MISUSES)
def test_misuse(desk_command: Skerry, desk_home: Path, case: str) -> None:
    """It is refused in words, and no file is written."""
    result = desk_command("token", *MISUSES[case])

    assert 2 == result.exit_code
    assert "expected" in result.output
    assert not desk_home.exists()


def test_open_to_strangers(desk_command: Skerry) -> None:
    """Another address than loopback needs TLS, or the operator's word."""
    result = desk_command("serve", "--host", "0.0.0.0")  # noqa: S104 - it is refused

    assert 1 == result.exit_code
    assert "expected --tls-cert with it" in result.output


@pytest.mark.journey
async def test_serve_and_revoke(desk_command: Skerry, desk_home: Path) -> None:
    """A ticket is answered and exported; a revoked token is refused at once; SIGTERM ends the desk in order."""
    pop = (await asyncio.to_thread(desk_command, "token", "--pop", "fra-1")).stdout.strip()
    made = await asyncio.to_thread(desk_command, "token", "--agent", "anna", "--tenant", "northwind")
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "edge", "desk", "serve", "--home", str(desk_home), "--port", "0",
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
    )  # fmt: skip
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().removeprefix("desk ready on ").strip()
    async with aiohttp.ClientSession() as session:
        caller, anna = Caller(url, pop, session), Caller(url, made.stdout.strip(), session)
        posted, _ = await caller.post("/v1/tickets", body())
        await anna.post(f"/v1/tickets/{tid(1)}/reply", {"text": "Tomorrow."})
        revoked = await asyncio.to_thread(desk_command, "token", "--revoke", "anna")
        refused, _ = await anna.get("/v1/queue")
    reloaded = await asyncio.to_thread(desk_command, "reload")
    process.send_signal(signal.SIGHUP)
    exported = await asyncio.to_thread(desk_command, "export", "--tenant", "northwind")
    foreign = await asyncio.to_thread(desk_command, "export", "--tenant", "globex")
    audit = await asyncio.to_thread(desk_command, "export", "--audit")
    islands = [
        await asyncio.to_thread(desk_command, "export", "--island", name)
        for name in ("northwind/drop", "northwind/gig")
    ]
    process.send_signal(signal.SIGTERM)
    status = await process.wait()

    assert (201, "revoked anna\n", 401, 0) == (posted, revoked.stdout, refused, status)
    assert "desk-tokens.json" in reloaded.stdout
    assert ["Tomorrow."] == [msgspec.json.decode(line)["reply"] for line in exported.stdout.splitlines()]
    assert "" == foreign.stdout
    # One island's file has no other island's words, also where a tenant has several.
    assert [exported.stdout, ""] == [of_island.stdout for of_island in islands]
    assert ["received", "reply"] == [msgspec.json.decode(line)["action"] for line in audit.stdout.splitlines()]


def test_reload_without_a_desk(desk_command: Skerry) -> None:
    """The error names the command that starts one."""
    result = desk_command("reload")

    assert 1 == result.exit_code
    assert "skerry desk serve --home" in result.output
