"""Runs a server until it ends. However it ends, its last line says why, and its exit status is not 0 after a fault."""

import asyncio
import faulthandler
import signal
import sys
from collections.abc import Coroutine
from typing import Any

from edge.errors import SkerryError
from edge.host import configure_logging, error_location, get_logger

OUT_OF_MEMORY = "out of memory"
_NO_THREAD = "can't start new thread"
"""The text of CPython's RuntimeError: the limit of address space, processes or tasks is reached."""


def run_service(server: Coroutine[Any, Any, None]) -> None:
    """Run `server` on a loop of its own, with the log on stderr. Raises its `SkerryError`; ends the process otherwise.

    A library that runs out of memory ends the process without Python. Then faulthandler writes where: names of
    functions, never a value.
    """
    # Until the server listens to it: it asks for files to be read again, and ends nothing.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    faulthandler.enable(sys.__stderr__ or sys.stderr, all_threads=False)
    configure_logging()
    import uvloop

    try:
        uvloop.run(server)
    except SkerryError:
        raise
    except Exception as error:  # noqa: BLE001 - the last line of a process
        first = _first(error)
        if isinstance(first, SkerryError):
            raise first from None
        get_logger().error("ended by a fault", error=_kind(first), where=error_location(first) or error_location(error))
        sys.exit(1)


def cancel_on_signals() -> None:
    """From now on SIGTERM and SIGHUP cancel the task that calls this, so that what it started ends with it.

    For commands that start processes: the terminal may be closed, or the container stopped.
    """
    if task := asyncio.current_task():
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)


def _first(error: BaseException) -> BaseException:
    """The first error of a task group, or the error itself."""
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def _kind(error: BaseException) -> str:
    """Which kind of error it is. Its text stays where it is: it may hold a stranger's words."""
    is_memory = isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and error.args == (_NO_THREAD,))
    return OUT_OF_MEMORY if is_memory else type(error).__name__
