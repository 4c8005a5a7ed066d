"""A PoP whose state folder has a small disk of its own, which fills up while origin is down."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.cli.demo import Harness
from edge.records import Outcome
from tests.journeys.steps import ask, until_serving
from tests.pen import DROP, Pen
from tests.store.mounted import fill, mounted
from tests.waiting import until

pytestmark = pytest.mark.journey

RESERVE_BYTES = 4 * 2**20
MAX_QUESTIONS = 2_000
"""Far more than there is room for."""

NO_LIMITS = """
[limits]
session_per_s = 0
tickets_per_min = 0
address_per_s = 0
address_tickets_per_min = 0
"""


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 16 MiB in the place of the PoP's state folder."""
    with mounted(folder / "pop-state") as disk:
        disk.chmod(0o700)
        yield disk


async def ask_people(harness: Harness, number: int) -> tuple[int, dict[str, Any]]:
    """Status and document of a question for people."""
    words = f"nobody told me about parcel {number}. " + f"it is number {number}. " * 20
    question = {"island": str(DROP), "text": words, "session": f"s-{number}", "want": "person"}
    async with harness.http.post(harness.pop_url + "/v1/ask", json=question) as reply:
        return reply.status, msgspec.json.decode(await reply.read())


async def until_ready(harness: Harness, *, takes_tickets: bool) -> None:
    """Wait until `/readyz` says this."""

    async def says_so() -> bool:
        expected = {
            "ready": takes_tickets, "has_begun": True, "not_ready": [], "takes_tickets": takes_tickets,
        }  # fmt: skip
        # The ledger's words are not waited for: they are no conditions.
        found = await harness.get("/readyz")
        return bool(expected == {name: found[name] for name in expected})

    await until(says_so, f"takes_tickets is {takes_tickets}")


async def count_of(harness: Harness, line: str) -> int:
    """How many lines of the PoP's log have these words."""
    return (await harness.log("pop")).count(line)


async def test_disk_without_room(harness: Harness, pen: Pen) -> None:
    """No ticket is taken, answers go on, also over a kill; all tickets leave, and then tickets are taken again."""
    with small_disk(harness.folder) as disk:
        harness.more_settings = NO_LIMITS
        await harness.start_publisher()
        await harness.start_pop()
        await until_serving(harness, 1)
        await until_ready(harness, takes_tickets=True)
        full = await asyncio.to_thread(fill, disk, leave_bytes=RESERVE_BYTES + 400_000)
        taken: set[str] = set()
        for number in range(MAX_QUESTIONS):
            status, document = await ask_people(harness, number)
            if status != 202:
                break
            taken.add(document["ticket"])

        assert (503, "storage") == (status, document["reason"])
        assert taken
        for number in range(20):
            assert 503 == (await ask_people(harness, MAX_QUESTIONS + number))[0]
        # Other files of the PoP give room back from time to time: then tickets would be taken again.
        await asyncio.to_thread(fill, disk, leave_bytes=RESERVE_BYTES // 2)
        await until_ready(harness, takes_tickets=False)
        assert 0 == await count_of(harness, "storage failed")
        assert 1 == await count_of(harness, "the state folder cannot be used, no ticket is taken")

        # Killed, and not one byte left when it starts again.
        await harness.kill("pop")
        await asyncio.to_thread((disk / "reserve").write_bytes, b"")
        full = await asyncio.to_thread(fill, disk)
        await harness.stop("publisher")
        await harness.start_pop()
        await until_serving_stored(harness)
        assert (await ask(harness, pen.example)).outcome is Outcome.ANSWER
        assert 503 == (await ask_people(harness, MAX_QUESTIONS))[0]
        await until_ready(harness, takes_tickets=False)
        assert 2 == await count_of(harness, "the state folder cannot be used, no ticket is taken")

        # Origin is well again before anybody makes room, but for a little.
        await asyncio.to_thread(os.truncate, full, full.stat().st_size - RESERVE_BYTES // 2)
        await harness.origin.start()
        await until_at_origin(harness, taken)
        await until_empty(harness)

        await asyncio.to_thread(full.unlink)
        await until_ready(harness, takes_tickets=True)
        assert RESERVE_BYTES == await asyncio.to_thread(allocated, disk)
        status, document = await ask_people(harness, MAX_QUESTIONS + 100)
        assert 202 == status
        await until_at_origin(harness, {*taken, document["ticket"]})
        assert 1 == await count_of(harness, "the state folder can be used again, tickets are taken")
        assert 0 == await count_of(harness, "storage failed")
        await harness.stop("pop")


def allocated(disk: Path) -> int:
    """Bytes of the disk that the reserve has."""
    return (disk / "reserve").stat().st_blocks * 512


async def until_serving_stored(harness: Harness) -> None:
    """Wait until the stored island is served; the publisher is not there to send it."""

    async def is_so() -> bool:
        return b'"fresh"' in msgspec.json.encode(await harness.get("/v1/islands"))

    await until(is_so, "the stored island is served")


async def until_at_origin(harness: Harness, tickets: set[str]) -> None:
    """Wait until origin has these tickets."""

    async def are_there() -> bool:
        return tickets <= harness.origin.tickets.keys()

    await until(are_there, f"{len(tickets)} tickets at origin")


async def until_empty(harness: Harness) -> None:
    """Wait until every delivery is noted."""

    async def is_so() -> bool:
        return await harness.metric("skerry_outbox_tickets") == 0

    await until(is_so, "the outbox is empty")
