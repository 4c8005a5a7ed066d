"""Two requests about outcomes: feedback, from anyone with a receipt, and stats, for operators."""

import ipaddress
import re
from collections.abc import Callable, Sequence
from datetime import MAXYEAR, MINYEAR, datetime, timedelta

import msgspec
from aiohttp import web

from edge.daemon.people import EVERY_TENANT, DeskTokens
from edge.daemon.tally import Tally
from edge.errors import Reason, RefusedError
from edge.host import json_response, read_record
from edge.records import NAME_PATTERN, FeedbackRequest, Utc

DEFAULT_PERIOD = timedelta(hours=24)
"""The period of stats for a request without `since`."""

_SELECTION = re.compile(rf"({NAME_PATTERN})/({NAME_PATTERN}|\*)")
_EVERY_ISLAND = "*"
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
"""Headers that a front server adds to the requests that it passes on."""


class FeedbackRoutes:
    """`POST /v1/feedback` and `GET /v1/stats`."""

    def __init__(self, *, tally: Tally, tokens: DeskTokens, now: Callable[[], datetime]) -> None:
        self._tally, self._tokens, self._now = tally, tokens, now

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """The routes, for the app."""
        return [web.post("/v1/feedback", self._feedback), web.get("/v1/stats", self._stats)]

    async def _feedback(self, request: web.Request) -> web.Response:
        feedback = read_record(await request.read(), FeedbackRequest, what="feedback")
        return json_response(await self._tally.count_feedback(feedback))

    async def _stats(self, request: web.Request) -> web.Response:
        islands = request.query.get("island", _EVERY_ISLAND)
        selected = _SELECTION.fullmatch(islands)
        if islands != _EVERY_ISLAND and selected is None:
            raise RefusedError("island is no selection of islands, expected tenant/island or tenant/*")
        # If tokens are configured, everyone needs one, loopback too. Only without any is this machine itself trusted.
        if not self._tokens.is_empty:
            self._authorise(request, selected[1] if selected else EVERY_TENANT)
        elif not _is_loopback(request):
            raise RefusedError(
                "stats are for this machine only; for others, set people.desk_tokens_file and send a desk token",
                reason=Reason.UNAUTHORISED,
            )
        return json_response(await self._tally.stats(self._since(request), islands))

    def _authorise(self, request: web.Request, tenant: str) -> None:
        try:
            self._tokens.authorise(request.headers.get("Authorization", ""), tenant)
        except RefusedError as error:
            if tenant != EVERY_TENANT:
                raise
            raise RefusedError(
                "stats of every island need a token for '*'; with a token of one tenant, add island=TENANT/*",
                reason=error.reason,
            ) from error

    def _since(self, request: web.Request) -> datetime:
        text = request.query.get("since")
        if text is None:
            return self._now() - DEFAULT_PERIOD
        try:
            since = msgspec.convert(text, Utc)
        except msgspec.ValidationError as error:
            raise _not_a_time() from error
        # Counts are for whole hours in UTC, and near the first and the last year such an hour cannot be computed.
        if since.year in {MINYEAR, MAXYEAR}:
            raise _not_a_time()
        return since


def _not_a_time() -> RefusedError:
    return RefusedError("since is no time, expected one like 2026-11-21T20:00:00Z")


def _is_loopback(request: web.Request) -> bool:
    try:
        is_loopback = ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
    # A front server on this machine connects from loopback, too, but passes on requests of others.
    return is_loopback and not any(name in request.headers for name in _FORWARDED)
