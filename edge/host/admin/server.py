"""The server's side: routes of aiohttp behind the socket, and bounds that no peer can exceed.

A peer is the operator, but also a script that hangs or sends junk. So a connection has a longest life and a largest
number of bytes, and only a few are open at a time. None of it touches the process's other listeners.

    admin = AdminSocket(state_dir, [web.post("/v1/evict", handler)])
    await admin.listen()
    …
    await admin.close()
"""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from edge.errors import Reason
from edge.host.admin.address import BoundSocket, bind
from edge.host.no_op import ignore
from edge.host.problems import problem_response, problems_middleware

MAX_BODY_BYTES = 65_536
"""Largest body of a request."""


class ConnectionBounds(NamedTuple):
    """What one peer may use up."""

    max_connections: int = 8
    """Connections open at once. Further ones are closed. A command uses one for the time that it takes."""
    max_bytes: int = 131_072
    """Bytes that one connection may send in its life."""
    max_connection_s: float = 120.0
    """Longest life of a connection. Longer than a command waits for its answer."""


DEFAULT_BOUNDS = ConnectionBounds()


class AdminSocket:
    """One process's admin socket in `folder`. The caller holds a lock on the folder while it listens."""

    def __init__(
        self, folder: Path, routes: Iterable[web.RouteDef], *, bounds: ConnectionBounds = DEFAULT_BOUNDS
    ) -> None:
        self._folder, self._bounds = folder, bounds
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[problems_middleware(ignore)])
        app.add_routes(routes)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        self._bound: BoundSocket | None = None
        self._server: asyncio.Server | None = None

    async def listen(self) -> None:
        """Listen. Raises `ConfigError` if it cannot."""
        self._bound = await asyncio.to_thread(bind, self._folder)
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(self._connection, sock=self._bound.listening)

    async def close(self) -> None:
        """Let nobody in any more, end what is open, and remove the socket. Idempotent."""
        if self._server is not None:
            self._server.close()
        await self._runner.cleanup()
        if self._bound is not None:
            await asyncio.to_thread(self._bound.remove)

    def _connection(self) -> RequestHandler:
        server = self._runner.server
        if server is None:
            raise RuntimeError("the admin socket is closed, expected no further connection")
        return _BoundedConnection(server, loop=asyncio.get_running_loop(), bounds=self._bounds)


class _BoundedConnection(RequestHandler):
    """A connection that ends at its bounds, and answers bytes that are no HTTP with a problem document."""

    __slots__ = ("_admin_manager", "_bounds", "_end", "_received")

    def __init__(self, manager: web.Server, *, loop: asyncio.AbstractEventLoop, bounds: ConnectionBounds) -> None:
        super().__init__(manager, loop=loop, access_log=None, tcp_keepalive=False)  # type: ignore[arg-type]
        self._admin_manager, self._bounds = manager, bounds
        self._received = 0
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As `asyncio.Protocol`; one connection too many is closed at once."""
        super().connection_made(transport)
        if len(self._admin_manager.connections) > self._bounds.max_connections:
            self._abort()
            return
        self._end = self._loop.call_later(self._bounds.max_connection_s, self._abort)

    def data_received(self, data: bytes) -> None:
        """As `asyncio.Protocol`; more bytes than allowed end the connection."""
        self._received += len(data)
        if self._received > self._bounds.max_bytes:
            self._abort()
            return
        super().data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        """As `asyncio.Protocol`."""
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(exc)

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """The response to bytes that are no request. Nothing of them is repeated or logged."""
        del request, status, exc, message
        response = problem_response(400, Reason.MALFORMED, "the bytes are no request, expected HTTP/1.1")
        response.force_close()
        return response

    def _abort(self) -> None:
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()
