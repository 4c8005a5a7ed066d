"""The three real servers in this process, each with what a caller needs: tokens, a ticket, a snippet."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from edge.host import utc_now
from edge.publish.fleet import PublisherAuth, issue_token
from edge.publish.server import PublisherServer
from tests.daemon.conftest import NO_LIMITS, pop_config, running_origin, running_pop, running_publisher, started
from tests.desk.desk import body, running, token_of
from tests.pen import DROP, Pen

SECRET = "whsec_" + base64.b64encode(b"a secret of this test alone, 32 b").decode()
DESK_TOKEN = "desk-token-of-this-test"


@dataclass
class Served:
    """One server."""

    name: str
    url: str
    tokens: dict[str, str] = field(default_factory=dict)
    """By security scheme."""
    pinned: dict[str, dict[str, str]] = field(default_factory=dict)
    """Parameters of an operation that a schema cannot guess, by operation id."""


@contextlib.asynccontextmanager
async def served_pop(folder: Path, pen: Pen, *, has_limits: bool = False) -> AsyncIterator[Served]:
    """A PoP with a desk, a ticket and a session. `has_limits`: with the limits that it has by default."""
    home = await asyncio.to_thread(pen.copy_home, folder / "home")
    await asyncio.to_thread(_write_secrets, folder)
    limits = {} if has_limits else NO_LIMITS
    async with running_origin() as origin, running_publisher(home) as publisher_url:
        config = pop_config(
            folder,
            publisher_url=publisher_url,
            origin_url=origin.url,
            http={"port": 0},
            limits=limits,
            origin={"url": origin.url, "webhook_secret_files": ["webhook.secret"]},
            people={"desk_tokens_file": "desk.tokens"},
        )
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            asked = (await pop.post({"island": str(DROP), "text": "a person, please"}))[1]
            session = (await pop.post({"island": str(DROP)}, path="/v1/sessions"))[1]["session"]
            snippets = msgspec.json.decode((await pop.get(f"/v1/islands/{DROP}"))[1])["served_snippets"]
            island = {"path.tenant": DROP.tenant, "path.island": DROP.island}
            yield Served(
                "pop",
                pop.url,
                {"desk": DESK_TOKEN, "session": session, "ticket": asked["ticket_token"]},
                {
                    "getTicket": {"path.ticket": asked["ticket"]},
                    "getSnippet": {**island, "path.snippet": snippets[0]},
                    "takeDeskEvent": {"path.origin": "default"},
                },
            )


def _write_secrets(folder: Path) -> None:
    for name, content in (("webhook.secret", SECRET), ("desk.tokens", f"* {DESK_TOKEN}")):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(content + "\n", encoding="utf-8")


@contextlib.asynccontextmanager
async def served_desk(folder: Path) -> AsyncIterator[Served]:
    """A desk with a PoP, an agent, and two tickets."""
    home = folder / "desk-home"
    tokens = {
        "pop": await token_of(home, "fra-1"),
        "agent": await token_of(home, "anna", tenant="northwind"),
    }
    async with running(home) as desk:
        now = utc_now()
        for number in (1, 2):
            posted, _ = await desk.caller(tokens["pop"]).post("/v1/tickets", body(number, created=now))
            assert posted == 201
        ticket = "00000000-0000-4000-8000-000000000001"
        own = {name: {"path.name": "fra-1"} for name in ("postPopFigures", "archiveLog", "archiveEntries")}
        pinned = {**own, "getTicket": {"path.id": ticket}}
        yield Served("desk", desk.url, tokens, pinned)


@contextlib.asynccontextmanager
async def served_publisher(folder: Path, pen: Pen) -> AsyncIterator[Served]:
    """A publisher that asks for tokens."""
    home = await asyncio.to_thread(pen.copy_home, folder / "publisher-home")
    tokens = folder / "pops.tokens"
    token = await asyncio.to_thread(issue_token, tokens, "fra-1")
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    guard = await asyncio.to_thread(lambda: PublisherAuth(tokens=tokens))
    server = PublisherServer(home=home, host="127.0.0.1", port=0, timestamp_interval_s=5, guard=guard)
    task = asyncio.create_task(server.run(on_ready=ready.set_result))
    url = await started(task, ready)
    try:
        own = {name: {"path.name": "fra-1"} for name in ("archiveLog", "archiveEntries")}
        yield Served("publisher", url, {"pop": token}, {**own, "getMetadata": {"path.file": "timestamp.json"}})
    finally:
        server.request_stop()
        await task


async def description(served: Served) -> dict[str, Any]:
    """The document that a server gives of itself."""
    async with aiohttp.ClientSession() as http, http.get(served.url + "/openapi.json") as response:
        assert 200 == response.status
        return dict(msgspec.json.decode(await response.read()))
