"""A desk that takes Standard Webhooks: one signed message of type `ticket.created` for each ticket."""

import time
from collections.abc import Callable, Mapping, Sequence

import aiohttp
import msgspec

from edge.errors import RefusedError
from edge.host import ignore
from edge.wire.desks.origin import OnTaken, OriginClient
from edge.wire.desks.standard_webhooks import Secret, sign


class WebhookOrigin(OriginClient):
    """Posts to `url`, signed with every one of `secrets`. `webhook-id` is the ticket's id, however often it is tried.

    The body is a function of the ticket alone; time and signature are each attempt's own (`clock`: Unix seconds).
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        secrets: Sequence[Secret],
        timeout_s: float,
        on_taken: OnTaken = ignore,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(session, url, timeout_s=timeout_s, on_taken=on_taken)
        self._secrets, self._clock = secrets, clock

    def _body(self, ticket_id: str, payload: bytes) -> bytes:
        return message(ticket_id, payload)

    def _headers(self, ticket_id: str, body: bytes) -> Mapping[str, str]:
        return sign(self._secrets, ticket_id, int(self._clock()), body)


class _Created(msgspec.Struct):
    created: str


def message(ticket_id: str, payload: bytes) -> bytes:
    """The event around a ticket (spec, "Payload structure"); raises `RefusedError` when the payload is no ticket."""
    try:
        created = msgspec.json.decode(payload, type=_Created).created
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError(f"what is stored as ticket {ticket_id} is none") from error
    return msgspec.json.encode({"type": "ticket.created", "timestamp": created, "data": msgspec.Raw(payload)})
