"""One connection to a stream of Server-Sent Events. The caller reconnects, with backoff."""

import asyncio
from collections.abc import AsyncGenerator, Mapping

import aiohttp
from yarl import URL

from edge.errors import Cause, UnreachableError
from edge.wire.http.http_errors import IDENTITY, cause_of_status, peer_name, unreachable
from edge.wire.http.retry_after import requested_retry_after_s
from edge.wire.http.sse import EVENT_STREAM
from edge.wire.http.via import Via, directly

CONNECT_S = 5.0
"""Time for a connection to be accepted.

A peer with no room for it answers nothing, and the kernel asks again after 1, 3, 7, 15 and 31 s. Of a fleet that
returns at once, the last would come minutes late; our own next try comes within seconds, with jitter.
"""

TLS_FACTOR = 4
"""So many times as long for a TLS connection: aiohttp counts the handshake, too. A peer to which a whole fleet returns
computes thousands of them, and one that is given up early costs it another.
"""

_OK = 200


class EventStreamClient:
    """Reads the stream at `url`. `idle_s` is how long the peer may send nothing."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, idle_s: float, via: Via = directly) -> None:
        self._session, self._url, self._idle_s, self._via = session, URL(url), idle_s, via
        self._is_tls = self._url.scheme == "https"
        self._connect_s = CONNECT_S * (TLS_FACTOR if self._is_tls else 1)

    async def pieces(self, headers: Mapping[str, str] | None = None) -> AsyncGenerator[bytes, None]:
        """The bytes as they come, until the peer ends the stream. `headers` go with the request.

        Raises `UnreachableError` if the answer is not a stream, the connection breaks or the peer is silent. Time that
        the caller spends between two pieces does not count as silence.
        """
        async with await self._connect(headers or {}) as response:
            while data := await self._receive(response):
                yield data

    async def _connect(self, headers: Mapping[str, str]) -> aiohttp.ClientResponse:
        with unreachable(self._url):
            try:
                async with asyncio.timeout(self._idle_s):
                    response = await self._session.get(
                        self._url,
                        **self._via(),
                        headers={"Accept": EVENT_STREAM, "Cache-Control": "no-store", **IDENTITY, **headers},
                        allow_redirects=False,
                        auto_decompress=False,
                        timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._connect_s),
                    )
            except aiohttp.ConnectionTimeoutError as error:
                what = "accept the connection and finish its TLS handshake" if self._is_tls else "accept the connection"
                text = f"{peer_name(self._url)} did not {what} within {self._connect_s:g} s"
                raise UnreachableError(text, cause=Cause.NO_ROUTE) from error
            except TimeoutError as error:
                raise self._silence() from error
        if response.status != _OK or response.content_type != EVENT_STREAM:
            response.close()
            raise UnreachableError(
                f"{peer_name(self._url)} answered with status {response.status} and {response.content_type},"
                f" expected 200 and {EVENT_STREAM}",
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
