"""A PoP killed with SIGKILL while feedback comes in: what it acknowledged is counted, and nothing is counted twice."""

import asyncio
from typing import Any

import aiohttp
import msgspec
import pytest

from edge.cli.demo import Harness
from edge.records import PopTally
from edge.tally import StatsFigures, figures_of
from tests.journeys.steps import ask, until_serving
from tests.pen import Pen

pytestmark = pytest.mark.journey

ROUNDS, EACH, KILLED_AFTER = 3, 20, 8


async def _say(harness: Harness, receipt: str) -> dict[str, Any] | None:
    """What the PoP answers to feedback, None when it died before it did."""
    try:
        async with harness.http.post(
            harness.pop_url + "/v1/feedback", json={"receipt": receipt, "helpful": True}
        ) as reply:
            return dict(await reply.json())
    except (aiohttp.ClientError, OSError):
        return None


async def _figures(harness: Harness) -> StatsFigures:
    async with harness.http.get(harness.pop_url + "/v1/stats") as reply:
        tally = msgspec.json.decode(await reply.read(), type=PopTally)
    (cell,) = tally.cells
    return figures_of(cell.counts)


async def test_killed_while_feedback_comes_in(harness: Harness, pen: Pen) -> None:
    """Clients that got no response send their feedback again; in the end each piece of feedback has counted once."""
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    receipts, acknowledged = [], 0
    for round_number in range(ROUNDS):
        # A session each: only the first feedback of a session on a snippet counts.
        viewers = [f"viewer-{round_number}-{number}" for number in range(EACH)]
        fresh = [str((await ask(harness, pen.example, session=viewer)).receipt) for viewer in viewers]
        receipts += fresh
        saying = [asyncio.create_task(_say(harness, receipt)) for receipt in fresh]
        await asyncio.gather(*saying[:KILLED_AFTER])
        await harness.kill("pop")
        acknowledged += sum(answer is not None for answer in await asyncio.gather(*saying))
        await harness.start_pop()
        assert acknowledged <= (await _figures(harness)).helpful.part <= len(receipts)
    again = [await _say(harness, receipt) for receipt in (*receipts, *receipts)]
    found = await _figures(harness)

    assert None not in again
    assert acknowledged >= ROUNDS * KILLED_AFTER
    assert len(receipts) == found.helpful.part == found.helpful.of
    assert acknowledged <= found.questions <= len(receipts)
