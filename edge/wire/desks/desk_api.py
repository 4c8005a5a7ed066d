"""Calls to a support desk's JSON API: small answers, in time, and nothing that only looks like one."""

from collections.abc import Mapping
from typing import Any, TypeVar

import aiohttp
import msgspec
from yarl import URL

from edge.errors import RefusedError, UnreachableError
from edge.records import Ticket
from edge.wire.desks.origin import MAX_ANSWER_BYTES, check_taken
from edge.wire.http import peer_name, unreachable

T = TypeVar("T")


class DeskApi:
    """One desk at `url`; `headers` say who we are. Raises as `Origin.deliver` does, but for the time it takes."""

    def __init__(self, session: aiohttp.ClientSession, url: str, headers: Mapping[str, str]) -> None:
        self.url = URL(url)
        self._session, self._headers = session, headers

    async def get(self, path: str, answer: type[T], **query: str) -> T:
        """What the desk answers to a GET."""
        return await self._call("GET", path, answer, params=query)

    async def post(self, path: str, answer: type[T], body: Mapping[str, Any]) -> T:
        """What the desk answers to a POST."""
        return await self._call("POST", path, answer, data=msgspec.json.encode(body))

    async def _call(self, method: str, path: str, answer: type[T], **arguments: Any) -> T:
        url = self.url / path
        headers = {"Content-Type": "application/json", "Accept": "application/json", **self._headers}
        with unreachable(url):
            async with self._session.request(
                method,
                url,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=None),
                **arguments,
            ) as response:
                check_taken(response, method)
                return _read(await _body(response), answer, url)


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """At most as much as any honest answer holds."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise UnreachableError(
                f"{peer_name(response.url)} answered more than {MAX_ANSWER_BYTES} bytes, expected a few kilobytes"
            )
    return bytes(body)


def _read(body: bytes, answer: type[T], url: URL) -> T:
    try:
        return msgspec.json.decode(body, type=answer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        # What a desk sends may quote a viewer: only where it differs is said.
        what = "JSON of another form" if isinstance(error, msgspec.ValidationError) else "no JSON"
        raise UnreachableError(f"{peer_name(url)} answered {what}, expected the desk's API") from error


def read_ticket(ticket_id: str, payload: bytes) -> Ticket:
    """The ticket in `payload`; raises `RefusedError` when it is none."""
    try:
        return msgspec.json.decode(payload, type=Ticket)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError(f"what is stored as ticket {ticket_id} is none") from error
