"""The demo's last step: people answer at Skerry's own desk. Then a replayed drop keeps its pages alive."""

import asyncio
import getpass
import random
import shlex
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from edge.cli.demo.harness import Harness
from edge.cli.demo.output import DemoOutput
from edge.cli.demo.shop import DemoShop
from edge.config import asset_folder
from edge.desk.access import TokenKind, read_desk_tokens, tokens_path
from edge.errors import UnreachableError
from edge.host import read_token
from edge.publish.source import read_question_file
from edge.records import AskResponse, IslandName, IslandState

WORDS = "do gulls dream of chips"
REPLY = "They do, and of yours in particular."
PATIENCE_S = 20.0
"""Longest wait for what usually takes a second."""

BUSY_S, PAUSE_S = 600.0, 0.5
"""A drop: ten minutes with two questions a second."""

QUIET_PAUSE_S = 5.0
SEED = 16


async def answer_at_the_desk(harness: Harness, output: DemoOutput) -> None:
    """Start a desk, restart the PoP with it as origin, ask, reply there, and read the reply as the viewer."""
    harness.has_desk = True
    await harness.start_desk()
    await harness.stop("pop")
    await harness.start_pop()
    island = await _fresh_island(harness)
    began = time.perf_counter()
    response = await harness.ask({"island": island, "text": WORDS, "session": "mia"})
    asked = msgspec.json.decode(response, type=AskResponse)
    token = await asyncio.to_thread(lambda: read_token(_agent_file(harness, island), advice="run the demo again"))

    async def is_there() -> bool:
        rows = (await _get(harness, f"{harness.desk_url}/v1/queue", token)).get("rows", [])
        return any(asked.ticket in row["tickets"] for row in rows)

    async def has_reply() -> bool:
        shown = await _get(harness, f"{harness.pop_url}/v1/tickets/{asked.ticket}", asked.ticket_token or "")
        return bool(shown.get("reply") == REPLY)

    arrived = asked.ticket is not None and await _within(PATIENCE_S, is_there)
    there_ms = (time.perf_counter() - began) * 1000
    began, replied = time.perf_counter(), False
    if arrived:
        await _post(harness, f"{harness.desk_url}/v1/tickets/{asked.ticket}/reply", {"text": REPLY}, token)
        replied = await _within(PATIENCE_S, has_reply)
    back_ms = (time.perf_counter() - began) * 1000
    output.step(
        "answer at Skerry's own desk",
        ok=arrived and replied,
        found=f"the ticket is there after {there_ms:.0f} ms, the reply in the viewer's page after {back_ms:.0f} ms",
    )


async def open_shop(harness: Harness) -> DemoShop:
    """Start a shop's page for the first island that the PoP serves. The caller stops it."""
    name = IslandName.parse(await _fresh_island(harness))
    island = await _get(harness, f"{harness.pop_url}/v1/islands/{name}")
    named = (await _get(harness, f"{harness.pop_url}/.well-known/skerry-keys")).get("tenants", [])
    # Here the PoP is ours. A shop gets the keys from its tenant.
    keys = next(one["keys"] for one in named if one["tenant"] == name.tenant)
    key, title, pop_url = " ".join(one["ed25519"] for one in keys), str(island.get("title", "")), harness.pop_url
    shop = await asyncio.to_thread(
        lambda: DemoShop(harness.shop_port, pop_url=pop_url, island=str(name), title=title, key=key)
    )
    await shop.start()
    return shop


async def links(harness: Harness, shop: DemoShop, environment: Mapping[str, str]) -> Sequence[str]:
    """Lines with the shop's and the desk's pages, how to sign in there, and how to reach them over ssh."""
    wall = harness.home / "wall.token"
    island = await _fresh_island(harness)
    tenant = IslandName.parse(island).tenant
    words = ("--home", str(harness.home), "--wall", "screen", "--tenant", tenant, "--output", str(wall))
    await harness.skerry("desk", "token", *words)
    agent = await asyncio.to_thread(_agent_file, harness, island)
    return (
        *over_ssh((shop.port, harness.pop_port, harness.desk_port), environment),
        f"  {shop.url}/          # a shop's page: ask there as a viewer",
        f"  {harness.pop_url}/widget/themes.html   # the same chat in your colours",
        "Other viewers go on asking. People and the producer see it here:",
        f"  {harness.desk_url}/          # the desk; sign in with: cat {agent}",
        f"  {harness.desk_url}/wall      # the wall; sign in with: cat {wall}",
    )


def over_ssh(ports: Sequence[int], environment: Mapping[str, str]) -> tuple[str, ...]:
    """The line for a terminal at home, if this one came by ssh: client, port, server, port (`man 1 ssh`)."""
    parts = environment.get("SSH_CONNECTION", "").split()
    if len(parts) != 4:  # noqa: PLR2004 - the four parts above
        return ()
    server, server_port = parts[2], parts[3]
    at_port = "" if server_port == "22" else f"-p {shlex.quote(server_port)} "
    where = shlex.quote(f"{getpass.getuser()}@{server}")
    forwarded = " ".join(f"-L {port}:127.0.0.1:{port}" for port in ports)
    return (f"  ssh {forwarded} {at_port}{where}      # first, on the computer with the browser",)


async def replay(harness: Harness) -> None:
    """Ask the sample questions as viewers of a drop would, until cancelled. What does not get through is left out."""
    questions = await asyncio.to_thread(read_question_file, asset_folder("islands") / "questions.toml")
    island, chance = await _fresh_island(harness), random.Random(SEED)  # noqa: S311 - a replay
    texts = [one.text for one in questions if one.island == island]
    began, number = time.monotonic(), 0
    while True:
        number += 1
        question = {"island": island, "text": chance.choice(texts), "session": f"viewer-{number}", "channel": "chat"}
        await _post(harness, f"{harness.pop_url}/v1/ask", question)
        is_busy = time.monotonic() - began < BUSY_S
        await asyncio.sleep((PAUSE_S if is_busy else QUIET_PAUSE_S) * chance.uniform(0.2, 1.8))


async def _fresh_island(harness: Harness) -> str:
    """The first island that the PoP serves; another one was withdrawn. Raises `UnreachableError` if there is none."""
    found: list[str] = []

    async def is_served() -> bool:
        islands = (await _get(harness, f"{harness.pop_url}/v1/islands")).get("islands", [])
        found[:] = sorted(str(one["island"]) for one in islands if one["state"] == IslandState.FRESH)
        return bool(found)

    if not await _within(PATIENCE_S, is_served):
        raise UnreachableError("the PoP serves no island any more, expected two of three")
    return found[0]


def _agent_file(harness: Harness, island: str) -> Path:
    """The file with the token that `keys init` made for a person of this island's tenant."""
    tenant = IslandName.parse(island).tenant
    known = read_desk_tokens(tokens_path(harness.home))
    name = next(one.name for one in known if one.kind is TokenKind.AGENT and one.tenant == tenant)
    return harness.home / f"{name}.token"


async def _get(harness: Harness, url: str, token: str = "") -> dict[str, Any]:
    return await _exchange(harness, "GET", url, token)


async def _post(harness: Harness, url: str, document: object, token: str = "") -> dict[str, Any]:
    return await _exchange(harness, "POST", url, token, document)


async def _exchange(
    harness: Harness, method: str, url: str, token: str, document: object | None = None
) -> dict[str, Any]:
    """The answer as a document; an empty one if there is none, as while a process starts again."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        async with harness.http.request(method, url, json=document, headers=headers) as response:
            found = await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


async def _within(seconds: float, is_so: Callable[[], Awaitable[bool]]) -> bool:
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        if await is_so():
            return True
        await asyncio.sleep(0.01)
    return False
