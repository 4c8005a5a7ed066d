"""The demo ends with links to desk and wall, and a replayed drop feeds both."""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.waiting import until

LINK = re.compile(r"(http://127\.0\.0\.1:\d+)/(wall)? +# .*sign in with: cat (\S+)")
START_S = 240


@pytest.mark.default_ports
@pytest.mark.journey
async def test_demo_ends_with_pages_that_live() -> None:
    """By ssh the line for the tunnel comes first; the wall shows questions a minute, the desk has tickets."""
    environment = os.environ | {"SSH_CONNECTION": "192.0.2.7 50000 198.51.100.9 22", "PYTHONUNBUFFERED": "1"}
    demo = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "edge", "demo", env=environment, stdout=asyncio.subprocess.PIPE
    )
    printed: list[str] = []
    try:
        assert demo.stdout is not None
        async with asyncio.timeout(START_S):
            while not printed or "/wall " not in printed[-1]:
                line = await demo.stdout.readline()
                assert line, printed
                printed.append(line.decode())
        found = {page or "desk": (url, await secret(file)) for url, page, file in LINK.findall("".join(printed[-2:]))}
        async with aiohttp.ClientSession() as http:
            await until(lambda: shows_questions(http, *found["wall"]), "questions a minute at the wall")
            await until(lambda: has_tickets(http, *found["desk"]), "tickets at the desk")
            for path in ("/", "/wall"):
                async with http.get(found["desk"][0] + path) as response:
                    assert (200, "text/html") == (response.status, response.content_type)
    finally:
        demo.terminate()
        await demo.communicate()

    assert "all 14 steps succeeded\n" in printed
    port = found["desk"][0].rpartition(":")[2]
    tunnel, shop, themes, words, *_ = printed[-6:]
    assert f" -L {port}:127.0.0.1:{port} " in tunnel
    assert "a shop's page" in shop
    assert "/widget/themes.html " in themes
    assert "Other viewers" in words


async def secret(file: str) -> str:
    """What `cat FILE` prints."""
    return (await asyncio.to_thread(Path(file).read_text)).strip()


async def read(http: aiohttp.ClientSession, url: str, token: str) -> Any:
    """A document of the desk."""
    async with http.get(url, headers={"Authorization": f"Bearer {token}"}) as response:
        return await response.json()


async def shows_questions(http: aiohttp.ClientSession, url: str, token: str) -> bool:
    """True once the wall has a rate, and no PoP is silent."""
    board = await read(http, f"{url}/v1/board", token)
    return [True] == [sum((pop["per_minute"] or {}).values()) > 0 for pop in board["pops"]]


async def has_tickets(http: aiohttp.ClientSession, url: str, token: str) -> bool:
    """True once somebody's question is in the queue."""
    return bool((await read(http, f"{url}/v1/queue", token))["rows"])
