"""Work in a thread, and its result on the event loop."""

import asyncio
import gc
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest

from edge.errors import StorageError
from edge.host.threads import Workers, in_thread


@pytest.fixture(params=[ThreadPoolExecutor, partial(Workers, name="test")], ids=["pool", "workers"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    """One thread."""
    one: Executor = request.param(1)
    with one:
        yield one


async def test_result_comes_from_the_thread(executor: Executor) -> None:
    """What the work returns, and it did not run on the loop."""
    thread = await in_thread(executor, threading.get_ident)

    assert threading.get_ident() != thread


async def test_error_is_raised_where_it_is_awaited(executor: Executor) -> None:
    """The same error, and the thread goes on."""
    fault = StorageError("the disk failed")

    def fail() -> None:
        raise fault

    with pytest.raises(StorageError) as raised:
        await in_thread(executor, fail)

    assert fault is raised.value
    assert 7 == await in_thread(executor, lambda: 7)


async def test_failed_work_is_not_kept() -> None:
    """An error knows the frame in which it was caught: a viewer's words must not wait there for the collector."""

    class Work:
        def __call__(self) -> None:
            """Fail."""
            raise StorageError("the disk failed")

    workers, work = Workers(1, "test"), Work()
    kept = weakref.ref(work)
    gc.disable()
    try:
        with suppress(StorageError):
            await in_thread(workers, work)
        del work
        await in_thread(workers, lambda: None)

        assert kept() is None
    finally:
        gc.enable()
        await asyncio.to_thread(workers.shutdown)


async def test_work_is_done_in_order(executor: Executor) -> None:
    """One thread does one piece after the other, as they were given."""
    done = list[int]()
    await asyncio.gather(*(in_thread(executor, partial(done.append, number)) for number in range(20)))

    assert list(range(20)) == done


async def test_cancelled_before_a_thread_is_free(executor: Executor) -> None:
    """Such work is not done."""
    may_go, done = threading.Event(), list[str]()
    first = in_thread(executor, may_go.wait)
    second = in_thread(executor, lambda: done.append("second"))
    second.cancel()
    may_go.set()
    await first
    await in_thread(executor, lambda: done.append("third"))

    assert ["third"] == done


async def test_cancelled_while_it_runs(executor: Executor) -> None:
    """Such work is done to its end, and nobody hears of it."""
    has_begun, may_go, done = threading.Event(), threading.Event(), list[str]()

    def work() -> None:
        has_begun.set()
        may_go.wait()
        done.append("work")

    waiting = in_thread(executor, work)
    await asyncio.to_thread(has_begun.wait)
    waiting.cancel()
    may_go.set()
    await in_thread(executor, lambda: None)

    assert ["work"] == done
    assert waiting.cancelled()


async def test_executor_that_was_shut_down(executor: Executor) -> None:
    """Says so at once, instead of a wait without end."""
    executor.shutdown()

    with pytest.raises(RuntimeError, match="shutdown"):
        in_thread(executor, lambda: None)
