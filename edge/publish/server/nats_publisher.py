"""Publish changes by NATS: the same bundles as on the push stream. JetStream stores the last message of each subject.

JetStream acknowledges a message before it is on disk, so the stored message is only a cache. The newest state is
published again at every connection, and a PoP that finds no message asks the repository. Needs `skerry[nats]`.
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
"""Time limit for JetStream's acknowledgement. Subscribers have the message already; only the next message waits."""

RETRY_BASE_S = 0.25
RETRY_CAP_S = 15.0

_log = get_logger()


class NatsPublisher:
    """Publishes to one NATS account, over one connection that is made again when it breaks.

    Of the bundles that are offered while it is busy or disconnected, only the newest of each subject is published.
    """

    def __init__(self, account: NatsAccount, *, jitter: Callable[[], float] = random.random) -> None:
        self._account = account
        self._jitter = jitter
        self._state: Bundle | None = None
        self._waiting: dict[str, Bundle] = {}
        self._link: NatsLink | None = None
        self._is_stored = True
        """True if the stream stored the last message. A change is logged."""

    def offer(self, bundle: Bundle, *, state: Bundle) -> None:
        """Publish `bundle` soon: a changed state, or a new timestamp alone. Returns at once.

        `state` is what a new subscriber needs; it is published after the next connection.
        """
        is_beat = bundle.files.keys() == {TIMESTAMP_PATH}
        subject = self._account.beat_subject if is_beat else self._account.state_subject
        # Popped first, so that the newest bundle is published last. Else a PoP would get an older timestamp after it.
        self._waiting.pop(subject, None)
        self._waiting[subject] = bundle
        self._state = state
        if self._link is not None:
            self._link.wakeup.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Publish until `stop` is set. A broken connection is made again, with backoff. Raises no `SkerryError`."""
        backoff = Backoff(base_s=RETRY_BASE_S, cap_s=RETRY_CAP_S, jitter=self._jitter)
        while not stop.is_set():
            try:
                async with nats_link(self._account) as link:
                    backoff.succeeded()
                    await self._publish_until_over(link, stop)
            except SkerryError as error:
                _log.warning(
                    "NATS is unreachable, PoPs ask the repository", error=error.text, failures=backoff.failures
                )
            await is_set_within(stop, backoff.failed())

    async def _publish_until_over(self, link: NatsLink, stop: asyncio.Event) -> None:
        stopping = asyncio.ensure_future(stop.wait())
        stopping.add_done_callback(lambda _: link.wakeup.set())
        self._link, self._is_stored = link, True
        stream = link.client.jetstream(timeout=ACK_S)
        try:
            await self._make_stream(stream)
            # NATS may have lost what it stored. The state holds all that is waiting, so it replaces that.
            if self._state is not None:
                self._waiting = {self._account.state_subject: self._state}
            while not stop.is_set():
                if link.is_over:
                    raise link.fault()
                # Cleared before publishing: an offer during the publishing sets it again.
                link.wakeup.clear()
                await self._publish_waiting(link, stream)
                await link.wakeup.wait()
        finally:
            self._link = None
            stopping.cancel()

    async def _publish_waiting(self, link: NatsLink, stream: JetStreamContext) -> None:
        while self._waiting:
            subject = next(iter(self._waiting))
            packed = _pack(self._waiting.pop(subject), link.client.max_payload)
            try:
                await stream.publish(subject, packed)
            except nats.errors.Error as error:
                # The link works but the stream does not acknowledge: subscribers have the message, only the stored
                # one is missing. It is not sent again.
                self._log_stored(error)
                if link.is_over:
                    raise link.fault(error) from error
                await self._make_stream(stream)
            else:
                self._log_stored(None)

    async def _make_stream(self, stream: JetStreamContext) -> None:
        """Create or update the stream that stores the last message of each subject.

        If that fails, it is logged: subscribers still get messages live.
        """
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
            self._log_stored(error)

    def _log_stored(self, error: Exception | None) -> None:
        """Log when the stream stops storing messages, and when it stores them again."""
        is_stored = error is None
        if self._is_stored and not is_stored:
            why = str(error) or type(error).__name__
            _log.error(
                "NATS does not store the state, PoPs that connect ask the repository",
                stream=self._account.stream,
                error=why,
            )
        elif is_stored and not self._is_stored:
            _log.info("NATS stores the state again", stream=self._account.stream)
        self._is_stored = is_stored


def _pack(bundle: Bundle, max_bytes: int) -> bytes:
    """Pack the bundle in at most `max_bytes`. The largest files are left out if need be; PoPs fetch them.

    Raises `UnreachableError` if not even the timestamp fits.
    """
    files = dict(bundle.files)
    packed = pack_bundle(bundle)
    while len(packed) > max_bytes:
        largest = max(files, key=lambda path: len(files[path]))
        if largest == TIMESTAMP_PATH:
            raise UnreachableError(
                f"NATS accepts messages of at most {max_bytes} bytes, expected room for a timestamp"
                f" ({len(packed)} bytes): raise max_payload"
            )
        del files[largest]
        packed = pack_bundle(Bundle(files=files))
    return packed
