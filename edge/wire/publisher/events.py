"""Bundles as Server-Sent Events (WHATWG HTML, section 9.2). Pure: bytes in, bundles out.

    event: state
    data: <base64 of a MessagePack Bundle>
    <empty line>

Every event has the full state, so a client that reconnects needs no id of the last event. Comments keep a connection
alive, and other kinds of events are for later releases; both are skipped.
"""

import binascii
import re
from collections.abc import Iterator

import msgspec

from edge.errors import Reason, RefusedError
from edge.host import safe_detail
from edge.records import DECODE_ERRORS, Bundle

MAX_EVENT_BYTES = 16 * 2**20
"""Largest event as sent. A hundred islands with two hundred examples each fit. A PoP keeps one event in memory."""

_KIND = b"state"
_LINE_END = re.compile(rb"\r\n|\r|\n")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_decoder = msgspec.msgpack.Decoder(Bundle)


def encode_event(bundle: Bundle) -> bytes:
    """The bundle as the bytes of one event."""
    return frame_event(pack_bundle(bundle))


def frame_event(packed: bytes) -> bytes:
    """A packed bundle as the bytes of one event."""
    return b"event: " + _KIND + b"\ndata: " + binascii.b2a_base64(packed, newline=False) + b"\n\n"


def pack_bundle(bundle: Bundle) -> bytes:
    """The bundle as MessagePack, for NATS, which separates messages itself."""
    return msgspec.msgpack.encode(bundle)


def unpack_bundle(packed: bytes) -> Bundle:
    """Decode a packed bundle. Raises `RefusedError`: `TOO_LARGE`, or `MALFORMED` if it is not a bundle."""
    if len(packed) > MAX_EVENT_BYTES:
        raise RefusedError(
            f"a pushed message is {len(packed)} bytes, expected at most {MAX_EVENT_BYTES}", reason=Reason.TOO_LARGE
        )
    try:
        return _decoder.decode(packed)
    except DECODE_ERRORS as error:
        raise RefusedError(f"a pushed message is not a bundle: {safe_detail(error)}") from error


class EventParser:
    """Parses a stream of events that arrives in pieces. It buffers at most `max_event_bytes`.

    >>> EventParser().receive(encode_event(Bundle(files={"metadata/timestamp.json": b"{}"})))
    [Bundle(files={'metadata/timestamp.json': b'{}'})]
    """

    def __init__(self, *, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max_event_bytes = max_event_bytes
        self._has_begun = False
        self._after_cr = False
        self._line = bytearray()
        self._kind = b""
        self._data = bytearray()

    def receive(self, data: bytes) -> list[Bundle]:
        """Parse the next piece of the stream. Returns the bundles that it completes, in order.

        Raises `RefusedError` (`TOO_LARGE` or `MALFORMED`) if an event is too large or not a bundle. Then close the
        connection, and do not use this parser again.
        """
        return [bundle for line in self._lines(data) if (bundle := self._parse_line(line)) is not None]

    def _lines(self, data: bytes) -> Iterator[bytes]:
        if not data:
            return
        # A line may end in CR LF, and CR and LF may come in different pieces.
        if self._after_cr:
            data = data.removeprefix(b"\n")
        self._after_cr = data.endswith(b"\r")
        *ended, rest = _LINE_END.split(data)
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

    def _parse_line(self, line: bytes) -> Bundle | None:
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
            self._data += value
        return None

    def _dispatch(self) -> Bundle | None:
        kind, data = self._kind, bytes(self._data)
        self._kind = b""
        self._data.clear()
        return _decode(data) if kind == _KIND and data else None


def _decode(data: bytes) -> Bundle:
    try:
        return _decoder.decode(binascii.a2b_base64(data, strict_mode=True))
    except binascii.Error as error:
        raise RefusedError("a pushed event is not base64") from error
    except DECODE_ERRORS as error:
        raise RefusedError(f"a pushed event is not a bundle: {safe_detail(error)}") from error
