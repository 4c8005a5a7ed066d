"""Work in a thread for one who waits on the event loop, as `run_in_executor` does it, in a third of the calls.

asyncio joins two futures for each piece of work: one that the thread sets, and one that the loop waits for. Here the
thread sets the second one itself.

    stored = await in_thread(executor, lambda: store.read(key))
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from functools import partial
from typing import TypeVar

from edge.host.threads.workers import Workers

T = TypeVar("T")


def in_thread(executor: Executor, work: Callable[[], T]) -> "asyncio.Future[T]":
    """What `work` returns or raises in a thread of `executor`. Call it on the event loop.

    If the future is cancelled before a thread is free, `work` is not done; later, it is done to its end. Raises
    `RuntimeError` if the executor was shut down.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()
    give(executor, partial(_do, work, loop, result))
    return result


def give(executor: Executor, work: Callable[[], object]) -> None:
    """Have `work` done in a thread of `executor`. It must not raise: nobody who waits would hear of it.

    Raises `RuntimeError` if the executor was shut down.
    """
    if isinstance(executor, Workers):
        executor.give(work)
    else:
        executor.submit(work)


def _do(work: Callable[[], T], loop: asyncio.AbstractEventLoop, result: "asyncio.Future[T]") -> None:
    """In the thread."""
    if result.done():
        return
    try:
        done = work()
    except BaseException as error:  # noqa: BLE001 - it is raised where the result is waited for
        _tell(loop, _fail, result, error)
        # The error knows this frame, which would keep the error, and the work with a viewer's words.
        del work, result
        return
    _tell(loop, _settle, result, done)


def _tell(
    loop: asyncio.AbstractEventLoop, settle: Callable[..., None], result: "asyncio.Future[T]", what: object
) -> None:
    # At the very end of a process nobody waits any more.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(settle, result, what)


def _settle(result: "asyncio.Future[T]", done: T) -> None:
    if not result.done():
        result.set_result(done)


def _fail(result: "asyncio.Future[T]", error: BaseException) -> None:
    if not result.done():
        result.set_exception(error)
