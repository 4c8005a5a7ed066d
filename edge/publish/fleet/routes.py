"""The publisher's two routes about its fleet: PoPs post what they serve, operators ask for all of it.

    POST /v1/fleet/status   one PoP's signed status; 204 once it is kept
    GET  /v1/fleet             `FleetStatus`; ?island=TENANT/ISLAND[&revision=N] for one island

What arrives here is hostile until its signature was verified: it is bounded in size, in time and in number before that.
Disk and signatures are one thread's work, so that pushes never wait for them.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from edge.errors import Reason, RefusedError, SkerryError
from edge.host import get_logger, problem_of
from edge.publish.fleet.auth import TOKEN_OF
from edge.publish.fleet.lag import fleet_status
from edge.publish.fleet.registry import FleetRegistry, Posted, wanted_islands
from edge.publish.fleet.status_db import StatusDb
from edge.publish.repository import Repository
from edge.records import MAX_STATUS_BYTES, FleetStatus, IslandName
from edge.wire.publisher import KEY_HEADER, POP_HEADER, SIGNATURE_HEADER, STATUS_PATH

READ_S = 10.0
"""For the body of a status, which fits a few packets."""

POSTS_AT_ONCE = 16
"""64 MiB of bodies in the worst case; a thousand PoPs that post within a quarter of a second keep about four busy."""

RETRY_AFTER_S = 2

_MAX_NOTED = 1_000
_MAX_DIGITS = 15
T = TypeVar("T")

_log = get_logger()


class FleetRoutes:
    """The routes of one home; `add_to` an application."""

    def __init__(
        self,
        home: Path,
        *,
        now: Callable[[], datetime],
        adopts: bool = False,
        read_s: float = READ_S,
        posts_at_once: int = POSTS_AT_ONCE,
    ) -> None:
        self._read_s, self._posts_at_once = read_s, posts_at_once
        self._home, self._now, self._adopts = home, now, adopts
        self._repository = Repository(home)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="fleet")
        self._registry: FleetRegistry | None = None
        self._under_way = 0
        self._noted: dict[str, Reason] = {}

    def add_to(self, app: web.Application) -> None:
        """Serve both routes, and let go of the disk when the application ends."""
        app.router.add_post(f"/{STATUS_PATH}", _problems_answered(self._post))
        app.router.add_get("/v1/fleet", _problems_answered(self._get))
        app.on_cleanup.append(self._close)

    async def _post(self, request: web.Request) -> web.Response:
        posted = await self._read(request)
        try:
            await self._in_thread(lambda: self._opened().accept(posted, now=self._now()))
        except RefusedError as error:
            self._note_refused(posted.pop, error)
            raise
        self._noted.pop(posted.pop, None)
        return web.Response(status=204)

    async def _get(self, request: web.Request) -> web.Response:
        only, revision = _asked(request)
        report = await self._in_thread(lambda: self._report(only, revision))
        body = await asyncio.to_thread(msgspec.json.encode, report)
        return web.Response(body=body, content_type="application/json", headers={"Cache-Control": "no-store"})

    def _report(self, only: IslandName | None, revision: int | None) -> FleetStatus:
        now = self._now()
        wanted = wanted_islands(self._repository, now=now, only=only, revision=revision)
        return fleet_status(wanted, self._opened().fleet(), now=now)

    def _opened(self) -> FleetRegistry:
        """A disk that was full when the server started may have room by now."""
        if self._registry is None:
            self._registry = FleetRegistry(self._home, StatusDb.open_or_begin_anew(self._home), adopts=self._adopts)
        return self._registry

    async def _read(self, request: web.Request) -> Posted:
        """The status, read whole; raises `RefusedError` before memory is spent on what is too large or too much."""
        length = request.content_length
        if length is None or "Content-Encoding" in request.headers:
            raise RefusedError("a status has a Content-Length and no Content-Encoding, expected both so")
        if length > MAX_STATUS_BYTES:
            text = f"the status is {length} bytes, expected at most {MAX_STATUS_BYTES}"
            raise RefusedError(text, reason=Reason.TOO_LARGE)
        if self._under_way >= self._posts_at_once:
            raise RefusedError(f"{self._posts_at_once} statuses are under way, try again", reason=Reason.OVERLOADED)
        pop = request.headers.get(POP_HEADER, "")
        if request.get(TOKEN_OF, pop) != pop:
            raise RefusedError("the status is not of the PoP whose token this is", reason=Reason.SIGNATURE_INVALID)
        self._under_way += 1
        try:
            async with asyncio.timeout(self._read_s):
                document = await request.content.readexactly(length)
        except (TimeoutError, asyncio.IncompleteReadError) as error:
            raise RefusedError(f"the status did not arrive whole within {self._read_s:g} s") from error
        finally:
            self._under_way -= 1
        key, signature = request.headers.get(KEY_HEADER, ""), request.headers.get(SIGNATURE_HEADER, "")
        return Posted(pop=pop, key=key, signature=signature, document=document)

    def _note_refused(self, pop: str, error: RefusedError) -> None:
        """One line for each PoP and reason, for as many PoPs as a fleet has: a flood does not fill the log."""
        if self._noted.get(pop) is error.reason or (pop not in self._noted and len(self._noted) >= _MAX_NOTED):
            return
        self._noted[pop] = error.reason
        _log.warning("status refused", pop=pop[:64], reason=error.reason, error=error.text)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _close(self, _app: web.Application) -> None:
        if self._registry is not None:
            await self._in_thread(self._registry.statuses.close)
        await asyncio.to_thread(self._thread.shutdown)


def _asked(request: web.Request) -> tuple[IslandName | None, int | None]:
    """The island and revision of the query."""
    name, number = request.query.get("island"), request.query.get("revision")
    only = IslandName.parse(name) if name is not None else None
    if number is None:
        return only, None
    if only is None or not number.isascii() or not number.isdigit() or len(number) > _MAX_DIGITS:
        raise RefusedError("a revision is a number and needs an island, expected ?island=TENANT/ISLAND&revision=N")
    return only, int(number)


def _problems_answered(handler: Handler) -> Handler:
    """The handler, with what it refuses or cannot do as a problem document (RFC 9457)."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except SkerryError as error:
            if not isinstance(error, RefusedError):
                _log.error("fleet not served", error=error.text)
            return problem_of(error, retry_after_s=RETRY_AFTER_S)

    return answer
