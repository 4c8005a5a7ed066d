"""Tickets to a JetStream stream: one message each, on `<subject>.<tenant>.<lane>`. Needs `skerry[nats]`.

A ticket is delivered when the stream has acknowledged it. `Nats-Msg-Id` is the ticket's id, so that the server stores a
repeated message once, within the stream's duplicate window (docs.nats.io, "JetStream Model Deep Dive"). The stream
belongs to the desk, and a PoP may only publish to it. A take-back goes to its ticket's subject, behind it; its `schema`
tells it from one. With `Nats-Expected-Stream`, a different stream on the same
subject refuses the message.

All deliveries share one connection. It is made when it is needed, and not used again after an error.
"""

import asyncio
import re

import msgspec
import nats.errors

from edge.errors import Cause, RefusedError, UnreachableError
from edge.foreign_words import one_line
from edge.records import DECODE_ERRORS, IslandName, SolvedByViewer, Ticket
from edge.records.consent import ConsentMessage
from edge.records.merges import MergeMessage
from edge.wire.desks import OriginFaultError, OriginGoneError, read_consent, read_merge, read_take_back, read_ticket
from edge.wire.nats.account import NatsAccount
from edge.wire.nats.link import NatsLink

MESSAGE_ID = "Nats-Msg-Id"
EXPECTED_STREAM = "Nats-Expected-Stream"

_TOO_LARGE = 10_054
_SEALED = 10_109
"""Error codes of nats-server (`server/errors.json`): a message is larger than the stream's `max_msg_size`; a stream is
sealed, which cannot be undone."""

_MAX_TEXT_CHARACTERS = 200

_CONSENT, _MERGE = "consent", "merge"
"""Stand in the place of the lane in the subject of a consent record, and of a merge of sessions."""

_NOT_IN_TOKEN = re.compile(r"[^A-Za-z0-9_-]")
"""Characters that would split a subject into more tokens, or act as a wildcard."""


class _Fault(msgspec.Struct):
    code: int
    err_code: int = 0
    description: str = ""


class _Acknowledgement(msgspec.Struct):
    stream: str = ""
    seq: int = 0
    error: _Fault | None = None


class NatsOrigin:
    """Delivers tickets to the stream `account.stream`, on subjects below `account.subject`.

    `timeout_s` is for one whole delivery, including a new connection. Close it only when no delivery is in progress.
    """

    def __init__(self, account: NatsAccount, *, timeout_s: float) -> None:
        self._account, self._timeout_s = account, timeout_s
        self._connecting = asyncio.Lock()
        self._open_link: NatsLink | None = None

    async def deliver(self, ticket_id: str, payload: bytes) -> None:
        """Publish one message and wait for its acknowledgement. Raises as `Origin.deliver`."""
        subject = self._subject_of(ticket_id, payload)
        link: NatsLink | None = None
        try:
            async with asyncio.timeout(self._timeout_s):
                link = await self._link()
                answer = await self._request(link, subject, ticket_id, payload)
        except TimeoutError as error:
            # The connection may be dead, and would make every later delivery time out too.
            await self._drop(link)
            text = f"{self._account.label} did not answer within {self._timeout_s:g} s"
            raise UnreachableError(text, cause=Cause.SILENT) from error
        self._check(answer, f"{self._account.label} answered ticket {ticket_id}")

    async def close(self) -> None:
        """Close the connection. Idempotent: the next delivery opens a new one."""
        await self._drop(self._open_link)

    def _subject_of(self, ticket_id: str, payload: bytes) -> str:
        if ConsentMessage.is_id(ticket_id):
            tenant = IslandName.parse(read_consent(ticket_id, payload).island).tenant
            return f"{self._account.subject}.{tenant}.{_CONSENT}"
        if MergeMessage.is_id(ticket_id):
            return f"{self._account.subject}.{read_merge(ticket_id, payload).tenant}.{_MERGE}"
        read = read_take_back if SolvedByViewer.is_id(ticket_id) else read_ticket
        return self._subject(read(ticket_id, payload))

    def _subject(self, ticket: Ticket | SolvedByViewer) -> str:
        tenant = IslandName.parse(ticket.island).tenant
        return f"{self._account.subject}.{tenant}.{_NOT_IN_TOKEN.sub('-', ticket.lane) or '-'}"

    async def _link(self) -> NatsLink:
        """The open connection, or a new one. Concurrent deliveries share the new one."""
        async with self._connecting:
            if self._open_link is not None and not self._open_link.is_over:
                return self._open_link
            await self._drop(self._open_link)
            link = NatsLink(self._account)
            try:
                await link.connect()
            except BaseException:
                await link.close()
                raise
            self._open_link = link
            return link

    async def _request(self, link: NatsLink, subject: str, ticket_id: str, payload: bytes) -> bytes:
        """The answer to one request. Raises if the connection ends first, which nats-py would not tell the request."""
        headers = {MESSAGE_ID: ticket_id, EXPECTED_STREAM: self._account.stream}
        # Twice the caller's timeout, so that the caller's timeout always comes first.
        request = link.client.request(subject, payload, timeout=2 * self._timeout_s, headers=headers)
        answer = asyncio.ensure_future(request)
        ended = asyncio.ensure_future(link.wakeup.wait())
        try:
            await asyncio.wait({answer, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise link.fault()
            return answer.result().data
        except nats.errors.MaxPayloadError as error:
            raise RefusedError(f"ticket {ticket_id} is larger than {self._account.label} accepts") from error
        except nats.errors.NoRespondersError as error:
            raise UnreachableError(
                f"{self._account.label} has no stream for subject {self._account.subject}.>, expected"
                f" stream {self._account.stream!r}"
            ) from error
        except (nats.errors.Error, OSError) as error:
            raise link.fault(error) from error
        finally:
            answer.cancel()
            ended.cancel()

    def _check(self, answer: bytes, source: str) -> None:
        """Return if the answer says that the expected stream has the ticket. Any client may answer on the subject."""
        try:
            acknowledgement = msgspec.json.decode(answer, type=_Acknowledgement)
        except DECODE_ERRORS as fault:
            raise OriginFaultError(f"{source} without an acknowledgement, expected JetStream's") from fault
        error, stream = acknowledgement.error, acknowledgement.stream
        if error is not None:
            text = f"{source} with error {error.err_code}: {one_line(error.description[:_MAX_TEXT_CHARACTERS])}"
            raise {_TOO_LARGE: RefusedError, _SEALED: OriginGoneError}.get(error.err_code, UnreachableError)(text)
        if stream != self._account.stream or acknowledgement.seq < 1:
            raise OriginFaultError(f"{source} for stream {stream!r}, expected {self._account.stream!r}")

    async def _drop(self, link: NatsLink | None) -> None:
        if link is not None and link is self._open_link:
            self._open_link = None
            await link.close()
