"""One request to a PoP and its response: within bounds of time and size, and again once after a 503."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple, TypeVar

import aiohttp
import msgspec
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from edge.client.refusals import refusal_of
from edge.errors import Cause, ConfigError, UnreachableError
from edge.records import DECODE_ERRORS
from edge.wire.http import IDENTITY, Via, directly, peer_name, requested_retry_after_s, unreachable

_OK = frozenset({200, 202})
_UNAVAILABLE = 503
_USUAL_WAIT_S = 1.0
"""Of a 503 without `Retry-After`: a PoP always names one, a proxy before it may not."""

DocumentT = TypeVar("DocumentT")


class ClientBounds(NamedTuple):
    """How long a client waits, and how much it takes."""

    timeout_s: float = 10.0
    """For one whole response that is not a stream."""
    max_wait_s: float = 5.0
    """Longest `Retry-After` of a 503 after which it is asked again. A PoP says 1 to 5 s when it is overloaded."""
    max_body_bytes: int = 1_048_576
    """Largest response. That to a question has about 8 KiB, a list of 2,000 islands about 900 KiB."""
    first_byte_s: float = 2.0
    """A stream from which nothing comes for so long is held back by a proxy."""
    idle_s: float = 40.0
    """A stream that is silent for so long is broken. A PoP writes something every 15 s."""
    max_failures: int = 8
    """So many times in a row neither stream nor state may be had, before following a ticket ends with the error."""


class Response(NamedTuple):
    """A whole response."""

    url: URL
    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    retry_after_s: float | None

    def read(self, kind: type[DocumentT]) -> DocumentT:
        """The body as a record. Raises `UnreachableError` if it is something else."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except DECODE_ERRORS as error:
            raise UnreachableError(
                f"{peer_name(self.url)} sent no {kind.__name__} of this release, expected a PoP's",
                cause=Cause.STRANGE_ANSWER,
            ) from error


class PopExchange:
    """Sends requests to the PoP at `url`, which may have a path of its own behind a proxy."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        url: str,
        *,
        via: Via = directly,
        bounds: ClientBounds = ClientBounds(),  # noqa: B008 - a constant
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.http, self.via, self.bounds, self.sleep = http, via, bounds, sleep
        self._base = read_address(url)

    def url(self, path: str) -> URL:
        """The address of `path`, which begins with a slash; the address itself for an empty one."""
        return self._base.with_path(self._base.path.rstrip("/") + path) if path else self._base

    async def send(
        self, method: str, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """The response, if its status is 200 or 202; after a 503, that to a second try.

        Raises `UnreachableError` if no PoP answers or it asks for patience, and `RefusedError` (`LimitedError` for a
        429) with the reason and the text of the PoP's problem document.
        """
        response = await self._once(method, path, body, headers or {})
        if response.status == _UNAVAILABLE:
            wait_s = _USUAL_WAIT_S if response.retry_after_s is None else response.retry_after_s
            if wait_s <= self.bounds.max_wait_s:
                await self.sleep(wait_s)
                response = await self._once(method, path, body, headers or {})
        if response.status not in _OK:
            raise refusal_of(response.status, response.headers, response.body, response.retry_after_s)
        return response

    async def _once(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Response:
        url = self.url(path)
        content = {"Content-Type": "application/json"} if body is not None else {}
        try:
            with unreachable(url):
                async with (
                    asyncio.timeout(self.bounds.timeout_s),
                    self.http.request(
                        method,
                        url,
                        **self.via(),
                        data=body,
                        headers={**IDENTITY, **content, **headers},
                        # Another host would get the token.
                        allow_redirects=False,
                        auto_decompress=False,
                        timeout=aiohttp.ClientTimeout(total=None),
                    ) as reply,
                ):
                    read = await self._read(reply)
                    found = CIMultiDictProxy(CIMultiDict(reply.headers))
                    return Response(url, reply.status, found, read, requested_retry_after_s(reply))
        except TimeoutError as error:
            raise UnreachableError(
                f"{peer_name(url)} did not answer within {self.bounds.timeout_s:g} s", cause=Cause.SILENT
            ) from error

    async def _read(self, reply: aiohttp.ClientResponse) -> bytes:
        read = bytearray()
        async for piece in reply.content.iter_any():
            read += piece
            if len(read) > self.bounds.max_body_bytes:
                raise UnreachableError(
                    f"{peer_name(reply.url)} sent more than {self.bounds.max_body_bytes} bytes, expected a PoP's"
                    " response",
                    cause=Cause.STRANGE_ANSWER,
                )
        return bytes(read)


def read_address(url: str) -> URL:
    """The address of an HTTP server. Raises `ConfigError` for any other text, without showing it."""
    try:
        address = URL(url)
        is_http = address.scheme in {"http", "https"} and bool(address.host)
    except ValueError:
        is_http = False
    if not is_http:
        raise ConfigError(
            "found no http:// or https:// address, expected a PoP's; try: curl http://127.0.0.1:8080/livez"
        )
    return address.with_fragment(None)
