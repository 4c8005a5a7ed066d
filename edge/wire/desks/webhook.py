"""Tickets to a desk that receives Standard Webhooks: one signed message of type `ticket.created` each.

A take-back is a message of type `ticket.solved_by_viewer`.
"""

import time
from collections.abc import Callable, Mapping, Sequence

import aiohttp
import msgspec

from edge.errors import RefusedError
from edge.host import ignore
from edge.records import DECODE_ERRORS, SolvedByViewer
from edge.records.consent import ConsentMessage
from edge.records.merges import MergeMessage
from edge.wire.desks.origin import OnDelivered, OriginClient
from edge.wire.desks.standard_webhooks import Secret, sign


class WebhookOrigin(OriginClient):
    """Posts each ticket to `url`, signed with all of `secrets`. `timeout_s` is for one whole delivery.

    Every attempt has the same body and the ticket's id as `webhook-id`, but its own time and signature. `clock` returns
    Unix seconds.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        secrets: Sequence[Secret],
        timeout_s: float,
        on_delivered: OnDelivered = ignore,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(session, url, timeout_s=timeout_s, on_delivered=on_delivered)
        self._secrets, self._clock = secrets, clock

    def _body(self, ticket_id: str, payload: bytes) -> bytes:
        return message(ticket_id, payload)

    def _headers(self, ticket_id: str, body: bytes) -> Mapping[str, str]:
        return sign(self._secrets, ticket_id, int(self._clock()), body)


class _Created(msgspec.Struct):
    created: str


def message(ticket_id: str, payload: bytes) -> bytes:
    """The body of the webhook for a ticket or a take-back (specification, "Payload structure").

    Raises `RefusedError` (`MALFORMED`) if `payload` is not a ticket.
    """
    try:
        created = msgspec.json.decode(payload, type=_Created).created
    except DECODE_ERRORS as error:
        raise RefusedError(f"stored ticket {ticket_id} cannot be decoded, expected a ticket as JSON") from error
    kind = "ticket.solved_by_viewer" if SolvedByViewer.is_id(ticket_id) else "ticket.created"
    if ConsentMessage.is_id(ticket_id):
        kind = "consent.recorded"
    if MergeMessage.is_id(ticket_id):
        kind = "sessions.merged" if ticket_id.endswith(".merge") else "sessions.merge_undone"
    return msgspec.json.encode({"type": kind, "timestamp": created, "data": msgspec.Raw(payload)})
