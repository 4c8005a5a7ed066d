"""The desk's server: one address for PoPs and people, one file, one process.

Tickets are durable before they are acknowledged. A PoP fetches what people did, so no address of a PoP is known here.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from edge.archive import ARCHIVE_BYTES, BODY_S
from edge.desk.access import DeskGuard
from edge.desk.live import (
    HEARTBEAT_S,
    DeskThread,
    FleetView,
    Loads,
    News,
    PostedFigures,
    Presence,
    PublisherAddress,
)
from edge.desk.pages import PageRoutes
from edge.desk.people import ChangeStream, PeopleRoutes
from edge.desk.pops import EventStream, PopRoutes, archive_routes
from edge.desk.relay import Relays, read_relays
from edge.desk.server.erasing import erase_route
from edge.desk.server.openapi import openapi_document
from edge.desk.server.upkeep import TICK_S, Upkeep
from edge.desk.store import MAX_OPEN
from edge.errors import ConfigError, StorageError
from edge.host import get_logger, ignore, make_folder, problems_middleware, reasons_route, utc_now
from edge.host.admin import AdminSocket
from edge.host.door import Door, DoorLimits, connections_within, raise_file_limit
from edge.host.openapi import openapi_route
from edge.host.watched import LOOK_S, FileWatch, ServerCertificate, WatchedFile, reload_route
from edge.records.desk import MAX_TICKET_POST_BYTES

KEEP_DAYS = 30.0
"""How long tickets are kept unless the operator says otherwise."""

STOP_GRACE_S = 2.0

_log = get_logger()


def admin_folder(home: Path) -> Path:
    """The folder of the desk's admin socket: its own, since a publisher may have the same home.

    Not that of the file: a socket that a killed desk left there cannot be opened, as the next start tries with files.
    """
    return home / "desk-run"


class DeskServer:
    """The server of one home. `request_stop` may be called from a signal handler of the loop that `run` runs in."""

    def __init__(
        self,
        *,
        home: Path,
        host: str,
        port: int,
        keep_days: float = KEEP_DAYS,
        certificate: ServerCertificate | None = None,
        publisher: PublisherAddress | None = None,
        reload: asyncio.Event | None = None,
        heartbeat_s: float = HEARTBEAT_S,
        tick_s: float = TICK_S,
        look_s: float = LOOK_S,
        now: Callable[[], datetime] = utc_now,
        connection: type[sqlite3.Connection] = sqlite3.Connection,
        max_open: int = MAX_OPEN,
        archive_bytes: int = ARCHIVE_BYTES,
    ) -> None:
        """Read tokens, certificate and pages. Blocks; raises `ConfigError`.

        Each time `reload` is set, tokens and certificate are read again. `max_open`: how many tickets of one PoP may be
        open. `archive_bytes`: how much of one PoP's logs is kept.
        """
        self._home, self._host, self._port = home, host, port
        self._certificate = certificate or ServerCertificate()
        self._stop = asyncio.Event()
        self._publisher, self._fleet = publisher, FleetView()
        self._news, figures, presence = News(), PostedFigures(), Presence()
        loads = Loads(self._news)
        self._pages = PageRoutes()
        guard = DeskGuard(home, now=now, on_use=presence.note, open_paths=self._pages.paths)
        guard.file.on_change(lambda _tokens: self._news.wake_all())
        self._thread = DeskThread(
            home, self._news, clock=lambda: now().timestamp(), connection=connection, max_open=max_open
        )
        self._relays = Relays(read_relays(home), self._thread, now=lambda: now().timestamp(), tick_s=tick_s)
        watched: list[WatchedFile[Any]] = [guard.file, self._certificate.file, *self._relays.watched]
        watched += publisher.watched if publisher else ()
        self._files = FileWatch(watched, requested=reload, interval_s=look_s)
        self._guard = guard
        self._pops = PopRoutes(
            self._thread, figures, EventStream(self._thread, self._news, loads, guard, heartbeat_s=heartbeat_s)
        )
        self._archive = archive_routes(home, max_bytes=archive_bytes)
        changes = ChangeStream(self._news, presence, guard, heartbeat_s=heartbeat_s)
        self._people = PeopleRoutes(self._thread, figures, self._fleet, guard, changes, now=now)
        self._upkeep = Upkeep(
            self._thread, self._news, loads, guard,
            figures=figures, presence=presence, relayed=self._relays.tenants, behind=self._relays.people,
            keep_days=keep_days, now=now, tick_s=tick_s,
        )  # fmt: skip

    async def run(self, *, on_ready: Callable[[str], None]) -> None:
        """Serve until `request_stop`. `on_ready` is called with the URL once requests are answered; port 0 is any port.

        Raises `ConfigError` if another desk has the home or the port cannot be opened, `StorageError` if the disk
        fails.
        """
        try:
            await self._thread.open()
            async with self._listening() as url, self._administered(), asyncio.TaskGroup() as tasks:
                endless = [tasks.create_task(work) for work in (self._files.keep(), self._thread.keep_showing())]
                tasks.create_task(self._upkeep.keep(self._stop))
                tasks.create_task(self._relays.keep(self._stop))
                if self._publisher is not None:
                    tasks.create_task(self._fleet.keep(self._publisher, self._stop))
                on_ready(url)
                await self._stop.wait()
                for task in endless:
                    task.cancel()
        finally:
            self.request_stop()
            await self._thread.close()

    def request_stop(self) -> None:
        """End every stream and request, then `run`. Idempotent."""
        self._stop.set()
        self._news.close()

    def application(self) -> web.Application:
        """An application with all routes."""
        app = web.Application(
            client_max_size=MAX_TICKET_POST_BYTES, middlewares=[problems_middleware(ignore), self._guard.middleware]
        )
        app.router.add_get("/livez", _live)
        app.add_routes([reasons_route(), openapi_route(openapi_document())])
        self._pops.add_to(app)
        self._archive.add_to(app)
        self._people.add_to(app)
        self._pages.add_to(app)
        self._relays.add_to(app)
        return app

    @contextlib.asynccontextmanager
    async def _administered(self) -> AsyncIterator[None]:
        """Listen on the admin socket within the block. If that fails, the desk runs without: nobody else needs it."""
        folder = admin_folder(self._home)
        socket = AdminSocket(folder, [reload_route(self._files.look_at_all), erase_route(self._thread)])
        try:
            await asyncio.to_thread(make_folder, folder, mode=0o700)
            await socket.listen()
        except (ConfigError, StorageError) as error:
            _log.error("admin socket cannot be opened, no command reaches this desk", error=error.text)
        try:
            yield
        finally:
            await socket.close()

    @contextlib.asynccontextmanager
    async def _listening(self) -> AsyncIterator[str]:
        """Answer requests during the block; yields the URL."""
        most = connections_within(raise_file_limit())
        limits = DoorLimits(max_connections=most, body_timeout_s=BODY_S)
        door = Door(self.application(), limits=limits, stop_grace_s=STOP_GRACE_S)
        try:
            instead = f"skerry desk serve --port PORT --home {self._home}"
            yield await door.open_port(self._host, self._port, tls=self._certificate.tls, instead=instead)
        finally:
            await door.close()


async def _live(_request: web.Request) -> web.Response:
    return web.Response(text="live\n")
