"""What a PoP answers before aiohttp sees the request: whether it lives, preflights, and that there is too much to do.

There are two gates. The hard one counts requests in progress, and refuses before the body is read. The soft one
(`daemon/ask/overload.py`) reads a question's body, and refuses what needs triage. Both refuse with bytes that were made
at the start: at ten times what a PoP can answer, nine of ten requests end here.

Before them stands what an address has used up (`daemon/callers/head_limits.py`). That is refused with a delay, so that
a program in a hurry slows down, and waits for it without a place among the requests in progress.
"""

import random
from collections.abc import Callable, Collection, Mapping

import msgspec

from edge.config import OverloadSection
from edge.daemon.ask import Answerer, Overload, too_much
from edge.daemon.browser import PREFLIGHT, cors_headers, is_viewer_path
from edge.daemon.telemetry import Metrics
from edge.errors import LimitedError, Reason
from edge.host import RecentlyUsed
from edge.host.door import (
    Delayed,
    Next,
    Refusal,
    RequestHead,
    empty_response,
    plain_response,
    problem_refusal,
)
from edge.records import DECODE_ERRORS, AskRequest
from edge.records.consent import FastPathRequest

MAX_LOOK_BYTES = 8_192
"""A question with a longer body is passed on, under any load: it cannot be kept cheaply."""

MAX_LIMITED = 256
"""Refusals by limits that are kept as bytes, one for each limit and time to wait."""

_RETRY_AFTER_S = ("1", "2", "3", "4", "5")
"""Drawn at random, so that those who are refused together do not come back together."""

_NO_STORE = {"Cache-Control": "no-store"}
_LIVE = plain_response(200, b'{"live":true}', content_type="application/json")
_PREFLIGHT = empty_response(PREFLIGHT)
_QUESTIONS: dict[str, msgspec.json.Decoder[AskRequest]] = {
    "/v1/ask": msgspec.json.Decoder(AskRequest),
    "/v1/fastpath": msgspec.json.Decoder(FastPathRequest),
}
"""What is asked at which path. Consent that comes with a question gives it no precedence."""


class PopScreen:
    """The screen of a PoP's door.

    `in_flight`: how many requests are in progress now. `is_signed`: whether a request shows a signed session.
    `limited`: the refusal of a request, by its head and path, if it is beyond a limit. `cors_origins`: the setting; its
    pages may read a refusal.
    """

    def __init__(
        self,
        *,
        config: OverloadSection,
        answerer: Answerer,
        overload: Overload,
        metrics: Metrics,
        in_flight: Callable[[], int],
        is_signed: Callable[[RequestHead, str], bool],
        limited: Callable[[RequestHead, str], LimitedError | None],
        cors_origins: Collection[str],
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._max_in_flight = config.max_in_flight
        self._max_unsigned = config.max_in_flight - config.max_in_flight // 10
        self._answerer, self._overload, self._in_flight = answerer, overload, in_flight
        self._is_signed, self._limited, self._draw = is_signed, limited, draw
        self._by_limit: RecentlyUsed[str, Refusal] = RecentlyUsed(MAX_LIMITED)
        self._rate_limited, self._beyond = metrics.refused.labels(Reason.RATE_LIMITED), metrics.rate_limited
        self._cors = {origin: _lines(cors_headers(origin, cors_origins)) for origin in cors_origins}
        self._cors_of_others = _lines(cors_headers(None, cors_origins))
        self._shed = {gate: metrics.shed.labels(gate) for gate in ("hard", "soft")}
        self._refusals = [
            problem_refusal(503, Reason.OVERLOADED, too_much().text, headers={"Retry-After": wait, **_NO_STORE})
            for wait in _RETRY_AFTER_S
        ]

    def by_head(self, head: RequestHead, /) -> bytes | Delayed | Next:
        """What is answered by a look at the head. While the soft gate is on, a question's body is looked at, too."""
        path = _path_of(head)
        if path == "/livez" and head.method in {b"GET", b"HEAD"}:
            return _LIVE.to_bytes(is_head=head.method == b"HEAD", keep_alive=head.keep_alive)
        # Before the gates: a page whose preflight is refused neither reads why, nor gets to show its session.
        if head.method == b"OPTIONS" and (more := self._cors_of(head, path)):
            return _PREFLIGHT.to_bytes(keep_alive=head.keep_alive, more=more)
        # Those who have used up what is theirs must not come back at once because others are late.
        error = self._limited(head, path)
        if error is not None:
            self._rate_limited.inc()
            self._beyond.labels(error.limit).inc()
            return Delayed(self._to_bytes(self._of_limit(error), head, path))
        in_flight = self._in_flight()
        if in_flight >= self._max_unsigned:
            is_reserved = in_flight < self._max_in_flight and self._is_signed(head, path)
            if not is_reserved:
                return self._refuse(head, path, "hard")
        if path in _QUESTIONS and self._overload.is_on and _is_short(head):
            return Next.WAIT_FOR_BODY
        return Next.PASS

    def by_body(self, head: RequestHead, body: bytes, /) -> bytes | None:
        """A refusal by the soft gate, unless the question can be decided by a look."""
        path = _path_of(head)
        try:
            request = _QUESTIONS[path].decode(body)
        except DECODE_ERRORS:
            # What is wrong with it is said where every other request is read.
            return None
        return None if self._answerer.needs_only_a_look(request) else self._refuse(head, path, "soft")

    def _refuse(self, head: RequestHead, path: str, gate: str) -> bytes:
        self._shed[gate].inc()
        return self._to_bytes(self._refusals[int(self._draw() * len(self._refusals))], head, path)

    def _of_limit(self, error: LimitedError) -> Refusal:
        # This field names the limit and the time: all else in the response follows from them.
        known = self._by_limit.get(error.fields["RateLimit"])
        if known is None:
            known = problem_refusal(429, error.reason, error.text, headers=error.fields)
            self._by_limit.put(error.fields["RateLimit"], known)
        return known

    def _to_bytes(self, refusal: Refusal, head: RequestHead, path: str) -> bytes:
        more = self._cors_of(head, path)
        return refusal.to_bytes(is_head=head.method == b"HEAD", keep_alive=head.keep_alive, more=more)

    def _cors_of(self, head: RequestHead, path: str) -> bytes:
        """The headers for a page, as lines; nothing if the path is not a viewer's."""
        if not is_viewer_path(path):
            return b""
        return self._cors.get(head.headers.get(b"origin", b"").decode("latin-1"), self._cors_of_others)


def _lines(headers: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()


def _path_of(head: RequestHead) -> str:
    return head.target.partition(b"?")[0].decode("latin-1")


def _is_short(head: RequestHead) -> bool:
    length = head.headers.get(b"content-length", b"")
    return head.method == b"POST" and length.isdigit() and int(length) <= MAX_LOOK_BYTES
