"""Tickets to Skerry's own desk: as to any desk over HTTP, with the PoP's token."""

from collections.abc import Mapping

import aiohttp

from edge.host import ignore
from edge.wire.desks import OnDelivered, OriginClient

_PATH = "/v1/tickets"


class OwnDeskOrigin(OriginClient):
    """Posts each ticket to the desk at `url`, with this PoP's `token`."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        token: str,
        timeout_s: float,
        on_delivered: OnDelivered = ignore,
    ) -> None:
        super().__init__(session, url.rstrip("/") + _PATH, timeout_s=timeout_s, on_delivered=on_delivered)
        self._authorization = f"Bearer {token}"

    def _headers(self, ticket_id: str, body: bytes) -> Mapping[str, str]:
        return {**super()._headers(ticket_id, body), "Authorization": self._authorization}
