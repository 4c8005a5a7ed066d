"""A PoP that is measured: what it is told before, when it is ready, and which core it has."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from edge.cli.demo import SKERRY, Harness
from tests.pen import Pen
from tests.waiting import until

RAISED = """
[limits]
session_per_s = 0
tickets_per_min = 0
address_per_s = 0
address_tickets_per_min = 0
new_sessions_per_s = 0
refused_per_s = 0

[outbox]
tenant_share = 1.0
"""
"""Sections of `pop.toml`: no limit counts the load as one viewer's. The demo's own `[http]` trusts this machine as an
ingest."""


@asynccontextmanager
async def measured_pop(program: Sequence[str] = SKERRY) -> AsyncIterator[tuple[Harness, Pen]]:
    """Publisher, origin and a PoP that serves the sample drop, without limits. `program` runs the PoP."""
    with tempfile.TemporaryDirectory() as folder:
        pen = await asyncio.to_thread(Pen, Path(folder) / "pen")
        async with Harness(Path(folder)) as harness:
            harness.more_settings = RAISED
            await asyncio.to_thread(pen.copy_home, harness.home)
            await harness.origin.start()
            await harness.start_publisher()
            await harness.start_pop(program)
            await until_served(harness)
            yield harness, pen


async def until_served(harness: Harness) -> None:
    """Wait until the PoP serves its one island."""

    async def is_served() -> bool:
        try:
            islands = (await harness.get("/v1/islands"))["islands"]
        except aiohttp.ClientError:
            return False
        return [island["state"] for island in islands] == ["fresh"]

    await until(is_served, "the island in force")


def pin(harness: Harness) -> None:
    """The PoP on the first core of this machine, this process and the publisher on the others, if there are any."""
    first, *others = range(os.cpu_count() or 1)
    os.sched_setaffinity(harness.process_id("pop"), {first})
    if others:
        os.sched_setaffinity(0, others)
        os.sched_setaffinity(harness.process_id("publisher"), others)
