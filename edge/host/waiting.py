"""Waiting with a limit.

>>> asyncio.run(is_set_within(asyncio.Event(), 0.001))
False
"""

import asyncio


async def is_set_within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for `event`, at most `seconds`. True if it is set by then. Does not wait if `seconds` is 0 or less."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True
