"""PoPs, Skerry's desk and a double of Chatwoot behind it, as it loses webhooks: replies reach the viewers who asked."""

import asyncio
import time

import pytest
from aiohttp.test_utils import TestServer

from edge.cli.demo import Harness
from tests.desk.relay.relayed import SECRET, write_config
from tests.journeys.desk.drop import QUESTION, Drop
from tests.pen import DROP
from tests.waiting import until
from tests.wire.desks.fake_desks import ChatwootDesk

pytestmark = pytest.mark.journey

VIEWERS = 12
POPS = ("ams", "fra", "sin")


async def test_replies_of_chatwoot_reach_the_viewers_of_three_pops(harness: Harness) -> None:
    """Every second webhook is lost, and a PoP is killed meanwhile. What a viewer adds is in the same conversation."""
    chatwoot, drop = ChatwootDesk(), Drop(harness)
    async with TestServer(chatwoot.app) as server:
        await drop.begin()
        await harness.kill("desk")
        url = str(server.make_url("")).rstrip("/")
        await asyncio.to_thread(write_config, harness.folder / "desk", "chatwoot", url, tenant=DROP.tenant, look_s=1.0)
        await drop.start_desk()
        for name in POPS:
            await drop.start_pop(name)
        asked = {number: (POPS[number % 3], await drop.ask(POPS[number % 3], number)) for number in range(VIEWERS)}
        await drop.ask(POPS[0], 0)

        async def is_all_there() -> bool:
            counts = [len(chat["messages"]) for chat in chatwoot.conversations.values() if chat["status"] == "open"]
            return len(counts) == VIEWERS and sum(counts) == 2 * VIEWERS + 2

        await until(is_all_there, "every question at Chatwoot, two of one viewer in one conversation")
        await harness.kill("fra")
        questions = {chat["messages"][0]["content"]: number for number, chat in chatwoot.conversations.items()}
        for number in range(VIEWERS):
            conversation = questions[QUESTION.format(number)]
            message = chatwoot.say(conversation, f"reply {number}")
            if number % 2:
                headers, body = chatwoot.webhook_of(conversation, message, SECRET, time.time())
                path = f"{drop.desk_url}/v1/webhooks/{DROP.tenant}"
                async with harness.http.post(path, data=body, headers=headers) as answer:
                    assert 200 == answer.status, await answer.text()
        await drop.start_pop("fra")
        for number, (pop, response) in asked.items():
            await drop.until_replied(pop, response, f"reply {number}")
