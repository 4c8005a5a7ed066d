"""The push stream of the publisher over HTTP: one connection. The caller reconnects, with backoff."""

import contextlib
from collections.abc import AsyncGenerator

import aiohttp

from edge.records import Bundle
from edge.wire.http import EventStreamClient, Via, directly
from edge.wire.publisher.events import MAX_EVENT_BYTES, EventParser


class PushClient:
    """Subscribes to the push stream at `url`. `idle_s` is how long the publisher may send nothing.

    For example:

        async with contextlib.aclosing(PushClient(session, url, idle_s=45.0).bundles()) as bundles:
            async for bundle in bundles: ...
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        idle_s: float,
        max_event_bytes: int = MAX_EVENT_BYTES,
        via: Via = directly,
    ) -> None:
        self._stream = EventStreamClient(session, url, idle_s=idle_s, via=via)
        self._max_event_bytes = max_event_bytes

    async def bundles(self) -> AsyncGenerator[Bundle, None]:
        """Bundles as the publisher pushes them, until it ends the stream. The first comes right after connecting.

        Raises `UnreachableError` if the answer is not a push stream, the connection breaks or the publisher is silent,
        and `RefusedError` if an event is too large or not a bundle. Time that the caller spends between two bundles
        does not count as silence.
        """
        parser = EventParser(max_event_bytes=self._max_event_bytes)
        async with contextlib.aclosing(self._stream.pieces()) as pieces:
            async for data in pieces:
                for bundle in parser.receive(data):
                    yield bundle
