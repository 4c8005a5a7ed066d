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


async def test_full_disk(harness: Harness, pen: Pen) -> None:
    """The new revision is not served before it is stored; a withdrawal is obeyed all the same; space heals both."""
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    _, hard = resource.prlimit(harness.process_id("pop"), resource.RLIMIT_FSIZE, (FULL_BYTES, resource.RLIM_INFINITY))
    await asyncio.to_thread(pen.publish, harness.home)
    await until_counted(harness, 'skerry_syncs_total{result="storage",source="push"}')

    assert (await status(harness)).revision == 1
    assert (await ask(harness, pen.example)).outcome is Outcome.ANSWER
    await asyncio.to_thread(pen.withdraw, harness.home)
    await until_state(harness, IslandState.WITHDRAWN)
    resource.prlimit(harness.process_id("pop"), resource.RLIMIT_FSIZE, (hard, hard))
    await asyncio.to_thread(pen.publish, harness.home)
    await until_serving(harness, 3)


async def until_counted(harness: Harness, name: str) -> None:
    """Wait until a metric is there and above nothing."""

    async def is_counted() -> bool:
        async with harness.http.get(harness.pop_url + "/metrics") as response:
            lines = (await response.text()).splitlines()
        return any(line.startswith(name) and float(line.split()[-1]) > 0 for line in lines)

    await until(is_counted, name)
