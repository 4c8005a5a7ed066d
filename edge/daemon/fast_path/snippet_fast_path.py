"""Signed snippets and the widget's files, answered from bytes.

A snippet's bytes are made when it is asked for first, and kept until the shelf is swapped or the clock changes what
they say. With 10,000 islands, making all of them at each swap would delay the swap.
"""

import asyncio
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import formatdate

from edge.config import PopConfig
from edge.daemon.api import find_snippet, has_document
from edge.daemon.ask import find_slot
from edge.daemon.browser import cors_headers
from edge.daemon.callers import INGEST_TOKEN_HEADER, HeadLimits
from edge.daemon.fast_path.pages import KnownSnippet, body_of, head_of, unchanged_until
from edge.daemon.fast_path.reading import PlainReader, PlainRequest
from edge.daemon.fast_path.widget_pages import WidgetPages
from edge.daemon.sync import PopShelf
from edge.daemon.telemetry import Metrics
from edge.daemon.widget import WidgetRoutes
from edge.errors import Reason, RefusedError
from edge.host import RecentlyUsed, problem_of
from edge.host.door import NO_SNIFF, RequestHead
from edge.records import NAME_PATTERN, IslandName

MAX_KNOWN = 1_024
"""Snippets whose bytes are kept, about 2 KiB each. The shelf has the documents anyway."""

MAX_GIVEN, MAX_GIVEN_BYTES = 256, 4_096
"""Readings whose responses are kept within one second, and the most bytes of both. Clients ask again with equal bytes.
"""

_NOTHING: dict[bytes, bytes] = {}

MAX_RESPONSES_BYTES = 65_536
"""Of a reading with several requests: all are written at once. aiohttp makes one response after the other."""

_TOKENS = frozenset({b"authorization", b"cookie", INGEST_TOKEN_HEADER.lower().encode()})
"""Headers that may show a token."""

_TARGET = re.compile(f"/v1/islands/({NAME_PATTERN})/({NAME_PATTERN})/snippets/({NAME_PATTERN})".encode("ascii"))


class SnippetFastPath:
    """The fast path of a PoP's door: as `edge.host.door.FastPath`. Belongs to the event loop.

    `now` is the PoP's clock, by which islands are served. `wall` gives the Unix seconds of `Date`.
    """

    def __init__(
        self,
        *,
        config: PopConfig,
        shelf: Callable[[], PopShelf],
        widget: WidgetRoutes,
        limits: HeadLimits,
        metrics: Metrics,
        now: Callable[[], datetime],
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._pop, self._shelf, self._limits, self._metrics = config.pop.name, shelf, limits, metrics
        self._now, self._wall, self._widget = now, wall, WidgetPages(widget)
        self._reader = PlainReader(config.http.max_header_bytes)
        self._known_of = shelf()
        self._known: RecentlyUsed[bytes, KnownSnippet] = RecentlyUsed(MAX_KNOWN)
        self._second, self._date = -1, b""
        self._given: dict[bytes, bytes] = {}
        """By reading, all its responses. Good from `_given_since` until `_given_until`, in the second of `_date`."""
        self._given_since = self._given_until = datetime.min.replace(tzinfo=UTC)
        self._at_hand = _NOTHING
        """`_given` if it was found to be good in this turn of the event loop, else nothing."""
        origins = config.http.cors_origins
        self._ends = {origin.encode(): _end(cors_headers(origin, origins)) for origin in origins}
        self._end_for_others = _end(cors_headers(None, origins))

    def answer(self, data: bytes, peer: str, /) -> bytes | None:
        """The responses to all of `data`; None, and nothing counted, if aiohttp must have it."""
        # What one look at the sockets finds is answered as of one moment: clock, shelf and limits are read once for it.
        return self._at_hand.get(data) or self._look(data, peer)

    def _look(self, data: bytes, peer: str) -> bytes | None:
        now, may_refuse = self._now(), self._limits.may_refuse_requests()
        self._forget_old(now)
        if not may_refuse:
            if self._at_hand is _NOTHING:
                self._at_hand = self._given
                asyncio.get_running_loop().call_soon(self._end_turn)
            given = self._given.get(data)
            if given is not None:
                return given
        requests = self._reader.read(data)
        if requests is None:
            return None
        if may_refuse and any(self._is_refused(request, peer) for request in requests):
            return None
        return self._answer(data, requests, peer, now)

    def _forget_old(self, now: datetime) -> None:
        shelf, second = self._shelf(), int(self._wall())
        if shelf is not self._known_of:
            self._known_of, self._known = shelf, RecentlyUsed(MAX_KNOWN)
            self._given.clear()
        if second != self._second:
            self._second, self._date = second, f"Date: {formatdate(second, usegmt=True)}\r\n".encode()
            self._given.clear()
        if not self._given_since <= now < self._given_until:
            self._given.clear()

    def _end_turn(self) -> None:
        self._at_hand = _NOTHING

    def _keep(self, data: bytes, responses: bytes, *, since: datetime, until: datetime) -> None:
        self._given_until = min(until, self._given_until) if self._given else until
        self._given_since = since
        self._given[data] = responses

    def _answer(self, data: bytes, requests: Sequence[PlainRequest], peer: str, now: datetime) -> bytes | None:
        pieces: list[bytes] = []
        refused: list[tuple[PlainRequest, Reason]] = []
        until: datetime | None = None
        size = 0
        for request in requests:
            try:
                file = self._widget.find(request.target, request.headers)
                known = None if file else self._find(request.target, now)
            except RefusedError as error:
                response = problem_of(error)
                head, body = head_of(response), body_of(response)
                refused.append((request, error.reason))
            else:
                if file is not None:
                    head, body = file
                elif known is not None:
                    head, body = _page_for(known, request.headers)
                    until = known.until if until is None else min(until, known.until)
                else:
                    return None
            size += len(head) + (0 if request.is_head else len(body))
            if size > MAX_RESPONSES_BYTES and len(requests) > 1:
                return None
            end = self._ends.get(request.headers.get(b"origin", b""), self._end_for_others)
            pieces += (head, self._date, end) if request.is_head else (head, self._date, end, body)
        responses = b"".join(pieces)
        # A refused request counts each time. What shows a token is not kept, nor what is long.
        is_kept = not refused and len(data) + len(responses) <= MAX_GIVEN_BYTES and len(self._given) < MAX_GIVEN
        if is_kept and until is not None and now < until and all(_TOKENS.isdisjoint(one.headers) for one in requests):
            self._keep(data, responses, since=now, until=until)
        for request, reason in refused:
            self._metrics.refused.labels(reason).inc()
            self._limits.count_head(_head(request, peer))
            # This sender may be the first one to be refused.
            self._end_turn()
        return responses

    def _is_refused(self, request: PlainRequest, peer: str) -> bool:
        return self._limits.refusal(_head(request, peer), request.target.decode("latin-1")) is not None

    def _find(self, target: bytes, now: datetime) -> KnownSnippet | None:
        """The snippet at an address; None if it is no snippet's. Raises `RefusedError` if it is not served now."""
        known = self._known.get(target)
        if known is not None and known.since <= now < known.until:
            return known
        names = _TARGET.fullmatch(target)
        if names is None:
            return None
        tenant, island, snippet = (name.decode("ascii") for name in names.groups())
        shelf = self._known_of
        # Without a session, as the route does for an address without `revision`.
        visible = find_slot(shelf, IslandName(tenant, island)).seen_by("", pop=self._pop)
        served = find_snippet(shelf, visible, snippet, now)
        known = KnownSnippet(served, pop=self._pop, since=now, until=unchanged_until(shelf, served, now))
        self._known.put(target, known)
        return known


def _page_for(known: KnownSnippet, headers: Mapping[bytes, bytes]) -> tuple[bytes, bytes]:
    """Head and body of a response to a request with these headers."""
    page = known.page(_text(headers.get(b"accept-language", b"")) if known.has_locales else "")
    cached = headers.get(b"if-none-match")
    if cached is not None and (cached == page.etag or has_document(_text(cached), page.etag.decode())):
        return page.unchanged, b""
    return page.whole, page.document


def _head(request: PlainRequest, peer: str) -> RequestHead:
    method = b"HEAD" if request.is_head else b"GET"
    return RequestHead(method, request.target, request.headers, keep_alive=True, peer=peer)


def _end(headers: Mapping[str, str]) -> bytes:
    """The headers that follow `Date`, and the blank line."""
    lines = {**headers, "X-Content-Type-Options": NO_SNIFF}
    return "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode() + b"\r\n"


def _text(value: bytes) -> str:
    """A header's value as aiohttp reads it."""
    return value.decode("utf-8", "surrogateescape")
