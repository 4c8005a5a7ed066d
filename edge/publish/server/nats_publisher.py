"""The publisher's notices by NATS: the same bundles as on its own stream, published live and kept as the last message.

JetStream acknowledges before it has synced, so what it keeps is a cache: the newest state is published again at every
connection, and PoPs that find nothing ask the repository. Needs `skerry[nats]`.
"""

import asyncio
import random
from collections.abc import Callable

import nats.errors
from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from nats.js.errors import APIError

from edge.errors import SkerryError, UnreachableError
from edge.host import Backoff, get_logger, is_set_within
from edge.publish.server.change_feed import TIMESTAMP_PATH
from edge.records import Bundle
from edge.wire.nats import NatsAccount, NatsLink, nats_link
from edge.wire.publisher import pack_bundle

ACK_S = 1.0
"""For JetStream to say that it keeps a message. Subscribers have it already; only the next message waits for this."""

RETRY_BASE_S = 0.25
RETRY_CAP_S = 15.0

_log = get_logger()


class NatsPublisher:
    """One connection to NATS, kept up; of what is offered while it is busy or away, the newest is published."""

    def __init__(self, account: NatsAccount, *, jitter: Callable[[], float] = random.random) -> None:
        self._account = account
        self._jitter = jitter
        self._state: Bundle | None = None
        self._waiting: dict[str, Bundle] = {}
        self._link: NatsLink | None = None
        self._is_kept = True
        """Whether the stream took the last message; one line in the log when that changes."""

    def offer(self, bundle: Bundle, *, state: Bundle) -> None:
        """Publish `bundle`: a changed state, or a new timestamp alone. `state` is all of it, for those who come."""
        is_beat = bundle.files.keys() == {TIMESTAMP_PATH}
        subject = self._account.beat_subject if is_beat else self._account.state_subject
        # What is offered last leaves last, or a PoP would see time go back.
        self._waiting.pop(subject, None)
        self._waiting[subject] = bundle
        self._state = state
        if self._link is not None:
            self._link.wakeup.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Publish until `stop` is set; a NATS server that fails is connected to again."""
        backoff = Backoff(base_s=RETRY_BASE_S, cap_s=RETRY_CAP_S, jitter=self._jitter)
        while not stop.is_set():
            try:
                async with nats_link(self._account) as link:
                    backoff.succeeded()
                    await self._publish_until_over(link, stop)
            except SkerryError as error:
                _log.warning("NATS is away, its PoPs ask the repository", error=error.text, failures=backoff.failures)
            await is_set_within(stop, backoff.failed())

    async def _publish_until_over(self, link: NatsLink, stop: asyncio.Event) -> None:
        stopping = asyncio.ensure_future(stop.wait())
        stopping.add_done_callback(lambda _: link.wakeup.set())
        self._link, self._is_kept = link, True
        stream = link.client.jetstream(timeout=ACK_S)
        try:
            await self._make_stream(stream)
            if self._state is not None:
                self._waiting = {self._account.state_subject: self._state}
            while not stop.is_set():
                if link.is_over:
                    raise link.fault()
                link.wakeup.clear()
                await self._publish_waiting(link, stream)
                await link.wakeup.wait()
        finally:
            self._link = None
            stopping.cancel()

    async def _publish_waiting(self, link: NatsLink, stream: JetStreamContext) -> None:
        while self._waiting:
            subject = next(iter(self._waiting))
            packed = _packed(self._waiting.pop(subject), link.client.max_payload)
            try:
                await stream.publish(subject, packed)
            except nats.errors.Error as error:
                self._note_kept(error)
                if link.is_over:
                    raise link.fault(error) from error
                await self._make_stream(stream)
            else:
                self._note_kept(None)

    async def _make_stream(self, stream: JetStreamContext) -> None:
        """The stream that keeps the last message of each subject; without it PoPs are told live all the same."""
        account = self._account
        wanted = StreamConfig(
            name=account.stream,
            subjects=[account.state_subject, account.beat_subject],
            max_msgs_per_subject=1,
            allow_direct=True,
        )
        try:
            try:
                await stream.add_stream(wanted)
            except APIError:
                await stream.update_stream(wanted)
        except nats.errors.Error as error:
            self._note_kept(error)

    def _note_kept(self, error: Exception | None) -> None:
        is_kept = error is None
        if self._is_kept and not is_kept:
            why = str(error) or type(error).__name__
            _log.error(
                "NATS keeps no state, PoPs that connect ask the repository", stream=self._account.stream, error=why
            )
        elif is_kept and not self._is_kept:
            _log.info("NATS keeps the state again", stream=self._account.stream)
        self._is_kept = is_kept


def _packed(bundle: Bundle, max_bytes: int) -> bytes:
    """The bundle, without its largest files if a server would not take them: PoPs fetch what is missing."""
    files = dict(bundle.files)
    packed = pack_bundle(bundle)
    while len(packed) > max_bytes:
        largest = max(files, key=lambda path: len(files[path]))
        if largest == TIMESTAMP_PATH:
            raise UnreachableError(f"NATS takes messages of {max_bytes} bytes, expected room for a timestamp")
        del files[largest]
        packed = pack_bundle(Bundle(files=files))
    return packed
