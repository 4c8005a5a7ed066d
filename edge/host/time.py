"""The machine's clock, and waiting with a limit. Functions that decide do not read it: they take `now` as an argument.

>>> asyncio.run(is_set_within(asyncio.Event(), 0.001))
False
"""

import asyncio
from datetime import UTC, datetime


def utc_now() -> datetime:
    """Current time of the machine, aware, in UTC."""
    return datetime.now(UTC)


async def is_set_within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for `event`, at most `seconds`. True if it is set by then. Does not wait if `seconds` is 0 or less."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True
