"""Ask a witness for a cosignature (https://c2sp.org/tlog-witness)."""

import asyncio
import re
from typing import NamedTuple

import aiohttp
from yarl import URL

from edge.errors import Cause, Reason, RefusedError, UnreachableError
from edge.wire.http import Via, cause_of_status, directly, peer_name, read_at_most, unreachable

WITNESS_PATH = "v1/witness"
"""Where a publisher is a witness."""

ADD_CHECKPOINT_PATH = f"{WITNESS_PATH}/add-checkpoint"

TLOG_SIZE = "text/x.tlog.size"
"""Media type of a 409 that says which size was cosigned last."""

_OK, _CONFLICT = 200, 409
_REFUSED = {
    403: Reason.SIGNATURE_INVALID,
    404: Reason.POP_UNKNOWN,
    409: Reason.HASH_MISMATCH,
    422: Reason.HASH_MISMATCH,
}
_MAX_ANSWER_BYTES = 16_384
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


class OtherSize(NamedTuple):
    """The witness cosigned another size last than the request says."""

    size: int


class WitnessClient:
    """Asks the witness whose submission prefix is `url`. `timeout_s` is for one whole request."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, timeout_s: float, via: Via = directly) -> None:
        self._session, self._via, self._timeout_s = session, via, timeout_s
        self._url = URL(url.rstrip("/")) / "add-checkpoint"

    async def add_checkpoint(self, body: bytes) -> str | OtherSize:
        """The lines that the witness answered with, not verified; or the size that it cosigned last.

        Raises `RefusedError` if it does not know the log, or says that the log does not go on from what it saw, and
        `UnreachableError` for anything else.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                with unreachable(self._url):
                    return await self._post(body)
        except TimeoutError as error:
            text = f"{peer_name(self._url)} did not answer within {self._timeout_s:g} s"
            raise UnreachableError(text, cause=Cause.SILENT) from error

    async def _post(self, body: bytes) -> str | OtherSize:
        async with self._session.post(
            self._url,
            **self._via(),
            data=body,
            headers={"Content-Type": "text/plain"},
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None),
        ) as response:
            content = await read_at_most(response.content, _MAX_ANSWER_BYTES)
            answer = f"{peer_name(self._url)} answered with status {response.status}"
            if response.status == _OK:
                return content.decode(errors="replace")
            size = _SIZE.fullmatch(content)
            if response.status == _CONFLICT and response.content_type == TLOG_SIZE and size:
                return OtherSize(int(size[1]))
            if response.status in _REFUSED:
                raise RefusedError(f"{answer}, expected a cosignature", reason=_REFUSED[response.status])
            raise UnreachableError(f"{answer}, expected {_OK}", cause=cause_of_status(response.status))
