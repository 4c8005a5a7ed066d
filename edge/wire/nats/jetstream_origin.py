"""Tickets to a JetStream stream: one message for each, on `<subject>.<tenant>.<lane>`. Needs `skerry[nats]`.

A ticket is delivered when the stream's acknowledgement came back. `Nats-Msg-Id` is the ticket's id: the broker stores a
repetition once, within the stream's duplicate window (docs.nats.io, "JetStream Model Deep Dive"). The stream belongs to
the desk: a PoP may publish to it and nothing else, and `Nats-Expected-Stream` refuses any other that listens there.

One connection for all deliveries, made when it is needed; one on which something went wrong is not used again.
"""

import asyncio
import re

import msgspec
import nats.errors

from edge.errors import RefusedError, UnreachableError
from edge.records import IslandName, Ticket
from edge.wire.desks import OriginGoneError, read_ticket
from edge.wire.nats.account import NatsAccount
from edge.wire.nats.link import NatsLink

MESSAGE_ID = "Nats-Msg-Id"
EXPECTED_STREAM = "Nats-Expected-Stream"

_TOO_LARGE = 10_054
_SEALED = 10_109
"""Error codes of nats-server (`server/errors.json`): a message above the stream's `max_msg_size`; a stream that was
sealed, which cannot be undone."""

_NO_TOKEN = re.compile(r"[^A-Za-z0-9_-]")
"""Anything else would cut a subject into more tokens, or be a wildcard."""


class _Fault(msgspec.Struct):
    code: int
    err_code: int = 0
    description: str = ""


class _Acknowledgement(msgspec.Struct):
    stream: str = ""
    seq: int = 0
    error: _Fault | None = None


class NatsOrigin:
    """The stream `account.stream`, which takes `account.subject` and everything below it.

    `timeout_s` is for one whole delivery, a new connection included. Close it when no delivery is under way.
    """

    def __init__(self, account: NatsAccount, *, timeout_s: float) -> None:
        self._account, self._timeout_s = account, timeout_s
        self._connecting = asyncio.Lock()
        self._held: NatsLink | None = None

    async def deliver(self, ticket_id: str, payload: bytes) -> None:
        """One message, acknowledged by the stream; as `Origin` promises."""
        subject = self._subject(read_ticket(ticket_id, payload))
        link: NatsLink | None = None
        try:
            async with asyncio.timeout(self._timeout_s):
                link = await self._link()
                answer = await self._request(link, subject, ticket_id, payload)
        except TimeoutError as error:
            # A line that went dead would keep every later delivery waiting as long.
            await self._drop(link)
            raise UnreachableError(f"{self._account.shown} did not answer within {self._timeout_s:g} s") from error
        self._check(answer, f"{self._account.shown} answered ticket {ticket_id}")

    async def close(self) -> None:
        """Let go of the connection; the next delivery makes another."""
        await self._drop(self._held)

    def _subject(self, ticket: Ticket) -> str:
        tenant = IslandName.parse(ticket.island).tenant
        return f"{self._account.subject}.{tenant}.{_NO_TOKEN.sub('-', ticket.lane) or '-'}"

    async def _link(self) -> NatsLink:
        """The connection, a new one if there is none that is sound; made once for all who wait for it."""
        async with self._connecting:
            if self._held is not None and not self._held.is_over:
                return self._held
            await self._drop(self._held)
            link = NatsLink(self._account)
            try:
                await link.connect()
            except BaseException:
                await link.close()
                raise
            self._held = link
            return link

    async def _request(self, link: NatsLink, subject: str, ticket_id: str, payload: bytes) -> bytes:
        """What came back, unless the connection ends first: of that nats-py tells nobody who waits."""
        headers = {MESSAGE_ID: ticket_id, EXPECTED_STREAM: self._account.stream}
        # Waits twice as long as anybody here will: the caller's timeout is the one that counts.
        asked = link.client.request(subject, payload, timeout=2 * self._timeout_s, headers=headers)
        answer = asyncio.ensure_future(asked)
        over = asyncio.ensure_future(link.stirred.wait())
        try:
            await asyncio.wait({answer, over}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise link.fault()
            return answer.result().data
        except nats.errors.MaxPayloadError as error:
            raise RefusedError(f"ticket {ticket_id} is larger than {self._account.shown} takes") from error
        except nats.errors.NoRespondersError as error:
            raise UnreachableError(
                f"{self._account.shown} has no stream that takes {self._account.subject}.>, expected"
                f" {self._account.stream!r}"
            ) from error
        except (nats.errors.Error, OSError) as error:
            raise link.fault(error) from error
        finally:
            answer.cancel()
            over.cancel()

    def _check(self, answer: bytes, where: str) -> None:
        """Returns when the stream has the ticket; other answers on its subject are not believed."""
        try:
            found = msgspec.json.decode(answer, type=_Acknowledgement)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UnreachableError(f"{where} with no acknowledgement, expected one of JetStream") from error
        if found.error is not None:
            text = f"{where} with error {found.error.err_code}: {found.error.description}"
            raise {_TOO_LARGE: RefusedError, _SEALED: OriginGoneError}.get(found.error.err_code, UnreachableError)(text)
        if found.stream != self._account.stream or found.seq < 1:
            raise UnreachableError(f"{where} for stream {found.stream!r}, expected {self._account.stream!r}")

    async def _drop(self, link: NatsLink | None) -> None:
        if link is not None and link is self._held:
            self._held = None
            await link.close()
