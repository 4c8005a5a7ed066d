"""The publisher's two routes for its fleet: PoPs post their status, operators read the status of all.

    POST /v1/fleet/status   one PoP's signed status; 204 once it is stored
    GET  /v1/fleet          `FleetStatus`; ?island=TENANT/ISLAND[&revision=N] for one island

A status is hostile until its signature is verified. Before that, its size, its time and the number of statuses read at
once are limited. One thread does the disk's work and the verification, so that pushes never wait for them.
"""

import asyncio
import contextlib
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from edge.errors import BrokenRuleError, ConfigError, Reason, RefusedError, SkerryError, StorageError
from edge.host import get_logger, length_of_body, problem_of, read_body
from edge.publish.fleet.ahead import AheadAlerts
from edge.publish.fleet.auth import TOKEN_OF
from edge.publish.fleet.lag import fleet_status
from edge.publish.fleet.online import online_expiries
from edge.publish.fleet.registry import FleetRegistry, Posted, wanted_islands
from edge.publish.fleet.status_db import StatusDb
from edge.publish.repository import Repository
from edge.records import MAX_STATUS_BYTES, NAME_PATTERN, FleetStatus, IslandName
from edge.wire.publisher import KEY_HEADER, POP_HEADER, SIGNATURE_HEADER, STATUS_PATH

READ_S = 10.0
"""Time limit for the body of a status, which usually fits a few packets."""

POSTS_AT_ONCE = 16
"""Bodies read at once: at most 64 MiB. A thousand PoPs that post within a quarter of a second need about four."""

RETRY_AFTER_S = 2

_MAX_LOGGED = 1_000
"""PoPs whose last refusal is remembered."""

_MAX_DIGITS = 15
_POP = re.compile(NAME_PATTERN)
T = TypeVar("T")

_log = get_logger()


class FleetRoutes:
    """The routes of one home. `add_to` adds them to an application."""

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
        self._alerts = AheadAlerts(self._repository)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="fleet")
        self._registry: FleetRegistry | None = None
        self._reading = 0
        self._logged: dict[str, set[Reason]] = {}

    def add_to(self, app: web.Application) -> None:
        """Serve both routes in `app`; the database is closed when `app` ends."""
        app.router.add_post(f"/{STATUS_PATH}", _with_problems(self._post))
        app.router.add_get("/v1/fleet", _with_problems(self._get))
        app.on_cleanup.append(self._close)

    async def _post(self, request: web.Request) -> web.Response:
        posted = await self._read(request)
        try:
            await self._in_thread(lambda: self._accept(posted))
        except RefusedError as error:
            self._log_refusal(posted.pop, error)
            raise
        self._logged.pop(posted.pop, None)
        return web.Response(status=204)

    async def _get(self, request: web.Request) -> web.Response:
        only, revision = _query(request)
        status = await self._in_thread(lambda: self._status(only, revision))
        body = await asyncio.to_thread(msgspec.json.encode, status)
        return web.Response(body=body, content_type="application/json", headers={"Cache-Control": "no-store"})

    def _accept(self, posted: Posted) -> None:
        registry, now = self._open_registry(), self._now()
        last = registry.accept(posted, now=now)
        # The status is stored, so a home that cannot be read now is no reason to refuse it.
        with contextlib.suppress(ConfigError, StorageError):
            self._alerts.look(posted.pop, last, now=now)

    def _status(self, only: IslandName | None, revision: int | None) -> FleetStatus:
        now = self._now()
        wanted = wanted_islands(self._repository, now=now, only=only, revision=revision)
        fleet = self._open_registry().fleet()
        status = fleet_status(wanted, fleet, now=now, ahead=self._alerts.ahead(fleet, now=now))
        return msgspec.structs.replace(status, online=online_expiries(self._repository))

    def _open_registry(self) -> FleetRegistry:
        """The registry, opened at first use and after a restore. If that fails, the next request tries again."""
        if self._registry is not None and self._registry.statuses.is_replaced():
            self._registry.statuses.close()
            self._registry = None
        if self._registry is None:
            self._registry = FleetRegistry(self._home, StatusDb.open_or_replace(self._home), adopts=self._adopts)
        return self._registry

    async def _read(self, request: web.Request) -> Posted:
        """Read a whole status. Raises `RefusedError`, for limits before the body is read."""
        # From cheap to dear: the body is read last, and no await comes between the limit and its count.
        length = length_of_body(request, MAX_STATUS_BYTES, what="the status")
        if self._reading >= self._posts_at_once:
            text = f"{self._posts_at_once} statuses are being read, expected fewer; try again"
            raise RefusedError(text, reason=Reason.OVERLOADED)
        pop = request.headers.get(POP_HEADER, "")
        token_of = request.get(TOKEN_OF, pop)
        if token_of != pop:
            name = f"'{pop}'" if _POP.fullmatch(pop) else "another name"
            text = f"the token is of PoP '{token_of}', but this PoP calls itself {name}, which may be another PoP's"
            raise RefusedError(f"{text}; set `pop.name` in pop.toml to '{token_of}'", reason=Reason.SIGNATURE_INVALID)
        self._reading += 1
        try:
            document = await read_body(request, length, within_s=self._read_s, what="the status")
        finally:
            self._reading -= 1
        key, signature = request.headers.get(KEY_HEADER, ""), request.headers.get(SIGNATURE_HEADER, "")
        return Posted(pop=pop, key=key, signature=signature, document=document)

    def _log_refusal(self, pop: str, error: RefusedError) -> None:
        """Log a refusal once for each PoP and reason, until a status of the PoP is accepted.

        PoPs' names are not verified here, so the number of remembered ones is limited: a flood does not fill the log.
        What is no name of a PoP is a stranger's words, and left out.
        """
        pop = pop if _POP.fullmatch(pop) else ""
        if pop not in self._logged and len(self._logged) >= _MAX_LOGGED:
            return
        reasons = self._logged.setdefault(pop, set())
        # All reasons, not the last one: a sender who alternates between two would log a line at every request.
        if error.reason not in reasons:
            reasons.add(error.reason)
            _log.warning("status is refused", pop=pop, reason=error.reason, error=error.text)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _close(self, _app: web.Application) -> None:
        if self._registry is not None:
            await self._in_thread(self._registry.statuses.close)
        await asyncio.to_thread(self._thread.shutdown)


def _query(request: web.Request) -> tuple[IslandName | None, int | None]:
    """Island and revision of the query. Raises `RefusedError` if they are malformed."""
    name, number = request.query.get("island"), request.query.get("revision")
    only = IslandName.parse(name) if name is not None else None
    if number is None:
        return only, None
    if not number.isascii() or not number.isdigit() or len(number) > _MAX_DIGITS:
        raise RefusedError("the revision is not a number, expected ?island=TENANT/ISLAND&revision=N")
    if only is None:
        raise BrokenRuleError("the revision has no island, expected ?island=TENANT/ISLAND&revision=N")
    return only, int(number)


def _with_problems(handler: Handler) -> Handler:
    """Wrap `handler` so that its errors are answered with problem documents (RFC 9457)."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except SkerryError as error:
            if not isinstance(error, RefusedError):
                _log.error("request about the fleet has failed", error=error.text)
            return problem_of(error, retry_after_s=RETRY_AFTER_S)

    return answer
