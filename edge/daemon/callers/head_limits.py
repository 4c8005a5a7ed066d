"""Limits for which a request's head is enough, and the one on refused requests. They protect the event loop.

An address that has used up its questions is refused before its body is read: that costs far less than aiohttp would.
The same holds, on every path, for a sender many of whose requests are refused for their content: an address, or a
viewer whose session an ingest signed. A request that proves who sends it, by a session, a ticket token or a desk's
token, is not refused for what others at its address did wrong.
"""

from collections.abc import Callable

from aiohttp import web

from edge.daemon.callers.callers import INGEST_TOKEN_HEADER, Callers
from edge.daemon.callers.glance import Glance
from edge.daemon.limits import Limiter, is_vouched
from edge.daemon.people import DeskTokens
from edge.errors import LimitedError, RefusedError
from edge.host import bearer_token
from edge.host.door import RequestHead
from edge.tokens import read_ticket_token

_TICKETS = "/v1/tickets/"
_INGEST_TOKEN = INGEST_TOKEN_HEADER.lower().encode()


class HeadLimits:
    """Refuses by the head, and counts what is refused later. `now` is in Unix seconds. Belongs to the event loop."""

    def __init__(
        self, *, callers: Callers, limiter: Limiter, desks: DeskTokens, token_key: bytes, now: Callable[[], float]
    ) -> None:
        self._callers, self._limiter, self._desks = callers, limiter, desks
        self._token_key, self._now = token_key, now

    def refusal(self, head: RequestHead, path: str) -> LimitedError | None:
        """The refusal of a request that is beyond a limit for certain. None: it may be accepted. Counts nothing."""
        if head.method != b"POST" and not self.may_refuse_requests():
            return None
        found = self._glance_at(head)
        if found is None:
            return None
        asker, event, is_whole = found
        if is_whole and head.method == b"POST":
            if path in {"/v1/ask", "/v1/choice", "/v1/consent", "/v1/fastpath"} or path.startswith("/v1/trees/"):
                # Without an event only the address is known, which is the same for all islands.
                error = self._limiter.refusal_of_question(asker, event)
            elif path == "/v1/sessions":
                error = self._limiter.refusal_of_new_session(asker)
            else:
                error = None
            if error is not None:
                return error
        error = self._limiter.refusal_of_request(_sender(found))
        if error is None or is_vouched(asker):
            return error
        return None if self._is_proven(head, path) else error

    def may_refuse_requests(self) -> bool:
        """False if no sender has had too many requests refused: `refusal` is then None for every GET and HEAD."""
        return self._limiter.may_refuse_requests()

    def is_signed(self, head: RequestHead, path: str) -> bool:
        """True if a request shows a signed session that has not ended.

        Only a verified signature counts. That costs more than a refusal, so a token that is good for nothing counts as
        a refused request.
        """
        shown = _authorization(head)
        if shown is None or self._callers.has_session(shown):
            return shown is not None
        found = self._glance_at(head)
        if found is not None and not self._has_other_token(shown, path):
            self._limiter.count_refused(found.asker.address)
        return False

    def count_head(self, head: RequestHead) -> None:
        """Count a request that was refused for its content and that no handler saw."""
        found = self._glance_at(head)
        if found is not None:
            self._limiter.count_refused(_sender(found))

    async def count(self, request: web.Request, response: web.StreamResponse) -> None:
        """Count a response that refuses its request, for its sender. A signal of `on_response_prepare`."""
        if not 400 <= response.status < 500:  # noqa: PLR2004 - the class of a status
            return
        found = self._callers.glance(
            request.remote or "",
            forwarded=_joined(request, "Forwarded") or "",
            forwarded_for=_joined(request, "X-Forwarded-For") or "",
            authorization=_joined(request, "Authorization"),
            ingest_token=_joined(request, INGEST_TOKEN_HEADER),
        )
        if found is not None:
            self._limiter.count_refused(_sender(found))

    def _glance_at(self, head: RequestHead) -> Glance | None:
        # Every request passes here, and few have one of these headers.
        headers = head.headers
        return self._callers.glance(
            head.peer,
            forwarded=_text(headers[b"forwarded"]) if b"forwarded" in headers else "",
            forwarded_for=_text(headers[b"x-forwarded-for"]) if b"x-forwarded-for" in headers else "",
            authorization=_authorization(head),
            ingest_token=_text(headers[_INGEST_TOKEN]) if _INGEST_TOKEN in headers else None,
        )

    def _is_proven(self, head: RequestHead, path: str) -> bool:
        """True if the request shows a token that somebody here gave to its sender."""
        shown = _authorization(head)
        return shown is not None and (self._has_other_token(shown, path) or self._callers.has_session(shown))

    def _has_other_token(self, authorization: str, path: str) -> bool:
        """True for the token of the path's ticket, and for a desk's."""
        token = bearer_token(authorization)
        if not path.startswith(_TICKETS):
            return self._desks.knows(token)
        try:
            read_ticket_token(token, path.split("/")[3], key=self._token_key, now=self._now())
        except RefusedError:
            return False
        return True


def _sender(found: Glance) -> str:
    """For whom refused requests count: a viewer for whom an ingest vouches, else everybody at the address."""
    return f"{found.event} {found.asker.session}" if is_vouched(found.asker) else found.asker.address


def _authorization(head: RequestHead) -> str | None:
    value = head.headers.get(b"authorization")
    return None if value is None else _text(value)


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def _joined(request: web.Request, name: str) -> str | None:
    values = request.headers.getall(name, ())
    return ",".join(values) if values else None
