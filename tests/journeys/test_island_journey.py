"""Pen to viewer, and back: publish, ask, publish again, withdraw."""

import asyncio

import pytest

from edge.cli.demo import Harness
from edge.errors import Reason
from edge.records import IslandState, Outcome
from tests.journeys.steps import ask, status, until_serving, until_state
from tests.pen import Pen

pytestmark = pytest.mark.journey


async def test_published_island_answers_a_viewer(pen: Pen, stage: Harness) -> None:
    """A signed island reaches a new PoP and answers, with where the answer comes from."""
    await stage.start_publisher()
    await stage.start_pop()
    await until_serving(stage, 1)
    response = await ask(stage, pen.example)

    assert (Outcome.ANSWER, Reason.EXACT) == (response.decision, response.reason)
    assert response.provenance is not None
    assert (1, pen.prepared.source.snippets[0].id) == (response.provenance.revision, response.provenance.snippet)
    assert response.answer == pen.prepared.source.snippets[0].answer.strip()


async def test_new_revision_takes_over_by_push(pen: Pen, stage: Harness) -> None:
    """A connected PoP serves the next revision without being asked to."""
    await stage.start_publisher()
    await stage.start_pop()
    await until_serving(stage, 1)
    await asyncio.to_thread(pen.publish, stage.home)
    await until_serving(stage, 2)

    assert (await ask(stage, pen.example)).revision == 2


async def test_withdrawn_island_is_gone(pen: Pen, stage: Harness) -> None:
    """After a withdrawal nobody gets an answer from it; who asks reaches people, who are told why."""
    await stage.start_publisher()
    await stage.start_pop()
    await until_serving(stage, 1)
    await asyncio.to_thread(pen.withdraw, stage.home)
    await until_state(stage, IslandState.WITHDRAWN)
    response = await ask(stage, pen.example)

    assert "a test takes it back" == (await status(stage)).withdrawn_why
    assert (Outcome.ESCALATE, Reason.ISLAND_WITHDRAWN, None) == (response.decision, response.reason, response.answer)
    async with stage.http.get(
        f"{stage.pop_url}/v1/islands/northwind/hoodie-drop/snippets/{pen.prepared.source.snippets[0].id}"
    ) as reply:
        assert (410, "island_withdrawn") == (reply.status, (await reply.json(content_type=None))["reason"])


async def test_withdrawal_survives_a_restart_without_publisher(pen: Pen, stage: Harness) -> None:
    """What was taken back stays taken back, also for a PoP that starts alone."""
    await stage.start_publisher()
    await stage.start_pop()
    await until_serving(stage, 1)
    await asyncio.to_thread(pen.withdraw, stage.home)
    await until_state(stage, IslandState.WITHDRAWN)
    await stage.stop("publisher")
    await stage.kill("pop")
    await stage.start_pop()

    assert (await status(stage)).state is IslandState.WITHDRAWN


async def test_island_comes_back_as_a_higher_revision(pen: Pen, stage: Harness) -> None:
    """After a withdrawal the next revision counts on from the last."""
    await stage.start_publisher()
    await stage.start_pop()
    await until_serving(stage, 1)
    await asyncio.to_thread(pen.withdraw, stage.home)
    await until_state(stage, IslandState.WITHDRAWN)
    await asyncio.to_thread(pen.publish, stage.home)
    await until_serving(stage, 2)
