"""`POST /v1/sessions`: a signed session for anybody who asks. It proves that later questions are of the same viewer."""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from aiohttp import web

from edge.daemon.ask import find_slot
from edge.daemon.callers import Callers
from edge.daemon.limits import Limiter
from edge.daemon.sync import PopShelf
from edge.host import json_response, read_record
from edge.records import IslandName, SessionRequest, SessionResponse
from edge.tokens import SessionIssuer, SignedSession, make_session

_PSEUDONYM_BYTES = 15
"""120 random bits: no pseudonym is given out twice, or guessed."""


class SessionRoutes:
    """Makes sessions that are good for `life_s`."""

    def __init__(
        self,
        *,
        callers: Callers,
        limiter: Limiter,
        life_s: float,
        shelf: Callable[[], PopShelf],
        now: Callable[[], datetime],
    ) -> None:
        self._callers, self._limiter = callers, limiter
        self._life_s, self._shelf, self._now = life_s, shelf, now

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """The routes, for the app."""
        return [web.post("/v1/sessions", self._make)]

    async def _make(self, request: web.Request) -> web.Response:
        wanted = read_record(await request.read(), SessionRequest, what="a request for a session")
        name, now = IslandName.parse(wanted.island), int(self._now().timestamp())
        self._limiter.count_new_session(self._callers.asker(request, island=str(name), session=""))
        # As for a question: an island that is unknown is refused, and one that is not served has people who answer.
        find_slot(self._shelf(), name)
        session = SignedSession(
            SessionIssuer.POP,
            secrets.token_urlsafe(_PSEUDONYM_BYTES),
            str(name),
            expires=now + int(self._life_s),
            issued=now,
        )
        response = json_response(
            SessionResponse(
                session=make_session(session, keys=self._callers.session_keys),
                expires=datetime.fromtimestamp(session.expires, tz=UTC),
                event=session.event,
            )
        )
        response.headers["Cache-Control"] = "no-store"
        return response
