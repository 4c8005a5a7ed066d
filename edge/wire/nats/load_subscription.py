"""Load reports over NATS: one JSON message each, on `<subject>.<tenant>`. Needs `skerry[nats]`.

The desk sends its token in the header `Authorization`, as over HTTP. An account on the NATS server is not enough: it
does not say which tenant the sender is.
"""

from collections.abc import Callable

from nats.aio.msg import Msg

from edge.wire.nats.account import NatsAccount
from edge.wire.nats.link import nats_link

MAX_QUEUE = 1_024
"""Most messages that may wait. A report takes microseconds, so more than this is abuse: the connection ends."""

OnReport = Callable[[str, str, bytes], None]
"""Called with tenant, `Authorization` and body. Must not raise."""


class NatsLoadSubscription:
    """Subscribes to load reports as `account`, with one connection. The caller reconnects, with backoff."""

    def __init__(self, account: NatsAccount) -> None:
        self._account = account

    async def listen(self, on_report: OnReport) -> None:
        """Call `on_report` for every message until the connection ends. Then it always raises `UnreachableError`."""

        async def receive(message: Msg) -> None:
            headers = message.headers or {}
            tenant = message.subject.removeprefix(f"{self._account.subject}.")
            on_report(tenant, str(headers.get("Authorization", "")), message.data)

        async with nats_link(self._account) as link:
            await link.client.subscribe(f"{self._account.subject}.*", cb=receive, pending_msgs_limit=MAX_QUEUE)
            await link.client.flush()
            await link.wakeup.wait()
            raise link.fault()
