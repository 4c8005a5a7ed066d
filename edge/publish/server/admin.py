"""The publisher's admin socket, in its home: what an operator on this machine may tell a running publisher.

One server of a home has it. `home/server.lock` is locked while it does, so that two servers that start at once cannot
take the socket from each other.
"""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

from aiohttp import web

from edge.errors import ConfigError
from edge.host import get_logger
from edge.host.admin import AdminSocket

LOCK_NAME = "server.lock"


@contextlib.asynccontextmanager
async def open_admin(home: Path, routes: Iterable[web.RouteDef]) -> AsyncIterator[None]:
    """Listen on the admin socket within the block. If that fails, the publisher runs without: PoPs do not need it."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            # In this thread: a lock of a local file, which does not wait.
            stack.enter_context(await asyncio.to_thread(_locked, home))
            socket = AdminSocket(home, routes)
            stack.push_async_callback(socket.close)
            await socket.listen()
        except ConfigError as error:
            get_logger().error("admin socket cannot be opened, no command reaches this publisher", error=error.text)
        yield


def _locked(home: Path) -> contextlib.AbstractContextManager[None]:
    """Lock the home's socket; the lock ends with the block. Raises `ConfigError` if another server has it."""
    path = home / LOCK_NAME
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(f"cannot open {path}: {error.strerror}; to see who may, run: ls -ld {home}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise ConfigError(
            f"another server of {home} has its admin socket; to see that process, run: fuser -v {path}"
        ) from error
    return _closing(lock)


@contextlib.contextmanager
def _closing(lock: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(lock)
