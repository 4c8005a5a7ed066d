"""A whole PoP in this process, so that a blocked event loop fails the test, with a publisher and an origin."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.config import PopConfig
from edge.daemon import run_pop
from edge.host import utc_now
from edge.publish.server import PublisherServer
from edge.records import IslandName
from edge.tokens import pseudonym_of, tenant_pseudonym_key
from tests.pen import DROP, Pen
from tests.waiting import PATIENCE_S, until

SECRET = "s" * 44
"""The fleet's secret in these tests, where a PoP has one."""


def fleet_sessions(folder: Path) -> dict[str, str]:
    """The settings `[sessions]` of a PoP with `SECRET`, whose file is written below `folder`."""
    (folder / "fleet.secret").write_text(SECRET + "\n")
    (folder / "fleet.secret").chmod(0o600)
    return {"key_file": "fleet.secret"}


def pseudonym(name: str, island: IslandName = DROP) -> str:
    """What a PoP with `SECRET` makes of an ingest's name for a viewer, if the island is its own event."""
    return pseudonym_of(name, event=island.island, key=tenant_pseudonym_key(SECRET.encode(), island.tenant))


NO_LIMITS = {
    "session_per_s": 0,
    "tickets_per_min": 0,
    "address_per_s": 0,
    "address_tickets_per_min": 0,
    "refused_per_s": 0,
}
"""Tests ask faster than viewers do, and all from one address."""


class RunningPop:
    """A running PoP, asked over HTTP."""

    def __init__(self, url: str, http: aiohttp.ClientSession, origin: DemoOrigin) -> None:
        self.url, self.http, self.origin = url, http, origin

    async def post(
        self, body: bytes | dict[str, Any], *, path: str = "/v1/ask"
    ) -> tuple[int, dict[str, Any], aiohttp.ClientResponse]:
        """Status, document and response of a POST."""
        data = msgspec.json.encode(body) if isinstance(body, dict) else body
        async with self.http.post(self.url + path, data=data) as reply:
            return reply.status, msgspec.json.decode(await reply.read()), reply

    async def get(self, path: str, **headers: str) -> tuple[int, bytes, aiohttp.ClientResponse]:
        """Status, body and response of a GET."""
        async with self.http.get(self.url + path, headers=headers) as reply:
            return reply.status, await reply.read(), reply

    async def until_served(self, islands: int = 1) -> None:
        """Wait until this many islands are in force."""

        async def are_served() -> bool:
            return (await self.get("/v1/islands"))[1].count(b'"fresh"') == islands

        await until(are_served, f"{islands} islands in force")

    async def until_at_origin(self, tickets: set[str]) -> None:
        """Wait until origin has these tickets."""

        async def are_there() -> bool:
            return tickets <= self.origin.tickets.keys()

        await until(are_there, f"{len(tickets)} tickets at origin")


async def started(task: asyncio.Task[None], ready: asyncio.Future[str]) -> str:
    """The URL on which a server is ready; raises the error that ended it before, or TimeoutError if it is too slow."""
    waiting: list[asyncio.Future[Any]] = [task, ready]
    await asyncio.wait(waiting, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    if not ready.done():
        task.cancel()
        raise TimeoutError(f"the server was not ready within {PATIENCE_S:g} s")
    return ready.result()


@asynccontextmanager
async def running_publisher(
    home: Path, *, now: Callable[[], datetime] = utc_now, heartbeat_s: float = 5
) -> AsyncIterator[str]:
    """The real publisher's server for `home`; gives its URL."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    server = PublisherServer(home=home, host="127.0.0.1", port=0, timestamp_interval_s=heartbeat_s, now=now)
    task = asyncio.create_task(server.run(on_ready=ready.set_result))
    url = await started(task, ready)
    try:
        yield url
    finally:
        server.request_stop()
        await task


@asynccontextmanager
async def running_pop(
    config: PopConfig, origin: DemoOrigin, *, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[RunningPop]:
    """The real daemon with `config`."""
    stop = asyncio.Event()
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(run_pop(config, stop=stop, on_ready=ready.set_result, now=now))
    url = await started(task, ready)
    async with aiohttp.ClientSession() as http:
        try:
            yield RunningPop(url, http, origin)
        finally:
            stop.set()
            await task


TRUSTING_HTTP = {"port": 0, "trusted_ingests": {"networks": ["127.0.0.0/8"]}}
"""A free port, and everything on this machine is trusted as an ingest."""


NO_HURRY = {"max_lag_s": 600.0}
"""The machine of a test may be late, which is no overload."""


def pop_config(folder: Path, *, publisher_url: str, origin_url: str, **sections: dict[str, Any]) -> PopConfig:
    """A configuration with all files below `folder`, and a free port."""
    document = {
        "pop": {"name": "test-pop", "state_dir": "state"},
        "http": TRUSTING_HTTP,
        "publisher": {"url": publisher_url, "trusted_root": "home/root.json"},
        "limits": NO_LIMITS,
        "overload": NO_HURRY,
        "origin": {"url": origin_url, "retry_base_s": 0.01, "max_retry_delay_s": 0.05},
        **sections,
    }
    return msgspec.structs.replace(msgspec.convert(document, PopConfig), folder=folder)


@asynccontextmanager
async def running_origin() -> AsyncIterator[DemoOrigin]:
    """A demo origin."""
    origin = DemoOrigin(0)
    await origin.start()
    try:
        yield origin
    finally:
        await origin.stop()


@pytest.fixture
async def origin() -> AsyncIterator[DemoOrigin]:
    """A running demo origin."""
    async with running_origin() as origin:
        yield origin


@pytest.fixture
async def pop(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[RunningPop]:
    """A running PoP that serves the sample drop."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    async with running_publisher(home) as publisher_url:
        config = pop_config(
            tmp_path, publisher_url=publisher_url, origin_url=origin.url, islands={"required": [str(DROP)]}
        )
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            yield pop


@pytest.fixture
async def home(pen: Pen, tmp_path: Path) -> Path:
    """A publisher's home with the drop as revision 1."""
    return await asyncio.to_thread(pen.copy_home, tmp_path / "home")


Run = Callable[..., AbstractAsyncContextManager[RunningPop]]


@pytest.fixture
async def run(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[Run]:
    """Runs a PoP that serves the drop, with these sections in its configuration."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    async with running_publisher(home) as publisher_url:

        @asynccontextmanager
        async def run(**sections: Any) -> AsyncIterator[RunningPop]:
            config = pop_config(tmp_path, publisher_url=publisher_url, origin_url=origin.url, **sections)
            async with running_pop(config, origin) as pop:
                await pop.until_served()
                yield pop

        yield run
