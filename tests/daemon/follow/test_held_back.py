"""A proxy between PoP and publisher that holds back the push stream: what was withdrawn is gone soon all the same."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from edge.cli.demo.origin import DemoOrigin
from tests.daemon.conftest import RunningPop, pop_config, running_pop, running_publisher
from tests.daemon.tickets.proxies import buffering_proxy, nginx
from tests.pen import Pen
from tests.waiting import until

SOON = {"poll_s": 1e6, "initial_poll_jitter_s": 0.05, "late_poll_s": 0.2}
"""The usual polls come after days."""


@asynccontextmanager
async def behind(url: str, folder: Path, origin: DemoOrigin) -> AsyncIterator[RunningPop]:
    """A PoP that has the drop, by way of the proxy at `url`."""
    publisher = {"url": url, "trusted_root": "home/root.json", **SOON}
    config = pop_config(folder, publisher_url=url, origin_url=origin.url, publisher=publisher)
    async with running_pop(config, origin) as pop:
        await pop.until_served()
        yield pop


async def push_state(pop: RunningPop) -> str:
    """How the push stream does, by the PoP's own word."""
    return str(msgspec.json.decode((await pop.get("/statusz"))[1])["push"])


async def until_withdrawn_and_named(pop: RunningPop) -> None:
    """Wait until the PoP obeys, and says what is wrong."""

    async def is_withdrawn() -> bool:
        return b'"withdrawn"' in (await pop.get("/v1/islands"))[1]

    async def is_named() -> bool:
        return await push_state(pop) == "held_back"

    await until(is_withdrawn, "the drop is withdrawn")
    await until(is_named, "the proxy is named")
    assert b"skerry_push_held_back 1.0" in (await pop.get("/metrics"))[1]


async def test_withdrawal_through_a_proxy_that_buffers(
    home: Path, pen: Pen, tmp_path: Path, origin: DemoOrigin
) -> None:
    """It holds back 64 KiB, which is many heartbeats."""
    async with (
        running_publisher(home, heartbeat_s=0.3) as url,
        buffering_proxy(int(url.rpartition(":")[2]), held_bytes=65_536) as proxy,
        behind(proxy, tmp_path, origin) as pop,
    ):
        await asyncio.to_thread(pen.withdraw, home)

        await until_withdrawn_and_named(pop)


@pytest.mark.requires("nginx")
async def test_withdrawal_through_nginx_that_buffers(home: Path, pen: Pen, tmp_path: Path, origin: DemoOrigin) -> None:
    """Real buffers, by an operator who forbade the publisher to switch them off."""
    folder = tmp_path / "nginx"
    folder.mkdir()
    buffers = "proxy_buffers 8 32k; proxy_buffer_size 32k; proxy_ignore_headers X-Accel-Buffering;"
    async with (
        running_publisher(home, heartbeat_s=0.3) as url,
        nginx(folder, url, idle_s=60, more=buffers) as proxy,
        behind(proxy, tmp_path, origin) as pop,
    ):
        await asyncio.to_thread(pen.withdraw, home)

        await until_withdrawn_and_named(pop)


@pytest.mark.requires("nginx")
async def test_push_through_nginx_as_it_comes(home: Path, pen: Pen, tmp_path: Path, origin: DemoOrigin) -> None:
    """The publisher asks it not to buffer, so the stream is timely, and a change comes long before a poll."""
    folder = tmp_path / "nginx"
    folder.mkdir()
    async with (
        running_publisher(home, heartbeat_s=0.3) as url,
        nginx(folder, url, idle_s=60) as proxy,
        behind(proxy, tmp_path, origin) as pop,
    ):
        await asyncio.to_thread(pen.publish, home)

        async def is_there() -> bool:
            return b'"revision":2' in (await pop.get("/v1/islands"))[1]

        await until(is_there, "revision 2")
        state = await push_state(pop)

    assert "timely" == state
