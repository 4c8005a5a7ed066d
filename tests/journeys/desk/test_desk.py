"""PoPs and Skerry's own desk as processes: replies reach the viewer who asked, over kills of either."""

import asyncio
import random
from typing import Any

import pytest

from edge.cli.demo import Harness
from tests.journeys.desk.drop import QUESTION, Drop
from tests.pen import DROP
from tests.waiting import until

pytestmark = pytest.mark.journey

KILLS = 10


@pytest.fixture
async def drop(harness: Harness) -> Drop:
    """The desk runs and knows an agent; no PoP runs yet."""
    drop = Drop(harness)
    await drop.begin()
    return drop


async def test_replies_reach_the_viewers_of_three_pops(drop: Drop) -> None:
    """Each the one that asked. The agent sees the load by the PoPs' own counts, and nobody is silent."""
    names = ("ams", "fra", "sin")
    for name in names:
        await drop.start_pop(name)
    asked = {number: (names[number % 3], await drop.ask(names[number % 3], number)) for number in range(15)}

    async def are_all_there() -> bool:
        return len(await drop.tickets()) == len(asked)

    await until(are_all_there, "every ticket at the desk")
    for number, (_, response) in asked.items():
        reply = {"text": f"reply {number}", "suggestion": "ignored"}
        answered = await drop.agent("POST", f"/v1/tickets/{response['ticket']}/reply", **reply)
        assert [response["ticket"]] == answered["tickets"]
    for number, (pop, response) in asked.items():
        await drop.until_replied(pop, response, f"reply {number}")

    async def is_on_the_wall() -> bool:
        board = await drop.agent("GET", "/v1/board")
        if any(one["unconfirmed"] for one in board["pops"]):
            return False
        counts = [one["figures"]["islands"] for one in board["pops"] if one["figures"]]
        return len(counts) == len(names) and all(
            5 == sum(figures["counts"].get("escalate", 0) for figures in islands) for islands in counts
        )

    await until(is_on_the_wall, "what the PoPs counted")
    board = await drop.agent("GET", "/v1/board")
    assert [(name, None, 0) for name in names] == [
        (one["pop"], one["silent_since"], one["unconfirmed"]) for one in board["pops"]
    ]


async def test_reply_while_the_pop_is_down(drop: Drop) -> None:
    """It waits at the desk, and reaches the viewer after the start; equal questions are answered at once."""
    await drop.start_pop("ams")
    first, second = await drop.ask("ams", 1), await drop.ask("ams", 1)

    async def is_one_row() -> bool:
        return [{first["ticket"], second["ticket"]}] == [set(ids) for ids in (await drop.tickets()).values()]

    await until(is_one_row, "equal questions as one row")
    await drop.harness.kill("ams")
    await drop.agent("POST", f"/v1/tickets/{first['ticket']}/reply", text="They do.", row=True)
    await drop.start_pop("ams")

    await drop.until_replied("ams", first, "They do.")
    await drop.until_replied("ams", second, "They do.")


async def test_kills_lose_nothing_and_double_nothing(drop: Drop) -> None:
    """PoP and desk are killed by turns while viewers ask and the agent replies; the seed is fixed."""
    rng = random.Random(16)
    await drop.start_pop("ams")
    asked: dict[int, dict[str, Any]] = {}
    for number in range(KILLS):
        asked[number] = await drop.ask("ams", number)
        for process in rng.sample(["ams", "desk"], k=1 + (number % 3 == 0)):
            await asyncio.sleep(rng.random() * 0.05)
            await drop.harness.kill(process)
            if process == "desk":
                await drop.start_desk()
            else:
                await drop.start_pop("ams")
        replied = await _reply_to_all(drop)
        assert replied <= {response["ticket"] for response in asked.values()}

    async def is_empty() -> bool:
        await _reply_to_all(drop)
        return len(await drop.tickets(state="answered")) == KILLS

    await until(is_empty, "every ticket answered")
    for number, response in asked.items():
        await drop.until_replied("ams", response, f"to {QUESTION.format(number)}")
    assert [1] * KILLS == [len(ids) for ids in (await drop.tickets(state="answered")).values()]


async def _reply_to_all(drop: Drop) -> set[str]:
    """Reply to what is open; gives the ids."""
    found = await drop.tickets()
    for text, ids in found.items():
        for ticket in ids:
            await drop.agent("POST", f"/v1/tickets/{ticket}/reply", text=f"to {text}")
    return {ticket for ids in found.values() for ticket in ids}


async def test_pick_while_waiting_takes_the_ticket_back(drop: Drop) -> None:
    """It leaves the desk's queue, and the log has no word of it."""
    await drop.start_pop("ams")
    body = {"island": str(DROP), "text": "could it be that the thing fades some time after the wash", "session": "v"}
    async with drop.harness.http.post(f"{drop.pops['ams']}/v1/ask", json=body) as response:
        asked = await response.json()
    assert asked["ticket"], asked
    assert asked["options"], asked

    async def is_there() -> bool:
        return [asked["ticket"]] in (await drop.tickets()).values()

    await until(is_there, "the ticket at the desk")
    pick = {
        "receipt": asked["receipt"],
        "snippet": asked["options"][0]["snippet"],
        "text": body["text"],
        "session": "v",
    }
    async with drop.harness.http.post(f"{drop.pops['ams']}/v1/choice", json=pick) as response:
        chosen = await response.json()

    async def is_gone() -> bool:
        return not await drop.tickets() and bool(await drop.tickets(state="resolved"))

    await until(is_gone, "the ticket taken back")
    assert ("answer", "solved_waiting") == (chosen["outcome"], chosen["reason"])
    assert "fades some time" not in await drop.harness.log("desk") + await drop.harness.log("ams")
