"""`skerry outbox` while the PoP runs: over its admin socket, with the real commands."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.test_config import SOUND
from tests.daemon.conftest import RunningPop
from tests.pen import DROP
from tests.waiting import until


async def outbox(folder: Path, *arguments: str) -> tuple[int, str]:
    """Exit status and output of one `skerry outbox` command for the PoP with its state in `folder/state`.

    By a process of its own, since this one prints the PoP's log.
    """
    config = folder / "pop.toml"
    config.write_text(SOUND)
    words = [sys.executable, "-m", "edge", "outbox", arguments[0], "--config", str(config), *arguments[1:]]
    ended = await asyncio.to_thread(subprocess.run, words, capture_output=True, text=True, check=False, timeout=60)
    return ended.returncode, ended.stdout + ended.stderr


async def escalated(pop: RunningPop, text: str) -> tuple[str, str]:
    """Id and token of the ticket of a question that people must answer."""
    status, document, _ = await pop.post({"island": str(DROP), "text": text, "want": "person"})
    assert 202 == status
    return document["ticket"], document["ticket_token"]


async def state_of(pop: RunningPop, ticket: tuple[str, str]) -> str:
    """What its viewer is told."""
    _, body, _ = await pop.get(f"/v1/tickets/{ticket[0]}", Authorization=f"Bearer {ticket[1]}")
    state: str = json.loads(body)["state"]
    return state


async def test_commands_on_a_running_pop(pop: RunningPop, tmp_path: Path) -> None:
    """Held, dropped and retried as on a stopped one; viewers and `/statusz` are told at once."""
    await pop.origin.stop()
    held, dropped, left = [await escalated(pop, f"my parcel number {number} is lost") for number in range(3)]
    listed = await outbox(tmp_path, "list", "--json")
    shown = await outbox(tmp_path, "show", held[0], "--with-text")
    exported = await outbox(tmp_path, "export")

    said = [await outbox(tmp_path, "hold", held[0]), await outbox(tmp_path, "drop", "--yes", dropped[0])]
    dead = await outbox(tmp_path, "list", "--dead-letters", "--json")
    states = [await state_of(pop, ticket) for ticket in (held, dropped, left)]

    async def is_shown() -> bool:
        status = json.loads((await pop.get("/statusz"))[1])["outbox"]
        return bool((status["tickets"], status["dead_letters"]) == (1, 1))

    await until(is_shown, "one dead letter in /statusz")
    await pop.origin.start()
    await pop.until_at_origin({left[0]})
    said.append(await outbox(tmp_path, "retry", held[0]))
    await pop.until_at_origin({held[0]})

    assert [held[0], dropped[0], left[0]] == [json.loads(line)["id"] for line in listed[1].splitlines()]
    assert "my parcel number 0 is lost" == json.loads(shown[1])["text"]
    assert 3 == len(exported[1].splitlines())
    assert "parcel" not in exported[1]
    assert [held[0]] == [json.loads(line)["id"] for line in dead[1].splitlines()]
    assert ["not_delivered", "dropped", "waiting"] == states
    again = f"skerry outbox retry TICKET... --config {tmp_path / 'pop.toml'}"
    assert [
        f"tickets held: 1; to deliver them again, run: {again}\n",
        "tickets dropped: 1\n",
        "tickets to be delivered: 1; the PoP delivers them as soon as their origin takes tickets\n",
    ] == [result[1] for result in said]
    assert dropped[0] not in pop.origin.tickets


@pytest.mark.usefixtures("pop")
async def test_ticket_that_a_running_pop_does_not_have(tmp_path: Path) -> None:
    """The same words as on a stopped one."""
    results = [await outbox(tmp_path, *words) for words in (("show", "x"), ("hold", "x"), ("drop", "--yes", "x"))]
    expected = "error: the outbox holds no ticket 'x', expected one that `skerry outbox list` names"

    assert [1, 1, 1] == [result[0] for result in results]
    assert [expected] * 3 == [result[1].split(" (")[0].strip() for result in results]
