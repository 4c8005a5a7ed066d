"""Opens the admin socket for as long as a PoP runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from edge.errors import ConfigError
from edge.host import get_logger
from edge.host.admin import AdminSocket


@asynccontextmanager
async def open_admin(socket: AdminSocket) -> AsyncIterator[None]:
    """Listen on the admin socket within the block. If that fails, the PoP runs without: viewers do not need it."""
    try:
        await socket.listen()
    except ConfigError as error:
        get_logger().error("admin socket cannot be opened, no command reaches this PoP", error=error.text)
    try:
        yield
    finally:
        await socket.close()
