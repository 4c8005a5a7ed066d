"""Waiting for an event, with a limit."""

import asyncio

import pytest

from edge.host import is_set_within

HOUR_S = 3600.0


async def test_event_that_is_set() -> None:
    """An event that is set needs no wait, even with no time left."""
    event = asyncio.Event()
    event.set()

    assert [True] * 3 == [await is_set_within(event, seconds) for seconds in (HOUR_S, 0.0, -1.0)]


async def test_event_that_is_set_meanwhile() -> None:
    """The wait ends when the event is set."""
    event = asyncio.Event()
    asyncio.get_running_loop().call_soon(event.set)

    assert await is_set_within(event, HOUR_S)


@pytest.mark.parametrize("seconds", [0.001, 0.0, -1.0])
async def test_event_that_never_comes(seconds: float) -> None:
    """The wait ends after its limit."""
    assert not await is_set_within(asyncio.Event(), seconds)


async def test_wait_that_is_cancelled() -> None:
    """A cancelled wait raises, and returns nothing."""
    waiting = asyncio.create_task(is_set_within(asyncio.Event(), HOUR_S))
    await asyncio.sleep(0)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
