"""Routes for what comes back: feedback from anybody who holds a receipt, counts for operators."""

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

USUAL = timedelta(hours=24)
"""What is told to who does not say since when."""

_SELECTION = re.compile(rf"({NAME_PATTERN})/({NAME_PATTERN}|\*)")
_EVERYTHING = "*"
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
"""What front servers add to what they pass on."""


class FeedbackRoutes:
    """`POST /v1/feedback` and `GET /v1/stats`."""

    def __init__(self, *, tally: Tally, tokens: DeskTokens, now: Callable[[], datetime]) -> None:
        self._tally, self._tokens, self._now = tally, tokens, now

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """To be added to the app's."""
        return [web.post("/v1/feedback", self._feedback), web.get("/v1/stats", self._stats)]

    async def _feedback(self, request: web.Request) -> web.Response:
        said = read_record(await request.read(), FeedbackRequest, what="feedback")
        return json_response(await self._tally.feedback(said))

    async def _stats(self, request: web.Request) -> web.Response:
        """A tenant's token opens its own islands; without any tokens, only this machine itself is told."""
        islands = request.query.get("island", _EVERYTHING)
        selected = _SELECTION.fullmatch(islands)
        if islands != _EVERYTHING and selected is None:
            raise RefusedError(f"island is {islands[:140]!r}, expected tenant/island or tenant/*")
        if not self._tokens.is_empty:
            self._authorise(request, selected[1] if selected else EVERY_TENANT)
        elif not _is_from_here(request):
            raise RefusedError(
                "counts are for this machine alone, expected people.desk_tokens_file to name who else may have them",
                reason=Reason.UNAUTHORISED,
            )
        return json_response(await self._tally.report(self._since(request), islands))

    def _authorise(self, request: web.Request, tenant: str) -> None:
        try:
            self._tokens.authorise(request.headers.get("Authorization", ""), tenant)
        except RefusedError as error:
            if tenant != EVERY_TENANT:
                raise
            raise RefusedError(
                "counts of every island want a token for '*'; with a tenant's own, expected island=TENANT/*",
                reason=error.reason,
            ) from error

    def _since(self, request: web.Request) -> datetime:
        text = request.query.get("since")
        if text is None:
            return self._now() - USUAL
        try:
            since = msgspec.convert(text, Utc)
        except msgspec.ValidationError as error:
            raise _no_time(text) from error
        # Counts are for whole hours in UTC, which the first and the last of all times have not.
        if since.year in {MINYEAR, MAXYEAR}:
            raise _no_time(text)
        return since


def _no_time(text: str) -> RefusedError:
    return RefusedError(f"since is {text[:40]!r}, expected a time like 2026-11-21T20:00:00Z")


def _is_from_here(request: web.Request) -> bool:
    """A front server on this machine speaks for others."""
    try:
        is_loopback = ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
    return is_loopback and not any(name in request.headers for name in _FORWARDED)
