"""A PoP says that it is ready when the publisher's islands can be asked, or when no islands are to be had."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.daemon import run_pop
from tests.daemon.conftest import TRUSTING_HTTP, pop_config, running_pop, running_publisher
from tests.pen import DROP
from tests.waiting import until


async def test_ready_with_islands(home: Path, tmp_path: Path, origin: DemoOrigin) -> None:
    """The first request after "ready" finds the island: nobody is told that the event does not exist."""
    async with running_publisher(home) as publisher_url:
        config = pop_config(tmp_path, publisher_url=publisher_url, origin_url=origin.url)
        async with running_pop(config, origin) as pop:
            (island,) = json.loads((await pop.get("/v1/islands"))[1])["islands"]

    assert (str(DROP), "fresh") == (island["island"], island["state"])


@pytest.mark.usefixtures("home")
async def test_silent_publisher(tmp_path: Path, origin: DemoOrigin) -> None:
    """While the first answer is awaited, `/readyz` is 503; a publisher that never answers is not awaited for ever."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    stop, ready = asyncio.Event(), asyncio.Event()
    async with silent_server() as url, aiohttp.ClientSession() as http:
        config = pop_config(tmp_path, publisher_url=url, origin_url=origin.url, http={**TRUSTING_HTTP, "port": port})
        pop = asyncio.create_task(run_pop(config, stop=stop, on_ready=lambda _url: ready.set()))
        seen: list[tuple[int, bool]] = []

        async def answers() -> bool:
            try:
                async with http.get(f"http://127.0.0.1:{port}/readyz") as reply:
                    seen.append((reply.status, (await reply.json())["has_begun"]))
            except aiohttp.ClientConnectionError:
                return False
            return True

        await until(answers, "the port answers")
        await ready.wait()
        await answers()
        stop.set()
        await pop

    assert [(503, False), (200, True)] == seen


@asynccontextmanager
async def silent_server() -> AsyncIterator[str]:
    """A server that accepts connections and says nothing; gives its URL."""

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(4096):
            pass
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
