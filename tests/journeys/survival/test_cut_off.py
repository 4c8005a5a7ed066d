"""Everything upstream is down: tickets are kept, islands are served, and labelled honestly."""

import asyncio
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from edge.cli.demo import Harness
from edge.errors import Reason
from edge.host import utc_now
from edge.records import IslandState, Outcome
from tests.journeys.steps import ask, status, until_serving
from tests.pen import Pen
from tests.waiting import until

pytestmark = pytest.mark.journey

LAUNCHER = (sys.executable, str(Path(__file__).parent / "pop_process.py"))
NO_ANSWER = "what is the meaning of a lighthouse to a gull"


async def test_tickets_outlive_origin_and_the_pop(harness: Harness) -> None:
    """Origin down, PoP killed, origin up: every ticket that a viewer was promised arrives, under its own id."""
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    promised = [(await ask(harness, f"{NO_ANSWER} number {number}")).ticket for number in range(20)]
    await harness.kill("pop")
    await harness.origin.start()
    await harness.start_pop()

    async def all_arrived() -> bool:
        return len(harness.origin.tickets) >= len(promised)

    await until(all_arrived, "every ticket at origin")
    assert Counter(promised) == harness.origin.arrivals
    texts = {ticket["text"] for ticket in harness.origin.tickets.values()}
    assert {f"{NO_ANSWER} number {number}" for number in range(20)} == texts


async def test_ticket_carries_what_people_need(harness: Harness) -> None:
    """Reason, lane, candidates with provenance, and the event's context travel with the question."""
    await harness.origin.start()
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    ticket_id = (await ask(harness, NO_ANSWER)).ticket or ""

    async def arrived() -> bool:
        return ticket_id in harness.origin.tickets

    await until(arrived, "the ticket at origin")
    ticket = harness.origin.tickets[ticket_id]
    assert ticket["id"] == ticket_id
    assert (ticket["island"], ticket["revision"], ticket["pop"]) == ("northwind/hoodie-drop", 1, "demo-pop")
    assert ticket["reason"] in {Reason.OUT_OF_SCOPE, Reason.LOW_CONFIDENCE}
    assert ticket["lane"]
    assert ticket["context"]["order_window"]
    assert ticket["candidates"][0]["provenance"]["approved_by"]


async def test_pop_serves_with_publisher_and_origin_both_down(harness: Harness, pen: Pen) -> None:
    """A restarted PoP answers from what it verified before, and takes tickets, with nobody to talk to."""
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    await harness.stop("publisher")
    await harness.kill("pop")
    await harness.start_pop()

    assert (await ask(harness, pen.example)).outcome is Outcome.ANSWER
    assert (await ask(harness, NO_ANSWER)).ticket is not None
    assert (await harness.get("/readyz"))["ready"] is True


async def test_silent_publisher_makes_islands_stale_then_stopped(
    harness: Harness, pen: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the timestamp's expiry an island is stale, and says since when; past max_stale it is not served."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    fresh = await status(harness)
    await harness.stop("publisher")
    await harness.stop("pop")
    assert fresh.serve_until is not None
    max_stale = timedelta(hours=6)

    monkeypatch.setenv("SKERRY_TEST_CLOCK_S", "3600")
    await harness.start_pop(LAUNCHER)
    stale = await status(harness)
    assert (IslandState.STALE, fresh.serve_until - max_stale) == (stale.state, stale.since)
    assert stale.since < utc_now() + timedelta(hours=1)
    assert (await ask(harness, pen.example)).outcome is Outcome.ANSWER
    await harness.stop("pop")

    monkeypatch.setenv("SKERRY_TEST_CLOCK_S", str(7 * 3600))
    await harness.start_pop(LAUNCHER)
    stopped = await status(harness)
    assert (IslandState.STOPPED, fresh.serve_until) == (stopped.state, stopped.since)
    assert (await ask(harness, pen.example)).reason is Reason.ISLAND_STALE


async def test_stale_island_is_fresh_again_when_the_publisher_returns(harness: Harness) -> None:
    """A publisher that was away does not need to publish for its islands to be fresh."""
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    await harness.stop("publisher")
    await harness.start_publisher()
    await until_serving(harness, 1)

    assert (await status(harness)).last_error == ""


async def test_truncated_store_is_set_aside_and_filled_again(harness: Harness) -> None:
    """A PoP with a damaged store fetches the island again and serves it; the damaged file is set aside."""
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    await harness.stop("pop")
    verified = harness.folder / "pop-state" / "verified"

    def truncate() -> None:
        for file in verified.glob("*.db*"):
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    await asyncio.to_thread(truncate)
    await harness.start_pop()
    await until_serving(harness, 1)

    aside = await asyncio.to_thread(lambda: list(verified.parent.glob("verified.*")))
    assert any(path.is_dir() for path in aside)
    assert "verified store is damaged and set aside" in await harness.log("pop")
