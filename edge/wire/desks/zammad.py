"""Zammad: a ticket with the viewer's question, and an internal article for the agent.

Source: docs.zammad.org/en/latest/api/ticket (create, search, articles). Tickets of the desk need a text attribute
`skerry_ticket` (Admin -> Objects -> Ticket). A ticket is searched by it before it is created. The search uses
`condition`, which reads the database; `query` reads an index that lags behind.

A follow-up becomes an article of the ticket that it joins. The article's subject names the follow-up, so that a
repeated delivery finds it. A take-back becomes an internal article, and then closes the ticket. If an agent has
replied, the article is all.
"""

import aiohttp
import msgspec

from edge.foreign_words import one_line
from edge.records import SolvedByViewer, Ticket
from edge.wire.desks.desk_api import DeskApi, read_take_back, read_ticket
from edge.wire.desks.origin import answer_within
from edge.wire.desks.ticket_text import agent_note, labels, marker, solved_note, title

ATTRIBUTE = "skerry_ticket"


class _SearchResult(msgspec.Struct):
    tickets: list[int] = []


class _Created(msgspec.Struct):
    id: int


class _Article(msgspec.Struct):
    id: int
    internal: bool = False
    body: str | None = None
    subject: str | None = None
    sender: str | None = None


class ZammadOrigin:
    """Delivers tickets to the desk at `url`, with the `token` of an agent.

    Tickets go to `group` and belong to `customer` (an e-mail address). `timeout_s` is for one whole delivery.
    """

    def __init__(
        self, session: aiohttp.ClientSession, url: str, *, token: str, group: str, customer: str, timeout_s: float
    ) -> None:
        self._desk = DeskApi(session, f"{url.rstrip('/')}/api/v1", {"Authorization": f"Token token={token}"})
        self._group, self._customer, self._timeout_s = group, customer, timeout_s

    async def deliver(self, ticket_id: str, payload: bytes) -> None:
        """Create the ticket and its internal article, as far as they are missing. Raises as `Origin.deliver`.

        A follow-up is added to its ticket. If that is gone, it gets one of its own.
        """
        if SolvedByViewer.is_id(ticket_id):
            await self._take_back(read_take_back(ticket_id, payload))
            return
        ticket = read_ticket(ticket_id, payload)
        async with answer_within(self._timeout_s, self._desk.url):
            joined = await self._find(ticket.joins) if ticket.joins else None
            if joined is not None:
                await self._add(joined, ticket)
                return
            number = await self._find(ticket_id) or await self._create(ticket)
            articles = await self._desk.get(f"ticket_articles/by_ticket/{number}", list[_Article])
            if not any(article.internal and marker(ticket_id) in (article.body or "") for article in articles):
                note = _internal(agent_note(ticket))
                await self._desk.post("ticket_articles", _Created, {"ticket_id": number, **note})

    async def _take_back(self, solved: SolvedByViewer) -> None:
        """Note that the viewer has solved it, and close. A ticket that is gone needs neither."""
        async with answer_within(self._timeout_s, self._desk.url):
            number = await self._find(solved.ticket)
            if number is None:
                return
            articles = await self._desk.get(f"ticket_articles/by_ticket/{number}", list[_Article])
            if not any(article.internal and marker(solved.id) in (article.body or "") for article in articles):
                body = {"ticket_id": number, **_internal(solved_note(solved))}
                await self._desk.post("ticket_articles", _Created, body)
            # Not in one request with the article: the client repeats a PUT whose connection broke, and adds two.
            if not any(article.sender == "Agent" and not article.internal for article in articles):
                await self._desk.put(f"tickets/{number}", _Created, {"state": "closed"})

    async def _add(self, number: int, ticket: Ticket) -> None:
        articles = await self._desk.get(f"ticket_articles/by_ticket/{number}", list[_Article])
        if not any(marker(ticket.id) == article.subject for article in articles):
            body = {**_question(ticket), "ticket_id": number, "subject": marker(ticket.id)}
            await self._desk.post("ticket_articles", _Created, body)

    async def _find(self, ticket_id: str) -> int | None:
        condition = {f"ticket.{ATTRIBUTE}": {"operator": "is", "value": ticket_id}}
        result = await self._desk.post("tickets/search", _SearchResult, {"condition": condition, "limit": 1})
        return result.tickets[0] if result.tickets else None

    async def _create(self, ticket: Ticket) -> int:
        body = {
            "title": title(ticket),
            "group": self._group,
            "customer_id": f"guess:{self._customer}",
            "tags": ",".join(labels(ticket)),
            ATTRIBUTE: ticket.id,
            "article": _question(ticket),
        }
        return (await self._desk.post("tickets", _Created, body)).id


def _internal(body: str) -> dict[str, object]:
    """An article that only agents see."""
    return {"subject": "Skerry", "body": body, "type": "note", "content_type": "text/plain", "internal": True}


def _question(ticket: Ticket) -> dict[str, object]:
    """The viewer's words, as an article that the customer has written."""
    return {
        "subject": title(ticket),
        "body": one_line(" ".join(ticket.text.split())),
        "type": "note",
        "sender": "Customer",
        "content_type": "text/plain",
        "internal": False,
    }
