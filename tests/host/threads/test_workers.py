"""Threads that take work from one queue."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import structlog

from edge.host.threads import Workers


@pytest.fixture
def workers() -> Iterator[Workers]:
    """Two threads."""
    two = Workers(2, "test")
    yield two
    two.shutdown()


def test_as_an_executor(workers: Workers) -> None:
    """`submit` gives a future with what the work returns."""
    assert 8 == workers.submit(pow, 2, exp=3).result(timeout=10)


def test_error_is_in_the_future(workers: Workers) -> None:
    """The thread goes on after it."""
    failed = workers.submit(int, "no number")

    assert isinstance(failed.exception(timeout=10), ValueError)
    assert 8 == workers.submit(pow, 2, 3).result(timeout=10)


def test_threads_work_at_once(workers: Workers) -> None:
    """Two pieces of work can wait for each other."""
    both = threading.Barrier(2, timeout=10)
    waiting = [workers.submit(both.wait) for _ in range(2)]

    assert {0, 1} == {one.result(timeout=10) for one in waiting}


def test_cancelled_work_is_not_done(workers: Workers) -> None:
    """If no thread had begun with it."""
    may_go, done = threading.Event(), list[str]()
    busy = [workers.submit(may_go.wait, 10) for _ in range(2)]
    late = workers.submit(done.append, "late")

    assert late.cancel()
    may_go.set()
    assert [True, True] == [one.result(timeout=10) for one in busy]
    workers.shutdown()
    assert [] == done


def test_initializer_is_called_in_each_thread() -> None:
    """Before any work."""
    threads = list[str]()
    workers = Workers(2, "named", initializer=lambda: threads.append(threading.current_thread().name))
    workers.give(lambda: None)
    workers.shutdown()

    assert ["named_0", "named_1"] == sorted(threads)


def test_one_thread_does_all_work_under_a_limit_of_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `TasksMax` sets one. The others begin once they can."""
    start, may_start = threading.Thread.start, [True, False, False]

    def limited(thread: threading.Thread) -> None:
        if may_start and not may_start.pop(0):
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", limited)
    workers, both = Workers(2, "test"), threading.Barrier(2, timeout=10)

    assert [8, 9] == [workers.submit(pow, *number).result(timeout=10) for number in ((2, 3), (3, 2))]
    waiting = [workers.submit(both.wait) for _ in range(2)]
    assert {0, 1} == {one.result(timeout=10) for one in waiting}
    workers.shutdown()


def test_no_thread_can_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who gives work is told, and does not wait without end."""

    def limited(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", limited)

    with pytest.raises(RuntimeError, match="can't start"):
        Workers(2, "test").give(fail)


def test_shutdown_does_what_was_given() -> None:
    """Work that waits is done before the threads end, and no other is taken."""
    workers, done = Workers(1, "test"), list[int]()
    for number in range(100):
        workers.give(partial(done.append, number))
    workers.shutdown()
    workers.shutdown()

    assert list(range(100)) == done
    with pytest.raises(RuntimeError, match=r"^work was given to the threads 'test' after their shutdown$"):
        workers.give(lambda: None)


class Panic(BaseException):
    """As a library in Rust raises it."""


def fail() -> None:
    """End in a way that nobody foresaw."""
    raise Panic("a viewer's words")


@pytest.mark.parametrize(("work", "initializer"), [(fail, int), (int, fail)], ids=["work", "initializer"])
def test_thread_goes_on_after_what_raises(work: Callable[[], object], initializer: Callable[[], object]) -> None:
    """The only one. The log says where it failed, and not with which words."""
    workers = Workers(1, "test", initializer=initializer)
    with structlog.testing.capture_logs() as lines:
        workers.give(work)
        assert 8 == workers.submit(pow, 2, 3).result(timeout=10)
    workers.shutdown()

    assert ["work failed unexpectedly"] == [line["event"] for line in lines]
    assert ("test", "Panic") == (lines[0]["thread"], lines[0]["error"])
    assert "viewer" not in str(lines)


def test_thread_goes_on_if_the_log_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full, or who read the log has gone."""

    def broken() -> None:
        raise BrokenPipeError

    monkeypatch.setattr("edge.host.threads.workers.get_logger", broken)
    workers = Workers(1, "test")
    workers.give(fail)

    assert 8 == workers.submit(pow, 2, 3).result(timeout=10)
    workers.shutdown()


def test_thread_keeps_nothing_of_its_last_work() -> None:
    """A question ends with its response, and not with the next question."""
    workers, gone = Workers(1, "test"), threading.Event()

    class Question:
        def __call__(self) -> None:
            """Do nothing."""

        def __del__(self) -> None:
            gone.set()

    workers.give(Question())

    assert gone.wait(timeout=10)
    workers.shutdown()


def test_process_ends_without_shutdown() -> None:
    """One that is ended twice does not come to its shutdown, and must not hang."""
    program = "from edge.host.threads import Workers; Workers(1, 'test').give(lambda: None)"

    assert 0 == subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode
