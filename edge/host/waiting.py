"""Waiting with an end.

>>> asyncio.run(is_set_within(asyncio.Event(), 0.001))
False
"""

import asyncio


async def is_set_within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for `event`, at most so long; whether it is set now. With no time left: whether it is set already."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True
