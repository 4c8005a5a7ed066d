"""Threads that take work from one queue, for work whose end nobody waits for on a lock.

`concurrent.futures` makes a future with a lock and a condition for each piece of work, and looks each time whether it
needs a further thread. A question gives work to threads up to four times, and its future is one of asyncio's (`hop`).
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from typing import Any, TypeVar

from edge.host.log import error_location, get_logger
from edge.host.no_op import ignore

T = TypeVar("T")


class Workers(Executor):
    """An executor of `count` threads, which begin with the first work. Each calls `initializer` first, if there is one.

    Call `shutdown`: the work that was given until then is done first. A process that ends without it does not wait for
    them, and leaves its work half done, as if it had been killed.
    """

    def __init__(self, count: int, name: str, *, initializer: Callable[[], object] = ignore) -> None:
        self._count, self._name, self._initializer = count, name, initializer
        self._queue: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._lock, self._is_shut = threading.Lock(), False

    def give(self, work: Callable[[], object]) -> None:
        """Have `work` done; what it raises is logged. Any thread may call. Raises `RuntimeError` after `shutdown`."""
        with self._lock:
            if self._is_shut:
                raise RuntimeError(f"work was given to the threads '{self._name}' after their shutdown")
            if len(self._threads) < self._count:
                self._begin()
            self._queue.put(work)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """As every executor."""
        future: Future[T] = Future()

        def work() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(fn(*args, **kwargs))
                except BaseException as error:  # noqa: BLE001 - it is raised where the result is waited for
                    future.set_exception(error)

        self.give(work)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - Executor's
        """Take no more work, and wait until what was given is done. Idempotent. `cancel_futures` does nothing."""
        del cancel_futures
        with self._lock:
            self._is_shut = True
            # One for each thread: it is behind all work.
            for _ in self._threads:
                self._queue.put(None)
            threads, self._threads = self._threads, []
        for thread in threads if wait else ():
            thread.join()

    def _begin(self) -> None:
        while (number := len(self._threads)) < self._count:
            thread = threading.Thread(target=self._work, name=f"{self._name}_{number}", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                # A limit of tasks. One thread does all work, and the next work is another try.
                if not self._threads:
                    raise
                return
            self._threads.append(thread)

    def _work(self) -> None:
        work: Callable[[], object] | None = self._initializer
        while work is not None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - without its thread, all later work would wait for ever
                kind, where = type(error).__name__, error_location(error)
                # A log that cannot be written must not end it either.
                with suppress(Exception):
                    get_logger().error("work failed unexpectedly", thread=self._name, error=kind, where=where)
            # An idle thread keeps nothing of the last question.
            del work
            work = self._queue.get()
