"""A PoP whose disk is full: nothing more can be written past the first 64 KiB of any file."""

import asyncio
import resource

import pytest

from edge.cli.demo import Harness
from edge.records import IslandState, Outcome
from tests.journeys.steps import ask, status, until_serving, until_state
from tests.pen import Pen
from tests.waiting import until

pytestmark = pytest.mark.journey

FULL_BYTES = 65_536
"""Less than an island; enough for the log that stands in for the journal."""


async def test_full_disk(stage: Harness, pen: Pen) -> None:
    """The new revision is not served before it is stored; a withdrawal is obeyed all the same; space heals both."""
    await stage.start_publisher()
    await stage.start_pop()
    await until_serving(stage, 1)
    _, hard = resource.prlimit(stage.process_id("pop"), resource.RLIMIT_FSIZE, (FULL_BYTES, resource.RLIM_INFINITY))
    await asyncio.to_thread(pen.publish, stage.home)
    await until_counted(stage, 'skerry_syncs_total{outcome="storage",source="push"}')

    assert (await status(stage)).revision == 1
    assert (await ask(stage, pen.example)).decision is Outcome.ANSWER
    await asyncio.to_thread(pen.withdraw, stage.home)
    await until_state(stage, IslandState.WITHDRAWN)
    resource.prlimit(stage.process_id("pop"), resource.RLIMIT_FSIZE, (hard, hard))
    await asyncio.to_thread(pen.publish, stage.home)
    await until_serving(stage, 3)


async def until_counted(stage: Harness, name: str) -> None:
    """Wait until a metric is there and above nothing."""

    async def is_counted() -> bool:
        async with stage.http.get(stage.pop_url + "/metrics") as response:
            lines = (await response.text()).splitlines()
        return any(line.startswith(name) and float(line.split()[-1]) > 0 for line in lines)

    await until(is_counted, name)
