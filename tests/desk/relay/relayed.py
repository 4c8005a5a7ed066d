"""A desk whose tenant's people work at a double of Chatwoot or Zammad."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestServer

from edge.records import DeskEvent
from tests.desk.desk import Caller, RunningDesk, running
from tests.waiting import until
from tests.wire.desks.fake_desks import ChatwootDesk, ZammadDesk

SECRET = "shared-with-chatwoot"
TENANT = "northwind"


def write_config(
    home: Path, kind: str, url: str, *, tenant: str = TENANT, token: str = "", look_s: float = 0.05, agents: int = 0
) -> None:
    """Add a relay to `desk.toml`, with its secrets."""
    home.mkdir(parents=True, exist_ok=True)
    secrets = {f"{tenant}.token": token or {"chatwoot": "bot-token", "zammad": "agent-token"}[kind]}
    secrets[f"{tenant}.secret"] = SECRET
    for name, content in secrets.items():
        (home / name).write_text(content + "\n")
        (home / name).chmod(0o600)
    needed = {
        "chatwoot": f"account = {ChatwootDesk.account}\ninbox = {ChatwootDesk.inbox}",
        "zammad": 'group = "Viewers"\ncustomer = "viewers@northwind.example"',
    }
    with (home / "desk.toml").open("a") as file:
        file.write(
            f'[relays.{tenant}]\nkind = "{kind}"\nurl = "{url}"\ntoken_file = "{tenant}.token"\n{needed[kind]}\n'
            f'webhook_secret_files = ["{tenant}.secret"]\ntimeout_s = 5\nlook_s = {look_s}\n'
            + (f"agents = {agents}\n" if agents else "")
        )


class Relayed:
    """The desk, the double behind it, and what the PoP has received."""

    def __init__(self, desk: RunningDesk, behind: Any, pop: Caller, agent: Caller) -> None:
        self.desk, self.behind, self.pop, self.agent = desk, behind, pop, agent
        self.received: list[DeskEvent] = []
        self.port = 0
        """Where the double listens."""
        self._last = 0

    async def fetch(self) -> list[DeskEvent]:
        """Fetch what is new for the PoP, and confirm it with the next call."""
        events, self._last = await self.pop.events(self._last)
        self.received += events
        return events

    async def until_received(self, count: int) -> list[DeskEvent]:
        """Wait until the PoP has this many events; then all of them."""

        async def has_all() -> bool:
            await self.fetch()
            return len(self.received) >= count

        await until(has_all, f"{count} events")
        return self.received

    async def until_seen(self, count: int) -> None:
        """Wait until people at the desk behind see this many conversations."""

        async def has_all() -> bool:
            return len(self.behind.seen()) >= count

        await until(has_all, f"{count} conversations")

    async def history(self, ticket: str) -> list[str]:
        """What happened to a ticket, as the page shows it."""
        _, document = await self.agent.get(f"/v1/tickets/{ticket}")
        return [one["action"] for one in document["history"]]

    async def webhook(self, conversation: int, message: dict[str, Any], *, secret: str = SECRET) -> int:
        """Send Chatwoot's webhook about a message; the status of the answer."""
        headers, body = self.behind.webhook_of(conversation, message, secret, time.time())
        url = f"{self.desk.url}/v1/webhooks/{TENANT}"
        async with self.desk.session.post(url, data=body, headers=headers) as response:
            return response.status


@contextlib.asynccontextmanager
async def relayed(home: Path, kind: str, **settings: Any) -> AsyncIterator[Relayed]:
    """Run the desk and the double."""
    behind = {"chatwoot": ChatwootDesk, "zammad": ZammadDesk}[kind]()
    async with TestServer(behind.app) as server:
        url = str(server.make_url("")).rstrip("/")
        await asyncio.to_thread(write_config, home, kind, url, **settings)
        async with running(home) as desk:
            pop, agent = await desk.new("fra-1"), await desk.new("anna", tenant=TENANT)
            world = Relayed(desk, behind, pop, agent)
            world.port = server.port or 0
            yield world
