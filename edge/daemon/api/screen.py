"""What a PoP answers before aiohttp sees the request: whether it lives, preflights, and that there is too much to do.

There are two gates. The hard one counts requests in progress, and refuses before the body is read. The soft one
(`daemon/ask/overload.py`) reads a question's body, and refuses what needs triage. Both refuse with bytes that were made
at the start: at ten times what a PoP can answer, nine of ten requests end here.
"""

import random
from collections.abc import Callable, Collection, Mapping

import msgspec

from edge.config import OverloadSection
from edge.daemon.ask import Answerer, Overload, too_much
from edge.daemon.browser import PREFLIGHT, cors_headers, is_viewer_path
from edge.daemon.telemetry import Metrics
from edge.errors import Reason
from edge.host.door import Next, RequestHead, empty_response, plain_response, problem_refusal
from edge.records import DECODE_ERRORS, AskRequest

MAX_LOOK_BYTES = 8_192
"""A question with a longer body is passed on, under any load: it cannot be kept cheaply."""

_RETRY_AFTER_S = ("1", "2", "3", "4", "5")
"""Drawn at random, so that those who are refused together do not come back together."""

_NO_STORE = {"Cache-Control": "no-store"}
_LIVE = plain_response(200, b'{"live":true}', content_type="application/json")
_PREFLIGHT = empty_response(PREFLIGHT)
_ASK = msgspec.json.Decoder(AskRequest)


class PopScreen:
    """The screen of a PoP's door.

    `in_flight`: how many requests are in progress now. `is_signed`: whether an `Authorization` header shows a signed
    session. `cors_origins`: the setting; its pages may read a refusal.
    """

    def __init__(
        self,
        *,
        config: OverloadSection,
        answerer: Answerer,
        overload: Overload,
        metrics: Metrics,
        in_flight: Callable[[], int],
        is_signed: Callable[[bytes], bool],
        cors_origins: Collection[str],
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._max_in_flight = config.max_in_flight
        self._max_unsigned = config.max_in_flight - config.max_in_flight // 10
        self._answerer, self._overload, self._in_flight = answerer, overload, in_flight
        self._is_signed, self._draw = is_signed, draw
        self._cors = {origin: _lines(cors_headers(origin, cors_origins)) for origin in cors_origins}
        self._cors_of_others = _lines(cors_headers(None, cors_origins))
        self._shed = {gate: metrics.shed.labels(gate) for gate in ("hard", "soft")}
        self._refusals = [
            problem_refusal(503, Reason.OVERLOADED, too_much().text, headers={"Retry-After": wait, **_NO_STORE})
            for wait in _RETRY_AFTER_S
        ]

    def by_head(self, head: RequestHead, /) -> bytes | Next:
        """`/livez`, a preflight, or a refusal by the hard gate. A question is looked at while the soft gate is on."""
        if head.target == b"/livez" and head.method in {b"GET", b"HEAD"}:
            return _LIVE.to_bytes(is_head=head.method == b"HEAD", keep_alive=head.keep_alive)
        # Before the gate: a page whose preflight is refused neither reads why, nor gets to show its session.
        if head.method == b"OPTIONS" and (more := self._cors_of(head)):
            return _PREFLIGHT.to_bytes(keep_alive=head.keep_alive, more=more)
        in_flight = self._in_flight()
        if in_flight >= self._max_unsigned:
            is_reserved = in_flight < self._max_in_flight and self._is_signed(head.headers.get(b"authorization", b""))
            if not is_reserved:
                return self._refuse(head, "hard")
        if head.target == b"/v1/ask" and self._overload.is_on and _is_short(head):
            return Next.WAIT_FOR_BODY
        return Next.PASS

    def by_body(self, head: RequestHead, body: bytes, /) -> bytes | None:
        """A refusal by the soft gate, unless the question can be decided by a look."""
        try:
            request = _ASK.decode(body)
        except DECODE_ERRORS:
            # What is wrong with it is said where every other request is read.
            return None
        return None if self._answerer.needs_only_a_look(request) else self._refuse(head, "soft")

    def _refuse(self, head: RequestHead, gate: str) -> bytes:
        self._shed[gate].inc()
        refusal = self._refusals[int(self._draw() * len(self._refusals))]
        more = self._cors_of(head)
        return refusal.to_bytes(is_head=head.method == b"HEAD", keep_alive=head.keep_alive, more=more)

    def _cors_of(self, head: RequestHead) -> bytes:
        """The headers for a page, as lines; nothing if the path is not a viewer's."""
        if not is_viewer_path(head.target.partition(b"?")[0].decode("latin-1")):
            return b""
        return self._cors.get(head.headers.get(b"origin", b"").decode("latin-1"), self._cors_of_others)


def _lines(headers: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()


def _is_short(head: RequestHead) -> bool:
    length = head.headers.get(b"content-length", b"")
    return head.method == b"POST" and length.isdigit() and int(length) <= MAX_LOOK_BYTES
