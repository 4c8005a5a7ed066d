"""`edge.daemon.supervise`: background tasks are restarted after an error."""

import asyncio
from unittest.mock import ANY

import pytest
import structlog

from edge.daemon.supervise import PAUSE_S, supervise


async def test_task_that_fails_starts_again() -> None:
    """The exception is logged without its text, and the task runs again after a pause."""
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

    line = {"event": "task failed", "task": "follow pushes", "error": "ValueError", "where": ANY, "log_level": "error"}
    assert [line, line] == lines
    assert [PAUSE_S] * 3 == waits
