"""A PoP is killed between a ticket and its take-back, and while it takes tickets back: nothing is lost or overtaken."""

import asyncio
from typing import Any

import aiohttp
import pytest

from edge.cli.demo import Harness
from edge.records import SolvedByViewer
from tests.journeys.steps import until_serving
from tests.pen import DROP
from tests.waiting import until

pytestmark = pytest.mark.journey

VIEWERS, KILLED_AFTER = 30, 10
TEXT = "do you have a discount"


async def post(harness: Harness, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
    """The PoP's response; None if it died before."""
    try:
        async with harness.http.post(harness.pop_url + path, json=body) as reply:
            return dict(await reply.json())
    except (aiohttp.ClientError, OSError):
        return None


async def test_killed_pop_loses_neither_ticket_nor_take_back(harness: Harness) -> None:
    """Origin is down. Who has no answer picks again, and each ticket is delivered once, before its take-back."""
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    asked = [{"text": TEXT, "session": f"v-{number}"} for number in range(VIEWERS)]
    offers = [await post(harness, "/v1/ask", {"island": str(DROP), **one}) for one in asked]
    picks = [
        one | {"receipt": offer["receipt"], "snippet": "price"}
        for one, offer in zip(asked, offers, strict=True)
        if offer
    ]
    await harness.kill("pop")
    await harness.start_pop()
    await until_serving(harness, 1)
    picking = [asyncio.create_task(post(harness, "/v1/choice", pick)) for pick in picks]
    await asyncio.gather(*picking[:KILLED_AFTER])
    await harness.kill("pop")
    heard = await asyncio.gather(*picking)
    await harness.start_pop()
    await until_serving(harness, 1)
    again = [await post(harness, "/v1/choice", pick) for pick in picks]
    await harness.origin.start()
    tickets = [offer["ticket"] for offer in offers if offer]

    async def all_arrived() -> bool:
        return len(harness.origin.tickets) == 2 * VIEWERS

    await until(all_arrived, "every ticket and every take-back at origin")
    arrived = list(harness.origin.tickets)
    assert VIEWERS == len(picks)
    assert all(heard[:KILLED_AFTER])
    assert ["solved_waiting"] * VIEWERS == [answer and answer["reason"] for answer in again]
    assert all(arrived.index(one) < arrived.index(SolvedByViewer.id_of(one)) for one in tickets)
    assert {1} == set(harness.origin.arrivals.values())
