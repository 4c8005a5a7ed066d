"""A publisher, Skerry's own desk and PoPs that hand over to it, as processes."""

import asyncio
import re
from collections import Counter
from typing import Any

import aiohttp
import msgspec

from edge.cli.demo import SKERRY, Harness
from tests.pen import DROP
from tests.waiting import until

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


class Drop:
    """A publisher, a desk, PoPs that have it as origin, and an agent."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.desk_url, self.token = "", ""
        self._desk_port = "0"
        self.pops: dict[str, str] = {}

    async def begin(self) -> None:
        """Run publisher and desk, which knows an agent. No PoP runs yet."""
        await self.harness.start_publisher()
        await asyncio.to_thread((self.harness.folder / "desk").mkdir)
        token = self.harness.folder / "anna.token"
        await self.skerry("token", "--agent", "anna", "--tenant", DROP.tenant, "--output", str(token))
        self.token = (await asyncio.to_thread(token.read_text)).strip()
        await self.start_desk()

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

    async def all_tickets(self, *states: str) -> list[tuple[str, str]]:
        """Question and id of every ticket in these states; a row must have a hundred at most."""
        found, after = list[tuple[str, str]](), ""
        for state in states:
            while after is not None:
                page = await self.agent("GET", f"/v1/queue?state={state}&limit=200&after={after}")
                found += [(row["text"], ticket) for row in page["rows"] for ticket in row["tickets"]]
                after = page["next"]
            after = ""
        return found

    async def replies_by_audit(self) -> Counter[str]:
        """How many replies the audit log has, by ticket."""
        lines = [msgspec.json.decode(line) for line in (await self.skerry("export", "--audit")).splitlines()]
        return Counter(line["ticket"] for line in lines if line["action"] == "reply")

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
