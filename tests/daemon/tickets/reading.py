"""Reads a ticket's event stream as a page does with `fetch`."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import aiohttp
import msgspec

from tests.daemon.conftest import RunningPop


class Followed(NamedTuple):
    """A ticket, and the token that came with it."""

    ticket: str
    token: str

    @property
    def path(self) -> str:
        """Of its events."""
        return f"/v1/tickets/{self.ticket}/events"

    @property
    def headers(self) -> dict[str, str]:
        """Those that show the token."""
        return {"Authorization": f"Bearer {self.token}"}


class Event(NamedTuple):
    """One event as it came over the wire."""

    name: str
    id: str
    data: dict[str, Any]


class Reader:
    """The events of one response, one by one."""

    def __init__(self, reply: aiohttp.ClientResponse) -> None:
        self.reply = reply

    async def block(self) -> str:
        """The next block of lines, up to an empty one; empty at the end of the stream."""
        try:
            return (await self.reply.content.readuntil(b"\n\n")).decode()
        except aiohttp.ClientPayloadError:
            return ""

    async def event(self) -> Event | None:
        """The next event; comments and `retry` are skipped. None at the end of the stream."""
        while block := await self.block():
            fields = dict(line.split(": ", 1) for line in block.strip().splitlines() if not line.startswith(":"))
            if "event" in fields:
                return Event(fields["event"], fields.get("id", ""), msgspec.json.decode(fields["data"]))
        return None

    async def rest(self) -> list[Event]:
        """All events until the end."""
        events = []
        while (event := await self.event()) is not None:
            events.append(event)
        return events


@asynccontextmanager
async def following(pop: RunningPop, followed: Followed, *, url: str = "", **headers: str) -> AsyncIterator[Reader]:
    """An open stream of the ticket, at the PoP itself or through the proxy at `url`."""
    all_headers: Mapping[str, str] = {**followed.headers, **headers}
    async with pop.http.get((url or pop.url) + followed.path, headers=all_headers) as reply:
        assert reply.status == 200, await reply.text()
        yield Reader(reply)


async def asked(pop: RunningPop, body: dict[str, Any]) -> Followed:
    """A ticket that origin has."""
    status, document, _ = await pop.post(body)
    assert status == 202, document
    await pop.until_at_origin({document["ticket"]})
    return Followed(document["ticket"], document["ticket_token"])
