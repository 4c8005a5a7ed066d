"""The publisher's pushes over NATS: one connection. The caller reconnects, with backoff.

New messages come by a plain subscription. The last message of each subject before that is read from the stream by
direct get. No consumer is used: after a restart of the server, ordered consumers and key-value watches received nothing
for 18 s, without an error.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import NamedTuple

import nats.errors
import nats.js.errors
from nats.aio.msg import Msg

from edge.errors import Cause, RefusedError, UnreachableError
from edge.records import Bundle
from edge.wire.nats.account import NatsAccount
from edge.wire.nats.link import NatsLink, nats_link
from edge.wire.publisher import unpack_bundle

READ_S = 2.0
"""Time for one direct get. It takes about a millisecond."""

ASK_THE_REPOSITORY = Bundle(files={})
"""An empty bundle, which makes a PoP fetch everything from the repository."""


class _LastMessage(NamedTuple):
    sequence: int
    files: dict[str, bytes]


class NatsPush:
    """Subscribes to pushes as `account`. `idle_s` is how long the publisher may send nothing.

    Used like `PushClient`:

        async with contextlib.aclosing(NatsPush(account, idle_s=45.0).bundles()) as bundles:
            async for bundle in bundles: ...
    """

    def __init__(self, account: NatsAccount, *, idle_s: float) -> None:
        self._account = account
        self._idle_s = idle_s

    async def bundles(self) -> AsyncGenerator[Bundle, None]:
        """The last pushed state, then each new message, until the connection ends.

        Raises `UnreachableError` if there is no connection, if it ends, or if the publisher is silent, and
        `RefusedError` if a message is not a bundle. Time that the caller spends between two bundles does not count as
        silence; of the messages that arrive meanwhile, the newest of each subject is kept.
        """
        async with nats_link(self._account) as link:
            newest = _Newest(link)
            # Subscribe before reading, so that no message is missed in between.
            for subject in (self._account.state_subject, self._account.beat_subject):
                await link.client.subscribe(subject, cb=newest.add)
            await link.client.flush()
            yield await self._read_state(link)
            while True:
                for message in await newest.wait(self._idle_s):
                    yield unpack_bundle(message)

    async def _read_state(self, link: NatsLink) -> Bundle:
        """The state in the stream; `ASK_THE_REPOSITORY` if it cannot be read. The stream is only a cache."""
        try:
            state = await self._read_last(link, self._account.state_subject)
            beat = await self._read_last(link, self._account.beat_subject)
        except (nats.errors.Error, RefusedError):
            return ASK_THE_REPOSITORY
        # An older timestamp would not fit the state.
        if beat is not None and state is not None and beat.sequence < state.sequence:
            beat = None
        return Bundle(files={**(state.files if state else {}), **(beat.files if beat else {})})

    async def _read_last(self, link: NatsLink, subject: str) -> _LastMessage | None:
        stream = link.client.jetstream(timeout=READ_S, domain=self._account.domain or None)
        try:
            message = await stream.get_last_msg(self._account.stream, subject, direct=True)
        except nats.js.errors.NotFoundError:
            return None
        return _LastMessage(message.seq or 0, unpack_bundle(message.data or b"").files)


class _Newest:
    """Messages that wait for the caller: the newest of each subject, in the order of arrival."""

    def __init__(self, link: NatsLink) -> None:
        self._link = link
        self._waiting: dict[str, bytes] = {}

    async def add(self, message: Msg) -> None:
        """Add a message in place of an earlier one of the same subject."""
        self._waiting.pop(message.subject, None)
        self._waiting[message.subject] = message.data
        self._link.wakeup.set()

    async def wait(self, idle_s: float) -> list[bytes]:
        """Wait for messages and return them. Raises `UnreachableError` if none comes, or the connection ends."""
        try:
            async with asyncio.timeout(idle_s):
                await self._link.wakeup.wait()
        except TimeoutError as error:
            text = f"NATS was reached, but the publisher was silent for {idle_s:g} s"
            raise UnreachableError(text, cause=Cause.SILENT) from error
        # Messages that arrived before the end of the connection are returned first.
        if not self._link.is_over:
            self._link.wakeup.clear()
        elif not self._waiting:
            raise self._link.fault()
        messages, self._waiting = list(self._waiting.values()), {}
        return messages
