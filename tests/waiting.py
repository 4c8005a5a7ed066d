"""Waiting for something that takes milliseconds, on machines that may be slow."""

import asyncio
from collections.abc import Awaitable, Callable

PATIENCE_S = 30.0


async def until(is_so: Callable[[], Awaitable[bool]], what: str) -> None:
    """Return as soon as it is so; fail in words if it never is."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while not await is_so():
        assert asyncio.get_running_loop().time() < deadline, f"{what}: did not happen within {PATIENCE_S:g} s"
        await asyncio.sleep(0.001)


async def until_true(is_so: Callable[[], bool], what: str) -> None:
    """As `until`, for something that is known without asking anybody."""

    async def ask() -> bool:
        return is_so()

    await until(ask, what)
