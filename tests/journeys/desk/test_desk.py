"""PoPs and Skerry's own desk as processes: replies reach the viewer who asked, over kills of either."""

import asyncio
import random
import re
from typing import Any

import aiohttp
import pytest

from edge.cli.demo import SKERRY, Harness
from tests.pen import DROP
from tests.waiting import until

pytestmark = pytest.mark.journey

CONFIG = """
[pop]
name = "{name}"
state_dir = "state-{name}"
[http]
port = 0
trusted_ingests = {{ networks = ["127.0.0.0/8"] }}
[limits]
session_per_s = 0
tickets_per_min = 0
address_per_s = 0
address_tickets_per_min = 0
[publisher]
url = "http://127.0.0.1:{publisher}"
trusted_root = "home/root.json"
[origin]
kind = "desk"
url = "http://127.0.0.1:{desk}"
token_file = "{name}.token"
retry_base_s = 0.05
max_retry_delay_s = 0.2
"""

QUESTION = "do gulls dream of chips, number {}"
KILLS = 10


class Drop:
    """A publisher, a desk, PoPs that have it as origin, and an agent."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.desk_url, self.token = "", ""
        self._desk_port = "0"
        self.pops: dict[str, str] = {}

    async def skerry(self, *words: str) -> str:
        """What a command of the desk prints."""
        command = (*SKERRY, "desk", *words, "--home", str(self.harness.folder / "desk"))
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        out, _ = await process.communicate()
        assert 0 == process.returncode, command
        return out.decode()

    async def start_desk(self) -> None:
        """Run the desk; after the first time on the same port."""
        before = len(await self.harness.log("desk")) if self.desk_url else 0
        home = str(self.harness.folder / "desk")
        await self.harness._start("desk", *SKERRY, "desk", "serve", "--home", home, "--port", self._desk_port)
        self.desk_url = await self._ready("desk", before)
        self._desk_port = self.desk_url.rpartition(":")[2]

    async def start_pop(self, name: str) -> None:
        """Run a PoP that has the drop."""
        folder = self.harness.folder
        config = folder / f"{name}.toml"
        if name not in self.pops:
            await self.skerry("token", "--pop", name, "--output", str(folder / f"{name}.token"))
            text = CONFIG.format(name=name, publisher=self.harness.publisher_port, desk=self._desk_port)
            await asyncio.to_thread(config.write_text, text)
        before = len(await self.harness.log(name)) if name in self.pops else 0
        await self.harness._start(name, *SKERRY, "pop", "serve", "--config", str(config))
        self.pops[name] = await self._ready(name, before)

        async def is_served() -> bool:
            return b'"fresh"' in await self._read(f"{self.pops[name]}/v1/islands")

        await until(is_served, f"{name} serves the drop")

    async def ask(self, pop: str, number: int) -> dict[str, Any]:
        """A question that people take: the PoP's response."""
        body = {"island": str(DROP), "text": QUESTION.format(number), "session": f"viewer-{number}"}
        async with self.harness.http.post(f"{self.pops[pop]}/v1/ask", json=body) as response:
            document: dict[str, Any] = await response.json()
        assert "ticket" in document, document
        return document

    async def agent(self, method: str, path: str, **body: Any) -> Any:
        """What the desk answers to the agent."""
        headers = {"Authorization": f"Bearer {self.token}"}
        url = self.desk_url + path
        async with self.harness.http.request(method, url, headers=headers, json=body or None) as response:
            return await response.json()

    async def tickets(self, *, state: str = "open") -> dict[str, list[str]]:
        """The ids of the tickets in this state, by question."""
        page = await self.agent("GET", f"/v1/queue?state={state}&limit=200")
        return {row["text"]: row["tickets"] for row in page["rows"]}

    async def viewer(self, pop: str, asked: dict[str, Any]) -> dict[str, Any]:
        """What the viewer's page reads of the ticket."""
        headers = {"Authorization": f"Bearer {asked['ticket_token']}"}
        async with self.harness.http.get(f"{self.pops[pop]}/v1/tickets/{asked['ticket']}", headers=headers) as response:
            document: dict[str, Any] = await response.json()
            return document

    async def until_replied(self, pop: str, asked: dict[str, Any], reply: str) -> None:
        """Wait until the viewer has the reply."""

        async def has_it() -> bool:
            try:
                return bool((await self.viewer(pop, asked))["reply"] == reply)
            except aiohttp.ClientError:
                return False

        await until(has_it, f"reply {reply!r} at {pop}")

    async def _ready(self, name: str, before: int) -> str:
        found: list[str] = []

        async def is_ready() -> bool:
            log = await self.harness.log(name)
            found[:] = re.findall(r"ready on (http://\S+)", log[before:])
            return bool(found)

        await until(is_ready, f"{name} is ready")
        return found[0]

    async def _read(self, url: str) -> bytes:
        async with self.harness.http.get(url) as response:
            return await response.read()


@pytest.fixture
async def drop(harness: Harness) -> Drop:
    """The desk runs and knows an agent; no PoP runs yet."""
    drop = Drop(harness)
    await harness.start_publisher()
    await asyncio.to_thread((harness.folder / "desk").mkdir)
    token = harness.folder / "anna.token"
    await drop.skerry("token", "--agent", "anna", "--tenant", DROP.tenant, "--output", str(token))
    drop.token = (await asyncio.to_thread(token.read_text)).strip()
    await drop.start_desk()
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
