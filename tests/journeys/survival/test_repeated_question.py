"""A PoP is killed while viewers ask: who repeats the question with the same key has one ticket, not two."""

import asyncio

import aiohttp
import pytest

from edge.cli.demo import Harness
from tests.journeys.steps import until_serving
from tests.pen import DROP
from tests.waiting import until

pytestmark = pytest.mark.journey

ASKERS = 60
TEXT = "do gulls dream of pelargonium number"


async def asked(harness: Harness, number: int) -> str:
    """The id of this asker's ticket; empty if the connection was lost before the response."""
    body = {"island": str(DROP), "text": f"{TEXT} {number}", "session": f"v-{number}", "want": "person"}
    headers = {"Idempotency-Key": f'"key-{number}"'}
    try:
        async with harness.http.post(harness.pop_url + "/v1/ask", json=body, headers=headers) as reply:
            return str((await reply.json())["ticket"])
    except aiohttp.ClientError:
        return ""


async def test_killed_pop_makes_no_second_ticket(harness: Harness) -> None:
    """Origin is down, so every ticket that became durable waits; after all repeat, each question is there once."""
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    asking = [asyncio.create_task(asked(harness, number)) for number in range(ASKERS)]
    await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
    await harness.kill("pop")
    heard = await asyncio.gather(*asking)
    await harness.start_pop()
    await until_serving(harness, 1)
    kept_before = await harness.metric("skerry_outbox_tickets")
    again = [await asked(harness, number) for number in range(ASKERS)]
    await harness.origin.start()

    async def all_arrived() -> bool:
        return set(again) <= harness.origin.tickets.keys()

    await until(all_arrived, "every ticket at origin")
    assert any(heard)
    assert kept_before >= sum(map(bool, heard))
    assert [new for new, old in zip(again, heard, strict=True) if old] == [old for old in heard if old]
    assert sorted(ticket["text"] for ticket in harness.origin.tickets.values()) == sorted(
        f"{TEXT} {number}" for number in range(ASKERS)
    )
