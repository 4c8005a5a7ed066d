"""Server-Sent Events (WHATWG HTML, section 9.2), as a client reads them. Pure: bytes in, events out."""

from collections.abc import Iterator
from typing import NamedTuple

from edge.errors import Reason, RefusedError

EVENT_STREAM = "text/event-stream"

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class ServerSentEvent(NamedTuple):
    """One event."""

    kind: bytes
    """The field `event`; empty without one."""
    id: bytes
    """The field `id`, or that of the last event that had one; empty without."""
    data: bytes
    """The fields `data`, joined by line feeds. Never empty."""


class EventStreamParser:
    r"""Parses a stream of events that arrives in pieces. It buffers at most `max_event_bytes`.

    Comments keep a connection alive and are skipped, and so is an event without data.

    >>> EventStreamParser(max_event_bytes=100).receive(b"event: load\ndata: {}\n\n")
    [ServerSentEvent(kind=b'load', id=b'', data=b'{}')]
    """

    def __init__(self, *, max_event_bytes: int) -> None:
        self._max_event_bytes = max_event_bytes
        self._has_begun = False
        self._after_cr = False
        self._line = bytearray()
        self._kind, self._id = b"", b""
        self._data = bytearray()

    def receive(self, data: bytes) -> list[ServerSentEvent]:
        """Parse the next piece of the stream. Returns the events that it completes, in order.

        Raises `RefusedError` (`TOO_LARGE`) if an event is too large. Then close the connection, and do not use this
        parser again.
        """
        return [event for line in self._lines(data) if (event := self._parse_line(line)) is not None]

    def _lines(self, data: bytes) -> Iterator[bytes]:
        if not data:
            return
        # A line may end in CR LF, and CR and LF may come in different pieces.
        if self._after_cr:
            data = data.removeprefix(b"\n")
        self._after_cr = data.endswith(b"\r")
        # Without an expression, which takes half a millisecond for an event of a hundred kilobytes.
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *ended, rest = data.split(b"\n")
        for end in ended:
            self._append(end)
            line = bytes(self._line)
            self._line.clear()
            yield line
        self._append(rest)

    def _append(self, piece: bytes) -> None:
        self._line += piece
        size = len(self._line) + len(self._data)
        if size > self._max_event_bytes:
            raise RefusedError(
                f"a pushed event is {size} bytes or more, expected at most {self._max_event_bytes}",
                reason=Reason.TOO_LARGE,
            )

    def _parse_line(self, line: bytes) -> ServerSentEvent | None:
        if not self._has_begun:
            self._has_begun = True
            line = line.removeprefix(_BYTE_ORDER_MARK)
        if not line:
            return self._dispatch()
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"event":
            self._kind = value
        elif field == b"data":
            self._data += b"\n" + value if self._data else value
        elif field == b"id" and b"\0" not in value:
            self._id = value
        return None

    def _dispatch(self) -> ServerSentEvent | None:
        kind, data = self._kind, bytes(self._data)
        self._kind = b""
        self._data.clear()
        return ServerSentEvent(kind, self._id, data) if data else None
