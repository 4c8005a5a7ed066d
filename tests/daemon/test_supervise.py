"""`edge.daemon.supervise`: background tasks are restarted after an error."""

import asyncio
from unittest.mock import ANY

import pytest
import structlog

from edge.daemon.supervise import PAUSE_S, supervise


class PanicException(BaseException):
    """A panic of a library in Rust: no `Exception`."""


@pytest.mark.parametrize("raised", [ValueError, PanicException])
async def test_task_that_fails_starts_again(raised: type[BaseException]) -> None:
    """The exception is logged without its text, and the task runs again after a pause."""
    waits: list[float] = []

    async def work() -> None:
        if len(waits) < 2:
            raise raised("a peer's words")

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            raise asyncio.CancelledError

    with structlog.testing.capture_logs() as lines, pytest.raises(asyncio.CancelledError):
        await supervise("follow pushes", work, sleep=sleep)

    line = {
        "event": "task failed",
        "task": "follow pushes",
        "error": raised.__name__,
        "where": ANY,
        "log_level": "error",
    }
    assert [line, line] == lines
    assert [PAUSE_S] * 3 == waits


@pytest.mark.parametrize("raised", [SystemExit, asyncio.CancelledError, GeneratorExit])
async def test_process_that_is_to_end(raised: type[BaseException]) -> None:
    """The task ends with it, and nothing is logged."""

    async def work() -> None:
        raise raised

    async def sleep(_seconds: float) -> None:
        pytest.fail("the task waits for a restart")

    with structlog.testing.capture_logs() as lines, pytest.raises(raised):
        await supervise("follow pushes", work, sleep=sleep)

    assert [] == lines


async def test_task_that_is_closed() -> None:
    """A loop that ends closes what still waits. Nothing is logged, and it waits for nothing more."""

    async def work() -> None:
        await asyncio.sleep(60.0)

    running = supervise("follow pushes", work)
    running.send(None)
    with structlog.testing.capture_logs() as lines:
        running.close()

    assert [] == lines
