"""A PoP, its publisher, and its desk: the log of a past event moves, and every command reads it there."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from edge.cli import cli
from edge.ledger import NoteKey
from edge.publish.fleet import FleetMembers
from edge.publish.repository import Repository
from edge.publish.witness import witness_key
from tests.daemon.conftest import RunningPop, pop_config, running_origin, running_pop, running_publisher
from tests.desk.desk import running, token_of
from tests.pen import DROP, Pen
from tests.waiting import until

ORIGIN = f"test-pop/{DROP}"


async def until_archived(pop: RunningPop) -> dict[str, Any]:
    """Wait until the PoP says that its log is in the archive; gives its list of logs."""

    async def is_archived() -> bool:
        logs = json.loads((await pop.get("/v1/ledger"))[1])["logs"]
        return [("archived", str(DROP))] == [(log["state"], log["name"]) for log in logs]

    await until(is_archived, "a log in the archive")
    return dict(json.loads((await pop.get("/v1/ledger"))[1]))


async def run(*arguments: str) -> str:
    """What a command prints. It must succeed."""
    done = await asyncio.to_thread(CliRunner().invoke, cli, list(arguments))
    assert 0 == done.exit_code, done.output
    return done.output


async def ask_and_end(pop: RunningPop, pen: Pen, home: Path) -> str:
    """Ask a question, and let the event end. Gives the leaf of the answer."""
    await pop.until_served()
    answered = (await pop.post({"island": str(DROP), "text": pen.example}))[1]
    await asyncio.to_thread(pen.withdraw, home)
    return str(answered["leaf"])


@pytest.mark.timeout(60)
async def test_log_at_the_publisher(pen: Pen, tmp_path: Path) -> None:
    """It is verified there by the key that the fleet knows and by the witness, without the PoP."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    witness = await asyncio.to_thread(lambda: witness_key(Repository(home).keys).text)
    async with running_origin() as origin, running_publisher(home) as publisher_url:
        config = pop_config(
            tmp_path,
            publisher_url=publisher_url,
            origin_url=origin.url,
            ledger={"archive": "publisher", "close_after_s": 0.2, "flush_s": 0.05},
            witness={"key": witness, "interval_s": 0.05},
        )
        async with running_pop(config, origin) as pop:
            public = (await asyncio.to_thread((tmp_path / "state" / "status.pub").read_text)).strip()
            await asyncio.to_thread(FleetMembers(home).add, "test-pop", public)
            leaf = await ask_and_end(pop, pen, home)
            await until_archived(pop)
    log = str(home / "archive" / ORIGIN)

    verified = await run("ledger", "verify", log, "--key", public, "--witness", witness, "--json")
    found = json.loads(verified)
    assert (2, ["skerry-witness"]) == (found["entries"], [one["by"] for one in found["cosigned"]])
    assert "c2sp.org/tlog-proof" in await run("ledger", "prove", log, "--key", public, "--leaf", leaf)
    await run("ledger", "export", log, str(tmp_path / "copy"), "--key", public)
    bundle = str(tmp_path / "answer.zip")
    await run("ledger", "bundle", log, "--key", public, "--receipt", leaf, "--output", bundle)
    assert ORIGIN in await run("verify", "--bundle", bundle, "--log-key", NoteKey(ORIGIN, bytes.fromhex(public)).text)


@pytest.mark.timeout(60)
async def test_log_at_the_desk(pen: Pen, tmp_path: Path) -> None:
    """It is verified there by the key of the log."""
    home, desk_home = await asyncio.to_thread(pen.copy_home, tmp_path / "home"), tmp_path / "desk"
    token = tmp_path / "desk.token"
    await asyncio.to_thread(token.touch, 0o600)
    await asyncio.to_thread(token.write_text, await token_of(desk_home, "test-pop"))
    async with running_origin() as origin, running_publisher(home) as publisher_url, running(desk_home) as desk:
        config = pop_config(
            tmp_path,
            publisher_url=publisher_url,
            origin_url=origin.url,
            origin={"url": desk.url, "kind": "desk", "token_file": "desk.token"},
            fleet={"enabled": False},
            ledger={"archive": "desk", "close_after_s": 0.2, "flush_s": 0.05},
        )
        async with running_pop(config, origin) as pop:
            leaf = await ask_and_end(pop, pen, home)
            key = (await until_archived(pop))["key"]
    log = desk_home / "desk-archive" / ORIGIN

    stated = (await asyncio.to_thread((log / "key").read_text)).strip()
    assert "entries   2" in await run("ledger", "verify", str(log), "--key", key)
    assert "c2sp.org/tlog-proof" in await run("ledger", "prove", str(log), "--key", stated, "--leaf", leaf)
