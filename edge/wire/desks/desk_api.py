"""Calls to the JSON API of a desk. Answers are limited in size and checked for their form."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
import msgspec
from yarl import URL

from edge.errors import RefusedError
from edge.records import DECODE_ERRORS, SolvedByViewer, Ticket
from edge.records.consent import ConsentMessage
from edge.records.merges import MergeMessage
from edge.wire.desks.answers import MAX_ANSWER_BYTES, MAX_ITEM_BYTES, OriginFaultError, check_status, refuse_page
from edge.wire.http import JsonItems, peer_name, unreachable

T = TypeVar("T")


class DeskApi:
    """The API of one desk at `url`. `headers` authenticate us.

    Methods raise as `Origin.deliver`, except for timeouts, which the caller sets.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, headers: Mapping[str, str]) -> None:
        self.url = URL(url)
        self._session, self._headers = session, headers

    async def get(self, path: str, answer: type[T], **query: str) -> T:
        """GET `path`, and decode the answer."""
        return await self._call("GET", path, answer, params=query)

    async def get_each(self, path: str, item: type[T], take: Callable[[T], None]) -> None:
        """GET `path`, a list of any length, and give each item to `take`. In memory there is one item at a time."""
        async with self._answer("GET", path) as response:
            items, url, is_first = JsonItems(max_item_bytes=MAX_ITEM_BYTES), response.url, True
            async for piece in response.content.iter_any():
                if is_first:
                    refuse_page(piece, url, "GET")
                    is_first = False
                for one in _items(items, piece, url):
                    take(_read(one, item, url))
            if not items.is_complete:
                raise OriginFaultError(f"{peer_name(url)} answered with half a list, expected the desk's API")

    async def post(self, path: str, answer: type[T], body: Mapping[str, Any]) -> T:
        """POST `body` as JSON to `path`, and decode the answer."""
        return await self._call("POST", path, answer, data=msgspec.json.encode(body))

    async def put(self, path: str, answer: type[T], body: Mapping[str, Any]) -> T:
        """PUT `body` as JSON to `path`, and decode the answer."""
        return await self._call("PUT", path, answer, data=msgspec.json.encode(body))

    async def _call(self, method: str, path: str, answer: type[T], **arguments: Any) -> T:
        async with self._answer(method, path, **arguments) as response:
            body = await _body(response)
            refuse_page(body, response.url, method)
            return _read(body, answer, response.url)

    @asynccontextmanager
    async def _answer(self, method: str, path: str, **arguments: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        """The desk's answer, if it is 2xx."""
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
                check_status(response, method)
                yield response


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """The body, limited to `MAX_ANSWER_BYTES`."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise OriginFaultError(
                f"{peer_name(response.url)} answered more than {MAX_ANSWER_BYTES} bytes, expected a few kilobytes"
            )
    return bytes(body)


def _items(items: JsonItems, piece: bytes, url: URL) -> list[bytes]:
    try:
        return items.receive(piece)
    except RefusedError as error:
        raise OriginFaultError(f"{peer_name(url)} answered with {error.text}, expected the desk's API") from error


def _read(body: bytes, answer: type[T], url: URL) -> T:
    try:
        return msgspec.json.decode(body, type=answer)
    except DECODE_ERRORS as error:
        # msgspec's own text is left out: it may quote a viewer.
        what = "JSON of another form" if isinstance(error, msgspec.ValidationError) else "text that is not JSON"
        raise OriginFaultError(f"{peer_name(url)} answered with {what}, expected the desk's API") from error


def read_ticket(ticket_id: str, payload: bytes) -> Ticket:
    """Decode a ticket. Raises `RefusedError` (`MALFORMED`) if `payload` is not one."""
    try:
        return msgspec.json.decode(payload, type=Ticket)
    except DECODE_ERRORS as error:
        raise RefusedError(f"stored ticket {ticket_id} cannot be decoded, expected a ticket as JSON") from error


def read_consent(message_id: str, payload: bytes) -> ConsentMessage:
    """Decode a consent's message. Raises `RefusedError` (`MALFORMED`) if `payload` is not one."""
    try:
        return msgspec.json.decode(payload, type=ConsentMessage)
    except DECODE_ERRORS as error:
        raise RefusedError(f"stored consent {message_id} cannot be decoded, expected one as JSON") from error


def read_merge(message_id: str, payload: bytes) -> MergeMessage:
    """Decode the message of a merge. Raises `RefusedError` (`MALFORMED`) if `payload` is not one."""
    try:
        return msgspec.json.decode(payload, type=MergeMessage)
    except DECODE_ERRORS as error:
        raise RefusedError(f"stored merge {message_id} cannot be decoded, expected one as JSON") from error


def read_take_back(message_id: str, payload: bytes) -> SolvedByViewer:
    """Decode a take-back. Raises `RefusedError` (`MALFORMED`) if `payload` is not one."""
    try:
        return msgspec.json.decode(payload, type=SolvedByViewer)
    except DECODE_ERRORS as error:
        raise RefusedError(f"stored take-back {message_id} cannot be decoded, expected one as JSON") from error
