"""Files of a publisher's repository, by HTTP GET. Any server of static files will do."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import aiohttp
from yarl import URL

from edge.errors import Cause, Reason, RefusedError, UnreachableError
from edge.host import ignore
from edge.wire.http import IDENTITY, Via, cause_of_status, directly, peer_name, peer_time, unreachable

_OK = 200
_MISSING = 404


class RepositoryClient:
    """Fetches files below `url`; `timeout_s` is for one whole file, from connecting to its last byte.

    For example:

        client = RepositoryClient(session, "http://publisher:8090", timeout_s=10.0)
        timestamp = await client.fetch("metadata/timestamp.json", 16_384)
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        timeout_s: float,
        on_time: Callable[[datetime], None] = ignore,
        via: Via = directly,
    ) -> None:
        """`on_time` is called with the time of the repository's clock, for every answer that has one."""
        self._session, self._on_time, self._via = session, on_time, via
        self._root = URL(url.rstrip("/"))
        self._timeout_s = timeout_s

    async def fetch(self, path: str, max_length: int) -> bytes | None:
        """The file at `path`, such as `metadata/7.snapshot.json`. None: the repository does not have it.

        Raises `RefusedError` (`LENGTH_MISMATCH`) if the file is longer than `max_length` bytes; no more than one byte
        beyond is read. Raises `UnreachableError` for any other answer than a file or a 404, and for timeouts.
        """
        url = self._root.joinpath(*path.split("/"))
        try:
            async with asyncio.timeout(self._timeout_s):
                with unreachable(url):
                    return await self._get(url, max_length)
        except TimeoutError as error:
            raise UnreachableError(
                f"{peer_name(url)} did not answer within {self._timeout_s:g} s", cause=Cause.SILENT
            ) from error

    async def _get(self, url: URL, max_length: int) -> bytes | None:
        async with self._session.get(
            url,
            **self._via(),
            headers=IDENTITY,
            allow_redirects=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None),
        ) as response:
            moment = peer_time(response)
            if moment is not None:
                self._on_time(moment)
            # The status is checked first: static servers send a 404 with an HTML page.
            if response.status == _MISSING:
                return None
            _check_is_file(url, response)
            if response.content_length is not None and response.content_length > max_length:
                raise _too_long(url, response.content_length, max_length)
            return await _read(url, response.content, max_length)


def _check_is_file(url: URL, response: aiohttp.ClientResponse) -> None:
    if response.status != _OK:
        raise UnreachableError(
            f"{peer_name(url)} answered with status {response.status}, expected 200 or 404",
            cause=cause_of_status(response.status),
        )
    if "html" in response.content_type:
        raise UnreachableError(
            f"{peer_name(url)} answered with a page ({response.content_type}), expected a file",
            cause=Cause.STRANGE_ANSWER,
        )
    encoding = response.headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        raise UnreachableError(
            f"{peer_name(url)} answered in encoding {encoding[:40]!r}, expected none", cause=Cause.STRANGE_ANSWER
        )


async def _read(url: URL, content: aiohttp.StreamReader, max_length: int) -> bytes:
    data = bytearray()
    while chunk := await content.read(max_length + 1 - len(data)):
        data += chunk
        if len(data) > max_length:
            raise _too_long(url, len(data), max_length)
    return bytes(data)


def _too_long(url: URL, length: int, max_length: int) -> RefusedError:
    return RefusedError(
        f"{peer_name(url)} is {length} bytes or more, expected at most {max_length}", reason=Reason.LENGTH_MISMATCH
    )
