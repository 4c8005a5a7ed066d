"""Hand a closed log to an archive over HTTP, in pieces that can be repeated."""

import asyncio
from collections.abc import Callable, Mapping

import aiohttp
import msgspec
from yarl import URL

from edge.errors import Cause, RefusedError, UnreachableError
from edge.foreign_words import one_line
from edge.records import DECODE_ERRORS, Problem
from edge.records.archive import ArchivedLog, ClosedLog
from edge.wire.archive.paths import ARCHIVE_CONTEXT, bundle_path, log_path, signed_request
from edge.wire.http import IDENTITY, Via, cause_of_status, directly, peer_name, read_at_most, unreachable
from edge.wire.publisher import SIGNATURE_HEADER

Sign = Callable[[bytes, bytes], bytes]
"""Signs a document for the use that a context names, as `PopSigner.sign_as`: 64 bytes."""

TIMEOUT_S = 30.0
"""For one request: a bundle has 60 kB, and the archive may look for seconds at what it has."""

_DONE = range(200, 300)
_REFUSED = range(400, 500)
_MAX_ANSWER_BYTES = 16_384
_MAX_DETAIL_CHARACTERS = 400


class ArchiveClient:
    """Speaks for `pop` with the archive at `url`. `headers` go with each request, such as a token.

    `sign` has the PoP's key; None: the archive knows the PoP by its token alone.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        pop: str,
        sign: Sign | None,
        headers: Mapping[str, str] | None = None,
        via: Via = directly,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._session, self._url, self._pop, self._sign = session, URL(url.rstrip("/")), pop, sign
        self._headers, self._via, self._timeout_s = dict(headers or {}), via, timeout_s

    async def put_log(self, log: str, closed: ClosedLog) -> ArchivedLog:
        """Begin to move the log `TENANT/EVENT`, go on, or ask what became of it. Idempotent.

        Raises `RefusedError`, with the archive's reason and text, and `UnreachableError` for anything else.
        """
        path, body = log_path(self._pop, log), msgspec.json.encode(closed)
        answer = await self._put(path, body, "application/json")
        try:
            return msgspec.json.decode(answer, type=ArchivedLog)
        except DECODE_ERRORS as error:
            text = f"{peer_name(self._url)} answered with something else than the state of a log"
            raise UnreachableError(text, cause=Cause.STRANGE_ANSWER) from error

    async def put_bundle(self, log: str, number: int, bundle: bytes) -> None:
        """Send one bundle of entries. Idempotent. On return it is on the archive's disk. Raises as `put_log`."""
        await self._put(bundle_path(self._pop, log, number), bundle, "application/octet-stream")

    async def _put(self, path: str, body: bytes, media: str) -> bytes:
        headers = {**self._headers, **IDENTITY, "Content-Type": media}
        if self._sign is not None:
            headers[SIGNATURE_HEADER] = self._sign(ARCHIVE_CONTEXT, signed_request(path, body)).hex()
        url = self._url.joinpath(*path.strip("/").split("/"))
        try:
            async with asyncio.timeout(self._timeout_s):
                with unreachable(url):
                    return await self._exchange(url, headers, body)
        except TimeoutError as error:
            text = f"{peer_name(url)} did not answer within {self._timeout_s:g} s"
            raise UnreachableError(text, cause=Cause.SILENT) from error

    async def _exchange(self, url: URL, headers: dict[str, str], body: bytes) -> bytes:
        async with self._session.put(
            url,
            **self._via(),
            data=body,
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None),
        ) as response:
            content = await read_at_most(response.content, _MAX_ANSWER_BYTES)
            if response.status in _DONE:
                return content
            text, cause = f"{peer_name(url)} answered with status {response.status}", cause_of_status(response.status)
            problem = _problem_in(content)
            if problem is None:
                raise UnreachableError(f"{text}, expected 2xx", cause=cause)
            text = f"{text}: {one_line(problem.detail[:_MAX_DETAIL_CHARACTERS])}"
            if response.status in _REFUSED:
                raise RefusedError(text, reason=problem.reason)
            raise UnreachableError(text, cause=cause)


def _problem_in(body: bytes) -> Problem | None:
    """The archive's problem document; None if it is not one."""
    try:
        return msgspec.json.decode(body, type=Problem)
    except DECODE_ERRORS:
        return None
