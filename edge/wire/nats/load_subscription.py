"""People's load by NATS: one JSON report a message, on `<subject>.<tenant>`. Needs `skerry[nats]`.

The desk shows its token in the header `Authorization`, as over HTTP: that the broker let somebody publish says only
that they have an account there.
"""

from collections.abc import Callable

from nats.aio.msg import Msg

from edge.wire.nats.account import NatsAccount
from edge.wire.nats.link import nats_link

MAX_QUEUE = 1_024
"""Reports take microseconds to read; who sends more at once than this is cut off, and so are we for a moment."""

Take = Callable[[str, str, bytes], None]
"""Tenant, `Authorization`, body. Raises nothing."""


class NatsLoadSubscription:
    """Subscribes as `account`, one connection at a time. The caller reconnects, with backoff."""

    def __init__(self, account: NatsAccount) -> None:
        self._account = account

    async def listen(self, take: Take) -> None:
        """Hand on every report until the connection ends; raises `UnreachableError`, always."""

        async def hand_on(message: Msg) -> None:
            headers = message.headers or {}
            tenant = message.subject.removeprefix(f"{self._account.subject}.")
            take(tenant, str(headers.get("Authorization", "")), message.data)

        async with nats_link(self._account) as link:
            await link.client.subscribe(f"{self._account.subject}.*", cb=hand_on, pending_msgs_limit=MAX_QUEUE)
            await link.client.flush()
            await link.stirred.wait()
            raise link.fault()
