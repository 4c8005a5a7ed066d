"""Post a PoP's signed status to its publisher."""

import asyncio
import io

import aiohttp
import msgspec
from yarl import URL

from edge.errors import Cause, RefusedError, UnreachableError
from edge.foreign_words import one_line
from edge.records import DECODE_ERRORS, Problem
from edge.wire.http import Via, cause_of_status, directly, peer_name, read_at_most, unreachable

STATUS_PATH = "v1/fleet/status"
POP_HEADER = "Skerry-Pop"
KEY_HEADER = "Skerry-Pop-Key"
SIGNATURE_HEADER = "Skerry-Pop-Signature"

_ACCEPTED = 204
_MAX_ANSWER_BYTES = 4096
_MAX_DETAIL_CHARACTERS = 400
_REFUSED = range(400, 500)


class StatusClient:
    """Posts statuses of `pop` to the publisher at `url`.

    `public` is the PoP's Ed25519 public key, 32 bytes. `timeout_s` is for one whole post.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        pop: str,
        public: bytes,
        timeout_s: float,
        via: Via = directly,
    ) -> None:
        self._session, self._via = session, via
        self._url = URL(url.rstrip("/")).joinpath(*STATUS_PATH.split("/"))
        self._pop, self._public = pop, public
        self._timeout_s = timeout_s

    async def post(self, document: bytes, *, signature: bytes) -> None:
        """Post a status. When this returns, the publisher has it. `signature` covers `document`.

        Raises `RefusedError`, with the reason and the text of the publisher, if it refuses the status, and
        `UnreachableError` for anything else.
        """
        headers = {
            "Content-Type": "application/json",
            POP_HEADER: self._pop,
            KEY_HEADER: self._public.hex(),
            SIGNATURE_HEADER: signature.hex(),
        }
        try:
            async with asyncio.timeout(self._timeout_s):
                with unreachable(self._url):
                    await self._post(document, headers)
        except TimeoutError as error:
            raise UnreachableError(
                f"{peer_name(self._url)} did not answer within {self._timeout_s:g} s", cause=Cause.SILENT
            ) from error

    async def _post(self, document: bytes, headers: dict[str, str]) -> None:
        async with self._session.post(
            self._url,
            **self._via(),
            # As a stream: aiohttp would copy a large body at once, which would block the event loop.
            data=io.BytesIO(document),
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None),
        ) as response:
            if response.status == _ACCEPTED:
                return
            answer = f"{peer_name(self._url)} answered with status {response.status}"
            cause = cause_of_status(response.status)
            # A forward proxy asks for a login: the publisher did not refuse anything.
            if response.status not in _REFUSED or cause is Cause.PROXY:
                raise UnreachableError(f"{answer}, expected {_ACCEPTED}", cause=cause)
            problem = _read_problem(await read_at_most(response.content, _MAX_ANSWER_BYTES))
            if problem is None:
                raise RefusedError(f"{answer}, expected {_ACCEPTED}")
            raise RefusedError(f"{answer}: {problem.detail}", reason=problem.reason)


def _read_problem(body: bytes) -> Problem | None:
    """The publisher's problem document, with a `detail` that is safe to log. None if it is not one."""
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except DECODE_ERRORS:
        return None
    detail = one_line(problem.detail[:_MAX_DETAIL_CHARACTERS])
    return msgspec.structs.replace(problem, detail=detail)
