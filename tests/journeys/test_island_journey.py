"""Pen to viewer, and back: publish, ask, publish again, withdraw."""

import asyncio

import pytest

from edge.cli.demo import Harness
from edge.errors import Reason
from edge.records import IslandState, Outcome
from tests.journeys.steps import ask, status, until_serving, until_state
from tests.pen import Pen

pytestmark = pytest.mark.journey


async def test_published_island_answers_a_viewer(pen: Pen, harness: Harness) -> None:
    """A signed island reaches a new PoP and answers, with where the answer comes from."""
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    response = await ask(harness, pen.example)

    assert (Outcome.ANSWER, Reason.EXACT) == (response.outcome, response.reason)
    assert response.provenance is not None
    assert (1, pen.prepared.source.snippets[0].id) == (response.provenance.revision, response.provenance.snippet)
    assert response.answer == pen.prepared.source.snippets[0].answer.strip()


async def test_new_revision_takes_over_by_push(pen: Pen, harness: Harness) -> None:
    """A connected PoP serves the next revision without being asked to."""
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    await asyncio.to_thread(pen.publish, harness.home)
    await until_serving(harness, 2)

    assert (await ask(harness, pen.example)).revision == 2


async def test_withdrawn_island_is_gone(pen: Pen, harness: Harness) -> None:
    """After a withdrawal nobody gets an answer from it; who asks reaches people, who are told why."""
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    await asyncio.to_thread(pen.withdraw, harness.home)
    await until_state(harness, IslandState.WITHDRAWN)
    response = await ask(harness, pen.example)

    assert "a test takes it back" == (await status(harness)).withdrawn_why
    assert (Outcome.ESCALATE, Reason.ISLAND_WITHDRAWN, None) == (response.outcome, response.reason, response.answer)
    async with harness.http.get(
        f"{harness.pop_url}/v1/islands/northwind/hoodie-drop/snippets/{pen.prepared.source.snippets[0].id}"
    ) as reply:
        assert (410, "island_withdrawn") == (reply.status, (await reply.json(content_type=None))["reason"])


async def test_withdrawal_survives_a_restart_without_publisher(pen: Pen, harness: Harness) -> None:
    """What was taken back stays taken back, also for a PoP that starts alone."""
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    await asyncio.to_thread(pen.withdraw, harness.home)
    await until_state(harness, IslandState.WITHDRAWN)
    await harness.stop("publisher")
    await harness.kill("pop")
    await harness.start_pop()

    assert (await status(harness)).state is IslandState.WITHDRAWN


async def test_island_comes_back_as_a_higher_revision(pen: Pen, harness: Harness) -> None:
    """After a withdrawal the next revision counts on from the last."""
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    await asyncio.to_thread(pen.withdraw, harness.home)
    await until_state(harness, IslandState.WITHDRAWN)
    await asyncio.to_thread(pen.publish, harness.home)
    await until_serving(harness, 2)
