"""A process's HTTP door: it listens, keeps strangers' connections within limits, and closes in order."""

import asyncio
import contextlib
import errno
import ssl
import time
from collections.abc import Callable, Sequence
from typing import cast

from aiohttp import web
from aiohttp.typedefs import Handler
from aiohttp.web_protocol import RequestHandler

from edge.errors import ConfigError
from edge.host.address import url_of
from edge.host.door.connection import Connection
from edge.host.door.fast_path import PlainConnection
from edge.host.door.handler import QuietHandler, QuietRunner, Trim
from edge.host.door.held import HeldInAll
from edge.host.door.limits import DoorLimits
from edge.host.door.phases import Phase, Phases
from edge.host.door.refusal import NO_SNIFF, KnownPaths
from edge.host.door.screen import FastPath, PassAll, Screen
from edge.host.door.unix_socket import Address

SWEEP_S = 0.25
"""How often connections whose time is over are looked for. It takes as long as there are such."""

BACKLOG = 4096
"""Connections that the kernel accepts before we do: as many as Linux allows (`net.core.somaxconn`).

Of a fleet that returns at once, those for which there is no room are not refused: they hear nothing, and wait.
"""

DRAIN_S = 0.25
"""How long a stopping door goes on answering on connections that are idle: so long does a client need that has just
sent its next request."""


class Door:
    """The HTTP server of one application. Belongs to the event loop; use it once."""

    def __init__(
        self,
        app: web.Application,
        *,
        limits: DoorLimits | None = None,
        screen: Screen | None = None,
        trim: Trim = lambda head: head,
        stop_grace_s: float = 5.0,
        drain_s: float = DRAIN_S,
        handler_cancellation: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`trim` leaves out what the application does not need of a head.

        `stop_grace_s`: time for requests in progress when the door closes.
        """
        self.limits, self.screen = limits or DoorLimits(), screen or PassAll()
        self.fast_path: FastPath | None = None
        self.paths = KnownPaths(app)
        self.in_flight = 0
        """Connections with a request that aiohttp has and that is not answered yet, streams included."""
        self.held = HeldInAll()
        """Bytes of requests that are not whole yet."""
        self.is_draining = False
        timed = {
            Phase.HEAD: self.limits.header_timeout_s,
            Phase.BODY: self.limits.body_timeout_s,
            Phase.IDLE: self.limits.idle_timeout_s,
            Phase.UNREAD: self.limits.unread_timeout_s,
            Phase.LAST: self.limits.linger_s,
        }
        self.phases: Phases[Connection] = Phases(timed, clock)
        self._drain_s = drain_s
        self._connections: dict[RequestHandler, Connection] = {}
        self._servers: list[asyncio.Server] = []
        self._sweeper: asyncio.TimerHandle | None = None
        self._has_left = asyncio.Event()
        app.middlewares.insert(0, self._counting)
        app.on_response_prepare.append(self._prepare)
        app[_DOOR] = self
        # The limits of headers are checked here; aiohttp's own must not be lower.
        most = max(8_190, self.limits.max_header_bytes)
        self._runner = QuietRunner(
            app,
            trim=trim,
            access_log=None,
            handle_signals=False,
            shutdown_timeout=stop_grace_s,
            keepalive_timeout=self.limits.idle_timeout_s,
            handler_cancellation=handler_cancellation,
            # Encoded bodies are refused (415). aiohttp would decompress them first, and log what does not decompress.
            auto_decompress=False,
            max_line_size=most,
            max_field_size=most,
            max_headers=max(128, self.limits.max_headers),
        )

    async def open(self, addresses: Sequence[Address], *, tls: ssl.SSLContext | None = None) -> list[Address]:
        """Listen at these addresses, too; gives them with their real ports. Raises `OSError` if one cannot be used."""
        if self._sweeper is None:
            await self._runner.setup()
            self._keep_sweeping()
        return [await self._listen(address, tls) for address in addresses]

    async def open_port(self, host: str, port: int, *, tls: ssl.SSLContext | None, instead: str) -> str:
        """Open one port; gives its URL. `instead`: the command that chooses another one.

        Raises `ConfigError` if the port cannot be opened.
        """
        try:
            (bound,) = await self.open([Address(host, port)], tls=tls)
        except OSError as error:
            why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be opened: {error.strerror}"
            raise ConfigError(f"port {port} on {host} {why}, choose another with: {instead}") from error
        return url_of(bound.host, bound.port, scheme="https" if tls else "http")

    async def close(self) -> None:
        """Stop listening, answer the requests in progress, and close all connections. Idempotent."""
        for server in self._servers:
            server.close()
        if self._sweeper is not None:
            self._sweeper.cancel()
            self.is_draining = True
            # Whose next request is already on its way gets an answer, which says that the connection is closed.
            await self._until_empty(self._drain_s)
        await self._runner.cleanup()
        # Those that aiohttp never saw: idle ones, and those whose last response waits or is being read.
        for connection in self.phases.all():
            connection.end()
        self._sweeper = None

    @property
    def waiting(self) -> int:
        """Requests in progress, without streams: one for each connection, since the next one waits for it."""
        return self.in_flight - self.phases.count(Phase.STREAM)

    def connection_of(self, request: web.Request) -> Connection | None:
        """The connection that a request came on; None if it is closed."""
        return self._connections.get(request.protocol)

    # --- for connections

    def enter(self, connection: Connection) -> bool:
        """Give a new connection a place, if need be that of the one that we have waited for longest.

        False: there is none, because requests are being answered on all of them.
        """
        if len(self.phases) >= self.limits.max_connections:
            # Somebody who opens thousands has the oldest ones, and a viewer who has just come the newest.
            waiting = self.phases.longest_first(Phase.IDLE, Phase.HEAD, Phase.BODY, Phase.UNREAD, Phase.LAST)
            other = next(waiting, None)
            if other is None:
                return False
            other.give_way()
        self.phases.enter(connection, Phase.IDLE)
        return True

    def has_room(self, connection: Connection, size: int) -> bool:
        """Make room for bytes that a connection wants held; unfinished requests that began before its own give way."""
        while self.held.size + size > self.limits.max_held_bytes:
            oldest = next((one for one in self.phases.longest_first(Phase.HEAD, Phase.BODY) if one.held.size), None)
            if oldest is None or oldest is connection:
                return False
            oldest.give_way()
        return True

    def bound_unread(self) -> None:
        """End the connection that is unread longest, if there are too many."""
        if self.phases.count(Phase.UNREAD) > self.limits.max_unread:
            next(self.phases.longest_first(Phase.UNREAD)).drop()

    def leave(self, connection: Connection, phase: Phase) -> None:
        """Take back the place of a connection. Idempotent."""
        self.phases.leave(connection, phase)
        self._has_left.set()

    def open_handler(self, connection: Connection) -> QuietHandler:
        """A handler of aiohttp's for a connection."""
        server = self._runner.server
        if server is None:
            raise RuntimeError("the door is closed, expected an open one")
        handler = cast(QuietHandler, server())
        self._connections[handler] = connection
        return handler

    def close_handler(self, handler: RequestHandler) -> None:
        """Forget a handler whose connection is lost."""
        self._connections.pop(handler, None)

    # --- inside

    async def _listen(self, address: Address, tls: ssl.SSLContext | None) -> Address:
        loop = asyncio.get_running_loop()

        def connect() -> Connection:
            return Connection(self) if self.fast_path is None else PlainConnection(self, self.fast_path)

        if address.unix_socket is not None:
            self._servers.append(await loop.create_unix_server(connect, sock=address.unix_socket, ssl=tls))
            return address
        server = await loop.create_server(connect, address.host, address.port, backlog=BACKLOG, ssl=tls)
        self._servers.append(server)
        return address._replace(port=server.sockets[0].getsockname()[1])

    def sweep(self) -> None:
        """End the connections whose time is over."""
        for connection in self.phases.overdue():
            connection.end_overdue()

    def _keep_sweeping(self) -> None:
        self.sweep()
        self._sweeper = asyncio.get_running_loop().call_later(SWEEP_S, self._keep_sweeping)

    async def _until_empty(self, within_s: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while len(self.phases) > self.phases.count(Phase.STREAM):
                    self._has_left.clear()
                    await self._has_left.wait()

    @web.middleware
    async def _counting(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        finally:
            connection = self.connection_of(request)
            if connection is not None:
                connection.answered()

    async def _prepare(self, _request: web.Request, response: web.StreamResponse) -> None:
        # aiohttp has just added its own name and version.
        response.headers.popall("Server", None)
        response.headers["X-Content-Type-Options"] = NO_SNIFF
        if self.is_draining:
            response.force_close()
            response.headers["Connection"] = "close"


_DOOR: web.AppKey[Door] = web.AppKey("door", Door)


def mark_stream(request: web.Request) -> None:
    """Count the response to `request` as a stream: it is neither in flight nor ever idle. Without a door, nothing."""
    door = request.app.get(_DOOR)
    connection = door.connection_of(request) if door is not None else None
    if connection is not None:
        connection.mark_stream()
