"""Read the status of the fleet from its publisher: which PoP has which revision of which island."""

import asyncio
import ssl
from collections.abc import Callable

import aiohttp
import msgspec
from yarl import URL

from edge.errors import Cause, RefusedError, UnreachableError
from edge.records import DECODE_ERRORS, FleetStatus
from edge.wire.http import IDENTITY, cause_of_status, peer_name, unreachable

MAX_FLEET_BYTES = 32 * 2**20
"""Largest status: a thousand PoPs with a hundred islands each are about 25 MB."""

TIMEOUT_S = 4.0
"""For one whole answer; the desk asks again after five seconds."""

_OK = 200


class FleetClient:
    """Reads from the publisher at `url`. `token` gives the token in force, or None; `authorities` says whom to trust.

    Both are asked at each request. Without `authorities` the system's are trusted.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        token: Callable[[], str | None] = lambda: None,
        authorities: Callable[[], ssl.SSLContext] | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._session, self._token, self._authorities, self._timeout_s = session, token, authorities, timeout_s
        self._url = URL(url.rstrip("/")) / "v1" / "fleet"

    async def read(self) -> FleetStatus:
        """The status of the fleet, as the publisher computes it now.

        Raises `UnreachableError` if there is none, `RefusedError` if it is too large. No text quotes the answer.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                with unreachable(self._url):
                    body = await self._get()
        except TimeoutError as error:
            text = f"{peer_name(self._url)} did not answer within {self._timeout_s:g} s"
            raise UnreachableError(text, cause=Cause.SILENT) from error
        try:
            # In a thread: a large fleet would block the event loop for a tenth of a second.
            return await asyncio.to_thread(msgspec.json.decode, body, type=FleetStatus)
        except DECODE_ERRORS as error:
            text = f"{peer_name(self._url)} answered with something else than the status of a fleet"
            raise UnreachableError(f"{text}, expected a publisher's", cause=Cause.STRANGE_ANSWER) from error

    async def _get(self) -> bytes:
        token = self._token()
        async with self._session.get(
            self._url,
            headers={**IDENTITY, **({"Authorization": f"Bearer {token}"} if token else {})},
            ssl=True if self._authorities is None else self._authorities(),
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None),
        ) as response:
            if response.status != _OK:
                text = f"{peer_name(self._url)} answered with status {response.status}, expected {_OK}"
                raise UnreachableError(text, cause=cause_of_status(response.status))
            answer = bytearray()
            async for piece in response.content.iter_any():
                answer += piece
                if len(answer) > MAX_FLEET_BYTES:
                    raise RefusedError(f"{peer_name(self._url)} sent more than {MAX_FLEET_BYTES} bytes")
            return bytes(answer)
