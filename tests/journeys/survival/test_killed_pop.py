"""A PoP killed with SIGKILL between every two steps of taking an island."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from edge.cli.demo import Harness
from edge.errors import Reason, UnreachableError
from edge.records import IslandState, Outcome
from tests.journeys.steps import ask, status, until_serving, until_state
from tests.pen import DROP, Pen

pytestmark = pytest.mark.journey

STEPS = ["arrived", "metadata verified", "island fetched", "island verified", "stored", "in force"]
LAUNCHER = (sys.executable, str(Path(__file__).parent / "pop_process.py"))


@pytest.fixture
def dying_pop(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> Harness:
    """A harness whose next PoPs import this project from wherever the tests do."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    return harness


async def _die_at(harness: Harness, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start a PoP that is killed at `step`, and see it die."""
    monkeypatch.setenv("SKERRY_TEST_DIE_AT", step)
    await harness.spawn_pop(LAUNCHER)
    assert await harness.exit_status("pop") == -signal.SIGKILL
    monkeypatch.delenv("SKERRY_TEST_DIE_AT")


@pytest.mark.parametrize("step", STEPS)
async def test_killed_while_taking_a_revision(
    dying_pop: Harness, pen: Pen, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Alone afterwards it serves the old revision or the new one, whole; with the publisher, the new one."""
    harness = dying_pop
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    await harness.stop("pop")
    await asyncio.to_thread(pen.publish, harness.home)
    await _die_at(harness, step, monkeypatch)
    await harness.stop("publisher")
    await harness.start_pop()
    alone = await ask(harness, pen.example)

    assert alone.outcome is Outcome.ANSWER
    assert alone.revision == (2 if step in {"stored", "in force"} else 1)
    await harness.start_publisher()
    await until_serving(harness, 2)


@pytest.mark.parametrize("step", ["arrived", "metadata verified", "stored", "in force"])
async def test_killed_while_taking_a_withdrawal(
    dying_pop: Harness, pen: Pen, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Once stored, a withdrawal holds alone; before that it holds as soon as the publisher is heard again."""
    harness = dying_pop
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    await harness.stop("pop")
    await asyncio.to_thread(pen.withdraw, harness.home)
    await _die_at(harness, step, monkeypatch)
    await harness.stop("publisher")
    await harness.start_pop()

    expected = IslandState.WITHDRAWN if step in {"stored", "in force"} else IslandState.FRESH
    assert (await status(harness)).state is expected
    await harness.start_publisher()
    await until_state(harness, IslandState.WITHDRAWN)


@pytest.mark.parametrize("step", STEPS)
async def test_killed_while_taking_its_first_island(
    dying_pop: Harness, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """A new PoP that dies at any step takes the island at its next start."""
    harness = dying_pop
    await harness.start_publisher()
    await _die_at(harness, step, monkeypatch)
    await harness.start_pop()
    await until_serving(harness, 1)


@pytest.mark.parametrize("step", ["slot decided", "slot stored"])
@pytest.mark.parametrize("verb", ["evict", "restore"])
async def test_killed_while_an_operator_evicts_or_restores(
    dying_pop: Harness, pen: Pen, monkeypatch: pytest.MonkeyPatch, verb: str, step: str
) -> None:
    """Alone afterwards it has the island or the eviction, as before or as told; with the publisher, the same."""
    harness, state = dying_pop, str(dying_pop.folder / "pop-state")
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    if verb == "restore":
        await harness.skerry("island", "evict", str(DROP), "--state", state)
    await harness.stop("pop")
    monkeypatch.setenv("SKERRY_TEST_DIE_AT", step)
    await harness.start_pop(LAUNCHER)
    monkeypatch.delenv("SKERRY_TEST_DIE_AT")
    with pytest.raises(UnreachableError, match=f"skerry island {verb} failed"):
        await harness.skerry("island", verb, str(DROP), "--state", state)
    assert await harness.exit_status("pop") == -signal.SIGKILL
    await harness.start_pop()

    is_evicted = (verb == "evict") == (step == "slot stored")
    if is_evicted:
        assert (await status(harness)).state is IslandState.EVICTED
        assert (await ask(harness, pen.example)).reason is Reason.ISLAND_EVICTED
    else:
        await until_serving(harness, 1)
