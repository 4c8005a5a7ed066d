"""Bundles as Server-Sent Events (WHATWG HTML, section 9.2). Pure: bytes in, bundles out.

    event: state
    data: <base64 of a MessagePack Bundle>
    <empty line>

Every event has the full state, so a client that reconnects needs no id of the last event. Comments keep a connection
alive, and other kinds of events are for later releases; both are skipped.
"""

import binascii

import msgspec

from edge.errors import Reason, RefusedError
from edge.host import safe_detail
from edge.records import DECODE_ERRORS, Bundle
from edge.wire.http import EventStreamParser

MAX_EVENT_BYTES = 16 * 2**20
"""Largest event as sent. A hundred islands with two hundred examples each fit. A PoP keeps one event in memory."""

_KIND = b"state"
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
        self._events = EventStreamParser(max_event_bytes=max_event_bytes)

    def receive(self, data: bytes) -> list[Bundle]:
        """Parse the next piece of the stream. Returns the bundles that it completes, in order.

        Raises `RefusedError` (`TOO_LARGE` or `MALFORMED`) if an event is too large or not a bundle. Then close the
        connection, and do not use this parser again.
        """
        return [_decode(event.data) for event in self._events.receive(data) if event.kind == _KIND]


def _decode(data: bytes) -> Bundle:
    try:
        # A line feed joins the lines of one event; it is none of base64's characters.
        return _decoder.decode(binascii.a2b_base64(data.replace(b"\n", b""), strict_mode=True))
    except binascii.Error as error:
        raise RefusedError("a pushed event is not base64") from error
    except DECODE_ERRORS as error:
        raise RefusedError(f"a pushed event is not a bundle: {safe_detail(error)}") from error
