"""Restarts background tasks that fail, so that an error in one of them does not stop the whole PoP."""

import asyncio
from collections.abc import Awaitable, Callable

from edge.host import error_location, get_logger

PAUSE_S = 5.0
"""Seconds before a restart: long enough that a repeated error does not fill the log, and short enough that little is
missed."""

Sleep = Callable[[float], Awaitable[None]]


async def supervise(name: str, work: Callable[[], Awaitable[None]], *, sleep: Sleep = asyncio.sleep) -> None:
    """Run `work` again and again until cancelled. An exception is logged by type and location, never by its text."""
    while True:
        try:
            await work()
        except (asyncio.CancelledError, GeneratorExit, KeyboardInterrupt, SystemExit):
            raise
        # Peers may make our libraries raise anything: viewers are answered. A panic in Rust is no `Exception`.
        except BaseException as error:  # noqa: BLE001
            get_logger().error("task failed", task=name, error=type(error).__name__, where=error_location(error))
        await sleep(PAUSE_S)
