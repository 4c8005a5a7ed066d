"""The server's side: routes behind the socket, by a door that has few places.

A peer is the operator, but also a script that hangs or sends junk. The door ends such a connection, and touches none of
the process's other listeners.

    admin = AdminSocket(state_dir, [web.post("/v1/evict", handler)])
    await admin.listen()
    …
    await admin.close()
"""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from aiohttp import web

from edge.host.admin.place import socket_in
from edge.host.door import Address, BoundSocket, Door, DoorLimits, bind_socket
from edge.host.no_op import ignore
from edge.host.problems import problems_middleware

MAX_BODY_BYTES = 65_536
"""Largest body of a request."""

ADMIN_LIMITS = DoorLimits(max_connections=8, max_held_body_bytes=MAX_BODY_BYTES)
"""A command uses one connection, for the time that it takes."""

_STOP_GRACE_S = 1.0


class AdminSocket:
    """One process's admin socket in `folder`. The caller holds a lock on the folder while it listens."""

    def __init__(self, folder: Path, routes: Iterable[web.RouteDef], *, limits: DoorLimits = ADMIN_LIMITS) -> None:
        # The operator may read all of an error.
        problems = problems_middleware(ignore, text_of=lambda error: error.text)
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[problems])
        app.add_routes(routes)
        # A command closes its connection, so nobody's next request is on its way.
        self._door = Door(app, limits=limits, stop_grace_s=_STOP_GRACE_S, drain_s=0.0)
        self._folder = folder
        self._bound: BoundSocket | None = None

    async def listen(self) -> None:
        """Listen. Raises `ConfigError` if it cannot."""
        # The owner alone.
        self._bound = await asyncio.to_thread(bind_socket, socket_in(self._folder), mode=0o600)
        await self._door.open([Address(unix_socket=self._bound.listening)])

    async def close(self) -> None:
        """Let nobody in any more, end what is open, and remove the socket. Idempotent."""
        await self._door.close()
        if self._bound is not None:
            await asyncio.to_thread(self._bound.remove)
