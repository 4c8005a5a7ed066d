"""The push stream of the publisher over HTTP: one connection. The caller reconnects, with backoff."""

import asyncio
from collections.abc import AsyncGenerator

import aiohttp
from yarl import URL

from edge.errors import Cause, UnreachableError
from edge.records import Bundle
from edge.wire.http import IDENTITY, Via, cause_of_status, directly, peer_name, requested_retry_after_s, unreachable
from edge.wire.publisher.events import MAX_EVENT_BYTES, EventParser

_OK = 200
_EVENT_STREAM = "text/event-stream"


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
        self._session, self._via = session, via
        self._url = URL(url)
        self._idle_s = idle_s
        self._max_event_bytes = max_event_bytes

    async def bundles(self) -> AsyncGenerator[Bundle, None]:
        """Bundles as the publisher pushes them, until it ends the stream. The first comes right after connecting.

        Raises `UnreachableError` if the answer is not a push stream, the connection breaks or the publisher is silent,
        and `RefusedError` if an event is too large or not a bundle. Time that the caller spends between two bundles
        does not count as silence.
        """
        parser = EventParser(max_event_bytes=self._max_event_bytes)
        response = await self._connect()
        async with response:
            while data := await self._receive(response):
                for bundle in parser.receive(data):
                    yield bundle

    async def _connect(self) -> aiohttp.ClientResponse:
        with unreachable(self._url):
            try:
                async with asyncio.timeout(self._idle_s):
                    response = await self._session.get(
                        self._url,
                        **self._via(),
                        headers={"Accept": _EVENT_STREAM, "Cache-Control": "no-store", **IDENTITY},
                        allow_redirects=False,
                        auto_decompress=False,
                        timeout=aiohttp.ClientTimeout(total=None),
                    )
            except TimeoutError as error:
                raise self._silence() from error
        if response.status != _OK or response.content_type != _EVENT_STREAM:
            response.close()
            raise UnreachableError(
                f"{peer_name(self._url)} answered with status {response.status} and {response.content_type},"
                f" expected 200 and {_EVENT_STREAM}",
                retry_after_s=requested_retry_after_s(response),
                cause=cause_of_status(response.status) if response.status != _OK else Cause.STRANGE_ANSWER,
            )
        return response

    async def _receive(self, response: aiohttp.ClientResponse) -> bytes:
        with unreachable(self._url):
            try:
                async with asyncio.timeout(self._idle_s):
                    return await response.content.readany()
            except TimeoutError as error:
                raise self._silence() from error

    def _silence(self) -> UnreachableError:
        return UnreachableError(f"{peer_name(self._url)} was silent for {self._idle_s:g} s", cause=Cause.SILENT)
