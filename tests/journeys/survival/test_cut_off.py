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


async def test_tickets_outlive_origin_and_the_pop(stage: Harness) -> None:
    """Origin down, PoP killed, origin up: every ticket that a viewer was promised arrives, under its own id."""
    await stage.start_publisher()
    await stage.start_pop()
    await until_serving(stage, 1)
    promised = [(await ask(stage, f"{NO_ANSWER} number {number}")).ticket for number in range(20)]
    await stage.kill("pop")
    await stage.origin.start()
    await stage.start_pop()

    async def all_arrived() -> bool:
        return len(stage.origin.tickets) >= len(promised)

    await until(all_arrived, "every ticket at origin")
    assert Counter(promised) == stage.origin.arrivals
    texts = {ticket["text"] for ticket in stage.origin.tickets.values()}
    assert {f"{NO_ANSWER} number {number}" for number in range(20)} == texts


async def test_ticket_carries_what_people_need(stage: Harness) -> None:
    """Reason, lane, candidates with provenance, and the event's context travel with the question."""
    await stage.origin.start()
    await stage.start_publisher()
    await stage.start_pop()
    await until_serving(stage, 1)
    ticket_id = (await ask(stage, NO_ANSWER)).ticket or ""

    async def arrived() -> bool:
        return ticket_id in stage.origin.tickets

    await until(arrived, "the ticket at origin")
    ticket = stage.origin.tickets[ticket_id]
    assert ticket["id"] == ticket_id
    assert (ticket["island"], ticket["revision"], ticket["pop"]) == ("northwind/hoodie-drop", 1, "demo-pop")
    assert ticket["reason"] in {Reason.OUT_OF_SCOPE, Reason.LOW_CONFIDENCE}
    assert ticket["lane"]
    assert ticket["context"]["order_window"]
    assert ticket["candidates"][0]["provenance"]["approved_by"]


async def test_pop_serves_with_publisher_and_origin_both_down(stage: Harness, pen: Pen) -> None:
    """A restarted PoP answers from what it verified before, and takes tickets, with nobody to talk to."""
    await stage.start_publisher()
    await stage.start_pop()
    await until_serving(stage, 1)
    await stage.stop("publisher")
    await stage.kill("pop")
    await stage.start_pop()

    assert (await ask(stage, pen.example)).decision is Outcome.ANSWER
    assert (await ask(stage, NO_ANSWER)).ticket is not None
    assert (await stage.get("/readyz"))["ready"] is True


async def test_silent_publisher_makes_islands_stale_then_stopped(
    stage: Harness, pen: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the timestamp's expiry an island is stale, and says since when; past max_stale it is not served."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    await stage.start_publisher()
    await stage.start_pop()
    await until_serving(stage, 1)
    fresh = await status(stage)
    await stage.stop("publisher")
    await stage.stop("pop")
    assert fresh.serve_until is not None
    max_stale = timedelta(hours=6)

    monkeypatch.setenv("SKERRY_TEST_CLOCK_S", "3600")
    await stage.start_pop(LAUNCHER)
    stale = await status(stage)
    assert (IslandState.STALE, fresh.serve_until - max_stale) == (stale.state, stale.since)
    assert stale.since < utc_now() + timedelta(hours=1)
    assert (await ask(stage, pen.example)).decision is Outcome.ANSWER
    await stage.stop("pop")

    monkeypatch.setenv("SKERRY_TEST_CLOCK_S", str(7 * 3600))
    await stage.start_pop(LAUNCHER)
    stopped = await status(stage)
    assert (IslandState.STOPPED, fresh.serve_until) == (stopped.state, stopped.since)
    assert (await ask(stage, pen.example)).reason is Reason.ISLAND_STALE


async def test_stale_island_is_fresh_again_when_the_publisher_returns(stage: Harness) -> None:
    """A publisher that was away does not need to publish for its islands to be fresh."""
    await stage.start_publisher()
    await stage.start_pop()
    await until_serving(stage, 1)
    await stage.stop("publisher")
    await stage.start_publisher()
    await until_serving(stage, 1)

    assert (await status(stage)).last_error == ""


async def test_truncated_store_is_set_aside_and_filled_again(stage: Harness) -> None:
    """A PoP with a damaged store fetches the island again and serves it; the damaged file is set aside."""
    await stage.start_publisher()
    await stage.start_pop()
    await until_serving(stage, 1)
    await stage.stop("pop")
    verified = stage.folder / "pop-state" / "verified"

    def truncate() -> None:
        for file in verified.glob("*.db*"):
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    await asyncio.to_thread(truncate)
    await stage.start_pop()
    await until_serving(stage, 1)

    aside = await asyncio.to_thread(lambda: list(verified.parent.glob("verified.*")))
    assert any(path.is_dir() for path in aside)
    assert "the verified store was damaged; set aside" in await stage.log("pop")
