"""Zammad: a ticket with the viewer's question, and an internal article for the agent.

Source: docs.zammad.org/en/latest/api/ticket (create, search, articles). The desk needs a text attribute
`skerry_ticket` on its tickets (Admin -> Objects -> Ticket), by which a ticket is looked for before it is made: a search
by `condition` reads the database, while `query` reads an index that lags behind.
"""

import aiohttp
import msgspec

from edge.records import Ticket
from edge.wire.desks.desk_api import DeskApi, read_ticket
from edge.wire.desks.origin import answer_within
from edge.wire.desks.ticket_text import agent_note, labels, marker, title

ATTRIBUTE = "skerry_ticket"


class _Found(msgspec.Struct):
    tickets: list[int] = []


class _Made(msgspec.Struct):
    id: int


class _Article(msgspec.Struct):
    id: int
    internal: bool = False
    body: str | None = None


class ZammadOrigin:
    """The desk at `url`, spoken to with an agent's `token`; tickets go to `group` and belong to `customer` (e-mail)."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, *, token: str, group: str, customer: str, timeout_s: float
    ) -> None:
        self._desk = DeskApi(session, f"{url.rstrip('/')}/api/v1", {"Authorization": f"Token token={token}"})
        self._group, self._customer, self._timeout_s = group, customer, timeout_s

    async def deliver(self, ticket_id: str, payload: bytes) -> None:
        """Ticket, then internal article; as `Origin` promises. Repeats only what is missing."""
        ticket = read_ticket(ticket_id, payload)
        async with answer_within(self._timeout_s, self._desk.url):
            number = await self._find(ticket_id) or await self._make(ticket)
            articles = await self._desk.get(f"ticket_articles/by_ticket/{number}", list[_Article])
            if not any(article.internal and marker(ticket_id) in (article.body or "") for article in articles):
                await self._desk.post("ticket_articles", _Made, self._note(number, ticket))

    async def _find(self, ticket_id: str) -> int | None:
        condition = {f"ticket.{ATTRIBUTE}": {"operator": "is", "value": ticket_id}}
        found = await self._desk.post("tickets/search", _Found, {"condition": condition, "limit": 1})
        return found.tickets[0] if found.tickets else None

    async def _make(self, ticket: Ticket) -> int:
        body = {
            "title": title(ticket),
            "group": self._group,
            "customer_id": f"guess:{self._customer}",
            "tags": ",".join(labels(ticket)),
            ATTRIBUTE: ticket.id,
            "article": {
                "subject": title(ticket),
                "body": ticket.text,
                "type": "note",
                "sender": "Customer",
                "content_type": "text/plain",
                "internal": False,
            },
        }
        return (await self._desk.post("tickets", _Made, body)).id

    def _note(self, number: int, ticket: Ticket) -> dict[str, object]:
        return {
            "ticket_id": number,
            "subject": "Skerry",
            "body": agent_note(ticket),
            "type": "note",
            "content_type": "text/plain",
            "internal": True,
        }
