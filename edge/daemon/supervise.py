"""Keeps the tasks that only bring news from taking viewers' answers down with them."""

import asyncio
from collections.abc import Awaitable, Callable

from edge.host import error_location, get_logger

PAUSE_S = 5.0
"""Long enough that a fault which comes back at once fills no log, short enough that news is not missed for long."""

Sleep = Callable[[float], Awaitable[None]]


async def supervise(name: str, work: Callable[[], Awaitable[None]], *, sleep: Sleep = asyncio.sleep) -> None:
    """Do `work` until cancelled; what it raises unforeseen is logged, by type and place, and it starts again."""
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - peers may make our libraries raise anything: viewers are answered
            get_logger().error("task broke", task=name, error=type(error).__name__, where=error_location(error))
        await sleep(PAUSE_S)
