"""The publisher's server: the repository as static files, a push stream (SSE) of changes, and the fleet's routes.

It signs a new timestamp every few seconds, which is also the heartbeat of the stream. Islands are published by other
processes; the server notices a new `timestamp.json`. Blocking work runs in threads: one watches the disk, others sign
and read.
"""

import asyncio
import contextlib
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from edge.archive import ARCHIVE_BYTES
from edge.errors import SkerryError, StorageError
from edge.host import get_logger, ignore, is_set_within, problems_middleware, reasons_route, utc_now
from edge.host.door import Door, DoorLimits, connections_within, raise_file_limit
from edge.host.openapi import openapi_route
from edge.host.watched import LOOK_S, FileWatch, WatchedFile, reload_route
from edge.publish.fleet import FleetRoutes, PublisherAuth
from edge.publish.repository import Repository, remove_old_snapshots
from edge.publish.server.admin import open_admin
from edge.publish.server.archive import archive_routes
from edge.publish.server.change_feed import TIMESTAMP_PATH, ChangeFeed
from edge.publish.server.expiry_alerts import ExpiryAlerts
from edge.publish.server.mailbox import Hub
from edge.publish.server.openapi import openapi_document
from edge.publish.server.sse import MAX_SUBSCRIBERS, PushStream
from edge.publish.witness import WitnessRoutes
from edge.records import NAME_PATTERN, Bundle
from edge.wire.publisher import encode_event

if TYPE_CHECKING:
    # Not imported at run time: its library is optional (extra `nats`).
    from edge.publish.server.nats_publisher import NatsPublisher

POLL_S = 0.01
"""Interval of the watcher. One poll costs 3 µs, and every publication waits for the next poll."""

COALESCE_S = 0.02
"""Shortest time between two events. Of a burst of publications, PoPs get the first and then the newest."""

UNREADABLE_S = 1.0
"""Wait after a poll that failed; each failure is a line in the log."""

STOP_GRACE_S = 0.5

TIDY_EVERY = timedelta(minutes=10)
"""How often old snapshots are looked for."""

STATUS_TIMEOUT_S = 30.0
"""Time for the body of a request: a PoP's status has up to 4 MiB, which takes 30 s at one Mbit/s."""

_METADATA = re.compile(rf"[1-9][0-9]*\.{NAME_PATTERN}\.json")
_TARGET = re.compile(rf"[0-9a-f]{{64}}\.{NAME_PATTERN}\.(island|json)")
_TENANT = re.compile(NAME_PATTERN)
_NEVER_CHANGES = {"Cache-Control": "public, max-age=31536000, immutable"}
_CHANGES = {"Cache-Control": "no-cache"}

_log = get_logger()


class PublisherServer:
    """The server of one home. `request_stop` may be called from a signal handler of the loop that `run` runs in."""

    def __init__(
        self,
        *,
        home: Path,
        host: str,
        port: int,
        timestamp_interval_s: float,
        max_subscribers: int = MAX_SUBSCRIBERS,
        guard: PublisherAuth | None = None,
        nats_publisher: "NatsPublisher | None" = None,
        adopts_pops: bool = False,
        files: Iterable[WatchedFile[Any]] = (),
        reload: asyncio.Event | None = None,
        look_s: float = LOOK_S,
        archive_bytes: int = ARCHIVE_BYTES,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`files` are those of other parts, such as `nats_publisher`. Each time `reload` is set, all are read again."""
        self.hub = Hub()
        self._stream = PushStream(self.hub, max_subscribers=max_subscribers)
        self._guard = guard or PublisherAuth()
        # A stream is one request that lasts for days: without this, a revoked token would go on reading.
        self._guard.on_new_tokens(lambda: self._stream.end_unless(self._guard.still_allows))
        self._files = FileWatch([*self._guard.watched, *files], requested=reload, interval_s=look_s)
        self._nats_publisher = nats_publisher
        self._host, self._port = host, port
        self._interval_s, self._now = timestamp_interval_s, now
        self._repository = Repository(home)
        self._expiries = ExpiryAlerts(self._repository)
        self._changes = ChangeFeed(home)
        fleet = FleetRoutes(home, now=now, adopts=adopts_pops)
        witness = WitnessRoutes(home, self._repository.keys, now=now)
        self._routes = fleet, witness, archive_routes(home, max_bytes=archive_bytes)
        self._timestamp = b""
        self._stop = asyncio.Event()
        self._watcher_stop = threading.Event()
        self._is_ready = False
        self._tidied_at: datetime | None = None

    async def run(self, *, on_ready: Callable[[str], None]) -> None:
        """Serve until `request_stop`. `on_ready` is called with the URL once requests are answered; port 0 is any port.

        Raises `ConfigError` if there is no repository or no key for the timestamp, or if the port cannot be opened.
        """
        # Before the port is open: the first PoP must get a timestamp that has not expired.
        await self._renew()
        await asyncio.to_thread(self._poll_repository, asyncio.get_running_loop())
        try:
            async with self._listening() as url, self._administered(), asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(self._files.keep())
                tasks.create_task(asyncio.to_thread(self._watch, asyncio.get_running_loop()))
                tasks.create_task(self._renew_until_stop())
                if self._nats_publisher is not None:
                    tasks.create_task(self._nats_publisher.run(self._stop))
                on_ready(url)
                self._is_ready = True
                await self._stop.wait()
                watching.cancel()
        finally:
            # Cancelling a task does not stop the watcher's thread; this does.
            self.request_stop()

    def request_stop(self) -> None:
        """End every stream and request, then `run`. Idempotent."""
        self._stop.set()
        self._watcher_stop.set()

    def application(self) -> web.Application:
        """An application with all routes."""
        app = web.Application(client_max_size=1024, middlewares=[problems_middleware(ignore), self._guard.middleware])
        app.router.add_get("/livez", _live)
        app.add_routes([reasons_route(), openapi_route(openapi_document())])
        app.router.add_get("/metadata/{file}", self._get_metadata)
        app.router.add_get("/targets/{tenant}/{file}", self._get_target)
        app.router.add_get("/v1/push", self._stream.handle)
        for routes in self._routes:
            routes.add_to(app)
        app.on_shutdown.append(self._stream.close)
        return app

    def _administered(self) -> contextlib.AbstractAsyncContextManager[None]:
        return open_admin(self._repository.home, [reload_route(self._files.look_at_all)])

    @contextlib.asynccontextmanager
    async def _listening(self) -> AsyncIterator[str]:
        """Answer requests during the block; yields the URL."""
        files = raise_file_limit()
        most = connections_within(files)
        # A whole fleet may be reading the same island.
        limits = DoorLimits(max_connections=most, max_unread=most, body_timeout_s=STATUS_TIMEOUT_S)
        door = Door(self.application(), limits=limits, stop_grace_s=STOP_GRACE_S, handler_cancellation=True)
        try:
            instead = f"skerry publisher serve --port PORT --home {self._repository.home}"
            yield await door.open_port(self._host, self._port, tls=self._guard.tls, instead=instead)
        finally:
            await door.close()

    async def _renew(self) -> None:
        renewed = await asyncio.to_thread(self._repository.renew, now=self._now())
        if renewed:
            _log.info("roles are signed again", roles=renewed)
        await asyncio.to_thread(self._expiries.look, self._now())

    async def _renew_until_stop(self) -> None:
        while not await is_set_within(self._stop, self._interval_s):
            try:
                await self._renew()
            except SkerryError as error:
                _log.error("timestamp cannot be signed, PoPs will call their islands stale", error=error.text)
            else:
                await self._tidy()

    async def _tidy(self) -> None:
        now = self._now()
        if self._tidied_at is not None and now - self._tidied_at < TIDY_EVERY:
            return
        self._tidied_at = now
        try:
            count = await asyncio.to_thread(remove_old_snapshots, self._repository, now=now)
        except SkerryError as error:
            _log.warning("old snapshots cannot be deleted", error=error.text)
            return
        if count:
            _log.info("old snapshots are deleted", snapshots=count)

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Poll the repository until the server stops. Runs in a thread of its own."""
        wait_s = POLL_S
        while not self._watcher_stop.wait(wait_s):
            try:
                wait_s = COALESCE_S if self._poll_repository(loop) else POLL_S
            except StorageError as error:
                _log.error("repository cannot be read, the state before stays served", error=error.text)
                wait_s = UNREADABLE_S

    def _poll_repository(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Pass a change to the loop, encoded once for all subscribers. True if there was one."""
        bundle = self._changes.poll()
        if bundle is None:
            return False
        event, greeting = encode_event(bundle), encode_event(self._changes.greeting)
        loop.call_soon_threadsafe(self._announce, bundle, event, self._changes.greeting, greeting)
        return True

    def _announce(self, bundle: Bundle, event: bytes, state: Bundle, greeting: bytes) -> None:
        self._timestamp = bundle.files[TIMESTAMP_PATH]
        self.hub.publish(event, greeting=greeting)
        if self._nats_publisher is not None:
            self._nats_publisher.offer(bundle, state=state)
        # The state at the start is not a change.
        if self._is_ready and bundle.files.keys() != {TIMESTAMP_PATH}:
            files = sorted(bundle.files)
            _log.info("state has changed", files=files, event_bytes=len(event), subscribers=len(self.hub))

    async def _get_metadata(self, request: web.Request) -> web.StreamResponse:
        file_name = request.match_info["file"]
        if file_name == "timestamp.json":
            return web.Response(body=self._timestamp, content_type="application/json", headers=_CHANGES)
        if _METADATA.fullmatch(file_name) is None:
            raise web.HTTPNotFound
        # No long caching: a crash can leave a version that was never in force, and the next change writes that name
        # again.
        return await _file(self._repository.metadata / file_name, _CHANGES)

    async def _get_target(self, request: web.Request) -> web.StreamResponse:
        tenant, file_name = request.match_info["tenant"], request.match_info["file"]
        if _TENANT.fullmatch(tenant) is None or _TARGET.fullmatch(file_name) is None:
            raise web.HTTPNotFound
        return await _file(self._repository.folder / "targets" / tenant / file_name, _NEVER_CHANGES)


async def _live(_request: web.Request) -> web.Response:
    return web.Response(text="live\n")


async def _file(path: Path, headers: dict[str, str]) -> web.StreamResponse:
    if not await asyncio.to_thread(path.is_file):
        raise web.HTTPNotFound
    return web.FileResponse(path, headers=headers)
