"""The publisher's notices by NATS, one connection at a time. The caller reconnects, with backoff.

Live notices come by a plain subscription; what was said before it began is read from the stream, the last message of
each subject, by direct get. No consumer is made: after a server's restart ordered consumers and key-value watches
stayed deaf for 18 s without an error.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import NamedTuple

import nats.errors
import nats.js.errors
from nats.aio.msg import Msg

from edge.errors import RefusedError, UnreachableError
from edge.records import Bundle
from edge.wire.nats.account import NatsAccount
from edge.wire.nats.link import NatsLink, nats_link
from edge.wire.publisher import unpack_bundle

READ_S = 2.0
"""For one direct get; it takes about a millisecond."""

ASK_THE_REPOSITORY = Bundle(files={})
"""A bundle that brings nothing makes a PoP fetch everything it needs."""


class _Kept(NamedTuple):
    sequence: int
    files: dict[str, bytes]


class NatsPush:
    """Subscribes as `account`. `idle_s` is how long the publisher may stay silent.

    Used like `PushClient`:

        async with contextlib.aclosing(NatsPush(account, idle_s=45.0).bundles()) as bundles:
            async for bundle in bundles: ...
    """

    def __init__(self, account: NatsAccount, *, idle_s: float) -> None:
        self._account = account
        self._idle_s = idle_s

    async def bundles(self) -> AsyncGenerator[Bundle, None]:
        """The publisher's last notice, then each new one, until the connection ends.

        Raises `UnreachableError` when there is no connection (any more) or nothing was heard for too long, and
        `RefusedError` for a message that is no bundle. Time spent by the caller is not counted as silence; of what
        arrives meanwhile the newest message of each subject is kept.
        """
        async with nats_link(self._account) as link:
            newest = _Newest(link)
            # Subscribed first, read after: nothing can fall between the two.
            for subject in (self._account.state_subject, self._account.beat_subject):
                await link.client.subscribe(subject, cb=newest.take_in)
            await link.client.flush()
            yield await self._read_kept(link)
            while True:
                for message in await newest.take_out(self._idle_s):
                    yield unpack_bundle(message)

    async def _read_kept(self, link: NatsLink) -> Bundle:
        """The state as of now; `ASK_THE_REPOSITORY` where the stream cannot tell, for it is only a cache."""
        try:
            state = await self._read_last(link, self._account.state_subject)
            beat = await self._read_last(link, self._account.beat_subject)
        except (nats.errors.Error, RefusedError):
            return ASK_THE_REPOSITORY
        if beat is not None and state is not None and beat.sequence < state.sequence:
            beat = None
        return Bundle(files={**(state.files if state else {}), **(beat.files if beat else {})})

    async def _read_last(self, link: NatsLink, subject: str) -> _Kept | None:
        stream = link.client.jetstream(timeout=READ_S, domain=self._account.domain or None)
        try:
            message = await stream.get_last_msg(self._account.stream, subject, direct=True)
        except nats.js.errors.NotFoundError:
            return None
        return _Kept(message.seq or 0, unpack_bundle(message.data or b"").files)


class _Newest:
    """What arrived and was not taken yet: the newest message of each subject, in the order in which they came."""

    def __init__(self, link: NatsLink) -> None:
        self._link = link
        self._waiting: dict[str, bytes] = {}

    async def take_in(self, message: Msg) -> None:
        """Replace what waits under the same subject."""
        self._waiting.pop(message.subject, None)
        self._waiting[message.subject] = message.data
        self._link.stirred.set()

    async def take_out(self, idle_s: float) -> list[bytes]:
        """Everything that waits, once something does; raises `UnreachableError` as `bundles` says."""
        try:
            async with asyncio.timeout(idle_s):
                await self._link.stirred.wait()
        except TimeoutError as error:
            raise UnreachableError(f"NATS was reached, but the publisher was silent for {idle_s:g} s") from error
        if not self._link.is_over:
            self._link.stirred.clear()
        elif not self._waiting:
            raise self._link.fault()
        messages, self._waiting = list(self._waiting.values()), {}
        return messages
