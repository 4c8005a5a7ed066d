"""Two requests about outcomes: feedback, from anyone with a receipt, and stats, for operators."""

import re
from collections.abc import Callable, Sequence
from datetime import MAXYEAR, MINYEAR, datetime, timedelta

import msgspec
from aiohttp import web

from edge.daemon.callers import Callers, Operators
from edge.daemon.limits import Limiter
from edge.daemon.people import EVERY_TENANT
from edge.daemon.tally import Tally
from edge.errors import RefusedError
from edge.host import json_response, read_record
from edge.records import NAME_PATTERN, FeedbackRequest, Utc

DEFAULT_PERIOD = timedelta(hours=24)
"""The period of stats for a request without `since`."""

_SELECTION = re.compile(rf"({NAME_PATTERN})/({NAME_PATTERN}|\*)")
_EVERY_ISLAND = "*"
_HINT = "; with a token of one tenant, add island=TENANT/*"


class FeedbackRoutes:
    """`POST /v1/feedback` and `GET /v1/stats`."""

    def __init__(
        self,
        *,
        tally: Tally,
        callers: Callers,
        limiter: Limiter,
        operators: Operators,
        now: Callable[[], datetime],
    ) -> None:
        self._tally, self._callers, self._limiter = tally, callers, limiter
        self._operators, self._now = operators, now

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """The routes, for the app."""
        return [web.post("/v1/feedback", self._feedback), web.get("/v1/stats", self._stats)]

    async def _feedback(self, request: web.Request) -> web.Response:
        feedback = read_record(await request.read(), FeedbackRequest, what="feedback")
        receipt = self._tally.read_receipt(feedback.receipt)
        if not receipt.is_vouched:
            self._limiter.count_feedback(self._callers.sender(request))
        return json_response(await self._tally.count_feedback(receipt, feedback))

    async def _stats(self, request: web.Request) -> web.Response:
        islands, tenant, _ = selected_islands(request)
        self._operators.authorise(request, tenant, what="stats", hint=_HINT)
        return json_response(await self._tally.stats(self._since(request), islands))

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


def selected_islands(request: web.Request) -> tuple[str, str, str]:
    """The query's `island`, its tenant and its island's own name, either of which may be `*`.

    Raises `RefusedError` if it is neither `tenant/island` nor `tenant/*`. Without it, all islands are selected.
    """
    islands = request.query.get("island", _EVERY_ISLAND)
    if islands == _EVERY_ISLAND:
        return islands, EVERY_TENANT, _EVERY_ISLAND
    selected = _SELECTION.fullmatch(islands)
    if selected is None:
        raise RefusedError("island is no selection of islands, expected tenant/island or tenant/*")
    return islands, selected[1], selected[2]


def _not_a_time() -> RefusedError:
    return RefusedError("since is no time, expected one like 2026-11-21T20:00:00Z")
