import asyncio
from unittest.mock import ANY

import pytest
import structlog

from edge.daemon.supervise import PAUSE_S, supervise


async def test_task_that_breaks_starts_again() -> None:
    """What nobody foresaw is logged without what it says, and the work is done again after a pause."""
    waits: list[float] = []

    async def work() -> None:
        if len(waits) < 2:
            raise ValueError("a peer's words")

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            raise asyncio.CancelledError

    with structlog.testing.capture_logs() as lines, pytest.raises(asyncio.CancelledError):
        await supervise("follow pushes", work, sleep=sleep)

    line = {"event": "task broke", "task": "follow pushes", "error": "ValueError", "where": ANY, "log_level": "error"}
    assert [line, line] == lines
    assert [PAUSE_S] * 3 == waits
